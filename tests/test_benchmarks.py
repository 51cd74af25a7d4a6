"""The floors that routes are measured beside send what the routes send."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from benchmarks.floor import Floor
from tally.app import create_app
from tally.settings import Settings
from tests.conftest import HTMX, Account, Clock
from tests.views.conftest import save

KEY = "a key of at least thirty-two bytes for tests"


@pytest.fixture
def floors(database_url: str, clock: Clock) -> TestClient:
    # An application of its own: an engine that somebody has listened to is slower for good.
    app = create_app(Settings(database_url=database_url, secret_key=(KEY,)), clock)
    return TestClient(Floor(app, database_url).routes())


@pytest.mark.parametrize("path", ["/", "/consumption", "/consumption?sort=-value"])
def test_a_floor_answers_what_its_route_does(path: str, ada: Account, floors: TestClient) -> None:
    save(ada.client, "coffee 2 cups", "tea 1 cup yesterday")
    headers = HTMX | {"cookie": f"session={ada.client.cookies['session']}"}
    shown = ada.client.get(path, headers=HTMX)
    for _ in ("recorded", "repeated"):
        bare = floors.get(f"/floor{path}", headers=headers)
        assert (bare.status_code, bare.text) == (shown.status_code, shown.text)


def test_the_floor_of_saving_a_line_saves_a_record(ada: Account, floors: TestClient) -> None:
    headers = HTMX | {"cookie": f"session={ada.client.cookies['session']}"}
    for saved in (1, 2):
        bare = floors.post(f"/floor/consumption?line={quote('coffee 2 cups')}", headers=headers)
        assert bare.status_code == 201, bare.text
        listed = ada.client.get("/consumption?format=json").json()
        # The first one is what the route did while it was watched.
        assert listed["count"] == saved + 1

"""The addresses for monitoring: liveness, readiness, and their reasons."""

from __future__ import annotations

from sqlalchemy import make_url
from starlette.testclient import TestClient

from tally.app import create_app
from tally.settings import Settings
from tally.views.health import AWAY, NO_TABLES
from tests.serving import KEY


def _ready(url: str) -> tuple[int, str, str | None]:
    settings = Settings(database_url=url, secret_key=(KEY,), allowed_hosts=("testserver",))
    with TestClient(create_app(settings)) as client:
        answer = client.get("/readyz")
        assert client.get("/healthz").text == "alive\n"
    return answer.status_code, answer.text, answer.headers.get("retry-after")


def test_a_database_that_is_there(database_url: str) -> None:
    assert _ready(database_url) == (200, "ready\n", None)


def test_a_database_without_tables_says_so(database_url: str) -> None:
    url = make_url(database_url).update_query_dict({"options": "-csearch_path=nowhere"})
    assert _ready(url.render_as_string(hide_password=False)) == (503, f"{NO_TABLES}\n", "5")


def test_a_database_that_does_not_answer_says_so() -> None:
    assert _ready("postgresql://tally@127.0.0.1:1/tally") == (503, f"{AWAY}\n", "5")

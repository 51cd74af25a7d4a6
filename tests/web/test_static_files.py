"""Static files: one file under two addresses, small on the wire, kept as long as it is true."""

import brotli
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tally.paths import folder
from tally.web.static_files import Statics


@pytest.fixture(scope="module")
def statics() -> Statics:
    return Statics()


@pytest.fixture(scope="module")
def client(statics: Statics) -> TestClient:
    app = Starlette()
    app.mount("/static", statics)
    return TestClient(app)


def test_versioned_address_is_kept_for_a_year(client: TestClient, statics: Statics) -> None:
    answer = client.get(statics.url("css/parts.css"))
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.text == (folder("static") / "css" / "parts.css").read_text()


def test_plain_address_is_asked_for_again(client: TestClient) -> None:
    assert client.get("/static/css/parts.css").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("css/parts.css", "text/css"),
        ("js/keys.js", "text/javascript"),
        ("vendor/tinykeys-4.0.0.mjs", "text/javascript"),
        ("icons/tally.svg", "image/svg+xml"),
    ],
)
def test_brotli_at_its_best_where_it_is_understood(
    name: str, media_type: str, client: TestClient, statics: Statics
) -> None:
    headers = {"Accept-Encoding": "gzip, deflate, br"}
    answer = client.get(statics.url(name), headers=headers)
    content = (folder("static") / name).read_bytes()
    assert answer.headers["Content-Encoding"] == "br"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.headers["Content-Type"].startswith(media_type)
    assert int(answer.headers["Content-Length"]) == len(brotli.compress(content, quality=11))
    assert answer.content == content

    assert (
        "Content-Encoding"
        not in client.get(statics.url(name), headers={"Accept-Encoding": "identity"}).headers
    )


@pytest.mark.parametrize("path", ["../pyproject.toml", "nothing.css", "%2e%2e/pyproject.toml"])
def test_nothing_else_is_served(path: str, client: TestClient, statics: Statics) -> None:
    assert client.get(statics.url(path)).status_code == 404

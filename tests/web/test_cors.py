"""The headers for pages of other sites, by themselves; tests/browser asks a browser."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from tally.web.cors import Cors

LISTED = "https://board.example"
TOKEN = {"Authorization": "Bearer x"}
PREFLIGHT = {
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization,content-type",
}


def answer(_: Request) -> PlainTextResponse:
    return PlainTextResponse("numbers", headers={"Vary": "Accept"})


@pytest.fixture(scope="module")
def site() -> TestClient:
    middleware = [Middleware(Cors, origins=(LISTED, "http://localhost:3000"))]
    return TestClient(
        Starlette(routes=[Route("/stats", answer, methods=["GET"])], middleware=middleware)
    )


def test_a_preflight_of_a_listed_site_is_answered(site: TestClient) -> None:
    for origin in (LISTED, "http://localhost:3000"):
        allowed = site.options("/stats", headers={"Origin": origin, **PREFLIGHT})
        assert allowed.status_code == 204 and allowed.content == b""
        assert allowed.headers["access-control-allow-origin"] == origin
        assert allowed.headers["access-control-allow-methods"] == "GET, POST, PUT, DELETE"
        assert allowed.headers["access-control-allow-headers"] == (
            "Authorization, Content-Type, Accept, Idempotency-Key, X-Tally-Written"
        )
        assert allowed.headers["access-control-max-age"] == "600"
        assert allowed.headers["vary"] == "Origin"
        assert "access-control-allow-credentials" not in allowed.headers


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.test",
        "null",
        "*",
        "",
        "http://board.example",
        "https://board.example:8443",
        "https://board.example.evil.test",
        "https://sub.board.example",
        "HTTPS://BOARD.EXAMPLE",
        f"{LISTED}, https://evil.test",
    ],
)
def test_any_other_site_gets_nothing(origin: str, site: TestClient) -> None:
    refused = site.options("/stats", headers={"Origin": origin, **PREFLIGHT})
    assert refused.status_code == 405
    read = site.get("/stats", headers={"Origin": origin, **TOKEN})
    for response in (refused, read):
        assert not [name for name in response.headers if name.startswith("access-control")]
    assert read.headers["vary"] == "Accept, Origin"


def test_a_repeated_origin_gets_nothing(site: TestClient) -> None:
    headers = [("Origin", LISTED), ("Origin", LISTED), ("Authorization", "Bearer x")]
    assert "access-control-allow-origin" not in site.get("/stats", headers=headers).headers


def test_an_answer_to_a_token_may_be_read_by_a_listed_site(site: TestClient) -> None:
    read = site.get("/stats", headers={"Origin": LISTED, **TOKEN})
    assert read.headers["access-control-allow-origin"] == LISTED
    assert read.headers["vary"] == "Accept, Origin"
    assert "access-control-allow-credentials" not in read.headers


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic YTpi"}, {"Cookie": "session=x"}])
def test_an_answer_without_a_token_may_not(headers: dict[str, str], site: TestClient) -> None:
    read = site.get("/stats", headers={"Origin": LISTED, **headers})
    assert "access-control-allow-origin" not in read.headers


def test_an_options_request_that_is_no_preflight_goes_on(site: TestClient) -> None:
    assert site.options("/stats", headers={"Origin": LISTED}).status_code == 405

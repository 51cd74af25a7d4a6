"""No changes on behalf of other sites; every answer carries the headers that bind browsers."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from tally.errors import HTTPError
from tally.web import middleware
from tally.web.middleware import (
    CLIENT_CLOSED,
    Guard,
    HostCheck,
    Observe,
    is_same_origin,
    with_guard_headers,
)

UNSAFE = ["POST", "PUT", "PATCH", "DELETE", "FOO"]


def scope(headers: dict[str, str], scheme: str = "http", host: str = "tally.test") -> Any:
    sent = {"host": host, **headers}
    return {
        "scheme": scheme,
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in sent.items()],
    }


@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        ({}, True),
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "cross-site", "origin": "http://tally.test"}, False),
        ({"sec-fetch-site": "same-origin", "origin": "http://evil.test"}, True),
        ({"sec-fetch-site": ""}, False),
        ({"origin": "http://tally.test"}, True),
        ({"origin": "http://tally.test:80"}, True),
        ({"origin": "HTTP://Tally.Test"}, True),
        ({"origin": "https://tally.test"}, False),
        ({"origin": "http://tally.test:8000"}, False),
        ({"origin": "http://tally.test.evil.test"}, False),
        ({"origin": "http://evil.test"}, False),
        ({"origin": "null"}, False),
        ({"origin": ""}, False),
        ({"origin": "not a url\x00"}, False),
        ({"origin": "\xff\xfe"}, False),
    ],
)
def test_only_this_sites_own_pages_and_scripts_change_things(
    headers: dict[str, str], passes: bool
) -> None:
    assert is_same_origin(scope(headers)) is passes


def test_the_scheme_and_the_port_belong_to_the_origin() -> None:
    assert is_same_origin(scope({"origin": "https://tally.test"}, "https"))
    assert is_same_origin(scope({"origin": "https://tally.test"}, "https", "tally.test:443"))
    assert not is_same_origin(scope({"origin": "http://tally.test"}, "https"))
    assert is_same_origin(scope({"origin": "http://[::1]:8107"}, "http", "[::1]:8107"))


def test_every_value_of_a_repeated_header_must_be_this_site() -> None:
    twice = scope({"origin": "http://tally.test"})
    twice["headers"].append((b"origin", b"http://evil.test"))
    assert not is_same_origin(twice)


def plain(request: Request) -> Response:
    return PlainTextResponse("x")


def cached(request: Request) -> Response:
    return PlainTextResponse("x", headers={"Cache-Control": "no-cache", "Vary": "Accept"})


def streamed(request: Request) -> Response:
    return StreamingResponse(iter([b"a", b"b"]), media_type="text/csv")


def broken(request: Request) -> Response:
    raise RuntimeError("secret")


def refuse(request: Request, refused: HTTPError) -> Response:
    return PlainTextResponse(refused.sentence, refused.status)


def fault(request: Request, error: Exception) -> Response:
    return with_guard_headers(PlainTextResponse("fault", 500), request.scope)


@pytest.fixture(scope="module")
def site() -> TestClient:
    app = Starlette(
        routes=[
            Route("/plain", plain, methods=["GET", *UNSAFE]),
            Route("/cached", cached),
            Route("/streamed", streamed),
            Route("/broken", broken),
            Route("/static/x.css", plain),
        ],
        exception_handlers={Exception: fault},
    )
    app.add_middleware(Guard, refuse=refuse)
    return TestClient(app, "https://tally.test", raise_server_exceptions=False)


@pytest.mark.parametrize("method", UNSAFE)
def test_a_cross_site_request_is_answered_403_before_any_handler(
    site: TestClient, method: str
) -> None:
    answer = site.request(method, "/plain", headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, answer.text) == (403, middleware.CROSS_SITE)
    assert answer.headers["content-security-policy"]
    assert site.request(method, "/plain").status_code == 200


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_reading_is_allowed_from_links_elsewhere(site: TestClient, method: str) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.test"}
    assert site.request(method, "/plain", headers=headers).status_code == 200


def test_static_files_carry_what_is_no_pages_alone(site: TestClient) -> None:
    headers = site.get("/static/x.css").headers
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["strict-transport-security"].startswith("max-age=31536000")
    assert not {"permissions-policy", "cross-origin-opener-policy"} & set(headers)


@pytest.mark.parametrize("path", ["/plain", "/cached", "/streamed", "/broken", "/nowhere"])
def test_every_answer_carries_the_headers(site: TestClient, path: str) -> None:
    headers = site.get(path).headers
    policy = headers["content-security-policy"]
    for part in (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    ):
        assert part in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["permissions-policy"]
    assert headers["strict-transport-security"].startswith("max-age=31536000")
    assert "access-control-allow-origin" not in headers


def test_hsts_on_https_only(site: TestClient) -> None:
    plainly = TestClient(site.app, "http://tally.test")
    assert "strict-transport-security" not in plainly.get("/plain").headers


def test_private_pages_are_kept_nowhere(site: TestClient) -> None:
    assert site.get("/plain").headers["cache-control"] == "no-store"
    assert "HX-Request-Type" in site.get("/plain").headers["vary"]
    assert "cache-control" not in site.get("/static/x.css").headers


def test_a_header_that_an_answer_has_itself_is_not_added_twice(site: TestClient) -> None:
    headers = site.get("/cached").headers
    assert headers.get_list("cache-control") == ["no-cache"]
    assert headers.get_list("vary") == ["Accept", "HX-Request, HX-Request-Type"]


def test_streams_pass_in_their_pieces(site: TestClient) -> None:
    assert site.get("/streamed").text == "ab"


@pytest.mark.parametrize(
    ("host", "passes"),
    [
        ("tally.test", True),
        ("TALLY.test:8000", True),
        ("[::1]:8000", True),
        ("a.b.home.test", True),
        ("home.test", False),
        ("evilhome.test", False),
        ("tally.test.evil.test", False),
        ("evil.test", False),
        ("tally.test:80:80", False),
        ("tally.test@evil.test", False),
        ("[::1", False),
        ("", False),
    ],
)
def test_only_requests_for_a_name_of_ours_go_on(host: str, passes: bool) -> None:
    app = Starlette(routes=[Route("/plain", plain)])
    hosts = ("Tally.test", "[::1]", "*.home.test")
    app.add_middleware(HostCheck, allowed_hosts=hosts, refuse=refuse)
    answer = TestClient(app).get("/plain", headers={"Host": host})
    assert answer.status_code == (200 if passes else 400)


@pytest.mark.parametrize(
    ("headers", "compressed"),
    [
        ({}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Referer": "http://testserver/list"}, True),
        ({"Referer": "http://evil.test/testserver/"}, False),
        ({"Origin": "http://evil.test"}, False),
        ({"Sec-Fetch-Site": "same-origin", "Referer": "http://evil.test/"}, True),
    ],
)
def test_what_another_site_asks_for_is_not_compressed(
    client: TestClient, headers: dict[str, str], compressed: bool
) -> None:
    for path in ("/add?line=guess", "/list?q=guess"):
        answer = client.get(path, headers=headers | {"Accept-Encoding": "gzip"})
        assert ("content-encoding" in answer.headers) is compressed


def left(_: Request) -> Response:
    raise ClientDisconnect


@pytest.mark.parametrize(
    ("path", "status"),
    [("/plain", 200), ("/nowhere", 404), ("/left", CLIENT_CLOSED), ("/broken", 500)],
)
def test_every_observer_is_told_once_how_a_request_ended(path: str, status: int) -> None:
    told: list[tuple[str, int, float]] = []
    observers = [lambda scope, *end: told.append((scope["path"], *end))] * 2
    app = Starlette(routes=[Route("/plain", plain), Route("/left", left), Route("/broken", broken)])
    app.add_middleware(Observe, observers=observers)
    client = TestClient(app, raise_server_exceptions=False)
    with suppress(AssertionError):  # Who has left gets no answer.
        client.get(path)
    assert [line[:2] for line in told] == [(path, status)] * 2
    assert told[0][2] == told[1][2] >= 0

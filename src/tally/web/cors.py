"""Answers for pages of other sites: only those that are listed, only with a token.

Plain ASGI. Credentials are never allowed, so a browser shows another site nothing that a cookie
opened, and a page that is not listed gets no answer at all.
"""

from __future__ import annotations

from collections.abc import Sequence

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tally.accounts.api_tokens import is_bearer

METHODS = "GET, POST, PUT, DELETE"
HEADERS = "Authorization, Content-Type, Accept, Idempotency-Key, X-Tally-Written"
# The headers of answers that a page may read: when to come back, and what its token lacks.
EXPOSED = "Retry-After, WWW-Authenticate"
MAX_AGE = 600

RawHeaders = list[tuple[bytes, bytes]]


class Cors:
    """The middleware. `origins` as `settings` read them: scheme, host, port, lower-case."""

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        self.app = app
        self.origins = frozenset(origin.encode() for origin in origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers: RawHeaders = scope["headers"]
        origin = _only(headers, b"origin")
        is_listed = origin in self.origins
        if is_listed and scope["method"] == "OPTIONS" and _is_preflight(headers):
            await _answer_preflight(origin, send)
        elif is_bearer(headers):
            await self.app(scope, receive, _with(send, _allowing(origin if is_listed else b"")))
        else:
            await self.app(scope, receive, send)


def _is_preflight(headers: RawHeaders) -> bool:
    return any(name == b"access-control-request-method" for name, _ in headers)


def _only(headers: RawHeaders, wanted: bytes) -> bytes:
    """The value of a header that came once, else nothing."""
    values = [value for name, value in headers if name == wanted]
    return values[0] if len(values) == 1 else b""


def _allowing(origin: bytes) -> RawHeaders:
    allowed = [
        (b"access-control-allow-origin", origin),
        (b"access-control-expose-headers", EXPOSED.encode()),
    ]
    return [*(allowed if origin else []), (b"vary", b"Origin")]


def _with(send: Send, added: RawHeaders) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *added]
        await send(message)

    return sending


async def _answer_preflight(origin: bytes, send: Send) -> None:
    headers = [
        (b"access-control-allow-origin", origin),
        (b"access-control-allow-methods", METHODS.encode()),
        (b"access-control-allow-headers", HEADERS.encode()),
        (b"access-control-max-age", str(MAX_AGE).encode()),
        (b"vary", b"Origin"),
    ]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})

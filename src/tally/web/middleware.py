"""The layers around every answer: observers, origins, headers, hosts, slots, compression.

Plain ASGI, so that streamed answers pass through untouched and nothing is buffered.
"""

import re
import time
from collections.abc import Callable, Hashable, Iterable, Sequence

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette_compress import CompressMiddleware

from tally.accounts import audit_log
from tally.accounts.api_tokens import is_bearer
from tally.errors import HTTPError
from tally.web.context import SAFE_METHODS
from tally.web.cors import RawHeaders
from tally.web.htmx import VARY
from tally.web.slots import ReadSlots

# A page is a twelfth lighter than with zstd's level 8, which takes half as long; the next quality
# of brotli takes longer for next to nothing.
BROTLI_QUALITY = 5


CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "microphone",
        "midi",
        "payment",
        "publickey-credentials-get",
        "screen-wake-lock",
        "usb",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    # With no-referrer Chromium would post its forms with `Origin: null`.
    "Referrer-Policy": "same-origin",
}
HTTPS_HEADERS = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
# The headers of pages and data. Static files are no documents, and the same for everybody.
PAGE_HEADERS = {
    "Permissions-Policy": PERMISSIONS_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Vary": VARY,
}

# Not a status of HTTP: the visitor left before there was an answer (nginx's number for it).
CLIENT_CLOSED = 499

WRONG_HOST = "Tally is not known by this name: TALLY_ALLOWED_HOSTS says by which it is."
CROSS_SITE = "This request came from another site, so nothing was changed."

# The values of Sec-Fetch-Site for requests that no page of another site has caused.
_OWN_SITES = frozenset({b"same-origin", b"none"})

# A name or an address, and a port.
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]{1,5})?")


# Is told of each request when it has ended: its scope, its status, and the seconds that it took.
Observer = Callable[[Scope, int, float], None]


class Observe:
    """Tells the observers of each request, such as the log and the metrics, how it ended."""

    def __init__(self, app: ASGIApp, observers: Sequence[Observer]) -> None:
        self.app = app
        self.observers = observers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start = time.perf_counter()
        status = 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except ClientDisconnect:
            status = CLIENT_CLOSED
        finally:
            seconds = time.perf_counter() - start
            for observer in self.observers:
                observer(scope, status, seconds)


class Guard:
    """Refuses changes for other sites, and adds the headers that bind browsers.

    `refuse` makes the page, fragment or JSON of a refusal.
    """

    def __init__(self, app: ASGIApp, refuse: Callable[[Request, HTTPError], Response]) -> None:
        self.app = app
        self.refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        added = _headers_for(scope)

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_missing(message["headers"], added)]
            await send(message)

        # A token is no cookie: no browser adds it by itself to requests of another site's page.
        if scope["method"] in SAFE_METHODS or is_same_origin(scope) or is_bearer(scope["headers"]):
            await self.app(scope, receive, send_guarded)
        else:
            request = Request(scope, receive)
            audit_log.note("cross-site request refused", request)
            response = self.refuse(request, HTTPError(403, CROSS_SITE))
            await response(scope, receive, send_guarded)


class LimitReads:
    """Limits the reads of each member: a read holds one of a few slots until its answer is sent.

    The endpoint and streamed answers take one of the member's turns for their work in a thread.
    `member` names the member behind a request, None without one; `refuse` makes a refusal's answer.
    """

    def __init__(
        self,
        app: ASGIApp,
        slots: ReadSlots,
        member: Callable[[Request], Hashable | None],
        refuse: Callable[[Request, HTTPError], Response],
    ) -> None:
        self.app = app
        self.slots = slots
        self.member = member
        self.refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        who = self._reader(scope)
        if who is None:
            await self.app(scope, receive, send)
            return
        try:
            async with self.slots.taken(who) as reads:
                scope.setdefault("state", {})["reads"] = reads
                await self.app(scope, receive, send)
        except HTTPError as refused:
            response = self.refuse(Request(scope, receive), refused)
            await response(scope, receive, send)

    def _reader(self, scope: Scope) -> Hashable | None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return None
        # A page loads a dozen static files, and they cost next to nothing.
        if scope["path"].startswith("/static/"):
            return None
        return self.member(Request(scope))


class Compress:
    """Compression of answers, but not of those that a page of another site asks for.

    An attacker who has a browser request a page with a chosen text in it, and sees the length of
    the answer, could guess the rest of the page from its compressed length.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.compressing = CompressMiddleware(app, zstd=False, brotli_quality=BROTLI_QUALITY)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        compressed = scope["type"] == "http" and not is_from_elsewhere(scope)
        await (self.compressing if compressed else self.app)(scope, receive, send)


class HostCheck:
    """Refuses requests for other hosts than the allowed ones. `*.example.org`: any below it."""

    def __init__(
        self,
        app: ASGIApp,
        allowed_hosts: Sequence[str],
        refuse: Callable[[Request, HTTPError], Response],
    ) -> None:
        self.app = app
        self.refuse = refuse
        self.names = frozenset(host.lower() for host in allowed_hosts)
        self.endings = tuple(host[1:] for host in self.names if host.startswith("*"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._is_known(_host(scope)):
            await self.app(scope, receive, send)
        else:
            response = self.refuse(Request(scope, receive), HTTPError(400, WRONG_HOST))
            await response(scope, receive, send)

    def _is_known(self, host: bytes) -> bool:
        match = _HOST.fullmatch(host.decode("latin-1").lower())
        return match is not None and (match[1] in self.names or match[1].endswith(self.endings))


def with_guard_headers(response: Response, scope: Scope) -> Response:
    """Add the headers of `Guard` to an answer that is made outside the middleware, of a failure."""
    response.raw_headers.extend(_missing(response.raw_headers, _headers_for(scope)))
    return response


def is_same_origin(scope: Scope) -> bool:
    """Whether a request comes from this site's own pages, or from no browser at all."""
    sites = _values(scope, b"sec-fetch-site")
    if sites:
        return _OWN_SITES.issuperset(sites)
    # Chromium sends no Sec-Fetch headers over plain http to an address in the local network.
    own = _own_origin(scope)
    return all(_origin(origin) == own for origin in _values(scope, b"origin"))


def is_from_elsewhere(scope: Scope) -> bool:
    """Whether a page of another site made the browser send this request."""
    sites = _values(scope, b"sec-fetch-site")
    if sites:
        return not _OWN_SITES.issuperset(sites)
    own = _own_origin(scope)
    pages = _values(scope, b"referer", b"origin")
    return any(_origin(b"/".join(page.split(b"/")[:3])) != own for page in pages)


def _values(scope: Scope, *names: bytes) -> list[bytes]:
    """The values of all headers with one of these names."""
    return [value for name, value in scope["headers"] if name in names]


def _own_origin(scope: Scope) -> bytes:
    return _origin(scope["scheme"].encode() + b"://" + _host(scope))


def _host(scope: Scope) -> bytes:
    return b"".join(_values(scope, b"host"))


def _origin(origin: bytes) -> bytes:
    origin = origin.lower()
    default_port = b":443" if origin.startswith(b"https:") else b":80"
    return origin.removesuffix(default_port)


def _encode(headers: dict[str, str]) -> RawHeaders:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


# The headers by (is https, is no static file), made once, since every answer has them.
_ADDED: dict[tuple[bool, bool], RawHeaders] = {
    (https, page): _encode(
        HEADERS | (HTTPS_HEADERS if https else {}) | (PAGE_HEADERS if page else {})
    )
    for https in (False, True)
    for page in (False, True)
}
# For requests that are refused before their scheme is known.
PLAIN_HEADERS = _ADDED[False, True]


def _headers_for(scope: Scope) -> RawHeaders:
    return _ADDED[scope["scheme"] == "https", not scope["path"].startswith("/static/")]


def _missing(present: Iterable[tuple[bytes, bytes]], added: RawHeaders) -> RawHeaders:
    # Compression and JSON name other things in their Vary; a header may come in several lines.
    names = {name for name, value in present if name != b"vary" or VARY.encode() in value}
    return [header for header in added if header[0] not in names]

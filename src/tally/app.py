"""The application: its routes, its middleware, its start and its stop."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import anyio
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.types import Scope as ASGIScope

from tally.accounts import token_store
from tally.accounts.api_tokens import Scope
from tally.accounts.rate_limit import Throttle
from tally.accounts.tokens import Keyring
from tally.db.engine import Database
from tally.domain.fields import read_id
from tally.errors import HTTPError, NotFound
from tally.settings import LOOPBACK_HOSTS, Settings
from tally.transfer.files import sources
from tally.views import account, add, bulk, create, dashboard, health, login, records, transfer
from tally.views import list as list_page
from tally.views.add_parts import notices, suggest
from tally.views.saving import edit
from tally.views.settings import limits, prices, tokens, types
from tally.views.site import frame, keys, openapi, pwa
from tally.web import access_log, templates
from tally.web.context import SAFE_METHODS
from tally.web.cors import Cors
from tally.web.endpoint import Endpoint, Extra, Handler, public, refuse, refuse_anybody, signed_in
from tally.web.failures import fault
from tally.web.middleware import (
    Compress,
    Guard,
    HostCheck,
    LimitReads,
    Observe,
    Observer,
    with_guard_headers,
)
from tally.web.slots import ConcurrencyLimit, ReadSlots, WriteTurns
from tally.web.static_files import Statics

HASHING_THREADS = 2
# The most accounts made from one address in five minutes: a school may share one.
MAX_NEW_ACCOUNTS = 100
# The most of each that run at once in a process: an export holds a connection, and a file that is
# being sent lies on the disk.
MAX_EXPORTS = 8
MAX_UPLOADS = 4
MAX_IMPORTS = 4
# The longest wait for a turn to import a file that has arrived.
IMPORT_WAIT_SECONDS = 30.0
# The time limit of a request that may change many thousands of records.
BULK_SECONDS = 120.0
WATCHING_THREADS = 2

GET, POST, PUT, DELETE = ["GET"], ["POST"], ["PUT"], ["DELETE"]

# The scopes of the tokens that reach a route. A route without any is for people alone.
ADDS: tuple[Scope, ...] = ("add", "all")
READS: tuple[Scope, ...] = ("read", "all")
CHANGES: tuple[Scope, ...] = ("all",)


class RecordRoute(Route):
    """A route whose `{id}` must be a record's id, so that it never matches `/consumption/undo`."""

    def matches(self, scope: ASGIScope) -> tuple[Match, ASGIScope]:
        match, child_scope = super().matches(scope)
        if match != Match.NONE and read_id(child_scope["path_params"]["id"]) is None:
            return Match.NONE, {}
        return match, child_scope


def routes(statics: Statics) -> list[BaseRoute]:
    """All routes, in the order in which Starlette tries them."""
    return [
        # The addresses that every page and every line asks for are tried first.
        Route("/consumption", signed_in(records.index, scopes=READS, formats=["csv"]), methods=GET),
        Route(
            "/consumption", signed_in(create.create, scopes=ADDS, formats=["records"]), methods=POST
        ),
        Route("/consumption/preview", signed_in(add.preview, scopes=ADDS), methods=["GET", "POST"]),
        Route("/", signed_in(dashboard.page), methods=GET),
        Route("/add", signed_in(add.page), methods=GET),
        Route("/list", signed_in(list_page.page), methods=GET),
        #
        Route("/stats", signed_in(dashboard.statistics, scopes=READS), methods=GET),
        Route(
            "/types", signed_in(types.update, scopes=CHANGES, seconds=BULK_SECONDS), methods=POST
        ),
        Route("/prices", signed_in(prices.create, scopes=CHANGES), methods=POST),
        Route("/prices/{id}/delete", signed_in(prices.delete, scopes=CHANGES), methods=POST),
        Route("/prices/{id}/restore", signed_in(prices.restore, scopes=CHANGES), methods=POST),
        Route("/notices", signed_in(notices.close), methods=POST),
        Route("/limits", signed_in(limits.save, scopes=CHANGES), methods=POST),
        #
        Route("/consumption/suggestions", signed_in(suggest.show, scopes=ADDS), methods=GET),
        Route("/consumption/totals", signed_in(records.totals, scopes=READS), methods=GET),
        Route(
            "/consumption/undo",
            signed_in(records.undo, scopes=CHANGES, seconds=BULK_SECONDS),
            methods=POST,
        ),
        Route(
            "/consumption/bulk",
            signed_in(bulk.bulk, scopes=CHANGES, formats=["csv"], seconds=BULK_SECONDS),
            methods=POST,
        ),
        Route("/consumption/import", signed_in(transfer.import_form), methods=GET),
        Route("/consumption/import", _takes_a_file(transfer.import_file), methods=POST),
        Route(
            "/consumption/import/problems",
            _takes_a_file(transfer.import_problems, formats=["csv"]),
            methods=POST,
        ),
        Route("/account/imports/forget", signed_in(transfer.forget_imports), methods=POST),
        RecordRoute("/consumption/{id}", signed_in(records.show, scopes=READS), methods=GET),
        RecordRoute(
            "/consumption/{id}", signed_in(edit.save, scopes=CHANGES), methods=["PUT", "POST"]
        ),
        RecordRoute("/consumption/{id}", signed_in(records.delete, scopes=CHANGES), methods=DELETE),
        RecordRoute("/consumption/{id}/edit", signed_in(edit.edit), methods=GET),
        RecordRoute(
            "/consumption/{id}/delete", signed_in(records.delete, scopes=CHANGES), methods=POST
        ),
        RecordRoute(
            "/consumption/{id}/restore", signed_in(records.restore, scopes=CHANGES), methods=POST
        ),
        #
        Route("/login", public(login.page), methods=GET),
        Route("/auth/login", public(login.sign_in, slow_hash=True), methods=POST),
        Route("/auth/register", public(login.register, slow_hash=True), methods=POST),
        Route("/auth/reset", public(login.reset_page), methods=GET),
        Route("/auth/reset", public(login.reset, slow_hash=True), methods=POST),
        Route("/auth/logout", signed_in(login.sign_out), methods=POST),
        Route("/auth/password", signed_in(account.change_password, slow_hash=True), methods=POST),
        Route("/auth/sessions/end-others", signed_in(account.end_other_sessions), methods=POST),
        Route("/auth/sessions/{sid}/end", signed_in(account.end_session), methods=POST),
        Route("/auth/invitations", signed_in(account.invite), methods=POST),
        Route("/account", signed_in(account.show), methods=GET),
        Route("/account", signed_in(account.save), methods=POST),
        Route("/keys", signed_in(keys.show), methods=GET),
        Route("/account/tokens", signed_in(tokens.create), methods=POST),
        Route("/account/tokens/{id}/end", signed_in(tokens.end), methods=POST),
        Route("/account/delete", signed_in(account.delete, slow_hash=True), methods=POST),
        #
        Route("/openapi.json", openapi.show, methods=GET),
        Route("/manifest.webmanifest", pwa.manifest, methods=GET),
        Route("/sw.js", pwa.service_worker, methods=GET),
        Route("/offline", pwa.offline, methods=GET),
        #
        Route("/healthz", health.alive, methods=GET),
        Route("/readyz", health.ready, methods=GET),
        Route("/metrics", health.metrics, methods=GET),
        Mount("/static", statics, name="static"),
    ]


def _takes_a_file(handler: Handler, formats: Sequence[Extra] = ()) -> Endpoint:
    return signed_in(
        handler,
        scopes=CHANGES,
        formats=formats,
        max_bytes=sources.MAX_BYTES,
        seconds=None,
        on_refusal=transfer.refused,
    )


def _utc_now() -> datetime:
    return datetime.now(UTC)


def create_app(
    settings: Settings | None = None, clock: Callable[[], datetime] = _utc_now
) -> Starlette:
    """The application for one process. Without `settings` they are read from the environment.

    `clock` gives the present moment in UTC.
    """
    settings = settings or Settings()
    statics = Statics()

    read_slots = ReadSlots()
    database = Database(settings.database_address)
    metrics = None
    observers: list[Observer] = [access_log.write]
    if settings.metrics == "on":
        # Imported only here: most people never look at it, and each start would pay for it.
        from tally.web.metrics import Metrics

        metrics = Metrics(database)
        observers.insert(0, metrics.observe)

    app = Starlette(
        routes=routes(statics),
        middleware=_layers(settings, observers, read_slots),
        exception_handlers={HTTPException: _http_error, Exception: _fault},
        lifespan=_lifespan,
    )
    # A slash too many is another address, and htmx never gets to see a redirect.
    app.router.redirect_slashes = False
    app.state.settings = settings
    app.state.clock = clock
    app.state.database = database
    app.state.metrics = metrics
    app.state.keyring = Keyring(settings.secret_key)
    app.state.read_slots = read_slots
    app.state.write_turns = WriteTurns()
    app.state.throttle = Throttle()
    # Apart from passwords: a program that nobody looks at must not lock its owner out.
    app.state.token_tries = Throttle()
    app.state.proven_tokens = token_store.ProvenTokens()
    app.state.new_accounts = Throttle(MAX_NEW_ACCOUNTS)
    app.state.exporting = ConcurrencyLimit(MAX_EXPORTS)
    app.state.receiving = ConcurrencyLimit(MAX_UPLOADS)
    app.state.importing = ConcurrencyLimit(MAX_IMPORTS, IMPORT_WAIT_SECONDS)
    app.state.templates = templates.environment(statics.url)
    app.state.frame = frame.values
    return app


def _layers(
    settings: Settings, observers: Sequence[Observer], read_slots: ReadSlots
) -> list[Middleware]:
    """The layers around every answer, the outermost first."""
    hosts = settings.allowed_hosts or LOOPBACK_HOSTS
    return [
        Middleware(Observe, observers=observers),
        Middleware(Guard, refuse=refuse),
        Middleware(HostCheck, allowed_hosts=hosts, refuse=refuse),
        *([Middleware(Cors, origins=settings.cors_origins)] if settings.cors_origins else []),
        Middleware(LimitReads, slots=read_slots, member=token_store.member_of, refuse=refuse),
        Middleware(Compress),
    ]


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    app.state.hashing = anyio.CapacityLimiter(HASHING_THREADS)
    # While the database is frozen all other threads wait for it; health checks must not.
    app.state.watching = anyio.CapacityLimiter(WATCHING_THREADS)
    yield
    app.state.database.close()


async def _http_error(request: Request, error: Exception) -> Response:
    """Starlette's own refusals, in the layout and in our words."""
    if not isinstance(error, HTTPException):
        raise error
    match error.status_code:
        case 404:
            refused: HTTPError = NotFound()
        case 405:
            refused = _wrong_method(request)
        case status:
            refused = HTTPError(status, f"{error.detail}.", headers=error.headers)
    # A missing file asks for nobody's name, and may be there after the next start.
    if request.url.path.startswith("/static/"):
        refused.headers["Cache-Control"] = "no-store"
        return refuse(request, refused)
    return await refuse_anybody(request, refused)


def _wrong_method(request: Request) -> HTTPError:
    """405 with the methods that the address takes: each may have a route of its own."""
    taken = {
        method
        for route in request.app.routes
        if isinstance(route, Route) and route.matches(request.scope)[0] != Match.NONE
        for method in route.methods or ()
    } or {"GET", "HEAD"}
    allowed = [method for method in ("GET", "HEAD", "POST", "PUT", "DELETE") if method in taken]
    *others, last = [method for method in allowed if method != "HEAD"]
    takes = f"{', '.join(others)} and {last}" if others else last
    return HTTPError(
        405, f"This address takes {takes} only.", headers={"Allow": ", ".join(allowed)}
    )


def _fault(request: Request, error: Exception) -> Response:
    """The answer 500 to an error in Tally. Its traceback is in the log, and not in the answer."""
    advice = ""
    if request.method not in SAFE_METHODS:
        # The fault may have happened after the COMMIT.
        advice = " Look whether it was saved before you send it again."
    return with_guard_headers(refuse(request, fault(advice)), request.scope)

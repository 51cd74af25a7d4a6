"""The application: its routes, what stands around them, what starts and stops with it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import anyio
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.types import Scope
from starlette_compress import CompressMiddleware

from tally import render
from tally.database import Database
from tally.errors import NotFound, Refusal
from tally.guard import Guard, HostCheck, cover
from tally.log import AccessLog
from tally.models import read_id
from tally.pages import (
    account,
    add,
    bulk,
    consumption,
    create,
    dashboard,
    exchange,
    health,
    latest,
    login,
)
from tally.pages import list as list_page
from tally.settings import Settings
from tally.statics import Statics
from tally.throttle import Throttle
from tally.tokens import Keyring
from tally.turns import Turns
from tally.visit import Endpoint, Handler, everyone, members, refuse, refuse_anybody

MOST_IMPORT_BYTES = 16 * 1024 * 1024
HASHING_THREADS = 2
# Made from one address in five minutes: a school may sit behind one, and nothing of it is wrong.
MOST_NEW_ACCOUNTS = 100
# At once in a process: exports hold a connection each, imports a file of so many bytes.
MOST_EXPORTS = 8
MOST_IMPORTS = 4
# One change of many thousands of records.
BULK_SECONDS = 120.0
WATCHING_THREADS = 2
LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]")

GET, POST, PUT, DELETE = ["GET"], ["POST"], ["PUT"], ["DELETE"]


class RecordRoute(Route):
    """Its `{id}` is that of a record: `/consumption/undo` is none, whatever the method."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, found = super().matches(scope)
        if match != Match.NONE and read_id(found["path_params"]["id"]) is None:
            return Match.NONE, {}
        return match, found


def routes(statics: Statics) -> list[BaseRoute]:
    """Every address, in the order in which Starlette tries them: first what is asked for most."""
    return [
        Route("/", members(dashboard.page), methods=GET),
        Route("/stats", members(dashboard.statistics), methods=GET),
        Route("/limits", members(dashboard.set_limit), methods=POST),
        #
        Route("/add", members(add.page), methods=GET),
        Route("/consumption/preview", members(add.preview), methods=["GET", "POST"]),
        Route("/consumption/suggestions", members(add.suggestions), methods=GET),
        Route("/consumption", members(create.create), methods=POST),
        #
        Route("/list", members(list_page.page), methods=GET),
        Route("/consumption", members(consumption.index), methods=GET),
        Route("/consumption/totals", members(consumption.totals), methods=GET),
        Route("/consumption/undo", members(consumption.undo, seconds=BULK_SECONDS), methods=POST),
        Route("/consumption/bulk", members(bulk.bulk, seconds=BULK_SECONDS), methods=POST),
        Route("/consumption/import", members(exchange.import_form), methods=GET),
        Route("/consumption/import", _takes_a_file(exchange.import_file), methods=POST),
        Route(
            "/consumption/import/problems", _takes_a_file(exchange.import_problems), methods=POST
        ),
        RecordRoute("/consumption/{id}", members(consumption.show), methods=GET),
        RecordRoute("/consumption/{id}", members(consumption.save), methods=["PUT", "POST"]),
        RecordRoute("/consumption/{id}", members(consumption.delete), methods=DELETE),
        RecordRoute("/consumption/{id}/edit", members(consumption.edit), methods=GET),
        RecordRoute("/consumption/{id}/delete", members(consumption.delete), methods=POST),
        RecordRoute("/consumption/{id}/restore", members(consumption.restore), methods=POST),
        #
        Route("/login", everyone(login.page), methods=GET),
        Route("/auth/login", everyone(login.sign_in, slow_hash=True), methods=POST),
        Route("/auth/register", everyone(login.register, slow_hash=True), methods=POST),
        Route("/auth/reset", everyone(login.reset_page), methods=GET),
        Route("/auth/reset", everyone(login.reset, slow_hash=True), methods=POST),
        Route("/auth/logout", members(login.sign_out), methods=POST),
        Route("/auth/password", members(account.change_password, slow_hash=True), methods=POST),
        Route("/auth/sessions/end-others", members(account.end_other_sessions), methods=POST),
        Route("/auth/sessions/{sid}/end", members(account.end_session), methods=POST),
        Route("/auth/invitations", members(account.invite), methods=POST),
        Route("/account", members(account.show), methods=GET),
        Route("/account", members(account.save), methods=POST),
        Route("/account/delete", members(account.delete, slow_hash=True), methods=POST),
        #
        Route("/healthz", health.alive, methods=GET),
        Route("/readyz", health.ready, methods=GET),
        Route("/metrics", health.metrics, methods=GET),
        Mount("/static", statics, name="static"),
    ]


def _takes_a_file(handler: Handler) -> Endpoint:
    return members(handler, most_bytes=MOST_IMPORT_BYTES, seconds=None, tell=exchange.refused)


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

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        app.state.hashing = anyio.CapacityLimiter(HASHING_THREADS)
        # While the database is frozen all other threads wait for it; those who ask must learn that.
        app.state.watching = anyio.CapacityLimiter(WATCHING_THREADS)
        yield
        app.state.database.close()

    measuring = []
    if settings.metrics == "on":
        # Imported only here: most people never look at it, and each start would pay for it.
        from tally.metrics import Measure, Metrics

        measuring = [Middleware(Measure)]

    app = Starlette(
        routes=routes(statics),
        middleware=[
            Middleware(AccessLog),
            *measuring,
            Middleware(Guard, refuse=refuse),
            Middleware(
                HostCheck,
                allowed_hosts=settings.allowed_hosts or LOOPBACK_HOSTS,
                refuse=refuse,
            ),
            Middleware(CompressMiddleware),
        ],
        exception_handlers={HTTPException: _http_error, Exception: _fault},
        lifespan=lifespan,
    )
    # A slash too many is another address, and htmx never gets to see a redirect.
    app.router.redirect_slashes = False
    assert settings.database_url, "the command line sets the address of the embedded database"
    app.state.settings = settings
    app.state.clock = clock
    app.state.database = Database(settings.database_url)
    app.state.metrics = Metrics(app.state.database) if measuring else None
    app.state.keyring = Keyring(settings.secret_key)
    app.state.throttle = Throttle()
    app.state.new_accounts = Throttle(MOST_NEW_ACCOUNTS)
    app.state.exporting = Turns(MOST_EXPORTS)
    app.state.importing = Turns(MOST_IMPORTS)
    app.state.templates = render.environment(statics.url)
    # What a page brings along when its address says so: the account open, what was changed last.
    app.state.templates.globals |= {
        "account_dialog": account.dialog,
        "latest_change": latest.change,
    }
    return app


async def _http_error(request: Request, error: Exception) -> Response:
    """Starlette's own refusals, in the layout and in our words."""
    assert isinstance(error, HTTPException)
    match error.status_code:
        case 404:
            refused: Refusal = NotFound()
        case 405:
            refused = _wrong_method(request)
        case status:
            refused = Refusal(status, f"{error.detail}.", headers=error.headers)
    # A missing file asks for nobody's name.
    if request.url.path.startswith("/static/"):
        return refuse(request, refused)
    return await refuse_anybody(request, refused)


def _wrong_method(request: Request) -> Refusal:
    """405 with what the address does take: each of its methods may have a route of its own."""
    found = {
        method
        for route in request.app.routes
        if isinstance(route, Route) and route.matches(request.scope)[0] != Match.NONE
        for method in route.methods or ()
    } or {"GET", "HEAD"}
    allowed = [method for method in ("GET", "HEAD", "POST", "PUT", "DELETE") if method in found]
    *others, last = [method for method in allowed if method != "HEAD"]
    takes = f"{', '.join(others)} and {last}" if others else last
    return Refusal(405, f"This address takes {takes} only.", headers={"Allow": ", ".join(allowed)})


def _fault(request: Request, error: Exception) -> Response:
    """A fault of ours. The log has its traceback, the answer says nothing of it."""
    sentence = "Something went wrong here, and it is not your doing. Nothing was saved."
    return cover(refuse(request, Refusal(500, sentence)), request.scope)

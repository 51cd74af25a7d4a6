"""One request of one visitor: who asks, what they sent, their connection to the database.

`members` and `everyone` make a Starlette endpoint of a handler `(Visit) -> Response`. It runs
in a thread. For GET it reads without a transaction; for every other method all it does is one
transaction, committed when it returns and rolled back when it raises.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import anyio.to_thread
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.requests import Request
from starlette.responses import Response

from tally import accept, auth, deadline, render
from tally.accept import Form
from tally.database import Database, is_away, lift_time_limit, sqlstate
from tally.errors import NotFound, Refusal, SignedOut
from tally.forms import MOST_BYTES, Fields, Uploads, read_form, read_pairs, says_json
from tally.guard import SAFE_METHODS
from tally.models import Account, read_id
from tally.turns import Turns
from tally.words import Words

log = logging.getLogger("tally")

Handler = Callable[["Visit"], Response]
Endpoint = Callable[[Request], Awaitable[Response]]
# Says a refusal on a page that goes on, instead of on one that says nothing else.
Tell = Callable[["Visit", Refusal], Response]

REQUEST_SECONDS = 3.0
# More sign-ins than this waiting for the two hashing threads are told to come back.
MOST_WAITING_TO_HASH = 16

# SQLSTATE of a foreign key that leads nowhere: records have one, to the account that they are of,
# and somebody may have deleted it while this request was on its way.
NO_SUCH_ACCOUNT = "23503"

# Never sent: who asks may send their large body.
_COME_IN = 100


@dataclass
class Visit:
    """What a handler works with."""

    request: Request
    connection: Connection | None
    form: Fields
    files: Uploads
    identity: auth.Identity | None = None

    @property
    def db(self) -> Connection:
        """The connection of a handler. A refusal has none."""
        assert self.connection is not None
        return self.connection

    @functools.cached_property
    def now(self) -> datetime:
        """The moment of the request, in UTC."""
        clock: Callable[[], datetime] = self.request.app.state.clock
        return clock()

    @property
    def visitor(self) -> Account | None:
        """Who asks, or None when signed out."""
        return self.identity.user if self.identity else None

    @property
    def user(self) -> Account:
        """Who asks. Raises SignedOut."""
        if self.identity is None:
            raise SignedOut
        return self.identity.user

    @functools.cached_property
    def today(self) -> date:
        """The day it is where the visitor is."""
        return self.local_time(self.now).date()

    def local_time(self, moment: datetime) -> datetime:
        """A moment as clocks and calendars have it where the visitor is."""
        zone = self.visitor.timezone if self.visitor else "UTC"
        return moment.astimezone(ZoneInfo(zone))

    @functools.cached_property
    def say(self) -> Words:
        """How numbers and days are written for this visitor."""
        return Words(self.number_format, self.today)

    @property
    def number_format(self) -> str:
        """`auto`, `1,234.5`, `1.234,5` or `1 234,5`."""
        return (
            str(self.visitor.preferences.get("number_format", "auto")) if self.visitor else "auto"
        )

    @functools.cached_property
    def query(self) -> Fields:
        """The query string, read as strictly as a form."""
        return Fields(read_pairs(self.request.scope["query_string"]))

    @functools.cached_property
    def wants(self) -> Form:
        """What the answer should be: `?format=` wins, then Accept, then what was sent."""
        return wanted(self.request)

    @property
    def is_fragment(self) -> bool:
        """Whether htmx asks for a part of a page."""
        return render.wants_fragment(self.request)

    def path_id(self, name: str = "id") -> UUID:
        """The id in the path. Raises NotFound for anything but a plain UUID."""
        id = read_id(str(self.request.path_params[name]))
        if id is None:
            raise NotFound
        return id


def wanted(request: Request) -> Form:
    """HTML, JSON or CSV, by `?format=`, Accept, and last by a JSON body."""
    match request.query_params.get("format", ""):
        case "json":
            return "json"
        case "csv":
            return "csv"
        case asked:
            wish = None if asked else accept.preferred(request.headers.get("accept", ""))
            return wish or ("json" if says_json(request) else "html")


def members(
    handler: Handler,
    *,
    slow_hash: bool = False,
    most_bytes: int = MOST_BYTES,
    seconds: float | None = REQUEST_SECONDS,
    tell: Tell | None = None,
) -> Endpoint:
    """An endpoint for those who are signed in.

    `slow_hash`: it hashes a password, so it runs in the two threads kept for that.
    `most_bytes`: the largest body; above the usual size files are taken too.
    `seconds`: how long the database may take, the commit included; None: as long as it takes.
    `tell`: what says a refusal where a page was asked for.
    """
    return _endpoint(
        handler,
        signed_in=True,
        slow_hash=slow_hash,
        most_bytes=most_bytes,
        seconds=seconds,
        tell=tell,
    )


def everyone(handler: Handler, *, slow_hash: bool = False) -> Endpoint:
    """An endpoint for anybody, signed in or not."""
    return _endpoint(
        handler,
        signed_in=False,
        slow_hash=slow_hash,
        most_bytes=MOST_BYTES,
        seconds=REQUEST_SECONDS,
        tell=None,
    )


def _endpoint(
    handler: Handler,
    *,
    signed_in: bool,
    slow_hash: bool,
    most_bytes: int,
    seconds: float | None,
    tell: Tell | None,
) -> Endpoint:
    @functools.wraps(handler)
    async def endpoint(request: Request) -> Response:
        form, files = Fields([]), Uploads()
        try:
            if request.method not in SAFE_METHODS:
                form, files = await read_form(
                    request, files=most_bytes > MOST_BYTES, most_bytes=most_bytes
                )
        except Refusal as refused:
            return await refuse_anybody(request, refused, tell)
        try:
            limiter = _hashing_limiter(request) if slow_hash else None
            return await anyio.to_thread.run_sync(
                _answer, request, form, files, handler, signed_in, seconds, tell, limiter=limiter
            )
        except Refusal as refused:
            return refuse(request, refused)
        finally:
            for file in files.values():
                await file.close()

    return _asked_first(endpoint, tell) if most_bytes > MOST_BYTES else endpoint


def _asked_first(endpoint: Endpoint, tell: Tell | None) -> Endpoint:
    """Read a large body only of members, of a few at once, and of each one at a time.

    Its file lies on the disk until it is answered, and nobody should be able to fill that.
    """

    @functools.wraps(endpoint)
    async def asked(request: Request) -> Response:
        answer = await anyio.to_thread.run_sync(
            _answer, request, Fields([]), Uploads(), _come_in, True, REQUEST_SECONDS
        )
        if answer.status_code != _COME_IN:
            return answer
        turns: Turns = request.app.state.importing
        try:
            with turns.taken(request.state.user_id):
                return await endpoint(request)
        except Refusal as refused:
            return await refuse_anybody(request, refused, tell)

    return asked


def _come_in(_: Visit) -> Response:
    return Response(status_code=_COME_IN)


def _hashing_limiter(request: Request) -> anyio.CapacityLimiter:
    limiter: anyio.CapacityLimiter = request.app.state.hashing
    if limiter.statistics().tasks_waiting >= MOST_WAITING_TO_HASH:
        raise Refusal(503, "Too many sign-ins at once. Try again.", headers={"Retry-After": "5"})
    return limiter


def _answer(
    request: Request,
    form: Fields,
    files: Uploads,
    handler: Handler,
    signed_in: bool,
    seconds: float | None,
    tell: Tell | None = None,
) -> Response:
    visit: Visit | None = None
    try:
        with deadline.within(seconds), _connection(request) as db:
            visit = Visit(request, db, form, files)
            if seconds != REQUEST_SECONDS:
                lift_time_limit(db)
            visit.identity = auth.identify(request, db, visit.now)
            if visit.identity:
                request.state.user_id = visit.identity.user.id  # For the log's line.
            if signed_in and visit.identity is None:
                raise SignedOut
            response = handler(visit)
            auth.renew(visit.identity, response, request, db, visit.now)
    except SignedOut:
        assert visit is not None
        return render.sign_in_first(visit)
    except Refusal as refused:
        if tell and _wants_page(request):
            # All that the handler did is taken back by now.
            told = functools.partial(_told, tell, refused)
            return _answer(request, form, files, told, signed_in, REQUEST_SECONDS)
        return refuse(request, refused, visit)
    except (DBAPIError, PoolTimeout) as error:
        if visit and sqlstate(error) == NO_SUCH_ACCOUNT:
            return render.sign_in_first(visit)
        if not is_away(error):
            return _broken(request, visit)
        return refuse(request, database_away(), visit)
    except Exception:
        return _broken(request, visit)
    return response


def _told(tell: Tell, refused: Refusal, visit: Visit) -> Response:
    response = tell(visit, refused)
    response.headers.update(refused.headers)
    return response


def _wants_page(request: Request) -> bool:
    return wanted(request) == "html" and not render.from_htmx(request)


def _broken(request: Request, visit: Visit | None) -> Response:
    """A fault of ours: the log has all of it, the answer nothing."""
    log.exception("%s %s failed", request.method, request.scope["path"])
    return refuse(request, Refusal(500, "Something is broken here. Nothing was saved."), visit)


def _connection(request: Request) -> AbstractContextManager[Connection]:
    database: Database = request.app.state.database
    return database.reading() if request.method in SAFE_METHODS else database.changing()


def database_away() -> Refusal:
    """The answer while the database cannot be reached, is frozen, locked or read-only."""
    return Refusal(
        503, "The database is away for a moment. Nothing was saved.", headers={"Retry-After": "5"}
    )


async def refuse_anybody(request: Request, refused: Refusal, tell: Tell | None = None) -> Response:
    """The refusal of what no handler gets to see. On its page members keep the way to theirs."""
    if not _wants_page(request):
        return refuse(request, refused)

    def handler(visit: Visit) -> Response:
        raise refused

    return await anyio.to_thread.run_sync(
        _answer, request, Fields([]), Uploads(), handler, False, REQUEST_SECONDS, tell
    )


def refuse(request: Request, refused: Refusal, visit: Visit | None = None) -> Response:
    """The refusal as a page, fragment or JSON, also before anybody knows who asks."""
    # By now the handler's connection has gone back.
    visit = (
        replace(visit, connection=None) if visit else Visit(request, None, Fields([]), Uploads())
    )
    return render.refusal(
        visit, refused.status, refused.sentence, refused.fields, refused.headers, refused.details
    )

"""Endpoints: a handler with its connection, its time limit and its refusals.

`signed_in` and `public` make a Starlette endpoint of a handler `(RequestContext) -> Response`. The
handler runs in a thread. A GET reads without a transaction. Every other method runs in one
transaction: it is committed when the handler returns, and rolled back when the handler raises an
error, or when the visitor who uploads a file has hung up.

A program's token reaches what the route table gives its scope, and nothing else.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import math
import threading
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, AsyncExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

import anyio.to_thread
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Message

from tally.accounts import api_tokens, audit_log, sessions, token_store
from tally.accounts.api_tokens import ApiToken, Scope
from tally.accounts.sessions import SAFE_METHODS, Identity
from tally.accounts.token_store import Bearer
from tally.db import changes, wait_limit
from tally.db.engine import CommitUnknown, Database, is_away, lift_time_limit, sqlstate
from tally.domain import meters
from tally.domain.filter_query import FilterError
from tally.domain.meters import BrokenChain, TooManyMeters
from tally.errors import HTTPError, Invalid, NotFound, SignedOut
from tally.web import htmx, parameters, responses
from tally.web.context import RequestContext, formats_for, wanted
from tally.web.forms import MAX_BYTES, Fields, Uploads, read_form
from tally.web.slots import ConcurrencyLimit, MemberReads

log = logging.getLogger("tally")

Handler = Callable[[RequestContext], Response]
Endpoint = Callable[[Request], Awaitable[Response]]
# The formats of an address besides pages and JSON.
Extra = Literal["csv", "records"]
# Shows a refusal within a page to go on from, instead of on an error page.
Tell = Callable[[RequestContext, HTTPError], Response]

REQUEST_SECONDS = 3.0
# How long a member's read waits for its turn, and how long it may wait for that and the database
# together: within five seconds there is an answer.
TURN_SECONDS = 3.0
WAIT_SECONDS = 4.5
RETRY_SECONDS = "5"
# More sign-ins than this waiting for the two hashing threads are told to come back.
MAX_WAITING_TO_HASH = 16

# SQLSTATE of a foreign key that leads nowhere: records have one, to the account that they are of,
# and somebody may have deleted it while this request was on its way.
NO_SUCH_ACCOUNT = "23503"

# The beginning of a file that is only looked at; up to this size a body waits for no turn.
MAX_HEAD_BYTES = 1024 * 1024

# A status that is never sent: the client may send its large body.
_COME_IN = 100


@dataclass(frozen=True)
class _Rules:
    """The rules of an endpoint: its callers, its seconds for the database, its further formats."""

    members_only: bool
    scopes: frozenset[Scope] = frozenset()
    seconds: float | None = REQUEST_SECONDS
    formats: frozenset[Extra] = frozenset()


_ANYBODY = _Rules(members_only=False)


def signed_in(
    handler: Handler,
    *,
    scopes: Sequence[Scope] = (),
    slow_hash: bool = False,
    most_bytes: int = MAX_BYTES,
    seconds: float | None = REQUEST_SECONDS,
    formats: Sequence[Extra] = (),
    tell: Tell | None = None,
) -> Endpoint:
    """An endpoint for signed-in users.

    `scopes`: which tokens of programs may come too; none by itself.
    `slow_hash`: it hashes a password, so it runs in the two threads kept for that.
    `most_bytes`: the largest body; above the usual size files are taken too.
    `seconds`: how long the database may take, the commit included; None: as long as it takes.
    `formats`: `csv`, it has an answer as CSV too; `records`, lines may come as plain text and
    records as a JSON list.
    `tell`: shows a refusal where a page was asked for.
    """
    rules = _Rules(
        members_only=True,
        scopes=frozenset(scopes),
        seconds=seconds,
        formats=frozenset(formats),
    )
    return _endpoint(handler, rules, slow_hash=slow_hash, most_bytes=most_bytes, tell=tell)


def public(handler: Handler, *, slow_hash: bool = False) -> Endpoint:
    """An endpoint for anybody, signed in or not."""
    return _endpoint(handler, _ANYBODY, slow_hash=slow_hash, most_bytes=MAX_BYTES, tell=None)


def _endpoint(
    handler: Handler, rules: _Rules, *, slow_hash: bool, most_bytes: int, tell: Tell | None
) -> Endpoint:
    is_large = most_bytes > MAX_BYTES

    @functools.wraps(handler)
    async def endpoint(request: Request) -> Response:
        form, files = Fields([]), Uploads()
        async with AsyncExitStack() as turns:
            try:
                _refuse_other_formats(request, rules)
                if is_large:
                    form, files = await _read_in_turn(request, most_bytes, turns)
                elif request.method not in SAFE_METHODS:
                    form, files = await read_form(request, records="records" in rules.formats)
            except HTTPError as refused:
                return await refuse_anybody(request, refused, tell)
            if is_large:
                turns.enter_context(_watched(request))
            try:
                limiter = _hashing_limiter(request) if slow_hash else None
                request.state.waited = await _own_turn(request, turns)
                return await anyio.to_thread.run_sync(
                    _answer, request, form, files, handler, rules, tell, limiter=limiter
                )
            except HTTPError as refused:
                return refuse(request, refused)
            except asyncio.CancelledError:
                # The server stops and waits no longer. The thread may still get to its COMMIT, and
                # goes on with its file, which ends with the process.
                files = Uploads()
                return refuse(request, stopping(request))
            finally:
                for file in files.values():
                    file.file.close()

    return _asked_first(endpoint, rules) if is_large else endpoint


async def _own_turn(request: Request, turns: AsyncExitStack) -> float:
    """The turn of a member's read, held by `turns`, and the seconds waited for it.

    0 for all others, which take none. Raises HTTPError 503.
    """
    reads: MemberReads | None = getattr(request.state, "reads", None)
    return await turns.enter_async_context(reads.turn(TURN_SECONDS)) if reads else 0.0


def _refuse_other_formats(request: Request, rules: _Rules) -> None:
    """Raises HTTPError 406 for a `?format=` that this address does not have, or not for a token."""
    offered = [name for name in formats_for(request) if name != "csv" or "csv" in rules.formats]
    formats = request.query_params.getlist("format")
    if any(name and name not in offered for name in formats):
        sentence = f"There is no such format here: ask for {' or '.join(offered)}."
        raise HTTPError(406, sentence, {"format": sentence})


def _asked_first(endpoint: Endpoint, rules: _Rules) -> Endpoint:
    """Accept large uploads from signed-in users only: a file lies on the disk until it is answered.

    How many at once, `_read_in_turn` says.
    """

    @functools.wraps(endpoint)
    async def asked(request: Request) -> Response:
        answer = await anyio.to_thread.run_sync(
            _answer,
            request,
            Fields([]),
            Uploads(),
            _come_in,
            replace(rules, seconds=REQUEST_SECONDS),
        )
        return await endpoint(request) if answer.status_code == _COME_IN else answer

    return asked


async def _read_in_turn(
    request: Request, most_bytes: int, turns: AsyncExitStack
) -> tuple[Fields, Uploads]:
    """Read a large body, and take a turn to work on it, which `turns` holds.

    A few members at once may send a large body. A request holds no turn before its body begins,
    and the first part of a file (`head=1`) needs no turn. Raises HTTPError.
    """
    user_id: UUID = request.state.user_id
    reading: ConcurrencyLimit = request.app.state.receiving
    working: ConcurrencyLimit = request.app.state.importing
    async with AsyncExitStack() as received:
        if _announced(request) > MAX_HEAD_BYTES:
            working.refuse_second(user_id)
            request = await _begun(request)
            await received.enter_async_context(reading.waited_for(user_id))
        form, files = await read_form(request, files=True, most_bytes=most_bytes)
        try:
            if form.text("head") != "1":
                # Taken before the other turn is given back: this bounds the files on the disk.
                await turns.enter_async_context(working.waited_for(user_id))
            elif any((file.size or 0) > MAX_HEAD_BYTES for file in files.values()):
                sentence = f"Send at most {MAX_HEAD_BYTES // 1024} KiB as the beginning of a file."
                raise HTTPError(422, sentence, {"file": sentence})
        except HTTPError:
            for file in files.values():
                await file.close()
            raise
        return form, files


@contextmanager
def _watched(request: Request) -> Iterator[None]:
    """Notes in the request's state when its visitor hangs up, for as long as they wait."""
    request.state.left = left = threading.Event()

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        left.set()

    watching = asyncio.ensure_future(watch())
    try:
        yield
    finally:
        watching.cancel()


def _announced(request: Request) -> float:
    """The bytes of a body as its headers say; infinite where they do not."""
    length = request.headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() else math.inf


async def _begun(request: Request) -> Request:
    """The request once the first piece of its body is here."""
    first: list[Message] = [await request.receive()]

    async def receive() -> Message:
        return first.pop() if first else await request.receive()

    return Request(request.scope, receive)


def _come_in(_: RequestContext) -> Response:
    return Response(status_code=_COME_IN)


def _hashing_limiter(request: Request) -> anyio.CapacityLimiter:
    limiter: anyio.CapacityLimiter = request.app.state.hashing
    if limiter.statistics().tasks_waiting >= MAX_WAITING_TO_HASH:
        raise HTTPError(
            503, "Too many sign-ins at once. Try again.", headers={"Retry-After": RETRY_SECONDS}
        )
    return limiter


def _answer(
    request: Request,
    form: Fields,
    files: Uploads,
    handler: Handler,
    rules: _Rules,
    tell: Tell | None = None,
) -> Response:
    context = RequestContext(request, None, form, files)
    try:
        with wait_limit.within(_patience(request, rules)), _connection(request) as db:
            context.connection = db
            if rules.seconds != REQUEST_SECONDS:
                lift_time_limit(db)
            context.identity = _identify(context, rules)
            if rules.members_only and context.identity is None:
                raise SignedOut
            _refuse_unknown_names(context, handler)
            response = _handled(context, handler)
            context.refuse_if_left()
            _note_use(context, response)
        context.write_events()
    except SignedOut:
        return responses.sign_in_first(context)
    except HTTPError as refused:
        if tell and _wants_page(request):
            # All that the handler did is taken back by now.
            told = functools.partial(_told, tell, refused)
            return _answer(request, form, files, told, replace(rules, seconds=REQUEST_SECONDS))
        return refuse(request, refused, context)
    except ClientDisconnect:
        # Nobody reads an answer; the log has its line nevertheless.
        raise
    except Exception as error:
        return _failed(context, error)
    return response


def _handled(context: RequestContext, handler: Handler) -> Response:
    """The handler's response. Errors of records and filters, which know no answers, get theirs."""
    try:
        return handler(context)
    except changes.NoSuchRecord as error:
        raise NotFound(str(error)) from error
    except changes.ChangeRefused as error:
        status = 409 if isinstance(error, changes.ChangeConflict) else 422
        raise HTTPError(status, str(error)) from error
    except FilterError as error:
        raise Invalid(error.fields) from error


def _patience(request: Request, rules: _Rules) -> float | None:
    """Seconds that the database may take: fewer where the request has waited for its turn."""
    waited: float = getattr(request.state, "waited", 0.0)
    return rules.seconds and min(rules.seconds, WAIT_SECONDS - waited)


def _refuse_unknown_names(context: RequestContext, handler: Handler) -> None:
    """Raises HTTPError 422 for a field or parameter that the handler does not read.

    A page that is only looked at leaves them aside: links from elsewhere carry names of their own.
    """
    if context.wants != "html" or context.request.method not in SAFE_METHODS:
        listed = (name for item in context.form.several or () for name in item)
        names = (*context.query, *context.form, *context.form.nulls, *context.files, *listed)
        parameters.refuse_unknown(handler, names)


def _identify(context: RequestContext, rules: _Rules) -> Identity | None:
    """The user behind a request, by token or by cookie; the log's line names them, too.

    Raises HTTPError: 401 or 429 for a wrong token, 403 for a token whose scopes do not reach here.
    """
    request, db = context.request, context.db
    sent = api_tokens.in_header(request.headers.getlist("authorization"))
    if sent is None:
        identity = sessions.identify(request, db, context.now)
        if identity:
            request.state.user_id = identity.user.id
        return identity
    bearer = token_store.bearer_of(request, db, sent, context.now)
    request.state.user_id, request.state.token_id = bearer.account.id, bearer.token.token_id
    _refuse_out_of_scope(request, bearer.token, rules)
    return Identity(bearer.account, api_token=bearer.token)


def _note_use(context: RequestContext, response: Response) -> None:
    """Keep when a session or a token was used, once the handler is done with the records."""
    request, db, identity, now = context.request, context.db, context.identity, context.now
    if identity is None or identity.api_token is None:
        sessions.renew(identity, response, request, db, now)
        return
    bearer = Bearer(identity.user, identity.api_token)
    in_transaction = request.method not in SAFE_METHODS
    token_store.note_use(db, bearer, now, in_transaction=in_transaction)


def _refuse_out_of_scope(request: Request, token: ApiToken, rules: _Rules) -> None:
    if token.scope in rules.scopes:
        return
    audit_log.note("token out of scope", request, token=token.token_id, scope=token.scope)
    raise HTTPError(
        403,
        f"A token that may {api_tokens.MAY[token.scope]} does not reach this.",
        headers={"WWW-Authenticate": 'Bearer error="insufficient_scope"'},
    )


def _told(tell: Tell, refused: HTTPError, context: RequestContext) -> Response:
    response = tell(context, refused)
    response.headers.update(refused.headers)
    return response


def _wants_page(request: Request) -> bool:
    return wanted(request) == "html" and not htmx.from_htmx(request)


def _failed(context: RequestContext, error: Exception) -> Response:
    """The answer where a handler raised something else than a refusal of its own."""
    request = context.request
    if isinstance(error, DBAPIError) and sqlstate(error) == NO_SUCH_ACCOUNT:
        return responses.sign_in_first(context)
    if isinstance(error, BrokenChain | TooManyMeters):
        sentence = meters.why(error, context.say)
        return refuse(request, HTTPError(409, f"{sentence} Nothing was changed."), context)
    if isinstance(error, CommitUnknown):
        audit_log.note("commit not answered", request)
        return refuse(request, commit_unknown(), context)
    if isinstance(error, DBAPIError | PoolTimeout) and is_away(error):
        return refuse(request, database_away(request), context)
    # A fault of ours: the log has all of it, the answer nothing.
    log.error("%s %s failed", request.method, request.scope["path"], exc_info=error)
    return refuse(request, fault(_not_saved(request)), context)


def _connection(request: Request) -> AbstractContextManager[Connection]:
    database: Database = request.app.state.database
    return database.reading() if request.method in SAFE_METHODS else database.changing()


def fault(advice: str) -> HTTPError:
    """The answer to a fault of ours; `advice` is the sentence behind, or nothing."""
    return HTTPError(500, f"Something went wrong on our side.{advice}")


def database_away(request: Request) -> HTTPError:
    """The answer while the database cannot be reached, is frozen, locked or read-only."""
    sentence = f"The database is not reachable right now.{_not_saved(request) or ' Try again.'}"
    return HTTPError(503, sentence, headers={"Retry-After": RETRY_SECONDS})


def commit_unknown(reason: str = "The database did not answer in time.") -> HTTPError:
    """The answer to a change whose COMMIT has an unknown outcome."""
    return HTTPError(
        503,
        f"{reason} This may have been saved, or not: look, or send it again. Nothing is saved "
        "twice.",
        headers={"Retry-After": RETRY_SECONDS},
        details={"saved": None},
    )


def stopping(request: Request) -> HTTPError:
    """The answer to a request that a stopping server waits for no longer."""
    sentence = "Tally is being stopped."
    if request.method not in SAFE_METHODS:
        return commit_unknown(sentence)
    return HTTPError(503, f"{sentence} Try again.", headers={"Retry-After": RETRY_SECONDS})


def _not_saved(request: Request) -> str:
    """The sentence to add where a change was rolled back; "" for a GET, which saves nothing."""
    return "" if request.method in SAFE_METHODS else " Nothing was saved."


async def refuse_anybody(
    request: Request, refused: HTTPError, tell: Tell | None = None
) -> Response:
    """The refusal of a request that reaches no handler. Its page keeps the links of a user."""
    if not _wants_page(request):
        return refuse(request, refused)

    def handler(context: RequestContext) -> Response:
        raise refused

    return await anyio.to_thread.run_sync(
        _answer, request, Fields([]), Uploads(), handler, _ANYBODY, tell
    )


def refuse(request: Request, refused: HTTPError, context: RequestContext | None = None) -> Response:
    """The refusal as a page, fragment or JSON, also before anybody knows who asks."""
    # By now the handler's connection has gone back.
    context = (
        replace(context, connection=None)
        if context
        else RequestContext(request, None, Fields([]), Uploads())
    )
    return responses.refusal(
        context, refused.status, refused.sentence, refused.fields, refused.headers, refused.details
    )

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
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager, AsyncExitStack
from dataclasses import dataclass, replace
from typing import Literal

import anyio.to_thread
from sqlalchemy import Connection
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from tally.accounts import token_store
from tally.accounts.api_tokens import Scope
from tally.db import changes, wait_limit
from tally.db.engine import Database, lift_time_limit
from tally.db.stored_records import NoSuchRecord
from tally.domain.filter_query import FilterError
from tally.errors import HTTPError, Invalid, NotFound, SignedOut
from tally.web import failures, htmx, identity, parameters, responses
from tally.web.context import SAFE_METHODS, RequestContext, answer_format, formats_for
from tally.web.failures import RETRY_SECONDS, stopping
from tally.web.forms import MAX_BYTES, NO_BODY, Body, Fields, read_form
from tally.web.slots import MemberReads, WriteTurns
from tally.web.uploads import read_in_turn, watched

Handler = Callable[[RequestContext], Response]
Endpoint = Callable[[Request], Awaitable[Response]]
# The formats of an address besides pages and JSON.
Extra = Literal["csv", "records"]
# Makes the page of a refusal, in place of the error page.
OnRefusal = Callable[[RequestContext, HTTPError], Response]

REQUEST_SECONDS = 3.0
# How long a member's read waits for its turn, and for its turn and the database together: there is
# an answer within five seconds.
TURN_SECONDS = 3.0
WAIT_SECONDS = 4.5
# While this many sign-ins wait for the two hashing threads, further ones are told to try again.
MAX_WAITING_TO_HASH = 16

# A status that is never sent: the client may send its large body.
_CONTINUE = 100


@dataclass(frozen=True)
class _Rules:
    """The rules of an endpoint; see `signed_in`."""

    members_only: bool
    scopes: frozenset[Scope] = frozenset()
    slow_hash: bool = False
    max_bytes: int = MAX_BYTES
    seconds: float | None = REQUEST_SECONDS
    formats: frozenset[Extra] = frozenset()
    on_refusal: OnRefusal | None = None

    @property
    def takes_files(self) -> bool:
        """Whether a body may be larger than usual."""
        return self.max_bytes > MAX_BYTES


_ANYBODY = _Rules(members_only=False)


def signed_in(
    handler: Handler,
    *,
    scopes: Sequence[Scope] = (),
    slow_hash: bool = False,
    max_bytes: int = MAX_BYTES,
    seconds: float | None = REQUEST_SECONDS,
    formats: Sequence[Extra] = (),
    on_refusal: OnRefusal | None = None,
) -> Endpoint:
    """An endpoint for signed-in users.

    `scopes`: which tokens of programs may come too; none by itself.
    `slow_hash`: it hashes a password, so it runs in the two threads kept for that.
    `max_bytes`: the largest body; above the usual size files are taken too.
    `seconds`: how long the database may take, the commit included; None: as long as it takes.
    `formats`: with `csv` the answer can be CSV, too; with `records` the body can be lines as plain
    text, or a JSON list of records.
    `on_refusal`: makes the page of a refusal, which is an error page otherwise.
    """
    return _endpoint(
        handler,
        _Rules(
            members_only=True,
            scopes=frozenset(scopes),
            slow_hash=slow_hash,
            max_bytes=max_bytes,
            seconds=seconds,
            formats=frozenset(formats),
            on_refusal=on_refusal,
        ),
    )


def public(handler: Handler, *, slow_hash: bool = False) -> Endpoint:
    """An endpoint for anybody, signed in or not."""
    return _endpoint(handler, replace(_ANYBODY, slow_hash=slow_hash))


def _endpoint(handler: Handler, rules: _Rules) -> Endpoint:
    @functools.wraps(handler)
    async def endpoint(request: Request) -> Response:
        body = NO_BODY
        async with AsyncExitStack() as turns:
            try:
                _refuse_other_formats(request, rules)
                if rules.takes_files:
                    body = await read_in_turn(request, rules.max_bytes, turns)
                elif request.method not in SAFE_METHODS:
                    body = await read_form(request, records="records" in rules.formats)
            except HTTPError as refused:
                return await _refuse_unread(request, refused, rules)
            if rules.takes_files:
                turns.enter_context(watched(request))
            try:
                limiter = _hashing_limiter(request) if rules.slow_hash else None
                request.state.waited = await _own_turn(request, turns)
                return await anyio.to_thread.run_sync(
                    _answer, request, body, handler, rules, limiter=limiter
                )
            except HTTPError as refused:
                return refuse(request, refused)
            except asyncio.CancelledError:
                # The server stops and waits no longer. The thread may still get to its COMMIT, and
                # goes on with its file, which ends with the process.
                body = NO_BODY
                return refuse(request, stopping(request))
            finally:
                for file in body.files.values():
                    file.file.close()

    return _signed_in_first(endpoint, rules) if rules.takes_files else endpoint


async def _own_turn(request: Request, turns: AsyncExitStack) -> float:
    """Take the turn of a member's request, held by `turns`; returns the seconds that a read waited.

    A request without a known member takes no turn. Raises HTTPError 503 for a read.
    """
    reads: MemberReads | None = getattr(request.state, "reads", None)
    if reads:
        return await turns.enter_async_context(reads.turn(TURN_SECONDS))
    writes: WriteTurns = request.app.state.write_turns
    if request.method not in SAFE_METHODS and (who := token_store.member_of(request)):
        await turns.enter_async_context(writes.taken(who))
    return 0.0


def _refuse_other_formats(request: Request, rules: _Rules) -> None:
    """Raises HTTPError 406 for a `?format=` that this address does not offer this client.

    Raises HTTPError 422 for more than one.
    """
    offered = [name for name in formats_for(request) if name != "csv" or "csv" in rules.formats]
    formats = request.query_params.getlist("format")
    if any(name and name not in offered for name in formats):
        sentence = f"There is no such format here: ask for {' or '.join(offered)}."
        raise HTTPError(406, sentence, {"format": sentence})
    Fields([("format", name) for name in formats]).text("format")


def _signed_in_first(endpoint: Endpoint, rules: _Rules) -> Endpoint:
    """Accept large uploads from signed-in users only: a file lies on the disk until it is answered.

    `uploads.read_in_turn` limits how many run at once.
    """
    rules = replace(rules, seconds=REQUEST_SECONDS, on_refusal=None)

    @functools.wraps(endpoint)
    async def checked(request: Request) -> Response:
        answer = await anyio.to_thread.run_sync(_answer, request, NO_BODY, _continue, rules)
        return await endpoint(request) if answer.status_code == _CONTINUE else answer

    return checked


def _continue(_: RequestContext) -> Response:
    return Response(status_code=_CONTINUE)


def _hashing_limiter(request: Request) -> anyio.CapacityLimiter:
    limiter: anyio.CapacityLimiter = request.app.state.hashing
    if limiter.statistics().tasks_waiting >= MAX_WAITING_TO_HASH:
        raise HTTPError(
            503, "Too many sign-ins at once. Try again.", headers={"Retry-After": RETRY_SECONDS}
        )
    return limiter


def _answer(request: Request, body: Body, handler: Handler, rules: _Rules) -> Response:
    """The response of a handler, or its refusal; its transaction is committed or rolled back."""
    context = RequestContext(request, form=body.form, files=body.files, page_of=body.page_of)
    try:
        with wait_limit.within(_database_seconds(request, rules)), _connection(request) as db:
            context.connection = db
            if rules.seconds != REQUEST_SECONDS:
                lift_time_limit(db)
            context.identity = identity.identify(context, rules.scopes)
            if rules.members_only and context.identity is None:
                raise SignedOut
            identity.refuse_another(context)
            _refuse_unknown_names(context, handler)
            response = _handled(context, handler)
            context.refuse_if_left()
            identity.note_use(context, response)
        context.write_events()
    except SignedOut:
        return responses.sign_in_first(context)
    except HTTPError as refused:
        if rules.on_refusal and _wants_page(request):
            # By now everything that the handler did is rolled back.
            page = functools.partial(_page_of_refusal, rules.on_refusal, refused)
            rules = replace(rules, seconds=REQUEST_SECONDS, on_refusal=None)
            return _answer(request, body, page, rules)
        return refuse(request, refused, context)
    except ClientDisconnect:
        # The visitor has hung up: there is no answer, but a line in the log.
        raise
    except Exception as error:
        if failures.lacks_account(error):
            return responses.sign_in_first(context)
        return refuse(request, failures.refusal_of(context, error), context)
    return response


def _handled(context: RequestContext, handler: Handler) -> Response:
    """The handler's response. Errors of `db` and `domain` become an HTTPError."""
    try:
        return handler(context)
    except NoSuchRecord as error:
        raise NotFound(str(error)) from error
    except changes.ChangeRefused as error:
        status = 409 if isinstance(error, changes.ChangeConflict) else 422
        raise HTTPError(status, str(error)) from error
    except FilterError as error:
        raise Invalid(error.fields) from error


def _database_seconds(request: Request, rules: _Rules) -> float | None:
    """Seconds that the database may take: fewer where the request, a read, waited for its turn."""
    waited: float = getattr(request.state, "waited", 0.0)
    if rules.seconds is None or not waited:
        return rules.seconds
    return min(rules.seconds, WAIT_SECONDS - waited)


def _refuse_unknown_names(context: RequestContext, handler: Handler) -> None:
    """Raises HTTPError 422 for a field or parameter that the handler does not read.

    A page that is only looked at leaves them aside: links from elsewhere carry names of their own.
    """
    method = context.request.method
    if context.wants != "html" or method not in SAFE_METHODS:
        fields = (*context.form, *context.form.nulls, *context.files)
        is_form = method in ("POST", "PUT")
        parameters.refuse_unknown(handler, fields, context.query, is_form=is_form)


def _page_of_refusal(
    on_refusal: OnRefusal, refused: HTTPError, context: RequestContext
) -> Response:
    response = on_refusal(context, refused)
    response.headers.update(refused.headers)
    return response


def _wants_page(request: Request) -> bool:
    return answer_format(request) == "html" and not htmx.from_htmx(request)


def _connection(request: Request) -> AbstractContextManager[Connection]:
    database: Database = request.app.state.database
    return database.reading() if request.method in SAFE_METHODS else database.changing()


async def refuse_anybody(request: Request, refused: HTTPError) -> Response:
    """The refusal of a request that reaches no endpoint; on its page a user keeps their links."""
    return await _refuse_unread(request, refused, _ANYBODY)


async def _refuse_unread(request: Request, refused: HTTPError, rules: _Rules) -> Response:
    """The refusal of a request whose body is not read; who may not send it is told that first."""
    if not rules.members_only and not _wants_page(request):
        return refuse(request, refused)

    def handler(context: RequestContext) -> Response:
        raise refused

    rules = replace(rules, seconds=REQUEST_SECONDS)
    return await anyio.to_thread.run_sync(_answer, request, NO_BODY, handler, rules)


def refuse(request: Request, refused: HTTPError, context: RequestContext | None = None) -> Response:
    """The refusal as a page, fragment or JSON, also before the user is known."""
    # By now the handler's connection is back in its pool.
    context = replace(context, connection=None) if context else RequestContext(request)
    return responses.refusal(context, refused)

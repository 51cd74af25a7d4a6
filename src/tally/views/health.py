"""The addresses for monitoring: liveness, readiness, metrics."""

from functools import partial

import anyio.to_thread
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from tally.db import wait_limit
from tally.db.engine import Database, has_no_tables

READY_SECONDS = 2.0
AWAY = "The database does not answer."
NO_TABLES = "The database has no tables yet: it waits for its migration."
NO_STORE = {"Cache-Control": "no-store"}


async def alive(request: Request) -> Response:
    """200 while the process serves, whatever the database does."""
    return PlainTextResponse("alive\n", headers=NO_STORE)


async def ready(request: Request) -> Response:
    """200 when the database answers and has its tables, 503 with the reason when not."""
    check = partial(_problem, request.app.state.database)
    problem = await anyio.to_thread.run_sync(check, limiter=request.app.state.watching)
    if problem:
        headers = NO_STORE | {"Retry-After": "5"}
        return PlainTextResponse(f"{problem}\n", status_code=503, headers=headers)
    return PlainTextResponse("ready\n", headers=NO_STORE)


def _problem(database: Database) -> str:
    """Why the application cannot work, or nothing."""
    try:
        with wait_limit.within(READY_SECONDS):
            database.check()
    except SQLAlchemyError as error:
        return NO_TABLES if has_no_tables(error) else AWAY
    return ""


async def metrics(request: Request) -> Response:
    """Prometheus' text format, where switched on; otherwise the address does not exist."""
    if request.app.state.metrics is None:
        raise HTTPException(404)
    from tally.web.metrics import CONTENT_TYPE

    state = request.app.state
    text = await anyio.to_thread.run_sync(state.metrics.render, limiter=state.watching)
    return Response(text, media_type=CONTENT_TYPE, headers=NO_STORE)

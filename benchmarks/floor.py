"""The application with, beside some of its routes, their floor.

The floor of a route is a bare Starlette endpoint in the same process, a `def` in the same threads
behind the same uvicorn. It sends the statements that the route sends, by psycopg2 alone, and
renders the same bytes: the same template with what the route passed to it, rows of the list from
what the statement returned. Nobody is asked who they are, no filter or form is read; no pool,
guard, log or compression stands around it. What a route loses against it is what Tally adds.

`python -m benchmarks.floor PORT`; DATABASE_URL and TALLY_SECRET_KEY as for `tally serve`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import Empty, LifoQueue
from typing import Any, cast
from uuid import UUID, uuid4

import psycopg2
from jinja2 import Template
from psycopg2 import extensions
from sqlalchemy import event
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from tally.db.queries import DayTotals
from tally.domain.records import ListRow
from tally.server import uvicorn
from tally.settings import Settings
from tally.views import record_rows
from tally.web import access_log
from tally.web.templates import READER

# How long a read waits for a free slot here.
SLOT_SECONDS = 60.0


@dataclass
class Recorded:
    """The work of a route for one request: its statements, its template, its status."""

    statements: list[tuple[str, Any]] = field(default_factory=list)
    template: Template | None = None
    context: dict[str, Any] = field(default_factory=dict)
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)


class Floor:
    """Records a request of an application once, then does only what cannot be left out.

    The application is one of its own: an engine that somebody has listened to is slower for good.
    """

    def __init__(self, app: Starlette, url: str) -> None:
        self._app, self._url = app, url
        self._recorded: dict[str, Recorded] = {}
        self._connections: LifoQueue[extensions.connection] = LifoQueue()

    def routes(self) -> Starlette:
        """An application of the floors alone, below /floor."""
        return Starlette(
            routes=[
                Route("/floor/consumption", self.add, methods=["POST"]),
                Route("/floor/consumption", self.rows, methods=["GET"]),
                Route("/floor/{path:path}", self.read, methods=["GET"]),
            ]
        )

    def read(self, request: Request) -> Response:
        """The floor of a GET."""
        recorded = self._known(request, lambda client, path: client.get(path))
        self._fetch(recorded)
        return _render(recorded)

    def rows(self, request: Request) -> Response:
        """The floor of the list's rows: the user, the page, and the rest of its last day.

        A filter by type asks for the account's types before the page.
        """
        recorded = self._known(request, lambda client, path: client.get(path))
        _, *fetched = self._fetch(recorded)
        width = len(ListRow._fields)
        wide = (at for at, rows in enumerate(fetched) if rows and len(rows[0]) == width)
        page = next(wide, len(fetched) - 1)  # The last where nothing matches.
        found, rest = cast("list[ListRow]", fetched[page]), fetched[page + 1 :]
        wanted, formatter = recorded.context["wanted"], recorded.context["formatter"]
        cut = DayTotals.of(rest[0]) if rest else None
        return _render(recorded, lines=record_rows.lines(found, wanted, formatter, cut))

    def add(self, request: Request) -> Response:
        """The floor of a POST that adds a record: the same, in a transaction, with a new id."""
        first = str(uuid4())
        form = {"id": first, "line": request.query_params["line"], "confirm": "1"}
        recorded = self._known(request, lambda client, path: client.post(path, data=form))
        with self._connection(autocommit=False) as connection, connection.cursor() as cursor:
            for statement, values in recorded.statements:
                cursor.execute(statement, _renewed(values))
                if cursor.description:
                    cursor.fetchall()
            connection.commit()
        return _render(recorded)

    def _fetch(self, recorded: Recorded) -> list[list[tuple[Any, ...]]]:
        """The rows of each statement."""
        fetched = []
        with self._connection() as connection, connection.cursor() as cursor:
            for statement, values in recorded.statements:
                cursor.execute(statement, values)
                fetched.append(cursor.fetchall())
        return fetched

    def _known(self, request: Request, ask: Callable[[TestClient, str], Any]) -> Recorded:
        query = _query(request)
        name = f"{request.method} {request.url.path}?{query}"
        if name not in self._recorded:
            self._recorded[name] = self._record(request, ask)
        return self._recorded[name]

    def _record(self, request: Request, ask: Callable[[TestClient, str], Any]) -> Recorded:
        recorded = Recorded()

        def execute(_: Any, __: Any, statement: str, values: Any, *___: Any) -> None:
            recorded.statements.append((statement, values))

        render = Template.render

        def rendered(self: Template, *args: Any, **kwargs: Any) -> str:
            # The outermost comes last.
            text = render(self, *args, **kwargs)
            recorded.template, recorded.context = self, dict(*args, **kwargs)
            return text

        engines = self._app.state.database.engines
        for engine in engines:
            event.listen(engine, "before_cursor_execute", execute)
        Template.render = rendered  # type: ignore[method-assign]
        try:
            client = TestClient(self._app, headers=dict(request.headers) | {"host": "localhost"})
            path = request.url.path.removeprefix("/floor")
            query = _query(request)
            answer = ask(client, f"{path}?{query}" if query else path)
        finally:
            Template.render = render  # type: ignore[method-assign]
            for engine in engines:
                event.remove(engine, "before_cursor_execute", execute)
        assert answer.status_code < 300, answer.text
        recorded.status = answer.status_code
        kept = ("vary", "hx-trigger", "cache-control")
        recorded.headers = {name: answer.headers[name] for name in kept if name in answer.headers}
        return recorded

    @contextmanager
    def _connection(self, *, autocommit: bool = True) -> Iterator[extensions.connection]:
        try:
            connection = self._connections.get_nowait()
        except Empty:
            connection = psycopg2.connect(self._url)
        connection.autocommit = autocommit
        try:
            yield connection
        finally:
            self._connections.put(connection)


def _query(request: Request) -> str:
    """The query that is part of what is asked: that of a POST has its line, which its form has."""
    return request.url.query if request.method == "GET" else ""


def _render(recorded: Recorded, **anew: Any) -> Response:
    assert recorded.template is not None
    READER.set(recorded.context["context"])
    body = recorded.template.render(recorded.context | anew)
    return HTMLResponse(body, recorded.status, recorded.headers)


def _renewed(values: Any) -> Any:
    """The same values, with an id and a change of their own."""
    new: dict[str, str] = {}

    def renew(value: Any) -> Any:
        if isinstance(value, list):
            return [renew(item) for item in value]
        if isinstance(value, UUID):
            return new.setdefault(str(value), str(uuid4()))
        return value

    fixed = {"user_id", "id_1"}
    if isinstance(values, dict):
        return {name: value if name in fixed else renew(value) for name, value in values.items()}
    return values


def main() -> None:
    settings = Settings()
    app = uvicorn.application(settings)
    # All clients of a measurement are one member. On a busy machine they queue for longer than
    # others would, and no refusal comes between the answers that are measured.
    app.state.read_slots._seconds = SLOT_SECONDS
    assert settings.database_url
    bare = Floor(uvicorn.application(settings), settings.database_url).routes()

    async def either(scope: Any, receive: Any, send: Any) -> None:
        wanted = bare if scope.get("path", "").startswith("/floor/") else app
        await wanted(scope, receive, send)

    bound = uvicorn.bind("127.0.0.1", int(sys.argv[1]))
    access_log.configure()
    config = uvicorn._config(either, settings)
    uvicorn.Server(config, lambda: print("ready", flush=True)).run([bound])


if __name__ == "__main__":
    main()

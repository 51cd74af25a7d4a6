"""The statements that the database is sent while something runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, event


class Sent(NamedTuple):
    """A statement, its parameters, and the number of rows that it returned or changed."""

    statement: str
    parameters: Any
    rows: int


@contextmanager
def statements_of(target: Engine | Connection) -> Iterator[list[Sent]]:
    """The statements that an engine or a connection is sent meanwhile."""
    statements: list[Sent] = []

    def remember(_: Any, cursor: Any, statement: str, parameters: Any, *__: Any) -> None:
        statements.append(Sent(statement, parameters, cursor.rowcount))

    event.listen(target, "after_cursor_execute", remember)
    try:
        yield statements
    finally:
        event.remove(target, "after_cursor_execute", remember)

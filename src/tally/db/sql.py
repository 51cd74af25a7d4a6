"""The statements of the files in `sql/`, and the one way to run them."""

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, CursorResult, make_url, text

from tally.domain.fields import MAX_DAYS
from tally.domain.filters import RESTORE_DAYS
from tally.domain.records import MAX_EARLIER_CHANGES, UNDO_MINUTES
from tally.domain.units import MAX_DECIMALS
from tally.paths import folder

# Constants of Python that SQL files take over: numbers that stand once.
_NUMBERS = {
    "undo_minutes": UNDO_MINUTES,
    "restore_days": RESTORE_DAYS,
    "max_earlier_changes": MAX_EARLIER_CHANGES,
    "max_decimals": MAX_DECIMALS,
    "max_days": MAX_DAYS,
}
_NO_PARAMETERS: Mapping[str, Any] = MappingProxyType({})
_DIALECT = make_url("postgresql+psycopg2://").get_dialect()
_INCLUDE = re.compile(r"\{([a-z_]+)\}")


@cache
def source(name: str) -> str:
    """The text of `sql/NAME.sql`, with the names in braces replaced.

    `{other}` is replaced by one of the numbers above, or by `sql/snippets/other.sql`. `name` starts
    with its folder: `reads/totals`, `writes/record_insert`.
    """
    content = (folder("sql") / f"{name}.sql").read_text(encoding="utf-8")
    return _INCLUDE.sub(lambda match: _filled(match[1]), content)


def _filled(name: str) -> str:
    return str(_NUMBERS[name]) if name in _NUMBERS else source(f"snippets/{name}")


def run(
    db: Connection,
    name: str,
    parameters: Mapping[str, Any] = _NO_PARAMETERS,
    **options: Any,
) -> CursorResult[*tuple[Any, ...]]:
    """Run the statement in `sql/NAME.sql` with the values of its `:names`; others are ignored.

    It goes to the driver directly: SQLAlchemy has nothing to compile. options: execution options.
    """
    return db.exec_driver_sql(_for_driver(name), parameters, execution_options=options)


@cache
def _for_driver(name: str) -> str:
    """The statement with its names as psycopg2 binds them: `%(user_id)s`."""
    return str(text(source(name)).compile(dialect=_DIALECT()))

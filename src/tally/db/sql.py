"""The loader of the files in `sql/`."""

import re
from functools import cache

from sqlalchemy import TextClause, text

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
}
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


@cache
def load(name: str) -> TextClause:
    """The statement in `sql/NAME.sql`, its `:names` ready to be bound."""
    return text(source(name))

"""The loader of the files in `sql/`."""

import re
from functools import cache

from sqlalchemy import TextClause, text

from tally.paths import folder

_INCLUDE = re.compile(r"\{([a-z_]+)\}")


@cache
def source(name: str) -> str:
    """The text of `sql/NAME.sql`; `{other}` in it is replaced by `sql/snippets/other.sql`.

    `name` starts with its folder: `reads/totals`, `writes/record_insert`.
    """
    content = (folder("sql") / f"{name}.sql").read_text(encoding="utf-8")
    return _INCLUDE.sub(lambda match: source(f"snippets/{match[1]}"), content)


@cache
def load(name: str) -> TextClause:
    """The statement in `sql/NAME.sql`, its `:names` ready to be bound."""
    return text(source(name))

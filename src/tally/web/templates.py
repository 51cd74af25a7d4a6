"""The environment of the Jinja templates."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tally.domain import amounts
from tally.domain.formatting import Words, type_colour
from tally.paths import folder

# How whoever a template is filled in for reads: macros are imported without what a page knows.
READER: ContextVar[Words | None] = ContextVar("reader", default=None)


def environment(asset: Callable[[str], str]) -> Environment:
    """The templates. A name that a template misses is an error, not an empty text."""
    env = Environment(
        loader=FileSystemLoader(folder("templates")),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.globals.update(asset=asset)
    env.filters.update(plain=amounts.plain, type_colour=_type_colour)
    return env


def _type_colour(consumption_type: str) -> str:
    reader = READER.get()
    return reader.colour(consumption_type) if reader else type_colour(consumption_type)

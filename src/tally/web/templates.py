"""The environment of the Jinja templates."""

from __future__ import annotations

from collections.abc import Callable

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tally.domain import amounts
from tally.domain.formatting import type_colour
from tally.paths import folder


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
    env.filters.update(plain=amounts.plain, type_colour=type_colour)
    return env

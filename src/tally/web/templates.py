"""The environment of the Jinja templates."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from tally.accounts.passwords import MIN_CHARACTERS
from tally.accounts.tokens import INVITATION_LASTS
from tally.domain import amounts, filter_query
from tally.domain.calendar import EARLIEST
from tally.domain.fields import MAX_TYPE, MAX_UNIT
from tally.domain.filters import DEFAULT_LIMIT, RESTORE_DAYS
from tally.domain.marks import type_colour
from tally.domain.text import capital
from tally.paths import folder
from tally.web.forms import PAGE_OF

if TYPE_CHECKING:
    from tally.web.context import RequestContext

# Whom a template is filled in for: imported macros do not see a page's own values.
READER: ContextVar[RequestContext | None] = ContextVar("reader", default=None)

INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)


class UnindentedLoader(FileSystemLoader):
    """Templates without their indentation, which no browser shows."""

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        source, name, is_current = super().get_source(environment, template)
        return INDENTATION.sub("", source), name, is_current


def environment(asset: Callable[[str], str]) -> Environment:
    """The templates. A name that a template misses is an error, not an empty text."""
    env = Environment(
        loader=UnindentedLoader(folder("templates")),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        auto_reload=False,
    )
    env.policies["json.dumps_kwargs"] = {"separators": (",", ":")}
    env.globals.update(
        asset=asset,
        account_field=_account_field,
        earliest=EARLIEST,
        restore_days=RESTORE_DAYS,
        invitation_days=INVITATION_LASTS.days,
        min_password=MIN_CHARACTERS,
        max_type=MAX_TYPE,
        max_unit=MAX_UNIT,
        default_limit=DEFAULT_LIMIT,
    )
    env.filters.update(
        capital=capital,
        plain=amounts.plain,
        query=filter_query.query,
        type_colour=_type_colour,
    )
    return env


def _type_colour(consumption_type: str) -> str:
    reader = READER.get()
    return reader.formatter.colour(consumption_type) if reader else type_colour(consumption_type)


def _account_field() -> Markup:
    """The field of a form that says whose page it stands on; nothing for who is signed out.

    Without it a form that is sent without scripts would act for whoever has signed in since, in
    another tab. Only forms that name a record or a change need none: others do not have that.
    """
    reader = READER.get()
    if not reader or not reader.visitor:
        return Markup()
    field = Markup('<input type="hidden" name="{}" value="{}">')
    return field.format(PAGE_OF, reader.account_hash)

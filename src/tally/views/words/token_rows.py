"""The tokens of an account as its dialog lists them."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from tally.accounts import token_store
from tally.accounts.api_tokens import ApiToken, Scope
from tally.web.context import RequestContext


class TokenRow(NamedTuple):
    """A token's row: its days in words; `warning` in place of its end when that is near."""

    token_id: UUID
    name: str
    scope: Scope
    created: str
    used: str
    ends: str
    warning: str


def rows(context: RequestContext) -> list[TokenRow]:
    """The tokens that are in use, the newest first."""
    return [
        row(context, token) for token in token_store.alive(context.db, context.user.id, context.now)
    ]


def row(context: RequestContext, token: ApiToken) -> TokenRow:
    """A token as its row."""
    just_now = token.made_at == context.now
    return TokenRow(
        token_id=token.token_id,
        name=token.name,
        scope=token.scope,
        created="made just now" if just_now else f"made {_day(context, token.made_at)}",
        used="" if just_now else _used(context, token.used_at),
        ends="never ends" if token.ends_at is None else f"ends {_day(context, token.ends_at)}",
        warning=_warning(context, token),
    )


def _used(context: RequestContext, moment: datetime | None) -> str:
    return f"last used {_day(context, moment)}" if moment else "not used yet"


def _warning(context: RequestContext, token: ApiToken) -> str:
    if token.ends_at is None or not token.ends_soon(context.now):
        return ""
    days = (context.local_time(token.ends_at).date() - context.today).days
    return f"ends in {context.formatter.count(days, 'day')}" if days else "ends today"


def _day(context: RequestContext, moment: datetime) -> str:
    day = context.local_time(moment).date()
    return context.formatter.relative_day(day) or context.formatter.date_name(day)

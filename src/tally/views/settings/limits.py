"""Limits of a type: the most that is to be used or paid a day, week, month or year."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from tally.accounts import limits as account_limits
from tally.domain import amounts, filter_query
from tally.domain.keys import Key
from tally.domain.limits import Limit, SentLimit, read_limit, read_limits
from tally.domain.records import last_use
from tally.errors import Invalid
from tally.views import dashboard
from tally.views.words import flash
from tally.web import htmx, responses
from tally.web.context import RequestContext
from tally.web.parameters import takes


@takes("type", "unit", "value", "per", "in", "query", "back")
def save(context: RequestContext) -> Response:
    """Set the limit of a type a day, week, month or year; an empty value, or null, removes it."""
    sent = _read(context)
    if sent.faults:
        return _refused(context, sent.key, sent.faults)
    try:
        preferences = account_limits.save(context.db, context.user.id, sent.key, sent.limit)
    except ValueError as error:
        return _refused(context, sent.key, {"value": str(error)})
    context.take_over(preferences)
    return _saved(context, sent.key, sent.limit)


def _read(context: RequestContext) -> SentLimit:
    form = context.form
    sent = read_limit(form, context.number_format, _known(context))
    if "value" not in form and "value" not in form.nulls:
        sent.faults.setdefault("value", "Write how much; an empty value takes the limit away.")
    if sent.limit and sent.limit.in_cost and not context.currency:
        sent.faults["in"] = "Choose a currency in the account first, or note a cost."
    return sent


def _known(context: RequestContext) -> list[Key]:
    """The types and units with a limit or with records, the newest last."""
    used = sorted(context.used_with(context.form.get("type", "")), key=last_use)
    return [*read_limits(context.user.preferences), *(kind.key for kind in used)]


def _refused(context: RequestContext, key: Key, faults: dict[str, str]) -> Response:
    """The page with the limit's form as it was typed. Raises Invalid for programs."""
    if context.wants != "html":
        raise Invalid(faults)
    fault = next(iter(faults.values()))
    return dashboard.show_limit_form(context, dashboard.limit_as_typed(context.form, key, fault))


def _saved(context: RequestContext, key: Key, limit: Limit | None) -> Response:
    """The limit for programs; for people the page that it was sent from, with a message."""
    typed = context.form.text("value")
    if context.wants != "html":
        return responses.data(_as_json(key, limit) | context.form.remarked)
    if context.is_fragment:
        remark = amounts.remark(typed, context.number_format)
        announced = f"{_announcement(context, limit)} {remark}".rstrip()
        return dashboard.show_limit(context, key, announced)
    wanted = dashboard.filter_of_form(context)
    saved = flash.LIMIT if limit else flash.NO_LIMIT
    dotted = amounts.dotted(typed, context.number_format)
    done = flash.parameters(saved=saved, dotted=dotted)
    query = urlencode([*filter_query.pairs(wanted), *done])
    return responses.redirect(context, htmx.address("/", query))


def _as_json(key: Key, limit: Limit | None) -> dict[str, Any]:
    if limit is None:
        return key._asdict()
    return {
        "type": limit.type,
        "unit": limit.unit,
        "value": limit.value,
        "per": limit.per,
        **({"in": "cost"} if limit.in_cost else {}),
    }


def _announcement(context: RequestContext, limit: Limit | None) -> str:
    if limit is None:
        return f"{flash.SAVED[flash.NO_LIMIT]}."
    amount = f"{context.formatter.number(limit.value)} {limit.unit}".rstrip()
    if limit.in_cost:
        amount = context.formatter.money(limit.value)
    return f"Limit set: at most {amount} a {limit.per}."

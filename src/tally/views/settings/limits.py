"""Limits of a type: the most that is to be used or paid a day, week, month or year."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from tally.accounts import limits as account_limits
from tally.domain import amounts, filter_query
from tally.domain.keys import Key
from tally.domain.limits import Limit, read_limit, read_limits
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
    form = context.form
    key, limit, faults = read_limit(form, context.number_format, _known(context))
    if "value" not in form and "value" not in form.nulls:
        faults.setdefault("value", "Write how much; an empty value takes the limit away.")
    if limit and limit.in_cost and not context.currency:
        faults["in"] = "Choose a currency in the account first, or note a cost."
    if not faults:
        try:
            preferences = account_limits.save(context.db, context.user.id, key, limit)
            # The statistics of this answer use the new limits.
            context.user.preferences.update(preferences)
        except ValueError as error:
            faults["value"] = str(error)
    if context.wants != "html":
        if faults:
            raise Invalid(faults)
        return responses.data(_as_json(key, limit) | form.remarked)
    if faults:
        fault = next(iter(faults.values()))
        return dashboard.show_limit_form(context, dashboard.limit_as_typed(form, key, fault))
    if not context.is_fragment:
        wanted = dashboard.filter_of_form(context)
        saved = flash.LIMIT if limit else flash.NO_LIMIT
        dotted = amounts.dotted(form.text("value"), context.number_format)
        done = flash.parameters(saved=saved, dotted=dotted)
        query = urlencode([*filter_query.pairs(wanted), *done])
        return responses.redirect(context, htmx.address("/", query))
    remark = amounts.remark(form.text("value"), context.number_format)
    return dashboard.show_limit(context, key, f"{_announcement(context, limit)} {remark}".rstrip())


def _known(context: RequestContext) -> list[Key]:
    """The types and units with a limit or with records, the newest last."""
    used = sorted(context.used_with(context.form.get("type", "")), key=last_use)
    return [*read_limits(context.user.preferences), *(kind.key for kind in used)]


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
    amount = f"{context.say.number(limit.value)} {limit.unit}".rstrip()
    if limit.in_cost:
        amount = context.say.money(limit.value)
    return f"Limit set: at most {amount} a {limit.per}."

"""Notices above a page that can be closed: news of an update, meters due to be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from tally.accounts import notices as account_notices
from tally.db import meter_queries
from tally.domain import marks
from tally.domain.keys import Key, is_same
from tally.domain.meters import MeterInUse, overdue
from tally.errors import Invalid
from tally.views.add_parts import meter_list
from tally.views.words import flash
from tally.web import responses
from tally.web.context import RequestContext
from tally.web.parameters import takes

UPDATE, METER = "update", "meter"


@dataclass(frozen=True)
class Notice:
    """A notice: its text, the fields that close it (`notice`, `type`, `unit`), and a link."""

    notice: str
    text: str
    type: str = ""
    unit: str = ""
    href: str = ""


def of_dashboard(context: RequestContext) -> list[Notice]:
    """The notices of the dashboard: news, once, and the meters that are due to be read."""
    news = [Notice(UPDATE, _NEWS)] if account_notices.has_news(context.user.preferences) else []
    return [*news, *of_meters(context, meter_queries.in_use(context.db, context.user.id))]


def of_meters(context: RequestContext, in_use: Sequence[MeterInUse]) -> list[Notice]:
    """A notice for each overdue meter: its last reading is 1.5 times the usual interval ago.

    A meter whose notice was closed has none until it was read and is overdue again. Meters of
    hidden types have none.
    """
    formatter = context.formatter
    notices = []
    for meter in marks.offered(context.user.preferences, in_use):
        usual = overdue(meter, context.today)
        key = meter.key
        if usual and not account_notices.is_quiet(context.user.preferences, key, meter.latest.day):
            ago = formatter.count((context.today - meter.latest.day).days, "day")
            text = f"{meter.type}: read {ago} ago, usually every {formatter.number(usual)}"
            notices.append(Notice(METER, text, *key, meter_list.link_to(key)))
    return notices


@takes("notice", "type", "unit", "back")
def close(context: RequestContext) -> Response:
    """Close a notice; that of a meter comes back once it was read and is overdue again."""
    form = context.form
    match form.text("notice"):
        case "update":
            account_notices.close_news(context.db, context.user.id)
        case "meter":
            key = Key(form.text("type"), form.text("unit"))
            for meter in meter_queries.in_use(context.db, context.user.id):
                own = meter.key
                if is_same(own, key):
                    account_notices.quiet(context.db, context.user.id, own, meter.latest.day)
        case _:
            raise Invalid({"notice": "Choose update or meter."})
    if context.wants != "html":
        return responses.data({"closed": form.text("notice")})
    if not context.is_fragment:
        return flash.redirect(context, usual="/")
    return Response(media_type="text/html")


_NEWS = (
    "Since the update a day that nobody has read is unknown, not zero: averages, comparisons and "
    "projections count the known days, from a type's first record on. Meters can be read, and an "
    "amount can cover several days."
)

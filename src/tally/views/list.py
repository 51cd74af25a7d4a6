"""GET /list: every record, found, changed in place, printed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import uuid4

from starlette.responses import Response

from tally.dashboard import period_names
from tally.db import queries, wait_limit
from tally.db.engine import Database
from tally.domain import filter_query, filters
from tally.domain.filters import Filter
from tally.domain.records import last_use
from tally.domain.text import fold
from tally.statistics import key_pages
from tally.statistics.compute import statistics_for
from tally.views import record_list, record_rows, way_back
from tally.views.record_rows import RecordLine
from tally.web import htmx, responses, typed_forms
from tally.web.context import RequestContext
from tally.web.endpoint import REQUEST_SECONDS

MAX_PRINTED = 20_000
# The number of types in sight; further ones wait behind "more", but chosen ones never do.
TYPES_IN_SIGHT = 12
# The most types that the filter bar offers; the totals have the others.
MAX_TYPES_OFFERED = 100
PRESETS = {"": "All days"} | period_names.LABELS


class TypeChoice(NamedTuple):
    """A type to filter by. chosen: the filter has it."""

    name: str
    chosen: bool


class PeriodChoice(NamedTuple):
    """A period to filter by: its value in an address, its words. chosen: the filter has it."""

    value: str
    words: str
    chosen: bool


def page(context: RequestContext) -> Response:
    """The list; `view=print`: the document to print, `view=totals`: the totals with the page."""
    sent = context.query.items_list()
    wanted, faults = filter_query.read_leniently(
        sent, context.today, number_format=context.number_format, starts=context.starts
    )
    view = context.query.text("view")
    if view == "print":
        if faults:
            raise filter_query.FilterError(faults)
        return _document(context, wanted)
    shown = _shown(context, wanted, faults, _loaded(context))
    if not wanted.deleted:
        ids = record_list.shown_ids(context)
        shown["outside"] = record_list.outside(context, ids, shown["lines"])
    if context.is_fragment:
        return _fragment(context, wanted, shown)
    if view == "totals" and not faults:
        shown |= record_list.totals_of(context, wanted)
    return _page(context, shown, 422 if faults else 200)


def beneath(context: RequestContext, template: str, status: int = 200, **values: Any) -> Response:
    """The list that a dialog was opened from, with the dialog open over it.

    `template` and `values` make the dialog's content.
    """
    wanted = record_list.filter_of(context, way_back.opened_from(context))
    behind = record_list.list_address(filter_query.query(wanted))
    dialog = responses.dialog(context, template, behind, **values)
    return _page(context, _shown(context, wanted), status, dialog=dialog)


def _page(context: RequestContext, shown: dict[str, Any], status: int, **more: Any) -> Response:
    return responses.page(context, "pages/list.html", status, here="list", **shown, **more)


def _shown(
    context: RequestContext, wanted: Filter, faults: dict[str, str] | None = None, at_least: int = 0
) -> dict[str, Any]:
    """The values for the list, with `at_least` this many records; none if the filter has faults."""
    results: dict[str, Any] = (
        {"wanted": wanted, "lines": [], "following": ""}
        if faults
        else record_list.page_of_rows(context, wanted, at_least)
    )
    typed = _typed(context, wanted, faults or {})
    bulk = typed_forms.typed(context.query, typed_forms.BULK)
    fixed = {
        "faults": faults or {},
        "typed": typed,
        "outside": [],
        "bulk": bulk,
        "picked": frozenset(bulk.text("ids").split()),
    }
    return results | _controls(context, wanted) | fixed | {"is_reread": at_least > 0}


def _loaded(context: RequestContext) -> int:
    """The number of rows that the page has loaded already, when it asks for them again.

    At most as many as a page can have: of more rows only the first ones are read again.
    """
    text = context.query.text("loaded")
    loaded = int(text) if re.fullmatch("[0-9]{1,9}", text) else 0
    return min(loaded, filters.MAX_LIMIT)


def _fragment(context: RequestContext, wanted: Filter, shown: dict[str, Any]) -> Response:
    """The results alone for the filter bar beside them, else the whole list."""
    if shown["faults"]:
        return responses.fragment(
            context,
            "fragments/list.html",
            422,
            orders=htmx.Orders(retarget="#list", reswap="outerHTML"),
            **shown,
        )
    template = "results" if htmx.target(context.request) == "results" else "list"
    return responses.fragment(
        context, f"fragments/{template}.html", orders=_address(context, wanted), **shown
    )


def _address(context: RequestContext, wanted: Filter) -> htmx.Orders:
    """The new URL of the address bar, as a step of the history or in place of the old one.

    Another letter typed into the search is no step.
    """
    shown = htmx.shown_page(context.request)
    address = record_list.list_address(filter_query.query(replace(wanted, after=None)))
    before = record_list.shown_filter(context)
    typing = before.search and wanted.search and before.search != wanted.search
    if shown.path == "/list" and (typing or address == shown.address):
        return htmx.Orders(replace_url=address)
    return htmx.Orders(push_url=address)


def _controls(context: RequestContext, wanted: Filter) -> dict[str, Any]:
    """The inputs of the filter bar beside the records."""
    used = sorted(context.used, key=last_use, reverse=True)
    chosen = {fold(name) for name in wanted.types}
    # The latest first; all spellings of a type share one check box.
    names: dict[str, str] = {}
    for name in (*wanted.types, *(kind.type for kind in used)):
        names.setdefault(fold(name), name)
    types = [TypeChoice(name, folded in chosen) for folded, name in names.items()]
    in_sight = max(TYPES_IN_SIGHT, len(chosen))
    offered = max(MAX_TYPES_OFFERED, len(chosen))
    dates = wanted.dates
    earlier, later = (dates.earlier(), dates.later()) if dates else (None, None)
    return {
        "has_records": bool(used),
        "types": types[:in_sight],
        "more_types": types[in_sight:offered],
        "types_left": max(0, len(types) - offered),
        "presets": _presets(context, wanted),
        "last_month": record_list.list_address(filter_query.query(wanted, period="last-month")),
        "carried": filter_query.dated(wanted),
        "sorts": list(filters.SORTS.items()),
        "earlier": record_list.list_address(filter_query.query(wanted, **earlier))
        if earlier
        else "",
        "later": record_list.list_address(filter_query.query(wanted, **later)) if later else "",
        "chips": context.say.chips(wanted),
        "fresh_id": uuid4(),
    }


def _presets(context: RequestContext, wanted: Filter) -> list[PeriodChoice]:
    """The choices of the period, of which exactly one is chosen."""
    presets = [PeriodChoice(name, words, name == wanted.period) for name, words in PRESETS.items()]
    if wanted.period not in PRESETS or (wanted.dates and not wanted.period):
        here = context.say.days_of(wanted) or "Up to today"
        presets = [preset._replace(chosen=False) for preset in presets]
        presets.append(PeriodChoice(wanted.period, here, chosen=True))
    return presets


def _typed(context: RequestContext, wanted: Filter, faults: dict[str, str]) -> dict[str, str]:
    """The texts of the fields: the filter as it was read; fields with faults as they were typed."""
    fields = {
        "q": wanted.search,
        "min": "" if wanted.minimum is None else context.say.typed(wanted.minimum),
        "max": "" if wanted.maximum is None else context.say.typed(wanted.maximum),
        "from": wanted.start.isoformat() if wanted.start and not wanted.period else "",
        "to": (
            wanted.end.isoformat()
            if wanted.end and not wanted.period and not wanted.ends_today
            else ""
        ),
    }
    return fields | {name: " ".join(context.query.many(name)) for name in faults if name in fields}


def _document(context: RequestContext, wanted: Filter) -> Response:
    """Every matching record as a document to print, sent as it is read."""
    wanted = queries.spelled(context.db, context.user.id, replace(wanted, after=None))
    summary = record_list.totals_of(context, wanted)
    averages = _averages(context, wanted)
    return responses.streamed_page(
        context,
        "pages/print.html",
        lines=_printed(context, wanted),
        printed=min(summary["count"], MAX_PRINTED),
        per_day=averages.of_types,
        averaged=averages.stopped_at,
        days=wanted.dates.elapsed_days if wanted.dates else 0,
        printed_at=context.local_time(context.now),
        has_costs=_has_costs(context, summary),
        **summary,
    )


def _has_costs(context: RequestContext, summary: dict[str, Any]) -> bool:
    """Whether the document has a column of costs: for a total with one, or one that may have."""
    shown = any(total.cost is not None for total in summary["totals"])
    return shown or (summary["totals_left"] > 0 and bool(context.currency))


def _printed(context: RequestContext, wanted: Filter) -> Iterator[RecordLine]:
    """The rows of the document, read a page at a time: no connection waits for a slow reader."""
    database: Database = context.request.app.state.database
    user_id, left = context.user.id, MAX_PRINTED
    page: Filter | None = replace(wanted, limit=filters.MAX_LIMIT)
    while page and left:
        with wait_limit.within(REQUEST_SECONDS), database.reading() as db:
            rows = queries.records(db, user_id, page)
            cut = record_rows.cut_day(rows, page)
            whole_day = queries.day_totals(db, user_id, page, cut) if cut else None
        lines = record_rows.lines(rows, page, context.say, whole_day, on_paper=True)[:left]
        yield from lines
        left -= len(lines)
        following = record_rows.cursor(rows, page.sort, page.limit)
        page = replace(page, after=following) if following else None


class DayAverage(NamedTuple):
    """The average of a day of a type and unit; None if no day is known. days: the known ones."""

    amount: Decimal | None
    days: int


class Averages(NamedTuple):
    """The averages by type and unit, of those used last and of those with a limit.

    `stopped_at`: the number of those used last where there are others; else 0.
    """

    of_types: Mapping[tuple[str, str], DayAverage]
    stopped_at: int = 0


def _averages(context: RequestContext, wanted: Filter) -> Averages:
    """The averages of the statistics; none where the filter has no elapsed days."""
    if not wanted.dates or not wanted.dates.elapsed_days:
        return Averages({})
    stats = statistics_for(context.db, context.user, wanted, context.today)
    averages = {
        (one.type, one.unit): DayAverage(one.per_day, one.known.days) for one in stats.types
    }
    return Averages(averages, key_pages.MAX_TYPES if stats.following else 0)

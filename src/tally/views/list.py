"""The list page: the records that match a filter, each of which can be changed in place."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import uuid4

from starlette.responses import Response

from tally.dashboard import period_names
from tally.domain import filter_query, filters
from tally.domain.filters import Filter
from tally.domain.records import last_use
from tally.domain.text import fold
from tally.views import record_list
from tally.views.list_parts import printed_list
from tally.views.words import flash
from tally.web import htmx, responses, typed_forms
from tally.web.context import RequestContext

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
    wanted, faults = record_list.read_leniently(context, context.query.items_list())
    view = context.query.text("view")
    if view == "print":
        if faults:
            raise filter_query.FilterError(faults)
        return printed_list.document(context, wanted)
    shown = _shown(context, wanted, faults, _loaded(context))
    if not wanted.deleted:
        ids = record_list.shown_ids(context)
        shown["outside"] = record_list.outside(context, ids, shown["lines"])
    if context.is_fragment:
        return _fragment(context, wanted, shown)
    if view == "totals" and not faults:
        shown |= record_list.totals_of(context, wanted)
    return _page(context, shown, 422 if faults else 200)


def page_with_dialog(
    context: RequestContext, template: str, status: int = 200, **values: Any
) -> Response:
    """The list that a dialog was opened from, with the dialog open over it.

    `template` and `values` make the dialog's content.
    """
    wanted = record_list.filter_of(context, flash.return_page(context))
    address = record_list.list_address(filter_query.query(wanted))
    dialog = responses.dialog(context, template, address, **values)
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
            headers=htmx.HtmxHeaders(retarget="#list", reswap="outerHTML"),
            **shown,
        )
    template = "results" if htmx.target(context.request) == "results" else "list"
    return responses.fragment(
        context, f"fragments/{template}.html", headers=_address_headers(context, wanted), **shown
    )


def _address_headers(context: RequestContext, wanted: Filter) -> htmx.HtmxHeaders:
    """The new URL of the address bar, as a step of the history or in place of the old one.

    Another letter typed into the search is no step.
    """
    shown = htmx.shown_page(context.request)
    address = record_list.list_address(filter_query.query(replace(wanted, after=None)))
    before = record_list.shown_filter(context)
    typing = before.search and wanted.search and before.search != wanted.search
    if shown.path == "/list" and (typing or address == shown.address):
        return htmx.HtmxHeaders(replace_url=address)
    return htmx.HtmxHeaders(push_url=address)


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
        "chips": context.formatter.chips(wanted),
        "fresh_id": uuid4(),
    }


def _presets(context: RequestContext, wanted: Filter) -> list[PeriodChoice]:
    """The choices of the period, of which exactly one is chosen."""
    presets = [PeriodChoice(name, words, name == wanted.period) for name, words in PRESETS.items()]
    if wanted.period not in PRESETS or (wanted.dates and not wanted.period):
        here = context.formatter.days_of(wanted) or "Up to today"
        presets = [preset._replace(chosen=False) for preset in presets]
        presets.append(PeriodChoice(wanted.period, here, chosen=True))
    return presets


def _typed(context: RequestContext, wanted: Filter, faults: dict[str, str]) -> dict[str, str]:
    """The texts of the fields: the filter as it was read; as they were typed if one has a fault."""
    fields = {
        "q": wanted.search,
        "min": "" if wanted.minimum is None else context.formatter.typed(wanted.minimum),
        "max": "" if wanted.maximum is None else context.formatter.typed(wanted.maximum),
        "from": wanted.start.isoformat() if wanted.start and not wanted.period else "",
        "to": (
            wanted.end.isoformat()
            if wanted.end and not wanted.period and not wanted.ends_today
            else ""
        ),
    }
    if faults:
        return {name: " ".join(context.query.many(name)) for name in fields}
    return fields

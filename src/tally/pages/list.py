"""GET /list: every record, found, changed in place, printed."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import uuid4

from starlette.responses import Response

from tally import filters, listing, queries, render, rows
from tally.filters import Filter
from tally.pages import latest
from tally.visit import Visit

MOST_PRINTED = 20_000
# More types than this wait behind "more"; chosen ones are always in sight.
TYPES_IN_SIGHT = 12
PRESETS = (
    ("", "All days"),
    ("today", "Today"),
    ("week", "This week"),
    ("month", "This month"),
    ("year", "This year"),
    ("last-7", "Last 7 days"),
    ("last-30", "Last 30 days"),
    ("last-365", "Last 365 days"),
)


def page(visit: Visit) -> Response:
    """The list; `view=print`: the document to print, `view=totals`: the totals with the page."""
    sent = visit.query.items_list()
    wanted, faults = filters.read_leniently(sent, visit.today, number_format=visit.number_format)
    view = visit.query.text("view")
    if view == "print":
        if faults:
            raise filters.FilterError(faults)
        return _document(visit, wanted)
    shown = _shown(visit, wanted, faults, _loaded(visit))
    if visit.is_fragment:
        return _fragment(visit, wanted, shown)
    if view == "totals" and not faults:
        shown |= listing.totals_of(visit, wanted)
    return _page(visit, shown, 422 if faults else 200)


def beneath(visit: Visit, template: str, status: int = 200, **context: Any) -> Response:
    """The list that somebody came from, and over it a dialog that stands open.

    `template` and `context` make the dialog's content.
    """
    wanted = listing.filter_of(visit, *latest.opened_from(visit))
    behind = listing.list_address(wanted.query())
    dialog = render.dialog(visit, template, behind, **context)
    return _page(visit, _shown(visit, wanted), status, dialog=dialog)


def _page(visit: Visit, shown: dict[str, Any], status: int, **more: Any) -> Response:
    return render.page(visit, "pages/list.html", status, here="list", **shown, **more)


def _shown(
    visit: Visit, wanted: Filter, faults: dict[str, str] | None = None, at_least: int = 0
) -> dict[str, Any]:
    """What the list shows: `at_least` so many records, and none where the filter has faults."""
    found: dict[str, Any] = (
        {"wanted": wanted, "lines": [], "following": ""}
        if faults
        else listing.page_of_rows(visit, wanted, at_least)
    )
    typed = _typed(visit, wanted, faults or {})
    return found | _controls(visit, wanted) | {"faults": faults or {}, "typed": typed}


def _loaded(visit: Visit) -> int:
    """How many rows a page that reads them again has loaded already."""
    text = visit.query.text("loaded")
    loaded = int(text) if re.fullmatch("[0-9]{1,3}", text) else 0
    return min(loaded, filters.MOST_LIMIT)


def _fragment(visit: Visit, wanted: Filter, shown: dict[str, Any]) -> Response:
    """The results for the form beside them; the form as well where it has to change."""
    if shown["faults"]:
        return render.fragment(
            visit, "fragments/list.html", 422, retarget="#list", reswap="outerHTML", **shown
        )
    template = "results" if render.target(visit.request) == "results" else "list"
    pushed, replaced = _address(visit, wanted)
    return render.fragment(
        visit, f"fragments/{template}.html", push_url=pushed, replace_url=replaced, **shown
    )


def _address(visit: Visit, wanted: Filter) -> tuple[str | None, str | None]:
    """What the address bar says from now on: as a step to go back from, or in place of the old.

    Another letter typed into the search is no step.
    """
    path, query = render.shown_page(visit.request)
    address = listing.list_address(replace(wanted, after=None).query())
    before = listing.shown_filter(visit)
    typing = before.search and wanted.search and before.search != wanted.search
    if path == "/list" and (typing or address == listing.list_address(query)):
        return None, address
    return address, None


def _controls(visit: Visit, wanted: Filter) -> dict[str, Any]:
    """What the filter bar shows beside the records."""
    used = sorted(
        queries.used(visit.db, visit.user.id),
        key=lambda used: (used.day, used.created_at),
        reverse=True,
    )
    chosen = {filters.fold(name) for name in wanted.types}
    # The latest first; another spelling of the same type is the same box.
    names: dict[str, str] = {}
    for name in (*wanted.types, *(kind.type for kind in used)):
        names.setdefault(filters.fold(name), name)
    types = [(name, folded in chosen) for folded, name in names.items()]
    in_sight = max(TYPES_IN_SIGHT, len(chosen))
    dates = wanted.dates
    earlier, later = (dates.earlier(), dates.later()) if dates else (None, None)
    return {
        "has_records": bool(used),
        "types": types[:in_sight],
        "more_types": types[in_sight:],
        "presets": _presets(visit, wanted),
        "sorts": list(filters.SORTS.items()),
        "earlier": listing.list_address(wanted.query(**earlier)) if earlier else "",
        "later": listing.list_address(wanted.query(**later)) if later else "",
        "chips": wanted.chips(visit.say),
        "fresh_id": uuid4(),
    }


def _presets(visit: Visit, wanted: Filter) -> list[tuple[str, str]]:
    """The choices of the period, the one in use among them."""
    if wanted.period in dict(PRESETS):
        return list(PRESETS)
    return [*PRESETS, (wanted.period, wanted.dates_in_words(visit.say) or "Up to today")]


def _typed(visit: Visit, wanted: Filter, faults: dict[str, str]) -> dict[str, str]:
    """What stands in the fields: the filter as it was read, and as typed where it could not be."""
    fields = {
        "q": wanted.search,
        "min": "" if wanted.minimum is None else visit.say.typed(wanted.minimum),
        "max": "" if wanted.maximum is None else visit.say.typed(wanted.maximum),
        "from": wanted.start.isoformat() if wanted.start and not wanted.period else "",
        "to": (
            wanted.end.isoformat()
            if wanted.end and not wanted.period and not wanted.ends_today
            else ""
        ),
    }
    return fields | {name: " ".join(visit.query.many(name)) for name in faults if name in fields}


def _document(visit: Visit, wanted: Filter) -> Response:
    """Every matching record as a document to print."""
    wanted = replace(wanted, after=None, limit=MOST_PRINTED)
    found = queries.records(visit.db, visit.user.id, wanted)
    summary = listing.totals_of(visit, wanted)
    cut = rows.cut_day(found, wanted)
    whole_day = (
        queries.totals(visit.db, visit.user.id, replace(wanted, start=cut, end=cut)) if cut else ()
    )
    return render.page(
        visit,
        "pages/print.html",
        lines=rows.lines(found, wanted, visit.say, whole_day, on_paper=True),
        per_day=_per_day(visit, wanted),
        days=wanted.dates.elapsed_days if wanted.dates else 0,
        printed_at=visit.local_time(visit.now),
        **summary,
    )


def _per_day(visit: Visit, wanted: Filter) -> dict[tuple[str, str], Decimal]:
    """Total ÷ elapsed days for each type and unit; empty where the filter has no such days."""
    dates = wanted.dates
    if not dates or not dates.elapsed_days:
        return {}
    counted = replace(wanted, end=dates.anchor)
    return {
        (kind.consumption_type, kind.unit): kind.total / dates.elapsed_days
        for kind in queries.totals(visit.db, visit.user.id, counted)
    }

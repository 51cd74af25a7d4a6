"""The dashboard: what happened in a period, one type of it, and the limits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select, update
from sqlmodel import col
from starlette.responses import Response

from tally import figures, numbers, queries, render, type_figures
from tally.errors import Invalid, SignedOut
from tally.figures import Refused
from tally.filters import Filter, FilterError, fold, read_filter, read_leniently
from tally.forms import read_pairs
from tally.limits import Key, Limit, read_limit, read_limits, with_limit
from tally.models import User
from tally.pages import latest
from tally.periods import USUAL, Period, containing
from tally.queries import Used
from tally.statistics import Statistics, TypeStatistics, statistics_for, to_json
from tally.visit import Visit

# The conditions of a filter besides its days, each taken away.
_ANYTHING = dict.fromkeys(("q", "type", "unit", "min", "max", "deleted"))


def page(visit: Visit) -> Response:
    """The cards of a period, or the one type that the filter names."""
    try:
        asked = _asked(visit, visit.query.items_list())
    except FilterError as error:
        return _unreadable(visit, error.fields)
    return _show(visit, asked)


def beneath(visit: Visit, template: str, status: int = 200, **context: Any) -> Response:
    """The cards of the running month, and over them a dialog that stands open.

    `template` and `context` make the dialog's content.
    """
    dialog = render.dialog(visit, template, "/", **context)
    return _show(visit, _asked(visit, []), status, dialog=dialog)


def statistics(visit: Visit) -> Response:
    """The same as a fragment; the numbers with `?format=json`."""
    try:
        asked = _asked(visit, visit.query.items_list())
    except FilterError as error:
        if visit.wants == "json":
            raise
        return _unreadable(visit, error.fields)
    if visit.wants == "json":
        return render.data(to_json(statistics_for(visit.db, visit.user, asked, visit.today)))
    if not visit.is_fragment:
        return render.redirect(visit, figures.place(asked.query()))
    return _show(visit, asked)


def set_limit(visit: Visit) -> Response:
    """At most so much a day, week, month or year; an empty value removes the limit."""
    form = visit.form
    key, limit, faults = read_limit(form, visit.number_format, _known(visit))
    if not faults:
        try:
            _save(visit, with_limit(_preferences(visit), key, limit))
        except ValueError as error:
            faults["value"] = str(error)
    if visit.wants != "html":
        if faults:
            raise Invalid(faults)
        return render.data(_limit_json(limit) if limit else {"type": key.type, "unit": key.unit})
    asked = _asked(visit, read_pairs(form.text("query").encode("ascii", "replace")))
    if faults:
        fault = next(iter(faults.values()))
        refused = Refused(*key, form.text("value"), form.text("per"), fault)
        return _show(visit, asked, 422, refused)
    if not visit.is_fragment:
        said = urlencode([*asked.pairs(), ("saved", latest.LIMIT)])
        return render.redirect(visit, figures.place(said))
    remark = numbers.remark(form.text("value"), visit.number_format)
    announced = f"{_announcement(limit, visit)} {remark}".rstrip()
    return _show(visit, asked, announced=announced, saved=key)


def _known(visit: Visit) -> list[Key]:
    """What a limit can be for without a new card, the newest last."""
    used = sorted(queries.used(visit.db, visit.user.id), key=lambda it: (it.day, it.created_at))
    return [*read_limits(visit.user.preferences), *(Key(it.type, it.unit) for it in used)]


def _asked(visit: Visit, pairs: list[tuple[str, str]]) -> Filter:
    """The filter; without a period it is the running month. Raises FilterError."""
    return read_filter(pairs, visit.today, number_format=visit.number_format, usual_period=USUAL)


def _show(
    visit: Visit,
    asked: Filter,
    status: int = 200,
    refused: Refused | None = None,
    announced: str = "",
    saved: Key | None = None,
    dialog: render.Dialog | None = None,
) -> Response:
    found = statistics_for(visit.db, visit.user, asked, visit.today)
    say = visit.say
    nothing = _nothing(visit, asked, found)
    if nothing and nothing.elsewhere and len(asked.types) == 1:
        # Its page stays the page of that type, also where the period has no record of it.
        also = _keys_of(asked, queries.used(visit.db, visit.user.id))
        found = statistics_for(visit.db, visit.user, asked, visit.today, also)
    single = _single(asked, found)
    switch = figures.switch(asked, found.period, say)
    context: dict[str, Any] = {
        "title": f"{single.type}, {switch.title}" if single else switch.title,
        "switch": switch,
        "query": asked.query(),
        "kept": _conditions(asked, visit, single is not None),
        "unfiltered": figures.place(asked.query(**_ANYTHING)),
        "nothing": nothing,
        "faults": {},
        "announced": announced,
        "saved": saved,
        "dialog": dialog,
        "one": type_figures.type_view(single, found.period, asked, say, refused)
        if single
        else None,
        "back": figures.place(asked.query(type=None, unit=None)),
        "cards": () if single else figures.cards(found, asked, say, refused),
        "head": None if single else figures.cards_head(found, say),
    }
    return render.either(
        visit, "pages/dashboard.html", "fragments/statistics.html", status, **context
    )


def _single(asked: Filter, found: Statistics) -> TypeStatistics | None:
    """The one (type, unit) that is asked for; of several spellings the one that was written."""
    if len(asked.types) != 1:
        return None
    if len(found.types) == 1:
        return found.types[0]
    exact = [one for one in found.types if (one.type, one.unit) == (asked.types[0], asked.unit)]
    return exact[0] if exact else None


def _keys_of(asked: Filter, used: list[Used]) -> tuple[Key, ...]:
    """Everything with the type that is asked for, and the unit if one is."""
    name = fold(asked.types[0])
    return tuple(
        Key(kind.type, kind.unit)
        for kind in used
        if fold(kind.type) == name and asked.unit in (None, kind.unit)
    )


def _unreadable(visit: Visit, faults: dict[str, str]) -> Response:
    """The page with a sentence beside what could not be read, and no records for it."""
    asked, _ = read_leniently(
        visit.query.items_list(), visit.today, number_format=visit.number_format
    )
    month = containing("month", visit.today)
    period = asked.dates or Period(month.start, month.end, visit.today, USUAL)
    switch = figures.switch(asked, period, visit.say)
    typed = [" ".join(visit.query.many(name)) for name in ("from", "to")]
    if any(typed):
        presets = tuple((words, href, False) for words, href, _ in switch.presets)
        switch = replace(
            switch,
            title="From – to",
            subtitle="",
            presets=presets,
            ranged=True,
            start=typed[0],
            end=typed[1],
        )
    return render.either(
        visit,
        "pages/dashboard.html",
        "fragments/statistics.html",
        422,
        title="Dashboard",
        switch=switch,
        query="",
        kept="",
        unfiltered="/",
        nothing=_nothing_read(faults),
        faults=faults,
        announced="",
        saved=None,
        one=None,
        back="/",
        cards=(),
        head=None,
    )


def _nothing_read(faults: dict[str, str]) -> Nothing:
    """What stands in place of the records; what is wrong with a day stands at its field alone."""
    sentences = [faults[name] for name in faults if name not in ("from", "to")]
    title, text = (
        ("This address cannot be read", " ".join(dict.fromkeys(sentences)))
        if sentences
        else ("These days cannot be shown", "Correct them above, or go on with this month.")
    )
    return Nothing(title, text, "/", "Show this month", elsewhere=False)


def _conditions(asked: Filter, visit: Visit, single: bool) -> str:
    """What the filter asks for besides days (and, on a type's own page, besides the type)."""
    rest = replace(asked, start=None, end=None, period="")
    if single:
        rest = replace(rest, types=(), unit=None)
    return ", ".join(chip.text for chip in rest.chips(visit.say))


@dataclass(frozen=True)
class Nothing:
    """Why nothing is shown, and the one next step.

    period: whether another one may help; elsewhere: whether it does.
    """

    title: str
    text: str
    href: str
    action: str
    period: bool = True
    elsewhere: bool = True


def _nothing(visit: Visit, asked: Filter, found: Statistics) -> Nothing | None:
    """Why there is nothing to show; None where there is something, and for limits to keep."""
    period, say, today = found.period, visit.say, visit.today
    if any(one.entries for one in found.types):
        return None
    matching = replace(asked, start=None, end=None, period="")
    first = queries.first_day(visit.db, visit.user.id, matching)
    if first and period.end < first:
        return Nothing(
            "Before the first record",
            f"The first record is on {say.day(first)}.",
            figures.place(asked.query(period=f"{first:%Y-%m}")),
            f"Show {say.month(first)}",
        )
    if found.types:
        return None
    if first is None and queries.first_day(visit.db, visit.user.id, Filter(today=today)) is None:
        return Nothing(
            "Nothing noted yet",
            "Write down what you use, one line at a time, such as “electricity 12.5 kWh”. "
            "Totals, comparisons and charts stand here from the first line on.",
            "/add",
            "Note the first one",
            period=False,
            elsewhere=False,
        )
    if first is None:
        return Nothing(
            "Nothing matches",
            f"No record at all matches “{_conditions(asked, visit, False)}”.",
            figures.place(asked.query(**_ANYTHING)),
            "Show all types",
            elsewhere=False,
        )
    if period.future:
        return Nothing(
            "Not yet",
            "These days are still to come.",
            figures.place(asked.query(period=None)),
            f"Show {say.month(today)}",
        )
    if period.running:
        return Nothing(
            "Nothing noted in this period yet",
            "What you note stands here at once.",
            "/add",
            "Note something",
        )
    return Nothing(
        "Nothing noted in this period",
        f"There are records before or after it, the first on {say.day(first)}.",
        figures.place(asked.query(period="all")),
        "Show all of them",
    )


def _preferences(visit: Visit) -> dict[str, Any]:
    """The user's preferences as they are now, locked until this request is done."""
    user = select(col(User.preferences)).where(col(User.id) == visit.user.id).with_for_update()
    preferences: dict[str, Any] | None = visit.db.execute(user).scalar_one_or_none()
    if preferences is None:  # The account was deleted meanwhile.
        raise SignedOut
    return preferences


def _save(visit: Visit, limits: list[dict[str, str]]) -> None:
    preferences = _preferences(visit) | {"limits": limits}
    own = update(User).where(col(User.id) == visit.user.id)
    visit.db.execute(own.values(preferences=preferences))
    # The statistics that this request goes on to show are measured against it.
    visit.user.preferences.update(preferences)


def _limit_json(limit: Limit) -> dict[str, Any]:
    return {"type": limit.type, "unit": limit.unit, "value": limit.value, "per": limit.per}


def _announcement(limit: Limit | None, visit: Visit) -> str:
    if limit is None:
        return "There is no limit now."
    amount = f"{visit.say.number(limit.value)} {limit.unit}".rstrip()
    return f"Limit set: at most {amount} a {limit.per}."

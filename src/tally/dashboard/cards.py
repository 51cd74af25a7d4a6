"""The dashboard's heading, and a card for each (type, unit). Pure.

Templates only place what is here; every text is written in the visitor's own number format.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import blake2b
from typing import NamedTuple

from tally.charts.axes import for_the_eye
from tally.charts.columns import Small, small_columns
from tally.charts.pace import PaceBar, pace_bar
from tally.charts.series import Point, Stretch
from tally.dashboard import axis_labels, chart_names, period_names, phrases
from tally.domain import filter_query
from tally.domain.currencies import sign, units_of
from tally.domain.filters import WITHOUT_UNIT, Filter
from tally.domain.formatting import MONTHS, Words
from tally.domain.limits import AMOUNT, COST
from tally.domain.periods import USUAL, Per, Period, bucket_ends, bucket_starts
from tally.statistics.compute import Statistics, TypeStatistics, ratio
from tally.statistics.shares import Run

# How many characters of a total fit on a card at its full size, and at the next smaller one.
FULL_SIZE, SMALLER_SIZE = 12, 18
# The periods of the switch by name; of these the ones in its menu where it is narrow; and those
# that are always in the menu.
PRESETS = {
    "week": "Week",
    "month": "Month",
    "quarter": "Quarter",
    "year": "Year",
    "last-30": period_names.LABELS["last-30"],
    "all": "All",
}
ROOMY = ("quarter", "last-30", "all")
FURTHER = ("yesterday", "last-week", "last-month", "last-year")
# The period of a first limit, by the period shown; a month for all others.
LIMIT_PERS: dict[str, Per] = {"day": "day", "week": "week", "year": "year"}


@dataclass(frozen=True, slots=True)
class LimitForm:
    """The limit of one (type, unit): where it stands in words, as a bar, and its form."""

    id: str
    type: str
    unit: str
    words: str
    mood: str  # good, warn, bad; "" without a limit
    pace: PaceBar | None
    value: str
    per: Per
    error: str = ""
    current: bool = False  # measured in days that include today
    in_cost: bool = False
    units: tuple[tuple[str, str], ...] = ()  # the units to choose from, where there is a choice


@dataclass(frozen=True, slots=True)
class RefusedLimit:
    """A refused limit: the fields as they were typed, and the sentence at them."""

    type: str
    unit: str
    value: str
    per: str
    error: str
    in_cost: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """One (type, unit) on the dashboard. id: of its link; href: its own page."""

    id: str
    type: str
    unit: str
    href: str
    amount: str  # "" where nothing of a meter is known
    size: str
    per_day: str
    divisor: str  # the known days, where they are not all
    noted: str
    comparison: str
    records: str  # the address of its records
    chart: Small
    values: str  # each bucket's words for a reader, up to the last with a record, joined by |
    runs: tuple[tuple[int, int, str, str], ...]  # first bucket, buckets, words, days
    name: str
    first: str
    peak: str
    last: str
    estimate: str
    limit: LimitForm
    without_cost: str  # in place of all figures, where they are of money and it has none
    is_money: bool  # whether its amounts are in the account's currency, and need no price


class Foot(NamedTuple):
    """What stands below the cards: a note on how they are drawn.

    bucket: the size of a column for the key, or "" where the drawings need none.
    """

    note: str
    bucket: str


class PeriodLink(NamedTuple):
    """The way to a period. name: its own in an address; current: it is the one shown."""

    name: str
    words: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class PeriodNav:
    """The period switch: its links, and the part of the filter that its form keeps."""

    title: str
    subtitle: str
    progress: str
    earlier: str | None
    later: str | None
    presets: tuple[PeriodLink, ...]
    further: tuple[PeriodLink, ...]  # those that have no room beside the others
    ranged: bool
    start: str
    end: str
    kept: tuple[tuple[str, str], ...]
    roomy: tuple[str, ...] = ROOMY

    @property
    def beyond(self) -> bool:
        """Whether the period is one that stands in the menu where the switch is narrow."""
        return any(link.current for link in self.presets if link.name in self.roomy)


def switch(wanted: Filter, period: Period, say: Words) -> PeriodNav:
    """The heading of a period and the ways to another one."""
    title, subtitle = period_names.heading(period, say)
    here = period.called if period.called in PRESETS else period.name
    return PeriodNav(
        title=title,
        subtitle=subtitle,
        progress=period_names.progress(period),
        earlier=_neighbour(wanted, period.earlier()),
        later=_neighbour(wanted, period.later()),
        presets=tuple(
            PeriodLink(name, words, _neighbour(wanted, {"period": name}) or "/", name == here)
            for name, words in PRESETS.items()
        ),
        further=tuple(
            PeriodLink(
                name,
                period_names.LABELS[name],
                _neighbour(wanted, {"period": name}) or "/",
                name == period.name,
            )
            for name in FURTHER
        ),
        ranged=here not in PRESETS,
        start=period.start.isoformat() if period.start else "",
        end=period.end.isoformat(),
        kept=tuple(
            (name, value)
            for name, value in filter_query.pairs(wanted)
            if name not in ("period", "from", "to", "after", "sort", "limit")
        ),
    )


def _neighbour(wanted: Filter, query: dict[str, str] | None) -> str | None:
    if query is None:
        return None
    if query == {"period": USUAL}:
        return place(filter_query.query(wanted, period=None))
    return place(filter_query.query(wanted, **query))


def place(query: str, page: str = "/") -> str:
    """The address of the dashboard, or of another page, for a query string."""
    return f"{page}?{query}" if query else page


def unfiltered(wanted: Filter) -> str:
    """The dashboard of the same days, without the filter's other conditions."""
    conditions = dict.fromkeys(("q", "type", "unit", "min", "max", "deleted"))
    return place(filter_query.query(wanted, **conditions))


class NamedBuckets:
    """The names, links and axis texts that all charts of a period share, worked out once."""

    def __init__(self, period: Period, say: Words) -> None:
        self.period = period
        self.size = period.bucket
        starts = bucket_starts(period.span, self.size, period.starts) if period.span else []
        self.starts = starts
        elapsed = sum(start <= period.today for start in starts)
        self.today = elapsed - 1 if period.running else -1
        self.names = axis_labels.buckets(starts, self.size, say)
        self.texts = axis_labels.axis(starts, self.size, self.today)
        # Of the bucket that holds today only the days up to today are counted, and listed.
        self.ends = [
            min(end, period.anchor) if start <= period.anchor else end
            for start, end in zip(starts, bucket_ends(starts, period.end), strict=False)
        ]
        self.queries = list(map(days_query, starts, self.ends))

    def points(self, one: TypeStatistics, records: str, say: Words) -> list[Point]:
        """A point for each bucket, those to come included."""
        points = []
        for i, (_, total, entries, spread, _) in enumerate(one.series.points):
            amount, words, href = "", "", ""
            if entries:
                amount = phrases.bucket(total, one, say)
                words, href = f"{self.names[i]}: {amount}", records + self.queries[i]
            points.append(
                Point(
                    total,
                    open=i == self.today,
                    words=words,
                    href=href,
                    amount=amount,
                    spread=spread,
                    unknown=total is None,
                )
            )
        return points + [Point(None)] * (len(self.starts) - len(points))

    def stretches(self, one: TypeStatistics, records: str, say: Words) -> list[Stretch]:
        """The marks of records of several days: one for each run of days, or for each bucket."""
        if one.runs:
            return [self._stretch(run, one, records, say) for run in one.runs]
        return [
            Stretch(
                i,
                1,
                point.spread,
                words=f"{self.names[i]}: {phrases.amount(point.total or Decimal(0), one, say)}",
                href=records + self.queries[i],
            )
            for i, point in enumerate(one.series.points)
            if point.spread
        ]

    def _stretch(self, run: Run, one: TypeStatistics, records: str, say: Words) -> Stretch:
        """A run of days, with its amount: `7 to 13 November: 54 in 7 days, 7.7 a day`."""
        first = (run.span.start - self.starts[0]).days
        points = one.series.points[first : first + run.span.days]
        amount = sum((point.spread for point in points), Decimal(0))
        per_day = phrases.average(ratio(amount, run.span.days), say)
        whole = sum((one.total for one in run.covering), Decimal(0))
        inside = all(
            run.span.start <= record.first and record.last <= run.span.end
            for record in run.covering
        )
        shown = say.number(whole) if inside else say.number(for_the_eye(amount))
        of_whole = "" if inside or len(run.covering) > 1 else f" of {say.number(whole)}"
        days = say.count(run.span.days, "day")
        last = max(record.last for record in run.covering)
        if one.currency:
            shown, of_whole = phrases.amount(amount, one, say), ""
            per_day = phrases.amount(amount / run.span.days, one, say)
        return Stretch(
            first,
            run.span.days,
            ratio(amount, run.span.days),
            begins=any(record.first == run.span.start for record in run.covering),
            ends=any(record.last == run.span.end for record in run.covering),
            words=f"{period_names.days(run.span, say)}:"
            f" {shown}{of_whole} in {days}, {per_day} a day",
            href=records + days_query(min(record.last for record in run.covering), last),
            text=f"{shown}{of_whole} {one.shown_unit}".rstrip() + f", {per_day} a day",
        )


def days_query(start: date, end: date) -> str:
    """The part of an address that asks for these days."""
    return f"&period={start}" if start == end else f"&from={start}&to={end}"


def cards(
    stats: Statistics, wanted: Filter, say: Words, refused: RefusedLimit | None = None
) -> tuple[Card, ...]:
    """A card for each (type, unit), in the order of the statistics."""
    in_money = any(one.currency for one in stats.types)
    period = stats.period
    buckets = NamedBuckets(period, say)
    first, last = axis_labels.ends(period)
    before: dict[object, str] = {}
    drawn = []
    for one in stats.types:
        if one.previous and one.previous.span not in before:
            before[one.previous.span] = period_names.span_before(period, one.previous.span, say)
        amount = phrases.amount(one.total, one, say)
        per_day = phrases.a_day(one, one.per_day, say)
        link = records_address(wanted, one)
        points = buckets.points(one, link, say)
        stretches = buckets.stretches(one, link, say)
        drawn.append(
            Card(
                id=card_id(one.type, one.unit),
                type=one.type,
                unit=one.shown_unit,
                href=place(
                    filter_query.query(wanted, type=[one.type], unit=one.unit or WITHOUT_UNIT)
                ),
                amount="" if phrases.nothing_known(one, period) else amount,
                size=size(amount, one.shown_unit),
                per_day=f"{per_day} a day" if one.entries and one.known.days > 1 else "",
                divisor=f"÷ {say.count(one.known.days, 'day')}"
                if one.entries and 1 < one.known.days < period.elapsed_days
                else "",
                noted=phrases.noted(one, period, say),
                comparison=phrases.comparison(
                    one, one.previous, before[one.previous.span], period, say
                )
                if one.previous
                else "",
                records=link,
                chart=small_columns(points, stretches),
                values="|".join(point.amount for point in points).rstrip("|"),
                runs=tuple(
                    (run.start, run.length, run.words, run.href.removeprefix(f"{link}&"))
                    for run in stretches
                    if one.runs
                ),
                name=chart_names.chart_name(one, period, say),
                first=first,
                peak=phrases.unread(one, period) or _peak(one, buckets, say),
                last=last,
                estimate=phrases.to_come(
                    one.projection or None, period, say, one.shown_unit if one.currency else ""
                ),
                limit=limit_form(one, period, say, card_id(one.type, one.unit, "limit"), refused),
                without_cost=_without_cost(one, amount, say)
                if in_money and not one.currency
                else "",
                is_money=one.unit in units_of(say.currency),
            )
        )
    return tuple(drawn)


def foot(drawn: Sequence[Card], period: Period) -> Foot:
    """`Columns are weeks; this week’s is open because it is not over.`"""
    note, unknown = f"Columns are {period.bucket}s", any(card.chart.unknown for card in drawn)
    if period.running and period.bucket == "day":
        note += "; today’s is open because the day is not over"
    elif period.running:
        note += f"; this {period.bucket}’s is open because it is not over"
    limits = [card.limit for card in drawn if card.limit.pace]
    if limits and all(limit.current for limit in limits):
        note += ". The mark on a limit is today" + (", or the last day known" if unknown else "")
    has_key = unknown or any(card.chart.share for card in drawn)
    return Foot(f"{note}.", period.bucket if has_key else "")


def _without_cost(one: TypeStatistics, amount: str, say: Words) -> str:
    """`2 cup, recorded without cost or price`; money is named as what it is."""
    words = "kept as an amount, not as a cost"
    if one.unit not in units_of(say.currency):
        words = "recorded without cost or price"
    return f"{amount} {one.unit}".rstrip() + f", {words}"


def card_id(type_name: str, unit: str, part: str = "card") -> str:
    """The id of an element of a (type, unit): the same on every page, wherever its card stands."""
    digest = blake2b(f"{type_name}\x1f{unit}".encode(), digest_size=6).hexdigest()
    return f"{part}-{digest}"


def records_address(wanted: Filter, one: TypeStatistics) -> str:
    """The list of a (type, unit) with the rest of the filter, open for days to be added.

    Whether amounts or costs were drawn is left out: a list has both.
    """
    unit = one.unit or WITHOUT_UNIT
    left_out = dict.fromkeys(("period", "sort", "limit", "show"))
    return f"/list?{filter_query.query(wanted, type=[one.type], unit=unit, **left_out)}"


def size(amount: str, unit: str) -> str:
    """The size of a total with this many characters: "" (full size), long or longer."""
    length = len(amount) + len(unit)
    return "" if length <= FULL_SIZE else "long" if length <= SMALLER_SIZE else "longer"


def _peak(one: TypeStatistics, buckets: NamedBuckets, say: Words) -> str:
    """`most 17.8 on Sat 14`, `most 96 in week 12`; nothing where there is nothing."""
    points = one.series.points
    if not one.total or len(points) < 2 or one.spread_entries:
        return ""
    highest = max(range(len(points)), key=lambda i: points[i].total or 0)
    name = buckets.names[highest]
    if buckets.size == "month":
        start = buckets.starts[highest]
        name = f"{MONTHS[start.month - 1][:3]} {start.year}"
    amount = phrases.drawn(points[highest].total or Decimal(0), one, say)
    return f"most {amount} {'on' if buckets.size == 'day' else 'in'} {small(name)}"


def small(name: str) -> str:
    """The name of a period inside a sentence; names of months and days keep their capitals."""
    return name[0].lower() + name[1:] if name.startswith(("Week", "The ", "Yesterday")) else name


def limit_form(
    one: TypeStatistics, period: Period, say: Words, element_id: str, refused: RefusedLimit | None
) -> LimitForm:
    """The limit's state in words, and the form to set it; `refused` is put back as it was typed."""
    usual: Per = LIMIT_PERS.get(period.called, "month")
    pace = one.limit
    # A limit in another unit than the figures around it names its unit.
    named = limit_unit(one, say) if pace and not one.shown_limit else ""
    words, mood = phrases.pace(pace, period, say, named) if pace else ("No limit", "")
    value, per, error = say.typed(pace.value) if pace else "", pace.per if pace else usual, ""
    in_cost = pace.in_cost if pace else bool(one.currency)
    if refused and (refused.type, refused.unit) == (one.type, one.unit):
        value, error, in_cost = refused.value, refused.error, refused.in_cost
        per = next((name for name in phrases.PER_WORDS if name == refused.per), usual)
    drawn = None
    if pace and pace.share_used is not None:
        drawn = pace_bar(pace.share_used * 100, pace.share_elapsed * 100)
    current = pace is not None and pace.span.start <= period.today <= pace.span.end
    units = ((AMOUNT, one.unit or "amount"), (COST, sign(say.currency))) if say.currency else ()
    return LimitForm(
        element_id,
        one.type,
        one.unit,
        words,
        mood,
        drawn,
        value,
        per,
        error,
        current,
        in_cost,
        units,
    )


def limit_unit(one: TypeStatistics, say: Words) -> str:
    """The unit of its limit."""
    return sign(say.currency) if one.limit and one.limit.in_cost else one.unit


def marks(period: Period, say: Words) -> list[tuple[str, str]]:
    """The name and the days of each bucket, once for all charts of a page.

    A period that has a name stands without `period=`: `("Sun 1", "2026-11-01")`.
    """
    buckets = NamedBuckets(period, say)
    days = (query[1:].removeprefix("period=") for query in buckets.queries)
    return list(zip(buckets.names, days, strict=True))

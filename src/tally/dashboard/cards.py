"""A card for each (type, unit) of a period. Pure.

Templates only place what is here; every text is written in the visitor's own number format.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial
from hashlib import blake2b
from typing import NamedTuple

from tally.charts.columns import SmallColumns, small_columns
from tally.dashboard import period_names, phrases
from tally.dashboard.both_pages.addresses import records_address, type_address
from tally.dashboard.both_pages.limit_form import LimitForm, TypedLimit, limit_form
from tally.dashboard.chart_parts import axis_labels, chart_names
from tally.dashboard.chart_parts.named_buckets import NamedBuckets
from tally.dashboard.period_names import PeriodName
from tally.dashboard.words import comparisons, known_words
from tally.domain.calendar import containing
from tally.domain.calendar_names import short_month
from tally.domain.currencies import units_of
from tally.domain.filters import Filter
from tally.domain.formatting import Formatter
from tally.domain.keys import Key
from tally.domain.periods import Period
from tally.statistics.type_statistics import Statistics, TypeStatistics

# How many characters of a total fit on a card at its full size, and at the next smaller one.
FULL_SIZE, SMALLER_SIZE = 12, 18


class CardRun(NamedTuple):
    """A mark over several buckets, as the script of a small chart reads it.

    start: its first bucket; days: the part of an address that asks for its records.
    """

    start: int
    buckets: int
    words: str
    days: str


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
    divisor: str
    noted: str
    comparison: str
    records: str  # the address of its records
    chart: SmallColumns
    values: str  # each bucket's words for a reader, up to the last with a record, joined by |
    runs: tuple[CardRun, ...]
    name: str
    first: str
    peak: str
    last: str
    estimate: str
    limit: LimitForm
    without_cost: str  # in place of all figures, where they are of money and it has none
    is_money: bool  # whether its amounts are in the account's currency, and need no price


class Foot(NamedTuple):
    """The note below the cards on how they are drawn, and what its key names.

    bucket: the size of a column. spread, unknown: whether a chart has such marks; without either
    there is no key.
    """

    note: str
    bucket: str
    spread: bool
    unknown: bool


def cards(
    stats: Statistics, wanted: Filter, formatter: Formatter, typed: TypedLimit | None = None
) -> tuple[Card, ...]:
    """A card for each (type, unit), in the order of the statistics."""
    sheet = _Sheet(stats, wanted, formatter)
    return tuple(sheet.card(one, typed) for one in stats.types)


class _Sheet:
    """The values that all cards of a page share, worked out once."""

    def __init__(self, stats: Statistics, wanted: Filter, formatter: Formatter) -> None:
        self.wanted = wanted
        self.formatter = formatter
        self.period = stats.period
        self.in_money = any(one.currency for one in stats.types)
        self.buckets = NamedBuckets(stats.period, formatter)
        self.ends = axis_labels.ends(stats.period)
        # Most types have the same span before them.
        self.name_before = cache(
            partial(period_names.span_before, stats.period, formatter=formatter)
        )

    def card(self, one: TypeStatistics, typed: TypedLimit | None) -> Card:
        """The card of a (type, unit); `typed`: the form of a limit as it was typed."""
        period, formatter = self.period, self.formatter
        amount = phrases.amount(one.total, one, formatter)
        link = records_address(self.wanted, one)
        points = self.buckets.points(one, link, formatter)
        stretches = self.buckets.stretches(one, link, formatter)
        lacks_cost = self.in_money and not one.currency
        first, last = self.ends
        return Card(
            id=card_id(one.key),
            type=one.type,
            unit=one.shown_unit,
            href=type_address(self.wanted, one.key),
            amount="" if known_words.nothing_known(one, period) else amount,
            size=size(amount, one.shown_unit),
            per_day=self._per_day(one),
            divisor=self._divisor(one),
            noted=known_words.noted(one, period, formatter),
            comparison=self._comparison(one),
            records=link,
            chart=small_columns(points, stretches),
            values="|".join(point.amount for point in points).rstrip("|"),
            runs=tuple(
                CardRun(run.start, run.length, run.words, run.href.removeprefix(f"{link}&"))
                for run in stretches
                if one.runs
            ),
            name=chart_names.chart_name(one, period, formatter),
            first=first,
            peak=known_words.unread(one, period) or _peak(one, self.buckets, formatter),
            last=last,
            estimate=phrases.projection(
                one.projection or None,
                one.total,
                period,
                formatter,
                one.shown_unit if one.currency else "",
            ),
            limit=limit_form(one, period, formatter, card_id(one.key, "limit"), typed),
            without_cost=_without_cost(one, amount, formatter) if lacks_cost else "",
            is_money=one.unit in units_of(formatter.currency),
        )

    def _per_day(self, one: TypeStatistics) -> str:
        """`7.1 a day`; nothing of a single day."""
        if not self._is_any(one) or one.known.days < 2:
            return ""
        return f"{phrases.a_day(one, one.per_day, self.formatter)} a day"

    def _divisor(self, one: TypeStatistics) -> str:
        """`÷ 20 days`: the known days, where they are not all."""
        if not self._is_any(one) or not 1 < one.known.days < self.period.elapsed_days:
            return ""
        return f"÷ {self.formatter.count(one.known.days, 'day')}"

    @staticmethod
    def _is_any(one: TypeStatistics) -> bool:
        """Whether there is a sum to divide: of records, or in money of base fees alone."""
        return bool(one.entries or one.total)

    def _comparison(self, one: TypeStatistics) -> str:
        before = one.previous
        if not before:
            return ""
        name = self.name_before(before.span)
        return comparisons.comparison(one, before, name, self.period, self.formatter)


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
    spread = any(card.chart.share for card in drawn)
    return Foot(f"{note}.", period.bucket, spread=spread, unknown=unknown)


def _without_cost(one: TypeStatistics, amount: str, formatter: Formatter) -> str:
    """`2 cup, recorded without cost or price`; of money `…, kept as an amount, not as a cost`."""
    words = "kept as an amount, not as a cost"
    if one.unit not in units_of(formatter.currency):
        words = "recorded without cost or price"
    return f"{amount} {one.unit}".rstrip() + f", {words}"


def card_id(key: Key, part: str = "card") -> str:
    """The id of an element of a (type, unit): the same on every page, wherever its card stands."""
    digest = blake2b(f"{key.type}\x1f{key.unit}".encode(), digest_size=6).hexdigest()
    return f"{part}-{digest}"


def size(amount: str, unit: str) -> str:
    """The size of a total with this many characters: "" (full size), long or longer."""
    length = len(amount) + len(unit)
    return "" if length <= FULL_SIZE else "long" if length <= SMALLER_SIZE else "longer"


def _peak(one: TypeStatistics, buckets: NamedBuckets, formatter: Formatter) -> str:
    """`most 17.8 on Sat 14`, `most 96 in week 12`; nothing where there is nothing."""
    points = one.series.points
    if not one.total or len(points) < 2 or one.spread_entries:
        return ""
    highest = max(range(len(points)), key=lambda i: points[i].total or 0)
    name = period_names.of_bucket(buckets.names[highest], buckets.size, formatter)
    if buckets.size == "month":
        start = containing("month", buckets.starts[highest], formatter.starts).start
        name = PeriodName(f"{short_month(start)} {start.year}")
    amount = phrases.drawn(points[highest].total or Decimal(0), one, formatter)
    return f"most {amount} {name.when}"

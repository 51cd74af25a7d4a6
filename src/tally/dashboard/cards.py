"""A card for each (type, unit) of a period. Pure.

Templates only place what is here; every text is written in the visitor's own number format.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial
from hashlib import blake2b
from typing import NamedTuple

from tally.charts.columns import Small, small_columns
from tally.dashboard import axis_labels, chart_names, comparisons, known_days, period_names, phrases
from tally.dashboard.addresses import records_address, type_page
from tally.dashboard.limit_form import LimitForm, TypedLimit, limit_form
from tally.dashboard.named_buckets import NamedBuckets
from tally.dashboard.period_names import inside_sentence
from tally.domain.currencies import units_of
from tally.domain.filters import Filter
from tally.domain.formatting import Words, short_month
from tally.domain.keys import Key
from tally.domain.periods import Period
from tally.statistics.compute import Statistics, TypeStatistics

# How many characters of a total fit on a card at its full size, and at the next smaller one.
FULL_SIZE, SMALLER_SIZE = 12, 18


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
    """The note below the cards on how they are drawn.

    bucket: the size of a column for the key, or "" where the drawings need none.
    """

    note: str
    bucket: str


def cards(
    stats: Statistics, wanted: Filter, say: Words, typed: TypedLimit | None = None
) -> tuple[Card, ...]:
    """A card for each (type, unit), in the order of the statistics."""
    in_money = any(one.currency for one in stats.types)
    period = stats.period
    buckets = NamedBuckets(period, say)
    first, last = axis_labels.ends(period)
    # Most types have the same span before them.
    name_before = cache(partial(period_names.span_before, period, say=say))
    drawn = []
    for one in stats.types:
        amount = phrases.amount(one.total, one, say)
        per_day = phrases.a_day(one, one.per_day, say)
        link = records_address(wanted, one)
        points = buckets.points(one, link, say)
        stretches = buckets.stretches(one, link, say)
        drawn.append(
            Card(
                id=card_id(one.key),
                type=one.type,
                unit=one.shown_unit,
                href=type_page(wanted, one.key),
                amount="" if known_days.nothing_known(one, period) else amount,
                size=size(amount, one.shown_unit),
                per_day=f"{per_day} a day" if one.entries and one.known.days > 1 else "",
                divisor=f"÷ {say.count(one.known.days, 'day')}"
                if one.entries and 1 < one.known.days < period.elapsed_days
                else "",
                noted=known_days.noted(one, period, say),
                comparison=comparisons.comparison(
                    one, one.previous, name_before(one.previous.span), period, say
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
                peak=known_days.unread(one, period) or _peak(one, buckets, say),
                last=last,
                estimate=phrases.to_come(
                    one.projection or None, period, say, one.shown_unit if one.currency else ""
                ),
                limit=limit_form(one, period, say, card_id(one.key, "limit"), typed),
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


def card_id(key: Key, part: str = "card") -> str:
    """The id of an element of a (type, unit): the same on every page, wherever its card stands."""
    digest = blake2b(f"{key.type}\x1f{key.unit}".encode(), digest_size=6).hexdigest()
    return f"{part}-{digest}"


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
        name = f"{short_month(start)} {start.year}"
    amount = phrases.drawn(points[highest].total or Decimal(0), one, say)
    at = "on" if buckets.size == "day" else "in"
    return f"most {amount} {at} {inside_sentence(name)}"

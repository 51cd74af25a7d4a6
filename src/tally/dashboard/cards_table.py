"""The numbers of all cards as a table: their figures, their limits, and each bucket. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from tally.dashboard import period_names, phrases
from tally.dashboard.both_pages.limit_form import limit_unit
from tally.dashboard.chart_parts import axis_labels
from tally.dashboard.words import comparisons, known_words, limit_words
from tally.domain.formatting import Formatter
from tally.domain.periods import Period
from tally.domain.text import capital
from tally.statistics.figures import Comparison
from tally.statistics.type_statistics import Statistics, TypeStatistics


class CardNumbers(NamedTuple):
    """A line of the table: figures, the limit in words, and the amount of each bucket."""

    type: str
    unit: str
    figures: tuple[str, ...]
    limit: str
    amounts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CardsTable:
    """The table of a page of cards: its headings, and a line for each card."""

    head: CardNumbers
    rows: tuple[CardNumbers, ...]


def cards_table(stats: Statistics, formatter: Formatter) -> CardsTable:
    """The table of the types of `stats`, in their order."""
    period = stats.period
    before = period_names.name_before(period, formatter).text or "Before"
    head = CardNumbers(
        "Type",
        "Unit",
        ("Total", "Records", "Per day", "Days known", capital(before), "Change", "Estimate"),
        "Limit",
        tuple(axis_labels.buckets(period.buckets, period.bucket, formatter)),
    )
    return CardsTable(head, tuple(_row(one, period, formatter) for one in stats.types))


def _row(one: TypeStatistics, period: Period, formatter: Formatter) -> CardNumbers:
    before = one.previous
    return CardNumbers(
        one.type,
        one.shown_unit,
        (
            ""
            if known_words.nothing_known(one, period)
            else phrases.amount(one.total, one, formatter),
            str(one.entries),
            phrases.a_day(one, one.per_day, formatter),
            str(one.known.days),
            _before(one, before, period, formatter) if before else "",
            comparisons.signed_percent(comparisons.settled(one, before), formatter)
            if before
            else "",
            phrases.estimate(one.projection, one.total, formatter)
            if one.projection is not None
            else "",
        ),
        limit_words.at_most(one.limit, limit_unit(one, formatter), formatter) if one.limit else "",
        tuple(
            phrases.bucket(point.total, one, formatter) if phrases.is_told(point, one) else ""
            for point in one.series.points
        ),
    )


def _before(one: TypeStatistics, before: Comparison, period: Period, formatter: Formatter) -> str:
    """`290.9`, `200.1 in 22 days`, `33.3 in 5 of 6 days`: the sum of the days that are compared.

    Nothing where none of them is known, or nothing that was recorded has a cost.
    """
    if before.total is None or not before.known_days:
        return ""
    amount = phrases.amount(before.total, one, formatter)
    days = formatter.count(before.span.days, "day")
    if before.known_days < before.span.days:
        return f"{amount} in {before.known_days} of {days}"
    return amount if before.span == period.previous_whole() else f"{amount} in {days}"

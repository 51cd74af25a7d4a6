"""The numbers of all cards as a table: their figures, their limits, and each bucket. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from tally.dashboard import axis_labels, period_names, phrases
from tally.dashboard.limit_form import limit_unit
from tally.domain.formatting import Words
from tally.domain.text import capital
from tally.statistics.compute import Statistics, TypeStatistics


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


def cards_table(stats: Statistics, say: Words) -> CardsTable:
    """The table of the types of `stats`, in their order."""
    period = stats.period
    before = period_names.name_before(period, say) or "Before"
    head = CardNumbers(
        "Type",
        "Unit",
        ("Total", "Records", "Per day", capital(before), "Change", "Estimate"),
        "Limit",
        tuple(axis_labels.buckets(period.buckets, period.bucket, say)),
    )
    return CardsTable(head, tuple(_row(one, say) for one in stats.types))


def _row(one: TypeStatistics, say: Words) -> CardNumbers:
    before = one.previous
    return CardNumbers(
        one.type,
        one.shown_unit,
        (
            phrases.amount(one.total, one, say),
            str(one.entries),
            phrases.a_day(one, one.per_day, say),
            phrases.amount(before.total, one, say) if before and before.total is not None else "",
            phrases.signed_percent(before, say) if before else "",
            phrases.about(one.projection, say) if one.projection is not None else "",
        ),
        phrases.limit(one.limit, limit_unit(one, say), say) if one.limit else "",
        tuple(
            phrases.bucket(point.total, one, say) if point.entries else ""
            for point in one.series.points
        ),
    )

"""The recents of the add page: the types in most and latest use, each as a line to save again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID, uuid4

from tally.db import meter_queries, queries
from tally.domain import marks
from tally.domain.meters import MeterInUse
from tally.domain.text import fold
from tally.quick_add import typo_guard
from tally.quick_add.writing import OpenEnd, line_to_repeat
from tally.web.context import RequestContext

MAX_RECENTS = 9


@dataclass(frozen=True)
class RecentLine:
    """A recent: a line that one click saves once more, and its place among the recents.

    `open_end`: how the line ends that the person completes, by a reading or by the days and the
    amount of a bill; it saves nothing yet.
    """

    number: str
    type: str
    value: Decimal
    unit: str
    line: str
    open_end: OpenEnd | None = None
    id: UUID = field(default_factory=uuid4)


def offered(
    context: RequestContext, in_use: Sequence[MeterInUse] | None = None
) -> list[RecentLine]:
    """The most and latest used types, each as a line ready to be saved once more.

    The line of a type with a meter ends before the reading, that of a type of which only bills are
    known before its days, so that no click saves the amount of months for today.
    """
    if in_use is None:
        in_use = meter_queries.in_use(context.db, context.user.id)
    metered = {meter.key for meter in in_use}
    recents = queries.recents(
        context.db, context.user.id, context.today, MAX_RECENTS, typo_guard.NEWEST
    )
    units: dict[str, list[str]] = {}
    for recent in recents:
        units.setdefault(fold(recent.type), []).append(recent.unit)
    return [
        line_of(
            context,
            str(number),
            recent.type,
            typo_guard.usual_written(recent.latest_values),
            recent.unit,
            "@" if recent.key in metered else "over" if recent.are_bills else None,
            tuple(unit for unit in units[fold(recent.type)] if unit != recent.unit),
        )
        for number, recent in enumerate(marks.offered(context.user.preferences, recents), 1)
    ]


def line_of(
    context: RequestContext,
    number: str,
    type_name: str,
    value: Decimal,
    unit: str,
    open_end: OpenEnd | None = None,
    other_units: tuple[str, ...] = (),
) -> RecentLine:
    """The recent that saves this amount for the day of the click, or begins a line."""
    line = line_to_repeat(context.today, type_name, value, unit, open_end, other_units)
    return RecentLine(number, type_name, value, unit, line, open_end)

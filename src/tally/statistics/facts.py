"""The facts that statistics are made from, and which of them a page asks for. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from tally.db.arrays import KeySpan
from tally.db.period_queries import DayStep, KeyDays, PeriodTotals
from tally.db.spread_queries import Covering, Spread
from tally.domain.cursor import KeyPlace
from tally.domain.keys import Key
from tally.domain.limits import Limit
from tally.domain.periods import Period
from tally.statistics.known_days import KnownDays


@dataclass(frozen=True)
class Facts:
    """The answers of the database about the records of a period.

    used: each (type, unit) with a matching record of one day in the elapsed days, or of which a
    meter began in them at a cost; spread: the part of records of several days in its buckets.
    sums: those of the spans that `sums_needed` names; None for one without any record.
    days: the first and last day of each (type, unit), the latest used first; known: its known days.
    active: the number of elapsed days that records cover, where some cover several.
    following: where the next page of types begins; type_count: the types of all pages.
    aside: keys that are not on the page and may have a part in the cost of the period; empty if
    there are `too_many` of them.
    single: whether the filter names one type; only then there are `before`, the totals of the whole
    previous period, `before_spread` and `calendar`.
    covering: records of several days, for drawings, where they are asked for.
    """

    period: Period
    used: Mapping[Key, PeriodTotals]
    limits: Mapping[Key, Limit]
    sums: Mapping[KeySpan, Decimal | None]
    days: Mapping[Key, KeyDays]
    known: Mapping[Key, KnownDays]
    spread: Mapping[Key, list[Spread]] = field(default_factory=dict)
    active: Mapping[Key, int] = field(default_factory=dict)
    following: KeyPlace | None = None
    type_count: int = 0
    aside: frozenset[Key] = frozenset()
    too_many: bool = False
    single: bool = False
    before: Mapping[Key, PeriodTotals] = field(default_factory=dict)
    before_spread: Mapping[Key, list[Spread]] = field(default_factory=dict)
    calendar: Mapping[Key, list[DayStep]] = field(default_factory=dict)
    covering: Mapping[Key, list[Covering]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shown:
    """The parts of a page of statistics that not every page has; each needs statements of its own.

    also: types that have figures even in a period without a record of them, but none of the whole
    period before. after: where a further page of types begins. drawn: the records of several days,
    for drawings. costs: the types that only the sum of costs needs.
    """

    also: tuple[Key, ...] = ()
    after: KeyPlace | None = None
    drawn: bool = False
    costs: bool = False


ONLY_TYPES = Shown()

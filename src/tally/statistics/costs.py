"""Add costs to the statistics of an account that has costs or prices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import Connection

from tally.db import cost_queries, queries
from tally.db.models import Account
from tally.domain.calendar import Span, bucket_ends, bucket_starts
from tally.domain.currencies import units_of
from tally.domain.filters import Filter
from tally.domain.keys import Key, folded
from tally.domain.limits import Limit, read_limits
from tally.domain.paid_sums import PaidBefore, Piece, in_pieces
from tally.domain.periods import Period
from tally.domain.prices import Tariff, read_prices, rounded_half_up, tariffs
from tally.statistics import money
from tally.statistics.figures import (
    Comparison,
    LimitPace,
    comparison,
    limit_elapsed,
    limit_pace,
    percent_of,
)
from tally.statistics.known_days import KnownDays
from tally.statistics.limits import limits_within
from tally.statistics.money import Cost, CostSum, LeftOut, Parts
from tally.statistics.projection import projected
from tally.statistics.type_statistics import Series, Statistics, TypeStatistics


def with_costs(
    db: Connection, user: Account, matching: Filter, statistics: Statistics, *, drawn: bool = False
) -> Statistics:
    """The same statistics with the cost of each type and their sum, by one more statement.

    An account without a currency has neither costs nor prices and needs no statement. drawn: with
    the cost of each bucket.
    """
    currency, shown = user.currency, len(statistics.types)
    if not currency or not statistics.summed:
        return statistics
    matching = queries.spelled(db, user.id, matching)
    needs = _needs(user, matching, statistics, drawn=drawn)
    needed = {(need.one.key, span): None for need in needs for span in need.spans()}
    if not needed:  # A period to come has no days to count, unless a limit in money has some.
        return statistics
    paid, stored = cost_queries.costs(db, user.id, matching, list(needed))
    prices = tuple(read_prices(stored))
    summed = _with_cost(needs, tariffs(prices), paid)
    elapsed = statistics.period.elapsed
    types = tuple(summed[:shown])
    aside = tuple(one for one in summed[shown:] if _takes_part(one, elapsed, currency))
    return replace(
        statistics, types=types, aside=aside, cost=_sum((*types, *aside), currency), prices=prices
    )


def _needs(user: Account, matching: Filter, statistics: Statistics, *, drawn: bool) -> list[_Need]:
    """The spans to be summed for each type in the sum of costs; only shown types are drawn."""
    used = [one.key for one in statistics.summed]
    limits = limits_within(matching, read_limits(user.preferences), used)
    shown = len(statistics.types)
    return [
        _Need(
            one,
            statistics.period,
            limit=limits.get(one.key),
            drawn=drawn and place < shown,
            picks=matching.picks_records,
        )
        for place, one in enumerate(statistics.summed)
    ]


def _with_cost(
    needs: Iterable[_Need],
    by_key: Mapping[Key, Tariff],
    paid: Mapping[Key, Mapping[date, PaidBefore]],
) -> list[TypeStatistics]:
    """The types with their costs. Of a type in two spellings each day has one base fee."""
    types = []
    charged: dict[Key, list[KnownDays]] = {}
    for need in needs:
        key = folded(need.one.key)
        before = charged.setdefault(key, [])
        tariff = by_key.get(key, Tariff())
        by_span = {span: in_pieces(span, tariff, paid[need.one.key]) for span in need.spans()}
        types.append(_Costs(need, tariff, by_span, tuple(before)).added())
        before.append(need.one.known_days)
    return types


def _takes_part(one: TypeStatistics, elapsed: Span | None, currency: str) -> bool:
    """Whether the sum names a type: for its cost, its uncovered amount, or its known days."""
    first = one.known_days.first
    begun = first is not None and elapsed is not None and first <= elapsed.end
    return bool(_left_out(one, currency)) or (one.cost is not None and (one.cost.counts or begun))


def _left_out(one: TypeStatistics, currency: str) -> Decimal:
    """The amount of a type that is in no sum of costs but has to be named beside it.

    An amount in the account's currency (`rent 900€`) stays an amount: it has no cost by itself.
    """
    if one.cost is not None:
        return one.cost.uncovered
    return one.total if one.unit in units_of(currency) else Decimal(0)


@dataclass(frozen=True)
class _Need:
    """A (type, unit) whose costs are needed. picks: whether the filter picks single records."""

    one: TypeStatistics
    period: Period
    limit: Limit | None
    drawn: bool
    picks: bool

    def buckets(self) -> list[Span]:
        """The elapsed buckets, where they are drawn."""
        return self._cut(self.period.elapsed) if self.drawn else []

    def buckets_before(self) -> list[Span]:
        """The buckets of the whole previous period, where it is drawn behind this one."""
        whole = self.period.previous_whole()
        return self._cut(whole) if self.drawn and self.one.previous_series else []

    def spans(self) -> list[Span]:
        """Every span to be summed."""
        spans = [self.period.elapsed, self.period.previous()]
        spans += [*self.buckets(), *self.buckets_before()]
        spans += [before.span for before in (self.one.previous, self.one.last_year) if before]
        if self.limit and self.limit.in_cost:
            spans.append(limit_elapsed(self.period, self.limit))
        return [span for span in spans if span]

    def _cut(self, span: Span | None) -> list[Span]:
        if span is None:
            return []
        starts = bucket_starts(span, self.period.bucket, self.period.starts)
        return list(map(Span, starts, bucket_ends(starts, span.end)))


class _Bucket(NamedTuple):
    """A bucket of a drawing; lacks_costs: it has records, but none with a cost or price."""

    parts: Parts
    lacks_costs: bool


@dataclass(frozen=True)
class _Costs:
    """The request for a (type, unit) with its answer: `paid` has the pieces of each span.

    charged: the known days of the same type spelled otherwise, on which base fees are counted.
    """

    need: _Need
    tariff: Tariff
    paid: Mapping[Span, list[Piece]]
    charged: tuple[KnownDays, ...] = ()

    def added(self) -> TypeStatistics:
        """The type with its cost; without a cost if no record of it has one and it has no price."""
        one, limit = self.need.one, self.need.limit
        pace = self._pace(limit) if limit and limit.in_cost else one.limit
        costed = any(piece.paid.costed for pieces in self.paid.values() for piece in pieces)
        elapsed = self.need.period.elapsed
        if elapsed is None or not (self.tariff.prices or costed):
            return replace(one, limit=pace)
        return replace(one, cost=self._cost(elapsed), limit=pace)

    def _cost(self, elapsed: Span) -> Cost:
        one, period = self.need.one, self.need.period
        parts = self._parts(elapsed)
        total = rounded_half_up(parts.total)
        buckets, before = self._drawn(self.need.buckets()), self._before()
        missing = self._lacks_costs(elapsed, parts)
        return Cost(
            total=total,
            per_day=rounded_half_up(parts.total / one.known.days) if one.known.days else None,
            records=rounded_half_up(parts.records),
            prices=rounded_half_up(parts.prices),
            base=rounded_half_up(parts.base),
            uncovered=rounded_half_up(parts.uncovered),
            projection=projected(period, total, one.known, one.known_days)
            if one.projection is not None
            else None,
            previous=self._compared(one.previous, total, missing),
            last_year=self._compared(one.last_year, total, missing),
            series=_totals(buckets, one.series),
            spread=tuple(rounded_half_up(bucket.parts.spread) for bucket in buckets),
            before=_totals(before, one.previous_series) if one.previous_series else (),
            before_spread=tuple(rounded_half_up(bucket.parts.spread) for bucket in before),
            worked=money.worked(self.tariff, self.paid[elapsed], self._stretches(elapsed)),
            missing=missing,
        )

    def _before(self) -> list[_Bucket]:
        """The cost of each bucket of the previous period; none where its records have no cost."""
        spans = self.need.buckets_before()
        buckets = self._drawn(spans)
        lack = any(bucket.lacks_costs for bucket in buckets)
        costed = any(bucket.parts.total for bucket in buckets) or any(map(self._costed, spans))
        return buckets if costed or not lack else []

    def _drawn(self, spans: Sequence[Span]) -> list[_Bucket]:
        buckets = []
        for span in spans:
            parts = self._parts(span)
            buckets.append(_Bucket(parts, self._lacks_costs(span, parts)))
        return buckets

    def _costed(self, span: Span) -> bool:
        return any(piece.paid.costed for piece in self.paid[span])

    def _lacks_costs(self, span: Span, parts: Parts) -> bool:
        """Whether a span has records, but none with a cost or a price. parts: those of the span."""
        return bool(parts.uncovered) and not parts.total and not self._costed(span)

    def _stretches(self, span: Span) -> tuple[Span, ...]:
        """The days of a span with a base fee: the known ones, each for one spelling only."""
        if self.need.picks:
            return ()
        stretches = tuple(self.need.one.known_days.stretches(span))
        for other in self.charged:
            stretches = tuple(rest for one in stretches for rest in other.unknown_within(one))
        return stretches

    def _parts(self, span: Span) -> Parts:
        return money.parts(self.tariff, self.paid[span], self._stretches(span))

    def _compared(
        self, before: Comparison | None, total: Decimal, missing: bool
    ) -> Comparison | None:
        if before is None:
            return None
        parts = self._parts(before.span)
        if self._lacks_costs(before.span, parts):
            return Comparison(before.span, before.known_days, None, None, None)
        base = rounded_half_up(parts.total)
        if missing:
            return Comparison(before.span, before.known_days, base, None, None)
        return comparison(total, base, before.span, before.known_days)

    def _pace(self, limit: Limit) -> LimitPace:
        """The pace of a limit in money, up to the last known day."""
        parts = self._parts(limit_elapsed(self.need.period, limit))
        return limit_pace(
            self.need.period,
            limit,
            self.need.one.known_days,
            rounded_half_up(parts.total),
            uncovered=rounded_half_up(parts.uncovered),
        )


def _totals(buckets: Sequence[_Bucket], series: Series) -> tuple[Decimal | None, ...]:
    """The rounded cost of each bucket.

    None if nothing of it is known and nothing was paid, or if its records have no cost.
    """
    return tuple(
        rounded_half_up(bucket.parts.total)
        if (point.total is not None or bucket.parts.records) and not bucket.lacks_costs
        else None
        for bucket, point in zip(buckets, series.points, strict=False)
    )


def _sum(types: Sequence[TypeStatistics], currency: str) -> CostSum | None:
    """The cost of all these types together; None if none has a cost.

    A type without a projection counts in the projection as it is; None if no type has one.
    """
    costs = [one.cost for one in types if one.cost]
    if not costs:
        return None
    total = sum((cost.total for cost in costs), Decimal(0))
    projection = None
    if any(cost.projection is not None for cost in costs):
        expected = (cost.total if cost.projection is None else cost.projection for cost in costs)
        projection = sum(expected, Decimal(0))
    left_out = [(one, _left_out(one, currency)) for one in types]
    without = tuple(LeftOut(one.type, one.unit, amount) for one, amount in left_out if amount)
    base = _before(costs)
    difference = None if base is None else total - base
    return CostSum(
        total=total,
        currency=currency,
        projection=projection,
        previous=base,
        difference=difference,
        percent=None if base is None else percent_of(total - base, base),
        without=without,
    )


def _before(costs: Sequence[Cost]) -> Decimal | None:
    """The cost of the days before, of all types together.

    None if the days of a type cannot be compared or have no cost. A type that cost nothing in
    either span does not matter, however many of its days are known.
    """
    bases = []
    for cost in costs:
        before = cost.previous
        if before is not None and before.difference is not None:
            bases.append(before.total or Decimal(0))
        elif cost.counts:
            return None
    return sum(bases, Decimal(0)) if bases else None

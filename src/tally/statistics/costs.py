"""Adds what things cost to the statistics of an account that has costs or prices."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import Connection

from tally.db import queries
from tally.db.models import Account
from tally.domain.fields import MAX_DAYS
from tally.domain.filters import Filter
from tally.domain.limits import Key, Limit, read_limits
from tally.domain.periods import Period, Span, bucket_ends, bucket_starts
from tally.domain.prices import Paid, Tariff, folded, read_prices, rounded, tariffs
from tally.statistics import money
from tally.statistics.compute import (
    MAX_DIFFERENCE_IN_DAYS,
    Comparison,
    Pace,
    Statistics,
    TypeStatistics,
    projected,
    ratio,
)
from tally.statistics.load import limit_elapsed, limit_span, limits_within
from tally.statistics.money import Cost, CostComparison, CostSum, Parts


def with_costs(
    db: Connection, user: Account, matching: Filter, statistics: Statistics, *, drawn: bool = False
) -> Statistics:
    """The same statistics with what each type cost, and their sum.

    An account without a currency has neither costs nor prices: it pays nothing for this.
    drawn: with the cost of each bucket.
    """
    currency = str(user.preferences.get("currency") or "")
    period = statistics.period
    if not currency or period.elapsed is None or not statistics.types:
        return statistics
    matching = queries.spelled(db, user.id, matching)
    by_key = tariffs(read_prices(queries.prices(db, user.id)))
    limits = limits_within(matching, read_limits(user.preferences))
    asked = [
        _Asked(
            one,
            by_key.get(folded(Key(one.type, one.unit)), Tariff()),
            period,
            limits.get(Key(one.type, one.unit)),
            drawn,
            picks=_picks_records(matching),
        )
        for one in statistics.types
    ]
    needed = {(one.key, piece): None for one in asked for piece in one.pieces()}
    paid = queries.costs(db, user.id, matching, list(needed), MAX_DAYS)
    by_type: dict[Key, dict[Span, Paid]] = {}
    for (key, span), found in paid.items():
        by_type.setdefault(key, {})[span] = found
    types = tuple(one.answered(by_type.get(one.key, {})) for one in asked)
    return replace(statistics, types=types, cost=_sum(types, currency))


def _picks_records(matching: Filter) -> bool:
    """Whether a filter picks single records: a base fee is for days, and none of theirs."""
    return bool(
        matching.search
        or matching.deleted
        or matching.minimum is not None
        or matching.maximum is not None
    )


@dataclass(frozen=True)
class _Asked:
    """One (type, unit) whose costs are asked for."""

    one: TypeStatistics
    tariff: Tariff
    period: Period
    limit: Limit | None
    drawn: bool
    picks: bool

    @property
    def key(self) -> Key:
        return Key(self.one.type, self.one.unit)

    def buckets(self) -> list[Span]:
        """The elapsed buckets, where they are drawn."""
        if not self.drawn or self.period.elapsed is None:
            return []
        starts = bucket_starts(self.period.elapsed, self.period.bucket, self.period.starts)
        ends = bucket_ends(starts, self.period.elapsed.end)
        return [Span(start, end) for start, end in zip(starts, ends, strict=True)]

    def pieces(self) -> list[Span]:
        """Every span to be summed, cut where prices change."""
        spans = [self.period.elapsed, *self.buckets()]
        spans += [before.span for before in (self.one.previous, self.one.last_year) if before]
        if self.limit and self.limit.in_cost:
            spans.append(limit_elapsed(self.period, self.limit))
        return [piece for span in spans if span for piece in money.pieces(span, self.tariff)]

    def answered(self, paid: Mapping[Span, Paid]) -> TypeStatistics:
        """The type with its cost; without one where nothing of it was paid and no price is set."""
        elapsed = self.period.elapsed
        if elapsed is None or not (self.tariff.prices or any(one.costed for one in paid.values())):
            return self.one
        parts = self._parts(elapsed, paid)
        known = self.one.known
        total = rounded(parts.total)
        cost = Cost(
            total=total,
            per_day=rounded(parts.total / known.days) if known.days else None,
            records=rounded(parts.records),
            prices=rounded(parts.prices),
            base=rounded(parts.base),
            uncovered=rounded(parts.uncovered),
            projection=projected(self.period, total, known, self.one.known_days)
            if self.one.projection is not None
            else None,
            previous=self._compared(self.one.previous, total, paid),
            last_year=self._compared(self.one.last_year, total, paid),
            series=tuple(
                rounded(self._parts(bucket, paid).total) if point.total is not None else None
                for bucket, point in zip(self.buckets(), self.one.series.points, strict=False)
            ),
            worked=money.worked(elapsed, self.tariff, paid, self._stretches(elapsed)),
        )
        limit = self._pace(paid) if self.limit and self.limit.in_cost else self.one.limit
        return replace(self.one, cost=cost, limit=limit)

    def _stretches(self, span: Span) -> tuple[Span, ...]:
        return () if self.picks else tuple(self.one.known_days.stretches(span))

    def _parts(self, span: Span, paid: Mapping[Span, Paid]) -> Parts:
        return money.parts(span, self.tariff, paid, self._stretches(span))

    def _compared(
        self, before: Comparison | None, total: Decimal, paid: Mapping[Span, Paid]
    ) -> CostComparison | None:
        if before is None:
            return None
        base = rounded(self._parts(before.span, paid).total)
        unequal = abs(before.known_days - before.span.days)
        if unequal > MAX_DIFFERENCE_IN_DAYS * before.span.days:
            return CostComparison(before.span, before.known_days, base, None, None)
        difference = total - base
        percent = ratio(difference * 100, base) if base else None
        return CostComparison(before.span, before.known_days, base, difference, percent)

    def _pace(self, paid: Mapping[Span, Paid]) -> Pace | None:
        """A limit in money, used as far as it is known."""
        assert self.limit is not None
        span = limit_span(self.period, self.limit)
        elapsed = limit_elapsed(self.period, self.limit)
        known_to = min(elapsed.end, self.one.known_days.last)
        used = rounded(self._parts(elapsed, paid).total)
        days = max(0, (known_to - span.start).days + 1)
        return Pace(
            value=self.limit.value,
            per=self.limit.per,
            span=span,
            known_to=known_to,
            used=used,
            left=self.limit.value - used,
            share_used=ratio(used, self.limit.value) if self.limit.value else None,
            share_elapsed=ratio(Decimal(days), span.days),
            in_cost=True,
        )


def _sum(types: tuple[TypeStatistics, ...], currency: str) -> CostSum | None:
    """What all types of the page cost together; None where none has a cost.

    The projection counts a type without one as it stands, and is None where no type has one. The
    comparison is None where a type's days cannot be compared.
    """
    costs = [one.cost for one in types if one.cost]
    if not costs:
        return None
    total = sum((cost.total for cost in costs), Decimal(0))
    projected_costs = [cost.projection for cost in costs if cost.projection is not None]
    projection = (
        sum(
            (cost.total if cost.projection is None else cost.projection for cost in costs),
            Decimal(0),
        )
        if projected_costs
        else None
    )
    earlier = [cost.previous for cost in costs]
    if any(before is None or before.difference is None for before in earlier):
        return CostSum(total, currency, projection, None, None, None)
    base = sum((before.total for before in earlier if before), Decimal(0))
    percent = ratio((total - base) * 100, base) if base else None
    return CostSum(total, currency, projection, base, total - base, percent)

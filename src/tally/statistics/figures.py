"""Figures that amounts and costs share: ratios, comparisons and the paces of limits. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal

from tally.domain.calendar import Interval, Span, containing
from tally.domain.limits import Limit
from tally.domain.periods import Period
from tally.statistics.known_days import Known, KnownDays

# Two totals are compared directly if their numbers of known days differ by no more than this share.
MAX_DIFFERENCE_IN_DAYS = Decimal("0.1")

# Sums have up to 24 digits; a quotient must be right to its sixth decimal before it is rounded.
_EXACT = Context(prec=100, rounding=ROUND_HALF_UP)
_SIX_DECIMALS = Decimal("0.000001")


def ratio(numerator: Decimal, denominator: Decimal | int) -> Decimal:
    """The quotient of two numbers, rounded half away from zero to 6 decimals."""
    return _EXACT.quantize(_EXACT.divide(numerator, Decimal(denominator)), _SIX_DECIMALS)


def percent_of(difference: Decimal, base: Decimal) -> Decimal | None:
    """The difference in percent of its base; None where that is 0."""
    return ratio(difference * 100, base) if base else None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The sum of an earlier span, and how far this period's total is from it.

    difference: this total minus the earlier one; percent: the difference in percent of the earlier
    total, None where that is 0. Both are None if the numbers of known days differ too much; then
    averages of days are compared. In money both are None if the records of either span have no
    cost, and `total` is None for such an earlier span. is_noted: whether the span has records, of a
    type whose records cover one day each; their sum may be 0.
    """

    span: Span
    known_days: int
    total: Decimal | None
    difference: Decimal | None
    percent: Decimal | None
    is_noted: bool = False

    @property
    def per_day(self) -> Decimal | None:
        """The average of its known days."""
        if self.total is None or not self.known_days:
            return None
        return ratio(self.total, self.known_days)


def comparison(total: Decimal, base: Decimal, span: Span, known_days: int) -> Comparison:
    """A total beside the total `base` of an earlier span, of which `known_days` are known."""
    if abs(known_days - span.days) > MAX_DIFFERENCE_IN_DAYS * span.days:
        return Comparison(span, known_days, base, None, None)
    difference = total - base
    return Comparison(span, known_days, base, difference, percent_of(difference, base))


def compared_span(period: Period, known: Known, earlier: Span) -> Span | None:
    """The days of an earlier period to compare with: as many as are known here, at the same place.

    All of them if all days of this period are known and over; None if none is known.
    """
    if known.first is None or period.start is None:
        return None
    if not period.running and known.days == period.days:
        return earlier
    start = min(earlier.start + (known.first - period.start), earlier.end)
    return Span(start, earlier.end).first(known.days)


@dataclass(frozen=True, slots=True)
class LimitPace:
    """A limit in its own period, known up to `known_to`, which is today unless it is read.

    left: below 0 beyond the limit. Shares: 1 is all; share_used is None for a limit of 0.
    known_days: how many of its days are known, up to today. uncovered: of a limit in money, the
    amount that has neither a cost nor a price.
    """

    value: Decimal
    per: Interval
    span: Span
    known_to: date
    used: Decimal
    left: Decimal
    share_used: Decimal | None
    share_elapsed: Decimal
    known_days: int
    in_cost: bool = False
    uncovered: Decimal = Decimal(0)

    @property
    def ahead(self) -> bool:
        """Whether the used share of the limit is larger than the elapsed share of its days."""
        return self.share_used is not None and self.share_used > self.share_elapsed

    @property
    def known_whole(self) -> bool:
        """Whether all days of the limit's period are known."""
        return self.known_days == self.span.days


def limit_pace(
    period: Period,
    limit: Limit,
    known_days: KnownDays,
    used: Decimal,
    *,
    uncovered: Decimal = Decimal(0),
) -> LimitPace:
    """The pace of a limit, with `used` of it used in the elapsed days of its period."""
    span, elapsed = limit_span(period, limit), limit_elapsed(period, limit)
    known_to = min(elapsed.end, known_days.last)
    days_to_there = max(0, (known_to - span.start).days + 1)
    return LimitPace(
        value=limit.value,
        per=limit.per,
        span=span,
        known_to=known_to,
        used=used,
        left=limit.value - used,
        share_used=ratio(used, limit.value) if limit.value else None,
        share_elapsed=ratio(Decimal(days_to_there), span.days),
        known_days=known_days.within(elapsed).days,
        in_cost=limit.in_cost,
        uncovered=uncovered,
    )


def limit_span(period: Period, limit: Limit) -> Span:
    """The limit's own period: the one that holds the smaller of today and the period's end."""
    return containing(limit.per, period.anchor, period.starts)


def limit_elapsed(period: Period, limit: Limit) -> Span:
    """The days of the limit's period up to today."""
    span = limit_span(period, limit)
    return Span(span.start, min(span.end, period.today))

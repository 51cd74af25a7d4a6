"""Gathers what statistics are made of: at most seven statements, however many types there are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection

from tally.db import queries
from tally.db.models import Account
from tally.db.queries import DayStep, PeriodTotals
from tally.domain.filters import Filter
from tally.domain.limits import Key, Limit, read_limits
from tally.domain.periods import (
    USUAL,
    Period,
    Span,
    bucket_starts,
    calendar_span,
    containing,
    read_period,
)
from tally.domain.text import fold


@dataclass(frozen=True)
class Facts:
    """What the records say about a period.

    used: each (type, unit) with a matching record in the elapsed days. sums: those of the spans
    that `sums_needed` names. latest: the last day of each (type, unit), the most recently used
    first.
    single: whether the filter names one type; only then there are `before`, what happened in the
    whole previous period, and `calendar`.
    """

    period: Period
    used: Mapping[Key, PeriodTotals]
    limits: Mapping[Key, Limit]
    sums: Mapping[tuple[Key, Span], Decimal]
    latest: Mapping[Key, date | None]
    single: bool = False
    before: Mapping[Key, PeriodTotals] = field(default_factory=dict)
    calendar: Mapping[Key, list[DayStep]] = field(default_factory=dict)


def gather(
    db: Connection, user: Account, matching: Filter, today: date, also: tuple[Key, ...] = ()
) -> Facts:
    """The facts of the filter's period, which is the running month unless it says otherwise.

    also: of a period in which nothing was used, the keys to have facts of all the same, but for
    those of the period before.
    """
    matching = queries.spelled(db, user.id, matching)
    period = matching.dates or read_period(USUAL, today, matching.starts)
    if period.start is None:
        period = period.since(queries.first_day(db, user.id, matching))
    used: Mapping[Key, PeriodTotals] = {}
    if period.elapsed and not also:
        used = queries.period(db, user.id, matching, period.elapsed, period.buckets)
    limits = limits_within(matching, read_limits(user.preferences))
    keys = list({**used, **limits, **dict.fromkeys(also)})
    if not keys:
        return Facts(period, used, limits, {}, {})
    single = len(matching.types) == 1
    before, calendar = period.previous_whole(), calendar_span(period.anchor)
    return Facts(
        period,
        used,
        limits,
        queries.sums(db, user.id, matching, sums_needed(period, keys, limits)),
        queries.latest_days(db, user.id, keys, today),
        single,
        queries.period(
            db, user.id, matching, before, bucket_starts(before, period.bucket, period.starts)
        )
        if single and before and not also
        else {},
        queries.calendar(db, user.id, matching, keys, calendar) if single else {},
    )


def limits_within(matching: Filter, limits: Mapping[Key, Limit]) -> dict[Key, Limit]:
    """The limits of types and units that the filter lets through.

    None at all where it picks single records by words, values or deletion: what is used of a limit
    cannot be told from a part of the records.
    """
    if (
        matching.search
        or matching.minimum is not None
        or matching.maximum is not None
        or matching.deleted
    ):
        return {}
    types = {fold(name) for name in matching.types}
    return {
        key: limit
        for key, limit in limits.items()
        if (not types or fold(key.type) in types) and matching.unit in (None, key.unit)
    }


def sums_needed(
    period: Period, keys: list[Key], limits: Mapping[Key, Limit]
) -> list[tuple[Key, Span]]:
    """The spans to be summed for each (type, unit), each of them once."""
    compared = [span for span in (period.previous(), period.last_year()) if span]
    needed = {(key, span): None for key in keys for span in compared}
    needed |= {(key, limit_elapsed(period, limit)): None for key, limit in limits.items()}
    return list(needed)


def limit_span(period: Period, limit: Limit) -> Span:
    """The limit's own period: the one that holds the smaller of today and the period's end."""
    return containing(limit.per, period.anchor, period.starts)


def limit_elapsed(period: Period, limit: Limit) -> Span:
    """Its days up to today."""
    span = limit_span(period, limit)
    return Span(span.start, min(span.end, period.today))

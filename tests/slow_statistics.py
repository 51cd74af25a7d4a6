"""Random records, and their statistics computed slowly and obviously: day by day, one by one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from math import ceil
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID, uuid4

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from tally.db.engine import Database
from tally.db.models import Account
from tally.domain.filters import Filter
from tally.domain.limits import Key
from tally.domain.periods import DAY, EARLIEST, Period, Span

within_a_test = settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@dataclass(frozen=True)
class Record:
    day: date
    type: str
    unit: str
    value: Decimal
    notes: str = ""
    deleted: bool = False

    @property
    def key(self) -> Key:
        return Key(self.type, self.unit)


# Random days, with the odd ones more often


def some_todays() -> st.SearchStrategy[date]:
    return st.one_of(
        st.dates(date(1903, 1, 1), date(2150, 12, 31)),
        st.sampled_from(
            [
                date(2024, 2, 29),  # a leap day, and the day after
                date(2024, 3, 1),
                date(2023, 2, 28),
                date(2026, 3, 31),
                date(2020, 12, 31),  # in week 53
                date(2021, 1, 1),
                date(2100, 2, 28),  # no leap year
                date(2026, 11, 22),
            ]
        ),
    )


def days_near(today: date, *, ahead: int = 1) -> st.SearchStrategy[date]:
    """Mostly the last weeks, sometimes years ago; at most `ahead` days ahead."""
    return st.one_of(
        st.integers(-ahead, 40), st.integers(-ahead, 420), st.integers(-ahead, 1200)
    ).map(lambda ago: max(EARLIEST, today - ago * DAY))


def records_near(today: date) -> st.SearchStrategy[list[Record]]:
    """A few of everything, or many of one type on few days and with few values."""
    many = st.builds(
        Record,
        day=st.integers(-1, 12).map(lambda ago: today - ago * DAY),
        type=st.just("coffee"),
        unit=st.just("cup"),
        value=st.integers(0, 9).map(Decimal),
    )
    few = st.builds(
        Record,
        day=days_near(today),
        type=st.sampled_from(["coffee", "coffee", "Coffee", "tea", "сок"]),
        unit=st.sampled_from(["cup", "cup", "l", ""]),
        value=st.one_of(
            st.sampled_from([Decimal(0), Decimal("0.000001"), Decimal("999999999999.999999")]),
            st.integers(1, 9).map(Decimal),
            st.decimals(0, 100, places=2),
        ),
        notes=st.sampled_from(["", "", "#late", "with milk"]),
        deleted=st.sampled_from([False] * 9 + [True]),
    )
    return st.one_of(st.lists(few, max_size=40), st.lists(many, min_size=5, max_size=40))


@st.composite
def queries_near(draw: st.DrawFn, today: date) -> list[tuple[str, str]]:
    """A query string: some period, and sometimes more conditions."""
    day = draw(days_near(today, ahead=400))
    other = draw(days_near(today, ahead=40))
    start, end = sorted((day, other))
    pairs = draw(
        st.sampled_from(
            [
                [],
                [("period", "today")],
                [("period", "week")],
                [("period", "month")],
                [("period", "year")],
                [("period", f"last-{draw(st.integers(1, 500))}")],
                [("period", f"{day:%Y}")],
                [("period", f"{day:%Y-%m}")],
                [("period", day.isoformat())],
                [("period", "all")],
                [("to", day.isoformat())],
                [("from", start.isoformat()), ("to", end.isoformat())],
            ]
        )
    )
    more = draw(
        st.sampled_from(
            [
                [],
                [],
                [("type", "coffee")],
                [("type", "COFFEE"), ("unit", "cup")],
                [("type", "coffee"), ("type", "tea")],
                [("unit", "-")],
                [("q", "milk")],
                [("q", "#late")],
                [("min", "3")],
                [("min", "1"), ("max", "50")],
            ]
        )
    )
    return pairs + more


def some_limits() -> st.SearchStrategy[list[dict[str, str]]]:
    return st.lists(
        st.fixed_dictionaries(
            {
                "type": st.sampled_from(["coffee", "tea", "never noted"]),
                "unit": st.sampled_from(["cup", "l", ""]),
                "value": st.sampled_from(["0", "3", "12.5", "999999999999"]),
                "per": st.sampled_from(["day", "week", "month", "year"]),
            }
        ),
        max_size=4,
        unique_by=lambda limit: (limit["type"], limit["unit"]),
    )


@st.composite
def cases(
    draw: st.DrawFn,
) -> tuple[date, list[Record], list[tuple[str, str]], list[dict[str, str]]]:
    today = draw(some_todays())
    return (
        today,
        draw(records_near(today)),
        draw(queries_near(today)),
        draw(some_limits()),
    )


# The slow and obvious computation


def matches(matching: Filter, record: Record) -> bool:
    """Whether the filter lets a record through, whatever its day."""
    haystack = f"{record.type} {record.notes}".lower()
    return (
        not record.deleted
        and (not matching.types or record.type.lower() in [t.lower() for t in matching.types])
        and matching.unit in (None, record.unit)
        and (matching.minimum is None or record.value >= matching.minimum)
        and (matching.maximum is None or record.value <= matching.maximum)
        and all(word in haystack for word in matching.search.lower().split())
    )


def expected(
    today: date, records: list[Record], matching: Filter, limits: list[dict[str, str]]
) -> dict[str, Any]:
    """The JSON of the statistics, day by day and record by record."""
    matched = [record for record in records if matches(matching, record)]
    assert matching.end
    start = matching.start
    if start is None:
        start = min((r.day for r in matched if r.day <= matching.end), default=None)
    period = Period(start, matching.end, today, matching.period)
    days = [start + n * DAY for n in range((matching.end - start).days + 1)] if start else []
    elapsed = [day for day in days if day <= today]
    whole_types = not (matching.search or matching.minimum is not None or matching.maximum)
    shown_limits = {
        Key(limit["type"], limit["unit"]): limit
        for limit in limits
        if whole_types
        and matching.unit in (None, limit["unit"])
        and (not matching.types or limit["type"].lower() in [t.lower() for t in matching.types])
    }
    keys = {record.key for record in matched if record.day in elapsed} | set(shown_limits)
    types = []
    for key in keys:
        mine = [record for record in matched if record.key == key]
        types.append(
            expected_type(
                today,
                period,
                elapsed,
                days,
                mine,
                key,
                shown_limits.get(key),
                [r for r in records if r.key == key and not r.deleted and r.day <= today],
                single=len(matching.types) == 1,
            )
        )
    types.sort(key=lambda one: (one["type"], one["unit"]))
    types.sort(key=lambda one: one["last_recorded"] or "", reverse=True)
    return {
        "period": {
            "from": start and start.isoformat(),
            "to": matching.end.isoformat(),
            "today": today.isoformat(),
            "running": today in days or (start is None and today <= matching.end),
            "elapsed_days": len(elapsed),
            "days": len(days),
        },
        "types": types,
    }


def expected_type(
    today: date,
    period: Period,
    elapsed: list[date],
    days: list[date],
    mine: list[Record],
    key: Key,
    limit: dict[str, str] | None,
    ever: list[Record],
    *,
    single: bool,
) -> dict[str, Any]:
    inside = [record for record in mine if record.day in elapsed]
    total = total_of(inside)
    sums = {record.day: total_of([r for r in inside if r.day == record.day]) for record in inside}
    highest = min(sums, key=lambda day: (-sums[day], day), default=None)
    running = today in days
    enough = len(elapsed) >= 3 and len(elapsed) * 10 >= len(days) and len(elapsed) < len(days)
    before = list(period.previous_whole() or [])
    weekdays = []
    for weekday in range(7):
        count = sum(day.weekday() == weekday for day in elapsed)
        noted = [record for record in inside if record.day.weekday() == weekday]
        weekdays.append(quotient(total_of(noted), count))
    content = {
        "type": key.type,
        "unit": key.unit,
        "total": plainly(total),
        "entries": len(inside),
        "active_days": len(sums),
        "per_day": quotient(total, len(elapsed)),
        "per_entry": quotient(total, len(inside)),
        "highest_day": highest and {"date": highest.isoformat(), "total": plainly(sums[highest])},
        "highest_days": [
            {"date": day.isoformat(), "total": plainly(sums[day])}
            for day in sorted(sums, key=lambda day: (-sums[day], day))[:5]
        ],
        "previous": expected_comparison(period.previous(), mine, total),
        "last_year": expected_comparison(period.last_year(), mine, total),
        "projection": quotient(total * len(days), len(elapsed)) if running and enough else None,
        "limit": limit and expected_pace(today, min(today, period.end), limit, mine),
        "last_recorded": max((r.day for r in ever), default=None),
        "series": expected_series(elapsed, len(days), mine),
        "weekdays": weekdays,
    }
    if content["last_recorded"]:
        content["last_recorded"] = content["last_recorded"].isoformat()
    if single:
        content |= expected_calendar(today, min(today, period.end), mine)
        content["previous_series"] = (before and expected_series(before, len(days), mine)) or None
    return content


def expected_series(shown: list[date], days: int, mine: list[Record]) -> dict[str, Any]:
    """The days shown of a period of so many, a bucket each, or a week's or a month's together."""
    buckets: dict[date, list[Record]] = {}
    for day in shown:
        if days <= 62:
            first = day
        elif days <= 400:
            first = max(day - day.weekday() * DAY, shown[0])
        else:
            first = max(day.replace(day=1), shown[0])
        buckets.setdefault(first, []).extend(r for r in mine if r.day == day)
    return {
        "bucket": "day" if days <= 62 else "week" if days <= 400 else "month",
        "points": [
            {
                "from": first.isoformat(),
                "total": plainly(total_of(noted)),
                "entries": len(noted),
            }
            for first, noted in buckets.items()
        ],
    }


def expected_comparison(
    span: Span | None, mine: list[Record], total: Decimal
) -> dict[str, Any] | None:
    if span is None:
        return None
    base = total_of([record for record in mine if span.start <= record.day <= span.end])
    return {
        "from": span.start.isoformat(),
        "to": span.end.isoformat(),
        "days": (span.end - span.start).days + 1,
        "total": plainly(base),
        "difference": plainly(total - base),
        "percent": quotient((total - base) * 100, base),
    }


def expected_pace(
    today: date, anchor: date, limit: dict[str, str], mine: list[Record]
) -> dict[str, Any]:
    def same_period(day: date) -> bool:
        return {
            "day": day == anchor,
            "week": day.isocalendar()[:2] == anchor.isocalendar()[:2],
            "month": (day.year, day.month) == (anchor.year, anchor.month),
            "year": day.year == anchor.year,
        }[limit["per"]]

    around = [anchor + n * DAY for n in range(-366, 367)]
    its_days = [day for day in around if same_period(day)]
    value = Decimal(limit["value"])
    used = total_of([r for r in mine if same_period(r.day) and r.day <= today])
    return {
        "value": limit["value"],
        "per": limit["per"],
        "used": plainly(used),
        "left": plainly(value - used),
        "share_used": quotient(used, value),
        "share_elapsed": quotient(
            Decimal(len([day for day in its_days if day <= today])), len(its_days)
        ),
    }


def expected_calendar(today: date, anchor: date, mine: list[Record]) -> dict[str, Any]:
    days = [anchor - n * DAY for n in range(53 * 7)][::-1]
    noted = {day: [r for r in mine if r.day == day] for day in days}
    sums = sorted(total_of(records) for records in noted.values() if records)
    fifths = [sums[ceil(p * len(sums)) - 1] for p in (0.2, 0.4, 0.6, 0.8)] if sums else []
    calendar = []
    for day, records in noted.items():
        total = total_of(records)
        step = 1 + sum(fifth < total for fifth in fifths) if records else 0
        calendar.append({"date": day.isoformat(), "total": plainly(total), "step": step})

    def row_up_to(day: date) -> int:
        length = 0
        while noted.get(day):
            day, length = day - DAY, length + 1
        return length

    return {
        "calendar": calendar,
        "streak": {
            "current": row_up_to(today) or row_up_to(today - DAY),
            "longest": max(row_up_to(day) for day in days),
        },
    }


def total_of(records: list[Record]) -> Decimal:
    return sum((record.value for record in records), Decimal(0))


def quotient(numerator: Decimal, denominator: Decimal | int) -> str | None:
    """To 6 decimals, half away from zero, by whole numbers alone."""
    if not denominator:
        return None
    millionths = Fraction(numerator) / Fraction(denominator) * 10**6
    rounded = int(abs(millionths) + Fraction(1, 2)) * (-1 if millionths < 0 else 1)
    return plainly(Decimal(rounded).scaleb(-6))


def plainly(value: Decimal) -> str:
    whole = f"{value:.6f}"
    trimmed = whole.rstrip("0").rstrip(".")
    return "0" if trimmed in ("-0", "") else trimmed


# Both side by side


@contextmanager
def stored(
    database: Database, records: list[Record], limits: list[dict[str, str]] | None = None
) -> Iterator[tuple[Connection, Account]]:
    """A user with these records, and another with the same ones doubled; gone afterwards."""
    me, other = uuid4(), uuid4()
    with database.engine.connect() as db:
        for user in (me, other):
            db.execute(
                text(
                    "INSERT INTO users (id, email, password_hash, name) VALUES (:id, :e, '', 'x')"
                ),
                {"id": user, "e": f"{user}@example.org"},
            )
        insert(db, me, records)
        insert(db, other, records + records)
        yield db, cast(Account, SimpleNamespace(id=me, preferences={"limits": limits or []}))
        db.rollback()


def insert(db: Connection, user_id: UUID, records: list[Record]) -> None:
    now = datetime.now(UTC)
    db.execute(
        text(
            "INSERT INTO consumption_records (user_id, consumption_date, consumption_type, unit,"
            " consumption_value, notes, deleted_at) SELECT :user_id, * FROM unnest("
            "CAST(:days AS date[]), CAST(:types AS text[]), CAST(:units AS text[]),"
            " CAST(:values AS numeric[]), CAST(:notes AS text[]), CAST(:deleted AS timestamptz[]))"
        ),
        {
            "user_id": user_id,
            "days": [record.day for record in records],
            "types": [record.type for record in records],
            "units": [record.unit for record in records],
            "values": [record.value for record in records],
            "notes": [record.notes for record in records],
            "deleted": [now if record.deleted else None for record in records],
        },
    )


def as_texts(content: Any) -> Any:
    """What a program reads: dates and decimals as texts."""
    match content:
        case dict():
            return {name: as_texts(value) for name, value in content.items()}
        case list() | tuple():
            return [as_texts(value) for value in content]
        case date():
            return content.isoformat()
        case Decimal():
            return plainly(content)
        case _:
            return content

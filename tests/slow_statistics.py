"""Random records, and their statistics computed slowly and obviously: day by day, one by one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from tally.db.engine import Database
from tally.db.models import Account
from tally.domain.calendar import DAY, EARLIEST, Span, containing
from tally.domain.filters import Filter
from tally.domain.keys import Key
from tally.domain.periods import Period

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
    days: int = 1  # 0: a reading that begins a meter
    reading: Decimal | None = None
    cost: Decimal | None = None

    @property
    def first(self) -> date:
        return self.day - (self.days - 1) * DAY

    @property
    def paid_start(self) -> bool:
        """Whether a meter begins with it at a cost, which counts on its day."""
        return not self.days and self.cost is not None and not self.deleted

    @property
    def measured(self) -> bool:
        """Whether it is a reading or covers several days."""
        return self.days > 1 or self.reading is not None

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.day

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
        _covering,
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
        covering=st.sampled_from(["a day"] * 6 + ["days"] * 2 + ["reading", "start"]),
        days=st.one_of(st.integers(2, 40), st.sampled_from([2, 7, 30, 365, 3660])),
    )
    chain = st.builds(
        _chain,
        last=st.integers(-1, 40).map(lambda ago: today - ago * DAY),
        gaps=st.lists(st.one_of(st.integers(1, 9), st.integers(1, 60)), max_size=12),
        values=st.lists(st.decimals(0, 50, places=3), min_size=13, max_size=13),
        swap=st.integers(0, 20),
    )
    beside = st.lists(few, max_size=6)
    measured = st.tuples(chain, beside).map(lambda both: [*both[0], *both[1]])
    return st.one_of(st.lists(few, max_size=40), st.lists(many, min_size=5, max_size=40), measured)


def _covering(covering: str, days: int, **fields: Any) -> Record:
    """A record of one day, of several, or a reading of either; or the first reading of a meter."""
    match covering:
        case "days":
            return Record(**fields, days=days)
        case "reading":
            return Record(**fields, days=days if days % 2 else 1, reading=Decimal(days))
        case "start":
            start = fields | {"value": Decimal(0), "cost": Decimal(days) if days % 2 else None}
            return Record(**start, days=0, reading=Decimal(days))
    return Record(**fields)


def _chain(last: date, gaps: list[int], values: list[Decimal], swap: int) -> list[Record]:
    """Readings of coffee, the latest on `last`; before one of them a new meter is put in."""
    records = []
    day = last
    for place, gap in enumerate(gaps):
        if day.year < 1903:
            break
        begins = place == swap
        records.append(
            Record(
                day,
                "coffee",
                "cup",
                Decimal(0) if begins else values[place],
                days=0 if begins else gap,
                reading=Decimal(1000 - place),
            )
        )
        day -= gap * DAY
    return [*records, Record(day, "coffee", "cup", Decimal(0), days=0, reading=Decimal(1))]


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


class PeriodDays(NamedTuple):
    """A period, each of its days, and those of them up to today."""

    period: Period
    days: list[date]
    elapsed: list[date]


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


def own_key(limit: dict[str, str]) -> set[Key]:
    return {Key(limit["type"], limit["unit"])}


def spellings_of(limit: dict[str, str], keys: set[Key]) -> set[Key]:
    """Those of the keys that are the limit's, however they are spelled: each is held to it."""
    return {
        key
        for key in keys
        if (key.type.lower(), key.unit) == (limit["type"].lower(), limit["unit"])
    }


def expected(
    today: date, records: list[Record], matching: Filter, limits: list[dict[str, str]]
) -> dict[str, Any]:
    """The JSON of the statistics, day by day and record by record."""
    matched = [record for record in records if matches(matching, record) and record.days]
    assert matching.end
    start = matching.start
    if start is None:
        start = min((r.first for r in matched if r.day <= matching.end), default=None)
    period = Period(start, matching.end, today, matching.period, matching.starts)
    days = [start + n * DAY for n in range((matching.end - start).days + 1)] if start else []
    elapsed = [day for day in days if day <= today]
    whole_types = not (matching.search or matching.minimum is not None or matching.maximum)
    in_period = {record.key for record in matched if reaches(record, elapsed)}
    in_use = {record.key for record in records if not record.deleted}
    shown_limits = {
        key: limit
        for limit in limits
        if whole_types
        and matching.unit in (None, limit["unit"])
        and (not matching.types or limit["type"].lower() in [t.lower() for t in matching.types])
        for key in spellings_of(limit, in_period) or spellings_of(limit, in_use) or own_key(limit)
    }
    types = []
    for key in in_period | set(shown_limits):
        types.append(
            expected_type(
                PeriodDays(period, days, elapsed),
                key,
                [record for record in matched if record.key == key],
                [r for r in records if r.key == key and not r.deleted],
                shown_limits.get(key),
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
        "next": None,
        "cost": None,
    }


class SlowKnownDays:
    """The known days, from all records of a (type, unit), whatever the filter."""

    def __init__(self, ever: list[Record], today: date) -> None:
        self.covering = [record for record in ever if record.days]
        self.starts = [record.day for record in ever if not record.days]
        self.first = min((record.first for record in self.covering), default=None)
        latest = max((r.day for r in ever if r.day <= today), default=None)
        read = [r.day for r in ever if r.reading is not None]
        has_readings = bool(read)
        read += [
            r.day
            for r in ever
            if r.days > 1 and (r.day == latest or (has_readings and r.day <= today))
        ]
        read += [r.day for r in ever if r.days > 1 and r.day > today and r.first <= today]
        self.last = today
        if read:
            self.last = max(read)
            own = {r.day for r in ever if r.days == 1 and r.day <= today}
            while self.last + DAY in own:
                self.last += DAY
            self.last = min(self.last, today)

    def __contains__(self, day: date) -> bool:
        if self.first is None or not self.first <= day <= self.last:
            return False
        return any(record.covers(day) for record in self.covering) or not self.unread(day)

    def unread(self, day: date) -> bool:
        """Whether the records on both sides of a day that none covers are readings or longer."""
        ahead = max((r.day for r in self.covering if r.day < day), default=date.max)
        behind = min((r.first for r in self.covering if r.first > day), default=date.max)
        behind_reading = any(r.measured for r in self.covering if r.day == ahead) or any(
            ahead <= start < day for start in self.starts
        )
        return behind_reading and (
            any(r.measured for r in self.covering if r.first == behind)
            or any(day <= start <= behind for start in self.starts)
        )


def reaches(record: Record, days: list[date]) -> bool:
    """Whether a record covers any of some days in a row."""
    return bool(days) and record.days > 0 and record.first <= days[-1] and record.day >= days[0]


def total_in(records: list[Record], first: date, last: date) -> Decimal:
    """The amount of records in the days from first to last: exact shares, rounded as sums."""

    def running(day: date) -> Fraction:
        shares = Fraction(0)
        for record in records:
            if record.days > 1:
                so_far = min(max((day - record.first).days + 1, 0), record.days)
                shares += Fraction(record.value) * so_far / record.days
        return shares

    whole = total_of([r for r in records if r.days == 1 and first <= r.day <= last])
    return whole + rounded(running(last)) - rounded(running(first - DAY))


def rounded(value: Fraction) -> Decimal:
    return Decimal(int(value * 10**6 + Fraction(1, 2))).scaleb(-6)


def expected_type(
    shown: PeriodDays,
    key: Key,
    mine: list[Record],
    ever: list[Record],
    limit: dict[str, str] | None,
    *,
    single: bool,
) -> dict[str, Any]:
    """The figures of `key`; mine: its records that match, ever: all that are not deleted."""
    period, days, elapsed = shown
    today = period.today
    known = SlowKnownDays(ever, today)
    known_elapsed = [day for day in elapsed if day in known]
    count = len(known_elapsed)
    inside = [record for record in mine if reaches(record, elapsed)]
    of_a_day = [record for record in inside if record.days == 1]
    total = total_in(mine, elapsed[0], elapsed[-1]) if elapsed else Decimal(0)
    sums = {r.day: total_of([s for s in of_a_day if s.day == r.day]) for r in of_a_day}
    highest = min(sums, key=lambda day: (-sums[day], day), default=None)
    active = [day for day in elapsed if any(record.covers(day) for record in inside)]
    ahead = [day for day in days if known.first and day >= known.first]
    enough = count >= 3 and count * 10 >= len(ahead) and count < len(ahead)
    several = any(record.days > 1 for record in inside)
    enough = enough and today in days[:-1]  # What ends today is estimated no more.
    enough = enough and (several or (len(active) >= 2 and len(inside) >= 2))
    before = list(period.previous_whole() or [])
    weekdays = []
    for weekday in range(7):
        noted = [record for record in of_a_day if record.day.weekday() == weekday]
        weekdays.append(
            quotient(total_of(noted), sum(day.weekday() == weekday for day in known_elapsed))
        )
    last = max((r.day for r in ever if r.day <= today), default=None)
    content = {
        "type": key.type,
        "unit": key.unit,
        "total": plainly(total),
        "entries": len(inside),
        "active_days": len(active),
        "known": {
            "from": known_elapsed[0].isoformat() if known_elapsed else None,
            "to": known_elapsed[-1].isoformat() if known_elapsed else None,
            "days": count,
        },
        "per_day": quotient(total, count),
        "per_entry": quotient(total, len(inside)),
        "highest_day": highest and {"date": highest.isoformat(), "total": plainly(sums[highest])},
        "highest_days": [
            {"date": day.isoformat(), "total": plainly(sums[day])}
            for day in sorted(sums, key=lambda day: (-sums[day], day))[:5]
        ],
        "previous": expected_comparison(
            period, period.previous_whole(), mine, total, known, known_elapsed
        ),
        "last_year": expected_comparison(
            period, period.last_year_whole(), mine, total, known, known_elapsed
        ),
        "projection": quotient(total * len(ahead), count) if enough else None,
        "limit": limit and expected_pace(period, limit, mine, known),
        "last_recorded": last.isoformat() if last else None,
        "series": expected_series(elapsed, period, mine, known),
        "weekdays": weekdays,
        "cost": None,
    }
    if single:
        content |= expected_calendar(today, min(today, period.end), mine, known)
        content["previous_series"] = (
            before and expected_series(before, period, mine, known)
        ) or None
    return content


def expected_series(
    shown: list[date], period: Period, mine: list[Record], known: SlowKnownDays
) -> dict[str, Any]:
    """The days shown of a period, a bucket each, or those of a week, month or year together."""
    buckets: dict[date, list[date]] = {}
    for day in shown:
        first = max(containing(period.bucket, day, period.starts).start, shown[0])
        buckets.setdefault(first, []).append(day)
    points = []
    for first, days in buckets.items():
        noted = [record for record in mine if reaches(record, days)]
        known_days = sum(day in known for day in days)
        point: dict[str, Any] = {
            "from": first.isoformat(),
            "total": plainly(total_in(mine, days[0], days[-1])) if noted or known_days else None,
            "entries": len(noted),
        }
        if point["total"] is not None and known_days < len(days):
            point["known_days"] = known_days
        points.append(point)
    sizes = ((62, "day"), (400, "week"), (40 * 366, "month"))
    size = next((size for most, size in sizes if period.days <= most), "year")
    return {"bucket": size, "points": points}


def expected_comparison(
    period: Period,
    earlier: Span | None,
    mine: list[Record],
    total: Decimal,
    known: SlowKnownDays,
    known_elapsed: list[date],
) -> dict[str, Any] | None:
    """With as many days of the earlier period as are known, at the same place in it."""
    if earlier is None or not known_elapsed or period.start is None:
        return None
    days = list(earlier)
    if period.running or len(known_elapsed) < period.days:
        begin = min((known_elapsed[0] - period.start).days, len(days) - 1)
        days = days[begin : begin + len(known_elapsed)]
    base = total_in(mine, days[0], days[-1])
    known_days = sum(day in known for day in days)
    alike = abs(known_days - len(days)) * 10 <= len(days)
    return {
        "from": days[0].isoformat(),
        "to": days[-1].isoformat(),
        "days": len(days),
        "known_days": known_days,
        "total": plainly(base),
        "difference": plainly(total - base) if alike else None,
        "percent": quotient((total - base) * 100, base) if alike else None,
    }


def expected_pace(
    period: Period, limit: dict[str, str], mine: list[Record], known: SlowKnownDays
) -> dict[str, Any]:
    today, anchor = period.today, min(period.today, period.end)
    its_days = list(containing(limit["per"], anchor, period.starts))  # type: ignore[arg-type]
    value = Decimal(limit["value"])
    used = total_in(mine, its_days[0], min(its_days[-1], today))
    return {
        "value": limit["value"],
        "per": limit["per"],
        "used": plainly(used),
        "left": plainly(value - used),
        "share_used": quotient(used, value),
        "share_elapsed": quotient(
            Decimal(len([day for day in its_days if day <= min(known.last, today)])),
            len(its_days),
        ),
        "known_days": len([day for day in its_days if day <= today and day in known]),
    }


def expected_calendar(
    today: date, anchor: date, mine: list[Record], known: SlowKnownDays | None = None
) -> dict[str, Any]:
    """The calendar and the streak: records of one day alone."""
    days = [anchor - n * DAY for n in range(53 * 7)][::-1]
    noted = {day: [r for r in mine if r.day == day and r.days == 1] for day in days}
    sums = sorted(total_of(records) for records in noted.values() if records)
    fifths = [sums[ceil(p * len(sums)) - 1] for p in (0.2, 0.4, 0.6, 0.8)] if sums else []
    calendar = []
    for day, records in noted.items():
        total = total_of(records)
        step = 1 + sum(fifth < total for fifth in fifths) if records else 0
        is_known = bool(records) or known is None or day in known
        shown = plainly(total) if is_known else None
        calendar.append({"date": day.isoformat(), "total": shown, "step": step})

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
    database: Database,
    records: list[Record],
    limits: list[dict[str, str]] | None = None,
    prices: list[dict[str, Any]] | None = None,
) -> Iterator[tuple[Connection, Account]]:
    """A user with these records, and another with the same ones doubled; gone afterwards.

    With prices, even with none of them, the account has a currency.
    """
    preferences: dict[str, Any] = {"limits": limits or []}
    if prices is not None:
        preferences["currency"] = "EUR"
    me, other = uuid4(), uuid4()
    with database.engine.connect() as db:
        for user in (me, other):
            db.execute(
                text(
                    "INSERT INTO users (id, email, password_hash, name, prices)"
                    " VALUES (:id, :e, '', 'x', CAST(:prices AS jsonb))"
                ),
                {"id": user, "e": f"{user}@example.org", "prices": json.dumps(prices or [])},
            )
        insert(db, me, records)
        insert(db, other, records + records)
        yield db, account(me, preferences)
        db.rollback()


def account(user_id: UUID, preferences: dict[str, Any]) -> Account:
    """An account as it is read, of which statistics look at the id and the preferences alone."""
    return Account(user_id, "", "", "", "UTC", {}, {}, preferences, datetime.now(UTC))


def insert(db: Connection, user_id: UUID, records: list[Record]) -> None:
    now = datetime.now(UTC)
    db.execute(
        text(
            "INSERT INTO consumption_records (user_id, consumption_date, consumption_type, unit,"
            " consumption_value, notes, deleted_at, days, reading, meter, cost)"
            " SELECT :user_id, * FROM unnest("
            "CAST(:days AS date[]), CAST(:types AS text[]), CAST(:units AS text[]),"
            " CAST(:values AS numeric[]), CAST(:notes AS text[]), CAST(:deleted AS timestamptz[]),"
            " CAST(:covered AS integer[]), CAST(:readings AS numeric[]),"
            " CAST(:meters AS smallint[]), CAST(:costs AS numeric[]))"
        ),
        {
            "user_id": user_id,
            "days": [record.day for record in records],
            "types": [record.type for record in records],
            "units": [record.unit for record in records],
            "values": [record.value for record in records],
            "notes": [record.notes for record in records],
            "deleted": [now if record.deleted else None for record in records],
            "covered": [record.days for record in records],
            "readings": [record.reading for record in records],
            "costs": [record.cost for record in records],
            "meters": [None if record.reading is None else 1 for record in records],
        },
    )


def as_texts(content: Any) -> Any:
    """The content as a program reads it: dates and decimals as texts."""
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

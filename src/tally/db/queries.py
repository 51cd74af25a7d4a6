"""The statements in `sql/reads/` as typed functions, `user_id` first."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple, TypeVar, cast
from uuid import UUID

from sqlalchemy import Connection, Row

from tally.db.sql import run
from tally.domain.cursor import KeyPlace
from tally.domain.filters import Filter
from tally.domain.keys import Key
from tally.domain.meters import Link, MeterInUse, MeterStart, Neighbours, Reading
from tally.domain.periods import Buckets, Span
from tally.domain.prices import Paid, Piece
from tally.domain.records import ListRow, NewRecord, StoredRecord, UsedType
from tally.domain.text import fold, sort_key

T = TypeVar("T")

# One statement an order: each has an index of its own. By type it takes several (`_by_type`).
_RECORDS = {
    "-date": "reads/records_newest",
    "date": "reads/records_oldest",
    "-value": "reads/records_highest",
    "value": "reads/records_lowest",
}
# The number of types asked for at first; then it is four times as many, until the page is full.
_FIRST_TYPES = 8

# The most totals in one answer, each of a type and unit.
MAX_TOTALS = 100
# The most types that a line is read by: a file full of types must not slow each keystroke.
# Where there are more, those of the MAX_NEWEST newest records are taken first.
MAX_USED = 2_000
MAX_NEWEST = 20_000
# The most meters in the list of meters.
MAX_METERS = 100
# The newest records by which the recent types are weighed.
MAX_WEIGHED = 2_000


def records(db: Connection, user_id: UUID, wanted: Filter) -> Sequence[ListRow]:
    """A page of the matching records in the order of the filter, and some of the next page."""
    after = wanted.after
    keys: dict[str, Any] = {
        **conditions(db, user_id, wanted),
        "limit": wanted.reach,
        "after_id": after and after.id,
        "after_day": after and after.day,
        "after_time": after and after.created_at,
    }
    if wanted.sort == "type":
        return _by_type(db, user_id, wanted, keys)
    if wanted.sort.endswith("value"):
        keys |= {"after_value": after and after.value}
    rows = run(db, _RECORDS[wanted.sort], keys).all()
    return cast("Sequence[ListRow]", rows)


def _by_type(
    db: Connection, user_id: UUID, wanted: Filter, keys: dict[str, Any]
) -> Sequence[ListRow]:
    """The page in the order of the alphabet, which is Python's: PostgreSQL need not know any."""
    after = wanted.after
    names = (
        own_types(db, user_id, deleted=wanted.deleted) if keys["types"] is None else keys["types"]
    )
    names = sorted(names, key=sort_key)
    if after:
        names = [name for name in names if sort_key(name) >= sort_key(after.type)]
    keys |= {"after_type": after and after.type, "after_unit": after and after.unit}
    rows: list[Row[Any]] = []
    count = _FIRST_TYPES
    while names or after:
        page, names, count = names[:count], names[count:], count * 4
        keys |= {
            "own_types": page,
            # A unit has no control characters: this is the first that comes behind.
            "from_units": [
                f"{after.unit}\x01" if after and name == after.type else "" for name in page
            ],
            "limit": wanted.reach - len(rows),
        }
        rows += run(db, "reads/records_by_type", keys)
        if len(rows) >= wanted.reach or not names:
            break
        keys |= {"after_type": None, "after_unit": None}
    return cast("Sequence[ListRow]", rows)


def own_types(db: Connection, user_id: UUID, *, deleted: bool = False) -> list[str]:
    """Every type of a user's records, or of the deleted ones that can be restored."""
    statement = "reads/types_deleted" if deleted else "reads/types_live"
    return list(run(db, statement, {"user_id": user_id}).scalars())


def conditions(db: Connection, user_id: UUID, wanted: Filter) -> dict[str, Any]:
    """The parameters that `sql/snippets/matching.sql` binds.

    The filter's types become all spellings of them that the account has: spellings that fold to one
    text are one type. Python compares them, since this PostgreSQL has no ICU.
    """
    types = list(spelled(db, user_id, wanted).spellings or ()) if wanted.types else None
    return {**wanted.parameters(), "user_id": user_id, "types": types}


def spelled(db: Connection, user_id: UUID, wanted: Filter, used: Sequence[UsedType] = ()) -> Filter:
    """The filter with the account's own spellings of its types, for more than one statement.

    used: the account's types where they were read before; read anew if they may be incomplete.
    """
    if not wanted.types or wanted.spellings is not None:
        return wanted
    folded_names = {fold(name) for name in wanted.types}
    if 0 < len(used) < MAX_USED and not wanted.deleted:
        own = list(dict.fromkeys(kind.type for kind in used))
    else:
        own = own_types(db, user_id, deleted=wanted.deleted)
    return replace(wanted, spellings=tuple(name for name in own if fold(name) in folded_names))


class MatchingTotal(NamedTuple):
    """The total of a type and unit among the matching records.

    before: the part ahead of the filter's days, from `first_day` on; None where no record begins
    ahead of them. all_entries: how many records match in all; kinds: in how many types and units.
    """

    consumption_type: str
    unit: str
    total: Decimal
    entries: int
    cost: Decimal | None
    before: Decimal | None
    first_day: date | None
    all_entries: int
    kinds: int


def totals(
    db: Connection, user_id: UUID, wanted: Filter, passed_over: int = 0
) -> list[MatchingTotal]:
    """The totals of the matching records, of the most frequent type and unit first.

    A hundred of them behind the first `passed_over`.
    """
    keys = conditions(db, user_id, wanted) | {"most": MAX_TOTALS, "passed_over": passed_over}
    return [MatchingTotal(*row) for row in run(db, "reads/totals", keys)]


class DayTotals(NamedTuple):
    """The matching records of one day: how many, and sum and number by type and unit.

    The most frequent come first, MAX_TOTALS at most.
    """

    entries: int
    kinds: dict[tuple[str, str], tuple[Decimal, int]]

    @classmethod
    def of(cls, rows: Iterable[Sequence[Any]]) -> "DayTotals":
        """The totals from the rows of `sql/reads/day_totals.sql`."""
        (*_, entries), *kinds = rows
        return cls(entries, {(name, unit): (total, count) for name, unit, total, count in kinds})


def day_totals(db: Connection, user_id: UUID, wanted: Filter, day: date) -> DayTotals | None:
    """The totals of one day, None where nothing of it matches: the part of `totals` for its head.

    Without costs, and what reaches in from other days, it takes PostgreSQL half as long.
    """
    keys = conditions(db, user_id, replace(wanted, start=day, end=day)) | {"most": MAX_TOTALS + 1}
    totals_of_day = DayTotals.of(run(db, "reads/day_totals", keys))
    return totals_of_day if totals_of_day.entries else None


def count(db: Connection, user_id: UUID, wanted: Filter) -> int:
    """The number of matching records."""
    rows = totals(db, user_id, wanted)
    return rows[0].all_entries if rows else 0


class PeriodTotals(NamedTuple):
    """The totals of a span of days. weekday_totals: from Monday, None without a record.

    The three of buckets belong together: numbers from 1, only those with a record, in no order.
    """

    total: Decimal
    entries: int
    active_days: int
    weekday_totals: list[Decimal | None]
    highest_days: list[date]
    highest_totals: list[Decimal]
    buckets: list[int]
    bucket_totals: list[Decimal]
    bucket_entries: list[int]


NO_TOTALS = PeriodTotals(Decimal(0), 0, 0, [None] * 7, [], [], [], [], [])


class DayStep(NamedTuple):
    """A day with a record, its sum, and in which fifth of all such days it is, from 1."""

    day: date
    total: Decimal
    step: int


class KeyDays(NamedTuple):
    """The days from which and up to which a (type, unit) is known, whatever the filter.

    latest: its latest day up to today; first: the first day that a record covers; read_to: the day
    up to which it is read, None where every day up to today counts. readings, spans: whether it has
    readings, and records that cover several days.
    """

    latest: date | None
    first: date | None
    read_to: date | None
    readings: bool
    spans: bool

    @property
    def measured(self) -> bool:
        """Whether days may be unknown between its records."""
        return self.readings or self.spans


class Unread(NamedTuple):
    """The number of days of a span that matching records cover, and its unread stretches."""

    covered: int
    stretches: list[Span]


class Spread(NamedTuple):
    """The part of records of several days in one bucket; bucket 0 is the days before the first one.

    ended: the values of those that end in it; crossing: of those that go on, their share up to its
    end, to 40 decimals; touching: the number of records that cover a day of it; begun: the
    number of these that cover no day of an earlier bucket but 0.
    """

    bucket: int
    ended: Decimal
    crossing: Decimal
    touching: int
    begun: int


class SpreadSum(NamedTuple):
    """The part of records of several days in one span of days: see sql/reads/spread_sums.sql."""

    ended: Decimal
    before: Decimal
    beyond: Decimal


class Covering(NamedTuple):
    """Records of one (type, unit) that cover the same several days, the last of them `last`.

    reading: the meter's figure, where they are a single record with one.
    """

    last: date
    days: int
    total: Decimal
    entries: int
    reading: Decimal | None = None

    @property
    def first(self) -> date:
        return self.last - timedelta(days=self.days - 1)


def period(
    db: Connection,
    user_id: UUID,
    matching: Filter,
    buckets: Buckets,
    keys: Iterable[Key] | None = None,
    most: int = MAX_USED,
    *,
    costs: bool = False,
) -> tuple[dict[Key, PeriodTotals], int | None]:
    """The totals of records of one day in the span of `buckets`, by type and unit.

    keys: those asked for; None: those with such a record, `most` at most. costs: then with those
    of which a meter began at a cost, which have NO_TOTALS. The second value is the number of days
    of the user's longest record, None where all cover one day or nothing was found.
    """
    rows = run(
        db,
        "reads/period",
        _matching(db, user_id, matching, buckets.span)
        | {"bucket_starts": list(buckets.starts), "most": most, "costs": costs}
        | _used_or_any(keys),
    )
    totals: dict[Key, PeriodTotals] = {}
    most_days: int | None = None
    for type_name, unit, longest, *figures in rows:
        most_days = longest
        # A type that was asked for may have no record of one day.
        if figures[1]:
            totals[Key(type_name, unit)] = PeriodTotals(*figures)
        elif keys is None:
            totals[Key(type_name, unit)] = NO_TOTALS
    return totals, most_days


class KeyPage(NamedTuple):
    """A page of keys by their latest use up to `today`: at most `most`, behind `after`."""

    today: date
    after: KeyPlace | None
    most: int


def keys_in_span(
    db: Connection,
    user_id: UUID,
    matching: Filter,
    span: Span,
    longest: int,
    page: KeyPage,
    *,
    costs: bool = False,
) -> tuple[list[KeyPlace], int]:
    """The types and units with a record in `span`, by use, page by page, and how many all are.

    costs: with those of which a meter began in it at a cost.
    """
    after = page.after
    rows = run(
        db,
        "reads/keys_in_span",
        _reaching(db, user_id, matching, span, longest)
        | {
            "today": page.today,
            "after_day": after and after.day,
            "after_time": after and after.created_at,
            "after_type": after and after.type,
            "after_unit": after and after.unit,
            "most": page.most,
            "costs": costs,
        },
    ).all()
    places = [KeyPlace(day, time, type_name, unit) for type_name, unit, day, time, _ in rows]
    return places, rows[0].all_of_them if rows else 0


def spread(
    db: Connection,
    user_id: UUID,
    matching: Filter,
    buckets: Buckets,
    longest: int,
    keys: Iterable[Key] | None = None,
    most: int = MAX_USED,
) -> dict[Key, list[Spread]]:
    """The part of records of several days in each of the buckets, by type and unit.

    longest: how many days such a record covers at most. keys: those asked for; None: those with
    such a record, `most` at most.
    """
    following = buckets.span.end + timedelta(days=1)
    rows = run(
        db,
        "reads/spread",
        _reaching(db, user_id, matching, buckets.span, longest)
        | {"bucket_starts": [*buckets.starts, following], "most": most, **_used_or_any(keys)},
    )
    return _lists_by_key(rows, Spread)


def spread_sums(
    db: Connection,
    user_id: UUID,
    matching: Filter,
    spans: Iterable[tuple[Key, Span]],
    longest: int,
) -> dict[tuple[Key, Span], SpreadSum]:
    """The part of records of several days in the span of each type and unit."""
    rows = run(
        db,
        "reads/spread_sums",
        _matching(db, user_id, matching, None) | _spans(spans) | {"longest": longest},
    )
    return {
        (Key(type_name, unit), Span(start, end)): SpreadSum(*columns)
        for type_name, unit, start, end, *columns in rows
    }


def covering(
    db: Connection,
    user_id: UUID,
    matching: Filter,
    keys: Iterable[Key],
    span: Span,
    longest: int,
    most: int,
) -> dict[Key, list[Covering]]:
    """The records of each type and unit that cover several days, any of them in `span`.

    Those of the same days together, the latest first, `most` of them at most.
    """
    rows = run(
        db,
        "reads/covering",
        _reaching(db, user_id, matching, span, longest) | _used(keys) | {"most": most},
    )
    return _lists_by_key(rows, Covering)


def unread(
    db: Connection,
    user_id: UUID,
    matching: Filter,
    spans: Iterable[tuple[Key, Span]],
    read_to: Mapping[Key, date],
    longest: int,
) -> dict[tuple[Key, Span], Unread]:
    """The unread stretches of each type and unit's span, up to the day to which it is read."""
    spans = list(spans)
    rows = run(
        db,
        "reads/unread",
        _matching(db, user_id, matching, None)
        | {"longest": longest, "read_to": [read_to[key] for key, _ in spans], **_spans(spans)},
    )
    return {
        (Key(type_name, unit), Span(start, end)): Unread(covered, list(map(Span, firsts, lasts)))
        for type_name, unit, start, end, covered, firsts, lasts in rows
    }


def sums(
    db: Connection, user_id: UUID, matching: Filter, spans: Iterable[tuple[Key, Span]]
) -> dict[tuple[Key, Span], Decimal]:
    """The sum of matching values of each type and unit in its span, 0 where there is none.

    Of records of one day alone.
    """
    rows = run(db, "reads/sums", _matching(db, user_id, matching, None) | _spans(spans))
    return {
        (Key(type_name, unit), Span(start, end)): total
        for type_name, unit, start, end, total in rows
    }


def prices(db: Connection, user_id: UUID) -> list[dict[str, Any]]:
    """The prices of an account as they are stored."""
    stored: list[dict[str, Any]] | None = run(
        db, "reads/prices", {"user_id": user_id}
    ).scalar_one_or_none()
    return stored or []


def any_costs(db: Connection, user_id: UUID) -> bool:
    """Whether a record of an account, other than deleted ones, has a cost."""
    return bool(run(db, "reads/has_costs", {"user_id": user_id}).scalar_one())


def costed_keys(
    db: Connection,
    user_id: UUID,
    matching: Filter,
    span: Span,
    longest: int,
    money_units: Sequence[str],
) -> tuple[list[Key], list[dict[str, Any]]]:
    """The types and units of which records in a span have a cost or a price, and all prices.

    With those whose records are kept in `money_units`.
    """
    rows = run(
        db,
        "reads/costed_keys",
        _reaching(db, user_id, matching, span, longest) | {"money_units": list(money_units)},
    ).all()
    keys = [Key(type_name, unit) for type_name, unit, _ in rows if type_name is not None]
    return sorted(keys), rows[0].prices if rows else []


def costs(
    db: Connection,
    user_id: UUID,
    matching: Filter,
    spans: Iterable[tuple[Key, Span]],
    longest: int,
) -> tuple[dict[tuple[Key, Span], list[Piece]], list[dict[str, Any]]]:
    """The costs of matching records in each type and unit's span, as exact shares, and all prices.

    A span comes in pieces, in order, none of which a price of its unit begins inside.
    """
    rows = run(
        db,
        "reads/costs",
        _matching(db, user_id, matching, None) | _spans(spans) | {"longest": longest},
    )
    stored: list[dict[str, Any]] = []
    paid: dict[tuple[Key, Span], dict[Span, Paid]] = {}
    for type_name, unit, start, end, first, last, days, costed, cost, amount, prices in rows:
        stored = stored or prices or []
        pieces = paid.setdefault((Key(type_name, unit), Span(start, end)), {})
        shares = Fraction(cost) / days, Fraction(amount) / days
        spread = shares if days > 1 else ()
        piece = Span(first, last)
        pieces[piece] = pieces.get(piece, Paid()) + Paid(costed, *shares, *spread)
    return {
        place: sorted(map(Piece, pieces, pieces.values()), key=lambda piece: piece.span.start)
        for place, pieces in paid.items()
    }, stored


def key_days(db: Connection, user_id: UUID, keys: Iterable[Key], today: date) -> dict[Key, KeyDays]:
    """The days from which and up to which each type and unit is known; in the order of use."""
    about = {"user_id": user_id, "today": today}
    rows = run(db, "reads/key_days", about | _used(keys))
    by_key = {Key(row.type, row.unit): row for row in rows}
    days = {
        key: KeyDays(row.latest_day, row.first_day, None, row.readings, row.longest is not None)
        for key, row in by_key.items()
    }
    measured = {key: row for key, row in by_key.items() if days[key].measured}
    if measured:
        given = {
            "latest_days": [row.latest_day for row in measured.values()],
            "first_days": [row.first_day for row in measured.values()],
            "longest": [row.longest for row in measured.values()],
            **_used(measured),
        }
        for type_name, unit, first, read_to in run(db, "reads/measured_days", about | given).all():
            key = Key(type_name, unit)
            days[key] = days[key]._replace(first=first, read_to=read_to)
    return days


def first_day(
    db: Connection, user_id: UUID, matching: Filter, *, costs: bool = False
) -> date | None:
    """The first day that a matching record covers, of those dated up to the filter's end.

    costs: or on which a meter began at a cost.
    """
    keys = {**conditions(db, user_id, matching), "costs": costs}
    day: date | None = run(db, "reads/first_day", keys).scalar()
    return day


def calendar(
    db: Connection, user_id: UUID, matching: Filter, keys: Iterable[Key], span: Span
) -> dict[Key, list[DayStep]]:
    """The days of `span` with a matching record of each type and unit, in no order."""
    keys = list(keys)
    rows = run(db, "reads/calendar", _matching(db, user_id, matching, span) | _used(keys))
    return _lists_by_key(rows, DayStep, keys)


class Recent(NamedTuple):
    """A type and unit in frequent use, and the values of its newest records, newest first."""

    type: str
    unit: str
    latest_values: list[Decimal]


def used(db: Connection, user_id: UUID) -> list[UsedType]:
    """The types and units in use, by name; as fast with a million records as with one of each.

    Of more than 2,000 types and units those of the newest records.
    """
    keys = {"user_id": user_id, "most": MAX_USED, "newest": MAX_NEWEST}
    rows = run(db, "reads/used", keys)
    return [UsedType(*row) for row in rows]


def latest_values(
    db: Connection, user_id: UUID, keys: Iterable[Key], most: int
) -> dict[Key, list[Decimal]]:
    """The values of the newest records of each type and unit, by day, then creation."""
    rows = run(db, "reads/latest_values", {"user_id": user_id, "most": most, **_used(keys)})
    return {Key(type_name, unit): values for type_name, unit, values in rows}


def recents(db: Connection, user_id: UUID, today: date, most: int, values: int) -> list[Recent]:
    """The types in most and latest use: `most` of them, each with its `values` newest values."""
    rows = run(
        db,
        "reads/recents",
        {
            "user_id": user_id,
            "today": today,
            "newest": MAX_WEIGHED,
            "most": most,
            "values": values,
        },
    )
    return [Recent(*row) for row in rows]


def records_of_day(
    db: Connection, user_id: UUID, day: date, limit: int
) -> tuple[Sequence[ListRow], int]:
    """The records of a day, the latest written first, and how many there are."""
    rows = run(db, "reads/records_of_day", {"user_id": user_id, "day": day, "limit": limit}).all()
    return cast("Sequence[ListRow]", rows), rows[0].entries if rows else 0


def meter_starts(db: Connection, user_id: UUID, keys: Iterable[Key]) -> dict[Key, list[MeterStart]]:
    """The meters of each type and unit with the day of their first reading, the earliest first."""
    keys = list(keys)
    rows = run(db, "reads/meter_starts", {"user_id": user_id, **_used(keys)}) if keys else ()
    return _lists_by_key(rows, MeterStart, keys)


def meters_in_use(db: Connection, user_id: UUID) -> list[MeterInUse]:
    """The meter of each type and unit that is read from one, the longest unread first.

    Of more than a hundred those that were read last.
    """
    # Most accounts have none, and each page and each line asks.
    if not run(db, "reads/has_readings", {"user_id": user_id}).scalar_one():
        return []
    rows = run(db, "reads/meters", {"user_id": user_id, "most": MAX_METERS})
    return [
        MeterInUse(type_name, unit, meter, Reading(day, figure), largest, Link(value, days), usual)
        for type_name, unit, meter, day, figure, largest, value, days, usual in rows
    ]


def meters_taken(db: Connection, user_id: UUID, keys: Iterable[Key]) -> dict[Key, int]:
    """The highest number of a meter among the deleted readings of each type and unit."""
    rows = run(db, "reads/meters_taken", {"user_id": user_id, **_used(keys)})
    return {Key(type_name, unit): meter for type_name, unit, meter in rows}


def meter_neighbours(
    db: Connection, user_id: UUID, readings: Sequence[tuple[Key, Reading]]
) -> list[Neighbours]:
    """The neighbours of each of these readings, which are not saved yet."""
    rows = run(
        db,
        "reads/meter_neighbours",
        {
            "user_id": user_id,
            **_used(key for key, _ in readings),
            "days": [reading.day for _, reading in readings],
            "figures": [reading.figure for _, reading in readings],
        },
    )
    around = {row.place: row for row in rows}
    return [
        _neighbours(around[place]) if place in around else Neighbours()
        for place in range(1, len(readings) + 1)
    ]


def _neighbours(row: Row[Any]) -> Neighbours:
    before = Reading(row.before_date, row.before_reading) if row.before_date else None
    after = Reading(row.after_date, row.after_reading) if row.after_date else None
    return Neighbours(row.meter, before, after, row.largest)


def alike_to(
    db: Connection, user_id: UUID, records: Sequence[NewRecord], change: UUID
) -> list[list[UUID]]:
    """For each record the ids of others of its type, unit, day and value, but `change`'s own."""
    alike: list[list[UUID]] = [[] for _ in records]
    rows = run(
        db,
        "reads/records_alike_to",
        {
            "user_id": user_id,
            "change": change,
            "types": [record.consumption_type for record in records],
            "units": [record.unit for record in records],
            "dates": [record.consumption_date for record in records],
            "values": [record.consumption_value for record in records],
            "readings": [record.reading for record in records],
        },
    )
    for place, record_id in rows:
        alike[place - 1].append(record_id)
    return alike


def readings_of(
    db: Connection, user_id: UUID, keys: Iterable[Key], most: int
) -> dict[Key, list[Row[Any]]]:
    """The readings of each type and unit in the order of time; `most` of all together."""
    readings: dict[Key, list[Row[Any]]] = {}
    rows = run(db, "reads/readings_of", {"user_id": user_id, "most": most, **_used(keys)})
    for row in rows:
        readings.setdefault(Key(row.consumption_type, row.unit), []).append(row)
    return readings


def of_files(
    db: Connection,
    user_id: UUID,
    keys: Iterable[Key],
    days: Span,
    ids: tuple[UUID, UUID],
    change: UUID,
) -> Sequence[StoredRecord]:
    """The records of these types, units and days whose id lies between two.

    Those that `change` has written are left out.
    """
    rows = run(
        db,
        "reads/records_of_files",
        {
            "user_id": user_id,
            "change": change,
            "first_id": ids[0],
            "last_id": ids[1],
            "first_day": days.start,
            "last_day": days.end,
            **_used(keys),
        },
    ).all()
    return cast("Sequence[StoredRecord]", rows)


def _lists_by_key(
    rows: Iterable[Sequence[Any]], make: Callable[..., T], keys: Iterable[Key] = ()
) -> dict[Key, list[T]]:
    """Rows in lists by the type and unit that they begin with; `make` takes the other columns.

    keys: those that have a list even without a row.
    """
    by_key: dict[Key, list[T]] = {key: [] for key in keys}
    for type_name, unit, *columns in rows:
        by_key.setdefault(Key(type_name, unit), []).append(make(*columns))
    return by_key


def _matching(
    db: Connection, user_id: UUID, matching: Filter, span: Span | None
) -> dict[str, object]:
    """The conditions of a filter with other days than its own."""
    return {
        **conditions(db, user_id, matching),
        "start": span.start if span else None,
        "end": span.end if span else None,
    }


def _reaching(
    db: Connection, user_id: UUID, matching: Filter, span: Span, longest: int
) -> dict[str, object]:
    """The filter's conditions for records that cover any day of a span, `longest` days at most."""
    end = min(span.end, date.max - timedelta(days=longest)) + timedelta(days=longest)
    return {
        **conditions(db, user_id, matching),
        "start": span.start,
        "end": end,
        "last_day": span.end,
    }


def _spans(spans: Iterable[tuple[Key, Span]]) -> dict[str, object]:
    spans = list(spans)
    return {
        "span_types": [key.type for key, _ in spans],
        "span_units": [key.unit for key, _ in spans],
        "first_days": [span.start for _, span in spans],
        "last_days": [span.end for _, span in spans],
    }


def _used(keys: Iterable[Key]) -> dict[str, object]:
    keys = list(keys)
    return {"used_types": [key.type for key in keys], "used_units": [key.unit for key in keys]}


def _used_or_any(keys: Iterable[Key] | None) -> dict[str, object]:
    """The types and units asked for; None where any will do."""
    return {"used_types": None, "used_units": None} if keys is None else _used(keys)

"""Every figure, against a slow and obvious computation over random records."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tally.db.engine import Database
from tally.domain.calendar import DAY, EARLIEST, Span
from tally.domain.filter_query import read_filter
from tally.domain.keys import Key
from tally.domain.limits import Limit
from tally.statistics.as_json import to_json
from tally.statistics.figures import ratio
from tally.statistics.limits import limits_within
from tally.statistics.load import statistics_for
from tally.statistics.type_statistics import Statistics
from tests.slow_statistics import (
    Record,
    as_texts,
    cases,
    expected,
    records_near,
    some_todays,
    stored,
    total_in,
    within_a_test,
)

TODAY = date(2026, 11, 22)
TWO_SPELLINGS = [Record(TODAY, name, "", Decimal(1)) for name in ("tea", "Tea")]


@pytest.mark.slow
@within_a_test
@given(cases())
@example((TODAY, [], [("period", "all")], []))
@example((TODAY, [Record(TODAY + DAY, "coffee", "cup", Decimal(1))], [("period", "all")], []))
@example((TODAY, [Record(EARLIEST, "coffee", "cup", Decimal(1))], [("period", "all")], []))
@example((date(2024, 2, 29), [Record(date(2023, 2, 28), "tea", "", Decimal(1))], [], []))
@example((TODAY, TWO_SPELLINGS, [], [{"type": "tea", "unit": "", "value": "3", "per": "day"}]))
def test_all_figures_equal_a_slow_computation(
    database: Database,
    case: tuple[date, list[Record], list[tuple[str, str]], list[dict[str, str]]],
) -> None:
    today, records, pairs, limits = case
    matching = read_filter(pairs, today, usual_period="month")
    with stored(database, records, limits) as (db, user):
        found = as_texts(to_json(statistics_for(db, user, matching, today)))
    assert found == expected(today, records, matching, limits)


@pytest.mark.slow
@within_a_test
@given(st.data(), some_todays())
def test_the_period_before_stands_behind_a_single_type(
    database: Database, data: st.DataObject, today: date
) -> None:
    records = data.draw(records_near(today))
    matching = read_filter(
        [("type", "coffee"), ("period", data.draw(st.sampled_from(["month", "year", "last-90"])))],
        today,
    )
    with stored(database, records) as (db, user):
        statistics = statistics_for(db, user, matching, today)
    whole = statistics.period.previous_whole()
    assert whole
    for one in statistics.types:
        assert one.previous_series
        assert one.previous_series.bucket == one.series.bucket
        assert one.previous_series.points[0].start == whole.start
        mine = [r for r in records if r.key == (one.type, one.unit) and not r.deleted]
        totals = [point.total or 0 for point in one.previous_series.points]
        assert sum(totals) == total_in(mine, whole.start, whole.end)


# Figures that are easier to see than to derive


def cups(*days_and_values: tuple[str, str], type_name: str = "coffee") -> list[Record]:
    return [Record(date.fromisoformat(d), type_name, "cup", Decimal(v)) for d, v in days_and_values]


def figures(
    database: Database, records: list[Record], today: date, *pairs: tuple[str, str], **more: Any
) -> Statistics:
    matching = read_filter(pairs, today, usual_period="month")
    with stored(database, records, **more) as (db, user):
        return statistics_for(db, user, matching, today)


def test_a_running_month_meets_as_many_days_of_the_one_before(database: Database) -> None:
    records = cups(
        ("2026-11-01", "3"),
        ("2026-11-22", "1"),
        ("2026-10-22", "5"),
        ("2026-10-23", "9"),
        ("2026-10-01", "0"),
    )
    coffee = figures(database, records, TODAY).types[0]
    assert coffee.previous
    assert coffee.previous.span == Span(date(2026, 10, 1), date(2026, 10, 22))
    assert (coffee.previous.total, coffee.previous.difference) == (Decimal(5), Decimal(-1))
    assert coffee.previous.percent == -20
    assert coffee.last_year and coffee.last_year.total == 0 and coffee.last_year.percent is None
    assert coffee.per_day == Decimal("0.181818")
    assert coffee.projection == Decimal("5.454545")


def test_units_of_one_type_are_never_added(database: Database) -> None:
    records = [
        Record(TODAY, "water", "l", Decimal("1.5")),
        Record(TODAY, "water", "ml", Decimal(330)),
        Record(TODAY, "water", "", Decimal(1)),
    ]
    found = figures(database, records, TODAY)
    assert [(one.unit, one.total) for one in found.types] == [
        ("", 1), ("l", Decimal("1.5")), ("ml", 330),
    ]  # fmt: skip


def test_a_future_period_has_no_figures_but_its_limits(database: Database) -> None:
    limits = [{"type": "coffee", "unit": "cup", "value": "10", "per": "month"}]
    records = cups(("2026-11-20", "4"))
    found = figures(database, records, TODAY, ("period", "2027-02"), limits=limits)
    assert (found.period.elapsed_days, found.period.running) == (0, False)
    (coffee,) = found.types
    assert (coffee.total, coffee.entries, coffee.per_day, coffee.previous) == (
        Decimal(0),
        0,
        None,
        None,
    )
    assert coffee.series.points == () and coffee.weekdays == (None,) * 7
    assert coffee.limit and coffee.limit.used == 4


def test_a_type_with_a_limit_has_its_figures_on_the_first_page_too(database: Database) -> None:
    limits = [{"type": "old", "unit": "cup", "value": "10", "per": "month"}]
    records = [Record(TODAY, f"type {number:03}", "cup", Decimal(1)) for number in range(110)]
    records += cups(("2026-11-01", "7"), type_name="old")
    records.append(Record(date(2026, 11, 9), "old", "cup", Decimal(2), days=2))
    found = figures(database, records, TODAY, limits=limits)
    assert (len(found.types), found.type_count) == (101, 111)
    old = next(one for one in found.types if one.type == "old")
    assert old.limit is not None
    assert old.total == old.limit.used == 9
    assert old.entries == 2


def test_a_limit_counts_each_spelling_of_its_type_wherever_that_has_its_place(
    database: Database,
) -> None:
    """On another page, without a record in the period, and on the page of the type."""
    limits = [{"type": "Old", "unit": "cup", "value": "10", "per": "month"}]
    many = [Record(TODAY, f"type {number:03}", "cup", Decimal(1)) for number in range(110)]
    old = [
        Record(date(2026, 11, day), name, unit, Decimal(day))
        for day, name, unit in ((3, "old", "cup"), (4, "OLD", "cup"), (5, "oLD", "l"))
    ]
    for records, pairs, totals in (
        ([*many, *old], [], (3, 4)),
        (old, [("period", "2026-11-01")], (0, 0)),
        (old, [("period", "2026-11-01"), ("type", "OLd"), ("unit", "cup")], (0, 0)),
    ):
        found = figures(database, records, TODAY, *pairs, limits=limits)
        shown: dict[str, Any] = {
            one.type: (one.total, one.limit and one.limit.used)
            for one in found.types
            if one.type.lower() == "old"
        }
        assert shown == {"old": (totals[0], 3), "OLD": (totals[1], 4)}


def test_a_limit_is_measured_in_its_own_period(database: Database) -> None:
    records = cups(("2026-10-05", "2"), ("2026-10-31", "5"), ("2026-11-01", "1"))
    limits = [{"type": "coffee", "unit": "cup", "value": "10", "per": "month"}]
    finished = figures(database, records, TODAY, ("period", "2026-10-05"), limits=limits)
    pace = finished.types[0].limit
    assert pace and (pace.used, pace.left, pace.share_elapsed) == (
        Decimal(7),
        Decimal(3),
        Decimal(1),
    )
    running = figures(database, records, TODAY, ("period", "year"), limits=limits)
    pace = running.types[0].limit
    assert pace and (pace.used, pace.left) == (Decimal(1), Decimal(9))
    assert pace.share_elapsed == Decimal("0.733333")


def test_tomorrows_records_count_from_tomorrow_on(database: Database) -> None:
    records = cups(("2026-11-22", "1"), ("2026-11-23", "8"))
    for name in ("month", "week", "year", "all", "last-7"):
        (coffee,) = figures(database, records, TODAY, ("period", name)).types
        assert (coffee.total, coffee.last_recorded) == (Decimal(1), TODAY), name


def test_the_most_recently_used_comes_first(database: Database) -> None:
    records = [
        *cups(("2026-11-01", "1"), type_name="b"),
        *cups(("2026-11-20", "1"), type_name="a"),
        *cups(("2026-11-20", "1"), ("2026-11-03", "1"), type_name="c"),
    ]
    found = figures(database, records, TODAY)
    assert [one.type for one in found.types] == ["a", "c", "b"]


def test_a_streak_goes_up_to_yesterday(database: Database) -> None:
    records = cups(*((f"2026-11-{day:02}", "1") for day in (1, 2, 3, 4, 20, 21)))
    (coffee,) = figures(database, records, TODAY, ("type", "coffee")).types
    assert coffee.streak and (coffee.streak.current, coffee.streak.longest) == (2, 4)


@pytest.mark.parametrize(
    ("name", "projected"),
    [
        ("2026-11-02..2026-11-26", True),  # 21 of 25 days
        ("2026-11-20..2026-11-30", True),  # 3 days, 27 %
        ("2026-11-21..2026-11-30", False),  # 2 days
        ("2026-11-20..2026-12-19", True),  # 3 of 30 days: 10 %
        ("2026-11-20..2026-12-20", False),  # 3 of 31
        ("2026-11-13..2026-11-22", False),  # no day left
        ("2026-11-01..2026-11-21", False),  # over
    ],
)
def test_what_can_be_projected(database: Database, name: str, projected: bool) -> None:
    start, end = name.split("..")
    records = cups(*((f"2026-11-{day:02}", "3") for day in range(1, 23)))
    (coffee,) = figures(database, records, TODAY, ("from", start), ("to", end)).types
    assert (coffee.projection is not None) == projected


def test_the_highest_days_are_the_earliest_of_equals(database: Database) -> None:
    values = {1: "2", 2: "5", 3: "5", 4: "1", 5: "2", 6: "3", 7: "0"}
    records = cups(*((f"2026-11-{day:02}", value) for day, value in values.items()))
    (coffee,) = figures(database, records, TODAY).types
    assert [day.date.day for day in coffee.highest_days] == [2, 3, 6, 1, 5]
    assert coffee.highest_day and coffee.highest_day.total == 5


def test_steps_of_the_calendar_are_fifths(database: Database) -> None:
    records = cups(*((f"2026-11-{day:02}", str(day)) for day in range(1, 11)))
    (coffee,) = figures(database, records, TODAY, ("type", "coffee")).types
    assert coffee.calendar
    steps = {day.date.day: day.step for day in coffee.calendar if day.date.month == 11}
    assert [steps[day] for day in range(1, 12)] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 0]


def test_a_day_with_nothing_but_zeros_is_a_day_with_a_record(database: Database) -> None:
    (coffee,) = figures(database, cups(("2026-11-21", "0")), TODAY, ("type", "coffee")).types
    assert coffee.calendar and coffee.calendar[-2].step == 1
    assert coffee.streak and coffee.streak.current == 1
    assert coffee.highest_day and coffee.highest_day.total == 0


@pytest.mark.parametrize(
    ("numerator", "denominator", "wanted"),
    [("1", 3, "0.333333"), ("2", 3, "0.666667"), ("0.000001", 2, "0.000001"),
     ("-0.000001", 2, "-0.000001"), ("0.000003", 2, "0.000002"),
     ("999999999999999999.999999", 7, "142857142857142857.142857")],
)  # fmt: skip
def test_ratios_round_half_away_from_zero(numerator: str, denominator: int, wanted: str) -> None:
    assert ratio(Decimal(numerator), denominator) == Decimal(wanted)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", True),
        ("period=year", True),
        ("type=COFFEE", True),
        ("type=tea", False),
        ("unit=cup", True),
        ("unit=-", False),
        ("deleted=yes", False),
        ("q=late", False),
        ("min=1", False),
        ("max=1", False),
    ],
)
def test_a_limit_counts_where_all_of_its_records_do(query: str, shown: bool) -> None:
    limits = {Key("coffee", "cup"): Limit("coffee", "cup", Decimal(3), "day")}
    asked = read_filter(parse_qsl(query), TODAY)
    assert limits_within(asked, limits, ()) == (limits if shown else {})

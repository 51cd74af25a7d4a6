"""Entries that need others to become records: sums of days, readings, rows since the one before."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tally.transfer import readers
from tally.transfer.plans.choices import Choices
from tally.transfer.plans.reader import Reader
from tally.transfer.rows.arrange import DayCounts, FileRow
from tests.transfer.parsed import entries

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def rows_of(lines: list[str], **choices: Any) -> list[FileRow]:
    file = BytesIO("\n".join(["date,time,type,value", *lines]).encode())
    said = replace(Choices(), **choices)
    with readers.opened(file, said, Reader(TODAY, UTC), {}, NOW) as opened:
        return [row for row in opened.rows if isinstance(row, FileRow)]


MOMENTS = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 23), st.sampled_from(["tea", "gas"]),
              st.integers(1, 99)), min_size=1, max_size=20,
)  # fmt: skip


@given(MOMENTS)
def test_one_record_a_day_is_the_sum_of_its_rows(
    moments: list[tuple[int, int, str, int]],
) -> None:
    sums: dict[tuple[date, str], Decimal] = defaultdict(Decimal)
    lines = []
    for age, hour, name, value in moments:
        day = TODAY - timedelta(days=age)
        lines.append(f"{day},{hour:02}:00,{name},{value}")
        sums[day, name] += value
    records = [row.record for row in rows_of(lines, daily=True)]
    assert {
        (record.consumption_date, record.consumption_type): record.consumption_value
        for record in records
    } == sums
    assert len(records) == len(sums)


def test_a_sum_keeps_its_id_when_a_row_comes_to_it() -> None:
    morning = ["2026-10-05,08:00,tea,1"]
    before = rows_of(morning, daily=True)
    after = rows_of([*morning, "2026-10-05,18:00,tea,2"], daily=True)
    assert [row.record.id for row in before] == [row.record.id for row in after]
    assert after[0].record.consumption_value == 3


def test_a_row_covers_the_days_since_the_one_before_it() -> None:
    lines = ["2026-10-05,,gas,5", "2026-09-05,,gas,9", "2026-10-08,,gas,1"]
    days = {row.record.consumption_date.isoformat(): row.record.days for row in rows_of(lines)}
    assert set(days.values()) == {1}
    since = rows_of(lines, since=True)
    assert [(row.record.consumption_date.isoformat(), row.record.days) for row in since] == [
        ("2026-09-05", 1), ("2026-10-05", 30), ("2026-10-08", 3),
    ]  # fmt: skip


def test_a_row_is_the_same_one_whichever_row_of_its_file_comes_before_it() -> None:
    lines = ["2026-09-05,,gas,9", "2026-10-05,,gas,5", "2026-10-08,,gas,1"]
    ids = [row.record.id for row in rows_of(lines, since=True)]
    assert [row.record.id for row in rows_of(lines)] == ids
    assert [row.record.id for row in rows_of(lines[1:], since=True)] == ids[1:]


@given(MOMENTS)
def test_times_of_creation_rise_with_the_moments_whichever_way_the_file_runs(
    moments: list[tuple[int, int, str, int]],
) -> None:
    ordered = sorted({(-age, hour) for age, hour, _, _ in moments})
    lines = [f"{TODAY + timedelta(days=age)},{hour:02}:00,tea,1" for age, hour in ordered]
    forth = [row.record.created_at for row in rows_of(lines)]
    back = [row.record.created_at for row in rows_of(lines[::-1])]
    assert forth == sorted(moment for moment in forth if moment)
    assert back[::-1] == forth


def test_rows_and_days_are_counted_for_each_type() -> None:
    counts = DayCounts()
    for name, day in [("tea", 5), ("gas", 5), ("tea", 6), ("tea", 6)]:
        for entry in entries(f"Date;Type;Value\n2026-10-{day:02};{name};1\n"):
            counts.count(entry)
    assert (counts.entries, counts.days) == (4, 3)
    assert (counts.first, counts.last) == (date(2026, 10, 5), date(2026, 10, 6))

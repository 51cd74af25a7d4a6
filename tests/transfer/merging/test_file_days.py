"""The types, units and days of a file, where it wins over earlier ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from tally.domain.calendar import Span
from tally.domain.keys import Key
from tally.domain.records import NewRecord
from tally.transfer.faults import UnreadableFile
from tally.transfer.merging import file_days
from tally.transfer.merging.file_days import FileDays

TEA = NewRecord(UUID(int=1), date(2026, 10, 5), "tea", Decimal(2), "cup", "")
STORED = replace(TEA, id=UUID(int=2), consumption_value=Decimal(3))


def days_of(*records: NewRecord) -> FileDays:
    days = FileDays()
    for record in records:
        days.see(record)
    return days


def test_a_file_wins_over_the_records_of_its_types_units_and_days() -> None:
    days = days_of(TEA)
    assert days.win_over(STORED)
    assert not days.win_over(TEA)
    for other in (
        replace(STORED, consumption_type="gas"),
        replace(STORED, unit="l"),
        replace(STORED, consumption_date=date(2026, 10, 6)),
    ):
        assert not days.win_over(other)


def test_each_new_record_of_a_day_stands_for_one_that_is_replaced() -> None:
    days = days_of(TEA)
    assert not days.take_new(STORED)
    days.see_new(TEA)
    assert [days.take_new(STORED) for _ in range(2)] == [True, False]


def test_the_keys_and_the_span_are_those_of_all_records() -> None:
    assert days_of().span is None
    days = days_of(TEA, replace(TEA, unit="l", consumption_date=date(2026, 9, 1)), STORED)
    assert days.keys == {Key("tea", "cup"), Key("tea", "l")}
    assert days.span == Span(date(2026, 9, 1), date(2026, 10, 5))


def test_too_many_types_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_days, "MAX_KEYS", 1)
    with pytest.raises(UnreadableFile, match="too many types"):
        days_of(TEA, replace(TEA, consumption_type="gas"))

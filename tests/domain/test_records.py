"""The content of a record: what makes two records with one id the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from tally.domain.meters import Reading
from tally.domain.records import NewRecord, first_day

DAY = date(2026, 11, 22)
TEA = NewRecord(UUID(int=1), DAY, "tea", Decimal(2), "cup", "with Ada", days=3, cost=Decimal("4.5"))


@pytest.mark.parametrize(
    "change",
    [
        {"consumption_date": date(2026, 11, 21)},
        {"consumption_type": "Tea"},
        {"consumption_value": Decimal(3)},
        {"unit": ""},
        {"notes": ""},
        {"days": 1},
        {"cost": None},
        {"reading": Decimal(2)},
    ],
)
def test_each_value_that_a_person_writes_counts(change: dict[str, object]) -> None:
    assert replace(TEA, **change).content != TEA.content  # type: ignore[arg-type]


def test_neither_the_id_nor_the_time_of_creation_counts() -> None:
    other = replace(TEA, id=UUID(int=2), created_at=datetime(2026, 11, 22, tzinfo=UTC))
    assert other.content == TEA.content


def test_a_reading_counts_by_its_figure_and_not_by_what_follows_from_others() -> None:
    reading = replace(TEA, reading=Decimal(48213))
    relinked = replace(reading, consumption_value=Decimal(212), days=30)
    assert relinked.content == reading.content
    assert replace(reading, reading=Decimal(48214)).content != reading.content
    assert reading.as_reading == Reading(DAY, Decimal(48213))
    with pytest.raises(ValueError, match=r"^This is no reading\.$"):
        _ = TEA.as_reading


def test_the_days_of_a_record_end_with_its_own() -> None:
    assert [first_day(DAY, days) for days in (0, 1, 2)] == [
        DAY, DAY, DAY - timedelta(days=1),
    ]  # fmt: skip

"""The rows of files in Tally's own columns."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from tally.transfer.writers import COLUMNS
from tests.transfer.parsed import entries, only, parsed

ID = "0b54e5f4-4a9c-4e1c-8a0c-2a5d1f0e9c11"
CELLS = {
    "id": ID,
    "consumption_date": "2026-10-31",
    "consumption_value": "250",
    "consumption_type": "gas",
    "unit": "m³",
    "notes": "late",
    "created_at": "2026-10-31T18:30:00Z",
    "days": "31",
    "reading": "",
    "meter": "",
    "cost": "75",
}


def file(*names: str, **cells: str) -> str:
    return f"{','.join(names)}\n{','.join({**CELLS, **cells}[name] for name in names)}\n"


NAMED = [
    COLUMNS,
    COLUMNS[::-1],
    (*COLUMNS[5:], *COLUMNS[:5]),
    tuple(name for name in COLUMNS if name not in ("id", "created_at")),
    ("consumption_date", "consumption_value", "consumption_type", "unit", "days"),
    ("days", "consumption_type", "consumption_value", "consumption_date", "meter", "reading"),
]


@pytest.mark.parametrize("names", NAMED)
def test_a_span_is_one_in_any_order_of_the_columns(names: tuple[str, ...]) -> None:
    entry = only(file(*names))
    assert (entry.day, entry.days, entry.value) == (date(2026, 10, 31), 31, Decimal("250"))
    assert entry.record_id == (UUID(ID) if "id" in names else None)
    moment = datetime(2026, 10, 31, 18, 30, tzinfo=UTC)
    assert entry.created_at == (moment if "created_at" in names else None)


@pytest.mark.parametrize("names", [names for names in NAMED if "reading" in names])
def test_a_reading_is_one_in_any_order_of_the_columns(names: tuple[str, ...]) -> None:
    entry = only(file(*names, consumption_value="0", reading="48213.5", meter="2"))
    assert (entry.reading, entry.meter) == (Decimal("48213.5"), 2)


@pytest.mark.parametrize("names", [names for names in NAMED if "reading" in names])
def test_a_reading_alone_is_enough(names: tuple[str, ...]) -> None:
    for value in ("", "-", "NaN"):
        entry = only(file(*names, consumption_value=value, days="", reading="48213.5", meter="1"))
        assert (entry.reading, entry.meter) == (Decimal("48213.5"), 1)
        assert entry.cost == (Decimal("75") if "cost" in names else None)
    kept, problems, counts = parsed(file(*names, consumption_value=""))
    assert (kept, problems, counts.nothing) == ([], [], 1)


def test_a_line_that_ends_before_the_value_is_read_as_one_without() -> None:
    text = "consumption_date,consumption_type,reading,consumption_value\n2026-10-31,gas,7\n"
    assert only(text).reading == 7


def test_only_files_that_tally_wrote_have_to_have_its_ids_and_times() -> None:
    names = ("consumption_date", "consumption_value", "consumption_type", "id", "created_at")
    entry = only(file(*names, id="7", created_at="yesterday"))
    assert (entry.record_id, entry.created_at) == (None, None)
    _, [problem], _ = parsed(file(*COLUMNS, id="7"))
    assert "is not an id of Tally's" in problem.message


def test_days_that_cannot_be_are_a_problem() -> None:
    names = ("consumption_date", "consumption_value", "consumption_type", "days")
    _, [problem], _ = parsed(file(*names, days="3661"))
    assert problem.message.startswith("Days are a whole number from 1 to")
    _, [problem], _ = parsed(file(*names, consumption_date="1900-01-30", days="31"))
    assert problem.message == "Dates begin at 1900-01-01."
    assert only(file(*names, consumption_date="1900-01-30", days="30")).days == 30
    assert only(file(*names, days="")).days == 1
    assert only(file(*names, consumption_date="2026-09", days="")).days == 30


def test_other_columns_keep_their_roles_beside_tallys_own() -> None:
    text = (
        "consumption_date,consumption_value,consumption_type,days,Comment,Amount\n"
        "2026-10-31,250,gas,31,late,7\n"
    )
    entry = only(text)
    assert (entry.value, entry.days, entry.notes) == (Decimal("250"), 31, "late")
    # What a column of Tally's own means is no choice; what another one means is.
    chosen = only(text, columns="-,-,-,-,-,notes")
    assert (chosen.value, chosen.days, chosen.notes) == (Decimal("250"), 31, "7")


def test_a_type_may_be_said_for_all_rows() -> None:
    names = ("consumption_date", "consumption_value", "days")
    assert only(file(*names), type="gas").consumption_type == "gas"
    assert only(file(*names), type="gas").days == 31


def test_daily_sums_are_of_amounts_that_cover_the_same_days() -> None:
    head = "consumption_date,consumption_value,consumption_type,days\n"
    assert [entry.days for entry in entries(f"{head}2026-10-31,1,gas,31\n2026-10-31,2,gas,\n")] == [
        31,
        1,
    ]

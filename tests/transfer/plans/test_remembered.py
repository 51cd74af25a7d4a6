"""Remembered kinds of files: the fields that are kept, their size, the files they are for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tally.transfer.plans.remembered import MAX_KINDS, fingerprint, recalled, remember
from tests.transfer.planned import plan_of

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def test_only_choices_that_were_made_are_remembered() -> None:
    kinds = remember({}, "a", {"type": "gas", "unit": "", "falls": "new", "other": "x"}, NOW)
    assert recalled(kinds, "a") == {"type": "gas"}
    assert recalled(kinds, "b") == {}


def test_a_file_without_choices_forgets_its_kind() -> None:
    kinds = remember({}, "a", {"type": "gas"}, NOW)
    assert remember(kinds, "a", {"type": ""}, NOW) == {}


def test_beyond_the_limit_the_oldest_kind_of_file_is_forgotten() -> None:
    kinds: dict[str, object] = {}
    for number in range(MAX_KINDS + 5):
        kinds = remember(kinds, str(number), {"type": "gas"}, NOW + timedelta(minutes=number))
    assert len(kinds) == MAX_KINDS
    assert "4" not in kinds and str(MAX_KINDS + 4) in kinds


def test_what_is_too_long_is_not_kept() -> None:
    assert remember({}, "a", {"columns": "value:x:y," * 1_000}, NOW) == {}


def test_a_unit_above_the_header_is_of_another_kind_of_file() -> None:
    rows = "Day;Value\n2026-10-05;300\n2026-10-06;400\n"
    above = ("", "Site;W\n", "Unit;W\n", "Unit;Wh\n")
    assert len({fingerprint(plan_of(line + rows)) for line in above}) == 3

"""docs/asvs.md names a test for every requirement that is met, and each of them exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import tally

TOP = Path(tally.__file__).parents[2]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (TOP / "docs" / "asvs.md").read_text().splitlines()
    if re.match(r"\| \d", line)
]


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_the_tests_of_a_requirement_exist(row: list[str]) -> None:
    _, _, state, tests = row
    named = re.findall(r"`([\w/]+\.py)::(test_\w+)`", tests)
    assert named or state.startswith("not met")
    for path, name in named:
        source = (TOP / "tests" / path).read_text()
        assert re.search(rf"^def {name}\(", source, re.MULTILINE), f"{path} has no {name}"


def test_what_is_not_met_has_a_reason() -> None:
    for _, _, state, _ in ROWS:
        assert state.startswith(("met", "not met"))
        if state.startswith(("not met", "met in part")):
            assert len(state) > len("met in part: because")


def test_every_requirement_has_one_row() -> None:
    ids = [record_id for row in ROWS for record_id in row[0].split(", ")]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", record_id) for record_id in ids)
    assert len(ROWS) >= 50


def test_what_is_not_promised_is_said() -> None:
    security = (TOP / "SECURITY.md").read_text()
    for words in ("No second factor yet", "How to report", "24 hours", "30 days"):
        assert words in security

"""Lines as people write them, with their meaning: the tables beside this file.

Each row is a record, or a line that is unread: `start-end: words of the sentence`, any of which
will do; places compare by overlap. A line with several records has several rows.
"""

import csv
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from pathlib import Path

import pytest

from tally.domain.amounts import plain
from tally.domain.meters import Neighbours, Reading
from tally.quick_add.grammar import read
from tally.quick_add.results import Draft
from tally.quick_add.vocabulary import MeterDay, Vocabulary
from tests.quick_add.kept_types import all_kept

TODAY = date(2026, 11, 22)
USED = {
    "coffee": "cup",
    "electricity": "kWh",
    "water": "l",
    "run": "h",
    "heating": "kWh",
    "fuel": "l",
    "vitamin d3": "IU",
}
LAST_READING = Reading(date(2026, 10, 28), Decimal(48001))
VOCABULARY = Vocabulary(
    types=all_kept({name.replace("d3", "D3"): unit for name, unit in USED.items()}),
    units=frozenset(USED.values()),
    currency="EUR",
    meters={
        MeterDay("electricity", "kWh", day): Neighbours(1, LAST_READING, None, LAST_READING.figure)
        for day in (TODAY, TODAY - timedelta(days=1))
    },
)


@dataclass(frozen=True)
class Case:
    """A line, and the rows of the table on it."""

    line: str
    rows: tuple[dict[str, str], ...]


def cases() -> Iterator[Case]:
    for file in ("lines.tsv", "more_lines.tsv"):
        text = (Path(__file__).parent / file).read_text("utf-8")
        rows = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
        for line, group in groupby(rows, key=lambda row: row["line"]):
            written = line.replace("\\t", "\t").replace("\\n", "\n")
            yield Case(written, tuple(group))


def as_row(draft: Draft) -> dict[str, str]:
    """A record as the table has it."""
    marks = {
        "new_type": draft.new_type,
        "new_unit": draft.new_unit,
        f"converted_from={draft.converted_from}": bool(draft.converted_from),
    }
    return {
        "date": str(draft.consumption_date),
        "type": draft.consumption_type,
        "value": plain(draft.consumption_value),
        "unit": draft.unit,
        "notes": draft.notes,
        "days": "" if draft.days == 1 else str(draft.days),
        "reading": "" if draft.reading is None else plain(draft.reading),
        "cost": "" if draft.cost is None else plain(draft.cost),
        "marks": ",".join(name for name, is_so in marks.items() if is_so),
    }


# A function given as `ids` has its signs escaped once more when mutmut collects a second time.
@pytest.mark.parametrize("case", [pytest.param(case, id=case.line) for case in cases()])
def test_every_line_is_read_as_it_is_meant(case: Case) -> None:
    result = read(case.line, TODAY, VOCABULARY)
    unread = case.rows[0]["unread"]
    if not unread:
        assert not result.unread, result.unread
        drafts = [as_row(draft) for draft in result.records]
        wanted = [{name: row[name] or "" for name in drafts[0]} for row in case.rows]
        assert drafts == wanted
        return
    place, _, words = unread.partition(": ")
    start, end = map(int, place.split("-"))
    assert not result.records
    (problem,) = result.unread
    assert problem.start < end and start < problem.end, problem
    assert any(word in problem.message for word in words.split("|")), problem
    assert case.line[problem.start : problem.end] == problem.text


DECOMPOSED = [case.line for case in cases() if unicodedata.normalize("NFD", case.line) != case.line]


@pytest.mark.parametrize("line", [pytest.param(line, id=line) for line in DECOMPOSED])
def test_letters_with_their_accents_apart_are_the_same_letters(line: str) -> None:
    composed, apart = (
        read(unicodedata.normalize(form, line), TODAY, VOCABULARY) for form in ("NFC", "NFD")
    )
    assert list(map(as_row, apart.records)) == list(map(as_row, composed.records))
    problems = zip(apart.unread, composed.unread, strict=True)
    for problem, other in problems:
        assert unicodedata.normalize("NFC", problem.text) == other.text
        assert unicodedata.normalize("NFC", problem.message) == other.message


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("Kaffee. 2", "Kaffee.", 2),
        ("2 kaffee.", "Kaffee.", 2),
        ("coffee (decaf) 2", "coffee (decaf)", 2),
        ("tea! x2", "tea!", 2),
        ("gestern: 2", "gestern:", 2),
    ],
)
def test_the_marks_in_a_name_of_the_account_are_its_own(line: str, name: str, value: int) -> None:
    known = replace(VOCABULARY, types={**VOCABULARY.types, **all_kept({name: "cup"})})
    (draft,) = read(line, TODAY, known).records
    assert (draft.consumption_type, draft.unit) == (name, "cup")
    assert draft.consumption_value == value


def test_a_mark_in_a_new_type_is_kept_beside_its_readings_of_other_lines() -> None:
    first, second = read("eggs. @2m³ new\neggs. @5m³", TODAY, VOCABULARY).records
    assert (first.consumption_type, second.consumption_type) == ("eggs.", "eggs.")
    assert second.consumption_value == 3


@pytest.mark.parametrize(
    "line",
    [
        "electricity 720 MJ",
        "electricity 720MJ",
        "2k Wh electricity",
        "electricity 2k Wh",
        "water 2x ml",
        "water x2 ml",
        "water 2x500ml ; cold",
        "water 1 1/2 m³ yesterday",
        "water 1 234,5 ml.",
        "90 minutes of run",
    ],
)
def test_the_line_that_keeps_a_unit_means_the_amount_as_it_was_written(line: str) -> None:
    (draft,) = read(line, TODAY, VOCABULARY).records
    assert draft.converted_from and draft.kept_line
    result = read(draft.kept_line, TODAY, VOCABULARY)
    assert not result.unread
    (kept,) = result.records
    assert f"{plain(kept.consumption_value)} {kept.unit}" == draft.converted_from
    assert kept.consumption_type == draft.consumption_type
    assert (kept.consumption_date, kept.notes) == (draft.consumption_date, draft.notes)

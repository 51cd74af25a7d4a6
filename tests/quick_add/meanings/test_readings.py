"""Readings on the line: the words around them, and why one does not fit."""

from datetime import date
from decimal import Decimal

import pytest

from tally.domain.formatting import Formatter
from tally.domain.meters import BrokenChain, Neighbours, Reading
from tally.quick_add.grammar import read
from tally.quick_add.meanings.readings import is_sent_again, misfit, rolled_over_in
from tally.quick_add.vocabulary import MeterDay, Vocabulary
from tally.quick_add.words.tokens import tokenise
from tests.quick_add.kept_types import all_kept

TODAY = date(2026, 11, 22)
BEFORE = Reading(date(2026, 10, 28), Decimal(48001))
OWN = Reading(TODAY, Decimal(47900))
METERED = Vocabulary(
    types=all_kept({"electricity": "kWh", "water": "l"}),
    units=frozenset({"kWh", "l"}),
    meters={MeterDay("electricity", "kWh", TODAY): Neighbours(1, BEFORE, None, BEFORE.figure)},
)


@pytest.mark.parametrize(
    ("line", "taken"),
    [
        ("electricity @12 rolled over", ["rolled", "over"]),
        ("rolled over @12 electricity", ["rolled", "over"]),
        ("rolled oats over easy", []),
        ("over rolled", []),
        ("", []),
    ],
)
def test_the_two_words_are_taken_together_or_not_at_all(line: str, taken: list[str]) -> None:
    assert [word.text for word in rolled_over_in(tokenise(line).words)] == taken


def test_a_fall_names_the_words_that_would_explain_it() -> None:
    sentence, adds = misfit(BrokenChain(BEFORE, OWN, "falls"), OWN, Formatter("auto", TODAY))
    assert adds == ("new", "rolled over")
    assert "add `new`" in sentence and "add `rolled over`" in sentence


def test_a_word_that_would_not_make_a_reading_fit_is_not_offered() -> None:
    error, formatter = BrokenChain(BEFORE, OWN, "falls"), Formatter("auto", TODAY)
    above = Reading(date(2026, 11, 30), BEFORE.figure)
    sentence, adds = misfit(error, OWN, formatter, Neighbours(1, BEFORE, above))
    assert adds == ("rolled over",) and "add `new`" not in sentence
    # The meter rolled over between those two: to less than this one shows.
    below = above._replace(figure=OWN.figure - 1)
    sentence, adds = misfit(error, OWN, formatter, Neighbours(1, BEFORE, below))
    assert adds == () and sentence.startswith("Lower than ") and "add" not in sentence


def test_a_fall_of_another_reading_cannot_be_explained_here() -> None:
    later = Reading(date(2026, 11, 30), Decimal(47000))
    _, adds = misfit(BrokenChain(OWN, later, "falls"), OWN, Formatter("auto", TODAY))
    assert adds == ()


def test_a_line_sent_twice_is_told_by_its_two_readings() -> None:
    assert is_sent_again(BrokenChain(OWN, OWN, "unturned"))
    assert not is_sent_again(BrokenChain(BEFORE, OWN, "unturned"))
    first = BrokenChain(OWN, OWN, "first")
    assert is_sent_again(first, Neighbours(1))
    assert not is_sent_again(first) and not is_sent_again(first, Neighbours(1, after=OWN))
    assert not is_sent_again(BrokenChain(OWN, OWN, "falls"))


@pytest.mark.parametrize(
    "line",
    [
        *("electricity @5 new meter", "electricity @5 kWh new meter", "electricity @5 new one"),
        *("electricity @5 new", "electricity @5 NEW Meter."),
    ],
)
def test_new_behind_a_reading_begins_a_meter(line: str) -> None:
    [draft] = read(line, TODAY, METERED).records
    assert (draft.consumption_type, draft.unit, draft.new_meter) == ("electricity", "kWh", True)
    assert (draft.reading, draft.new_unit, draft.asks) == (Decimal(5), False, ())


@pytest.mark.parametrize(
    ("line", "asked", "instead"),
    [
        ("electricity @5 replaced", "@5 replaced", 'write @5"replaced"'),
        ("electricity @48300 clicks yesterday", "@48300 clicks", 'write @48300"clicks"'),
        ("water @50 reset", "@50 reset", 'write @50"reset"'),
        ("electricity @5 kWh replaced", "replaced", "Leave replaced out"),
        ("electricity new meter @5 kWh", "new meter", "Leave new meter out"),
        ("electricity meter @48300", "meter", "Leave meter out"),
    ],
)
def test_words_on_a_meter_are_neither_its_unit_nor_a_name(
    line: str, asked: str, instead: str
) -> None:
    [problem] = read(line, TODAY, METERED).unread
    assert problem.text == asked
    assert "a new meter is new" in problem.message and instead in problem.message


def test_a_word_behind_a_reading_is_a_unit_in_quotes_and_of_a_new_type() -> None:
    for line in ('electricity @5"clicks"', "counter @5 clicks"):
        [draft] = read(line, TODAY, METERED).records
        assert (draft.unit, draft.new_unit, draft.reading) == ("clicks", True, Decimal(5))


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            "electricity @48500 m3",
            "electricity is read in kWh: this starts another meter in m³",
        ),
        (
            "electricity @48500.5 m3",
            "electricity is read in kWh: this starts another meter in m³",
        ),
        (
            'electricity @48500""',
            "electricity is read in kWh: this starts another meter without a unit",
        ),
        ("water @120", "water has had no reading yet: this starts its meter"),
        ("water @120 kWh", "water has had no reading yet: this starts its meter"),
    ],
)
def test_a_first_reading_says_what_it_starts(line: str, sentence: str) -> None:
    result = read(line, TODAY, METERED)
    [draft] = result.records
    assert draft.asks == (sentence,)
    wanted = {reading.meter.unit for reading in result.readings}
    assert {draft.unit, METERED.own_units(draft.consumption_type)[0]} == wanted

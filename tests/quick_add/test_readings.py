"""Readings on the line: the words around them, and why one does not fit."""

from datetime import date
from decimal import Decimal

import pytest

from tally.domain.formatting import Words
from tally.domain.meters import BrokenChain, Reading
from tally.quick_add.readings import is_sent_again, misfit, take_rolled_over
from tally.quick_add.tokens import tokenise

TODAY = date(2026, 11, 22)
BEFORE = Reading(date(2026, 10, 28), Decimal(48001))
OWN = Reading(TODAY, Decimal(47900))


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
    assert [word.text for word in take_rolled_over(tokenise(line).words)] == taken


def test_a_fall_names_the_words_that_would_explain_it() -> None:
    sentence, adds = misfit(BrokenChain(BEFORE, OWN, "falls"), OWN, Words("auto", TODAY))
    assert adds == ("new", "rolled over")
    assert "add `new`" in sentence and "add `rolled over`" in sentence


def test_a_fall_of_another_reading_cannot_be_explained_here() -> None:
    later = Reading(date(2026, 11, 30), Decimal(47000))
    _, adds = misfit(BrokenChain(OWN, later, "falls"), OWN, Words("auto", TODAY))
    assert adds == ()


def test_a_line_sent_twice_is_told_by_its_two_readings() -> None:
    assert is_sent_again(BrokenChain(OWN, OWN, "unturned"))
    assert not is_sent_again(BrokenChain(BEFORE, OWN, "unturned"))
    assert not is_sent_again(BrokenChain(OWN, OWN, "falls"))

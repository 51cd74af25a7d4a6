"""Numbers as words at the start of a line, and those that ask."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tally.quick_add.amounts.number_words import HOW_MANY, spoken, with_numbers
from tally.quick_add.words.tokens import Word, tokenise

TYPES = ("a la carte", "coffee", "seven", "half marathon", "eggs")


def is_type(words: Sequence[Word]) -> bool:
    return " ".join(word.lower for word in words).startswith(TYPES)


def is_unit(words: Sequence[Word]) -> bool:
    return bool(words) and words[0].lower in ("cup", "cups", "litre", "hour")


@pytest.mark.parametrize(
    ("line", "words", "asked"),
    [
        ("two coffees", "2 coffees", ""),
        ("Two teas", "2 teas", ""),
        ("twelve cups tea", "12 cups tea", ""),
        ("three coffee", "3 coffee", ""),
        ("a tea", "1 tea", ""),
        ("an egg", "1 egg", ""),
        ("one tea", "1 tea", ""),
        ("a dozen eggs", "12 eggs", ""),
        ("half a litre milk", "0.5 litre milk", ""),
        ("half an hour run", "0.5 hour run", ""),
        # A type of the account begins like that.
        ("a la carte 2", "a la carte 2", ""),
        ("seven 2", "seven 2", ""),
        # A number word that could be part of a name.
        ("two tea", "tea", "two: Write 2, or the word in quotes."),
        ("half coffee", "coffee", "half: Write 0.5, or the word in quotes."),
        ("half litre milk", "litre milk", "half: Write 0.5, or the word in quotes."),
        ("half tea", "half tea", ""),
        ("half a dozen eggs", "eggs", "half a dozen: Write 6, or the words in quotes."),
        ("tea two cups", "tea two cups", "two: Write 2, or the word in quotes."),
        ("run an hour", "run an hour", "an: Write 1, or the word in quotes."),
        ("run half hour", "run half hour", "half: Write 0.5, or the word in quotes."),
        ("run half an hour", "run half an hour", "half an: Write 0.5, or the words in quotes."),
        ("run two hour fast", "run two hour fast", "two: Write 2, or the word in quotes."),
        # `a` amid others is part of a name.
        ("cup a cup soup", "cup a cup soup", ""),
        ("two", "two", ""),
        ("a", "a", ""),
        ("half", "half", ""),
        ('"two" teas', "two teas", ""),
        ("tea 2", "tea 2", ""),
        ("", "", ""),
    ],
)
def test_number_words(line: str, words: str, asked: str) -> None:
    kept, problems = with_numbers(tokenise(line).words, is_type, is_unit)
    assert " ".join(word.text for word in kept) == words
    said = [f"{' '.join(w.text for w in one.words)}: {one.message}" for one in problems]
    assert said == ([asked] if asked else [])


def test_a_number_stands_where_its_words_stood() -> None:
    kept, _ = with_numbers(tokenise("half a litre milk").words, is_type, is_unit)
    assert [(word.start, word.end, word.index) for word in kept][:2] == [(0, 6, 0), (7, 12, 2)]
    kept, _ = with_numbers(tokenise("two coffees").words, is_type, is_unit)
    assert (kept[0].start, kept[0].end, kept[0].index) == (0, 3, 0)


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("a", "1"),
        ("twelve", "12"),
        ("nineteen", "19"),
        ("twenty", "20"),
        ("twenty-one", "21"),
        ("ninety nine", "99"),
        ("hundred", "100"),
        ("a hundred", "100"),
        ("two hundred and five", "205"),
        ("nine hundred ninety-nine", "999"),
        ("thousand", "1000"),
        ("ten thousand", "10000"),
        ("two hundred thousand and one", "200001"),
        ("a million", "1000000"),
        ("a dozen", "12"),
        ("three dozen", "36"),
        ("half a dozen", "6"),
        ("a couple of", "2"),
        ("half an", "0.5"),
        ("three quarters", "0.75"),
        ("twenty ten", ""),
        ("five twenty", ""),
        ("and", ""),
        ("hundred and", ""),
        ("coffee", ""),
        ("", ""),
    ],
)
def test_the_digits_of_a_number_in_words(text: str, digits: str) -> None:
    assert spoken(text) == digits


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("two hundred coffee", "two hundred: Write 200, or the words in quotes."),
        ("fifteen coffee", "fifteen: Write 15, or the word in quotes."),
        ("three dozen eggs", "three dozen: Write 36, or the words in quotes."),
        ("eggs half a dozen", "half a dozen: Write 6, or the words in quotes."),
        ("hundred eggs", "hundred: Write 100, or the word in quotes."),
        ("hundred acre", ""),
        ("quarter cup coffee", "quarter: Write 0.25, or the word in quotes."),
        ("quarter pounder", ""),
        ("a few coffees", f"a few: {HOW_MANY}"),
        ("few things", f"few: {HOW_MANY}"),
        ("few more", ""),
        ("deux coffee", "deux: Write 2, or the word in quotes."),
        ("dos equis 2", ""),
        ("un coffee", ""),
        (
            "coffee 2 heures et demie",
            "2 heures et demie: Write 2.5 heures, or the words in quotes.",
        ),
        ("coffee two hundred cups", "two hundred: Write 200, or the words in quotes."),
        ("coffee two hundred", ""),
    ],
)
def test_larger_numbers_in_words_ask_for_digits(line: str, asked: str) -> None:
    _, problems = with_numbers(tokenise(line).words, is_type, is_unit)
    told = [f"{' '.join(w.text for w in one.words)}: {one.message}" for one in problems]
    assert told == ([asked] if asked else [])

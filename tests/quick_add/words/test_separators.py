"""Marks between a type and its value, taken off one line at a time."""

from __future__ import annotations

import pytest

from tally.quick_add.words.separators import without_separators
from tally.quick_add.words.tokens import tokenise


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("coffee: 2", "coffee|2"),
        ("coffee, 2 cups", "coffee|2|cups"),
        ("coffee=2", "coffee|2"),
        ("coffee:2", "coffee|2"),
        ("coffee,½", "coffee|½"),
        ("lunch:€3", "lunch|€3"),
        ("lunch:.5", "lunch|.5"),
        ("coffee =2", "coffee|2"),
        ("coffee :.5", "coffee|.5"),
        ("coffee = 2", "coffee|2"),
        ("coffee – 2", "coffee|2"),
        ("2 — coffee", "2|coffee"),
        ("coffee (2)", "coffee|2"),
        ("coffee (2 cups)", "coffee|2|cups"),
        ("coffee (2 big cups) x", "coffee|2|big|cups|x"),
        ("coffee: (2)", "coffee|2"),
        # These marks mean something, or stand elsewhere.
        ("coffee: black 2", "coffee:|black|2"),
        ("= 2 coffee", "=|2|coffee"),
        ("coffee 2 =", "coffee|2|="),
        ("2 = coffee", "2|=|coffee"),
        ("1, 2 coffee", "1,|2|coffee"),
        ("1,5 coffee", "1,5|coffee"),
        ("5/10:2 coffee", "5/10:2|coffee"),
        ("a/b:2", "a/b:2"),
        ("coffee:black", "coffee:black"),
        ("coffee (black)", "coffee|(black)"),
        ("coffee (2 very big cups)", "coffee|(2|very|big|cups)"),
        ("coffee (2", "coffee|(2"),
        ("coffee , black", "coffee|,|black"),
        (": coffee", ":|coffee"),
        ('"coffee:2"', "coffee:2"),
        ('"coffee:" 2', "coffee:|2"),
        ('coffee: "2"', "coffee:|2"),
        ('coffee "=" 2', "coffee|=|2"),
        ('coffee "(2)"', "coffee|(2)"),
        ('coffee (2 "cups)"', "coffee|(2|cups)"),
        ("", ""),
    ],
)
def test_marks_without_meaning_between_type_and_value_are_dropped(line: str, words: str) -> None:
    kept = without_separators(tokenise(line).words)
    assert "|".join(word.text for word in kept) == words
    # Whatever is left stands where it stood.
    assert all(line[word.start : word.end] == word.text for word in kept if not word.is_quoted)

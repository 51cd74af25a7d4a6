"""Days such as `-12` without a value beside them: plain, or asked about as an amount below zero."""

from dataclasses import replace
from datetime import date

import pytest

from tally.quick_add.grammar import read
from tally.quick_add.vocabulary import Vocabulary
from tests.quick_add.kept_types import all_kept, kept

TODAY = date(2026, 11, 22)
USED = {"coffee": "cup", "temp": "°C", "balance": "€", "steps": ""}
KNOWN = Vocabulary(types=all_kept(USED), currency="EUR")


@pytest.mark.parametrize(
    ("line", "asked", "day", "iso"),
    [
        ("temp -12", "-12", "10 November", "2026-11-10"),
        ("-3 temp", "-3", "19 November", "2026-11-19"),
        ("balance -5", "-5", "17 November", "2026-11-17"),
        ("steps -500", "-500", "10 July 2025", "2025-07-10"),
        ("coffee -32", "-32", "21 October", "2026-10-21"),
        ("-32 tea", "-32", "21 October", "2026-10-21"),
    ],
)
def test_a_day_that_may_be_an_amount_below_zero_asks(
    line: str, asked: str, day: str, iso: str
) -> None:
    [problem] = read(line, TODAY, KNOWN).unread
    assert problem.text == asked
    sentence = f"{day}, or {asked}? Write {iso} for the day; values are never below 0."
    assert problem.message == sentence
    [draft] = read(line.replace(asked, iso), TODAY, KNOWN).records
    assert str(draft.consumption_date) == iso


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("coffee -2", "2026-11-20"),
        ("-2 coffee", "2026-11-20"),
        ("steps -31", "2026-10-22"),
        ("-1 tea", "2026-11-21"),
        ("temp 5 -3", "2026-11-19"),
        ("-40 coffee 2", "2026-10-13"),
        ("temp -0", "2026-11-22"),
        ("temp 3 days ago", "2026-11-19"),
        ("temp -1..today", "2026-11-21"),
    ],
)
def test_a_day_that_is_likely_one_is_read(line: str, day: str) -> None:
    assert str(read(line, TODAY, KNOWN).records[0].consumption_date) == day


@pytest.mark.parametrize("line", ["outside -1", "temp outside -1"])
def test_a_new_type_in_front_takes_a_second_enter(line: str) -> None:
    [draft] = read(line, TODAY, KNOWN).records
    assert draft.asks == ("21 November, or -1? Values are never below 0",)
    assert str(draft.consumption_date) == "2026-11-21"
    for other in ("-1 outside", "outside 5 -1", "outside 2026-11-21"):
        [draft] = read(other, TODAY, KNOWN).records
        assert not draft.asks


def test_money_by_the_sign_of_the_account_may_be_below_zero() -> None:
    known = replace(KNOWN, types=kept("balance", "zł"), currency="PLN")
    assert read("balance -5", TODAY, known).unread
    assert not read("balance -5", TODAY, replace(known, types=kept("balance", "l"))).unread

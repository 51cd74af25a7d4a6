"""Types whose names hold words of the grammar count as they stand."""

from __future__ import annotations

from datetime import date

import pytest

from tally.domain.amounts import plain
from tally.quick_add.grammar import read
from tally.quick_add.vocabulary import Vocabulary
from tally.quick_add.words.own_names import own_name
from tests.quick_add.kept_types import all_kept

TODAY = date(2026, 11, 25)
NAMES = {
    "over easy eggs": "",
    "size 7 shoes": "",
    "24h fitness": "h",
    "left over": "",
    "7up": "can",
    "2x4": "piece",
    "minute rice": "g",
    "sunday roast": "",
    "3M tape": "",
    "may": "",
    "coffee 2 go": "cup",
    "coffee": "cup",
}
KNOWN = Vocabulary(
    types=all_kept(NAMES),
    units=frozenset(filter(None, NAMES.values())),
)


@pytest.mark.parametrize(
    ("line", "name", "amount"),
    [
        ("over easy eggs 2", "over easy eggs", "2"),
        ("2 over easy eggs", "over easy eggs", "2"),
        ("size 7 shoes", "size 7 shoes", "1"),
        ("SIZE 7 SHOES 2", "size 7 shoes", "2"),
        ("24h fitness 1h30", "24h fitness", "1.5 h"),
        ("left over 2 ; again", "left over", "2"),
        ("2 cans 7up", "7up", "2 can"),
        ("2x4 3", "2x4", "3 piece"),
        ("200 minute rice", "minute rice", "200 g"),
        ("3m tape 2", "3M tape", "2"),
        ("coffee 2 go 3", "coffee 2 go", "3 cup"),
    ],
)
def test_such_a_name_is_read_where_the_line_has_no_other_type(
    line: str, name: str, amount: str
) -> None:
    result = read(line, TODAY, KNOWN)
    assert not result.unread
    [draft] = result.records
    assert (draft.consumption_type, draft.new_type, draft.new_unit) == (name, False, False)
    assert f"{plain(draft.consumption_value)} {draft.unit}".strip() == amount
    assert draft.consumption_date == TODAY


def test_a_day_in_a_name_is_a_part_of_it_and_a_month_alone_stays_a_day() -> None:
    [draft] = read("sunday roast 1", TODAY, KNOWN).records
    assert (draft.consumption_type, draft.consumption_date) == ("sunday roast", TODAY)
    assert read("may 3", TODAY, KNOWN).unread


def test_where_another_type_of_the_account_is_meant_as_well_it_asks() -> None:
    [draft] = read("coffee 2 go", TODAY, KNOWN).records
    assert draft.consumption_type == "coffee"
    assert draft.asks[-1] == "You have coffee 2 go as a type, too. For that write it in quotes"
    [other] = read('"coffee 2 go"', TODAY, KNOWN).records
    assert (other.consumption_type, other.asks) == ("coffee 2 go", ())


def test_a_name_among_other_words_asks_where_it_is_read_as_an_amount() -> None:
    [draft] = read("cold 7up", TODAY, KNOWN).records
    assert (draft.consumption_type, draft.unit, len(draft.asks)) == ("cold", "up", 1)
    [other] = read("big over easy eggs", TODAY, KNOWN).unread
    assert other.text == "over easy"
    [iced] = read("cold sunday roast 2", date(2026, 11, 22), KNOWN).records
    assert (iced.consumption_type, len(iced.asks)) == ("cold roast", 1)


def test_names_in_quotes_and_of_one_plain_word_are_left_alone() -> None:
    types = all_kept({"coffee": "", "Green tea": ""})
    assert own_name("coffee 2", types) is None
    assert own_name('"green tea" 2', types) is None
    named = own_name("2 green  TEA #x", types)
    assert named is not None
    assert named == ("Green tea", '2 "Green tea" #x')

"""The reading of every text that a person wrote."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.domain.text import (
    MAX_QUOTED,
    as_utf_8,
    capital,
    fold,
    from_first_visible,
    is_storable,
    lowered,
    one_line,
    quoted,
    sort_key,
)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", ""),
        ("  green \t tea\r\n", "green tea"),
        ("cafe\u0301", "café"),
        ("m\u00b3\u2003\u00a0x", "m³ x"),
    ],
)
def test_one_line(text: str, line: str) -> None:
    assert one_line(text) == line


@pytest.mark.parametrize(
    ("text", "storable"),
    [
        ("", True),
        ("tea\n\t\x7f", True),
        ("чай 🍵 \ufffe", True),
        ("a\x00", False),
        ("чай\x00", False),
        ("\ud800", False),
        ("a\udfffb", False),
        ("\ud83c\udf75", False),
    ],
)
def test_what_can_be_stored(text: str, storable: bool) -> None:
    assert is_storable(text) is storable


@pytest.mark.parametrize("text", ["", "tea", "é", "😀", "a\ud800b", "\udcff\udcff"])
def test_halves_of_characters_are_written_as_marks(text: str) -> None:
    marked = "".join("\ufffd" if "\ud800" <= sign <= "\udfff" else sign for sign in text)
    assert as_utf_8(text).decode() == marked


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Straße", "STRASSE", True),
        ("cafe\u0301", "CAFÉ", True),
        ("ΟΔΟΣ", "οδος", True),
        ("Ёлка", "ёлка", True),
        ("kWh", "KWH", True),
        ("cof\u200bfee\u00ad", "coffee", True),
        ("\u202bשמן\u202c", "שמן", True),
        ("می\u200cخواهم", "میخواهم", False),
        ("cafe", "café", False),
        ("ı", "i", False),
    ],
)
def test_names_are_compared_without_case_and_composition(one: str, other: str, alike: bool) -> None:
    assert (fold(one) == fold(other)) is alike


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)


def test_lower_case_is_that_of_the_database() -> None:
    assert lowered("ΟΔΟΣ İstanbul Ё ẞ ABC") == "οδοσ istanbul ё ß abc"


def test_names_stand_in_the_order_of_an_alphabet() -> None:
    names = [
        "Zebra", "apple", "ärger", "Arbeit", "Äpfel", "Apfel", "zucker", "éclair", "eis", "чай",
    ]  # fmt: skip
    assert sorted(names, key=sort_key) == [
        "Apfel", "Äpfel", "apple", "Arbeit", "ärger", "éclair", "eis", "Zebra", "zucker", "чай",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("tea", "tea"),
        (" \n\t=1 ", "=1 "),
        ("\u200b\u2060\ufefftea", "tea"),
        ("\u3164\u2800", ""),
        ("\u0301", ""),
        ("", ""),
        ("☕", "☕"),
        ("ไทย", "ไทย"),
    ],
)
def test_invisible_characters_at_the_beginning_are_left_out(text: str, rest: str) -> None:
    assert from_first_visible(text) == rest


def test_case_is_lowered_a_character_at_a_time() -> None:
    for character in map(chr, range(sys.maxunicode + 1)):
        if unicodedata.category(character) != "Cs" and character not in "İΣ":
            assert f"a{character}b".lower() == f"a{character.lower()}b"


def test_a_message_repeats_the_beginning_of_a_text() -> None:
    assert quoted("tea") == "“tea”"
    assert quoted("a" * MAX_QUOTED + "b") == f"“{'a' * MAX_QUOTED}”"


def test_a_sentence_begins_with_a_capital_and_goes_on_as_it_was() -> None:
    assert [capital(text) for text in ("äpfel of May", "kWh", "")] == ["Äpfel of May", "KWh", ""]

"""What every text that somebody wrote goes through."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from tally.domain.text import fold, is_storable, one_line


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


def test_case_and_composition_do_not_count_and_folding_twice_changes_nothing() -> None:
    assert fold("CAFE\u0301") == fold("café") == "café"
    assert all(fold(fold(text)) == fold(text) for text in ("İstanbul", "ΟΔΟΣ", "ẞ", "Ё", "MWh"))


def test_case_folds_a_character_at_a_time() -> None:
    for character in map(chr, range(sys.maxunicode + 1)):
        if unicodedata.category(character) != "Cs" and character not in "İΣ":
            assert f"a{character}b".lower() == f"a{character.lower()}b"

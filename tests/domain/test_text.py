"""What every text that somebody wrote goes through."""

from __future__ import annotations

import pytest

from tally.domain.text import is_storable, one_line


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

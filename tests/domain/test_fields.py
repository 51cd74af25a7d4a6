"""The limits of each field, to the last value inside and the first outside, and the sentences."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.domain.calendar import EARLIEST
from tally.domain.fields import (
    FieldReader,
    check_length,
    check_line,
    check_span,
    flag_of,
    read_choice,
    read_date,
    read_days,
    read_flag,
    read_id,
    read_meter,
    read_notes,
    read_text,
    read_type_text,
    read_unit_text,
)

TODAY = date(2026, 11, 22)
PLAIN = "12345678-9abc-4def-8012-3456789abcde"


def exactly(sentence: str) -> str:
    """The pattern of this sentence and no other."""
    return f"^{re.escape(sentence)}$"


@pytest.mark.parametrize(
    ("flag", "texts"),
    [
        (True, ("1", "true", "on", "True", " ON ")),
        (False, ("0", "false", "off", "FALSE", " Off")),
        (None, ("", " ", "yes", "no", "2", "01", "truth")),
    ],
)
def test_a_flag_is_read_as_forms_links_and_json_write_it(
    flag: bool | None, texts: tuple[str, ...]
) -> None:
    assert [flag_of(text) for text in texts] == [flag] * len(texts)


def test_an_empty_flag_is_off_and_another_text_is_a_fault() -> None:
    assert [read_flag(text) for text in ("", "off", "1")] == [False, False, True]
    with pytest.raises(ValueError, match=exactly("Send true or false.")):
        read_flag(" ")


def test_an_id_is_read_in_its_plain_form_alone() -> None:
    assert read_id(PLAIN) == read_id(PLAIN.upper()) == UUID(PLAIN)
    others = [
        *("", "7", PLAIN.replace("-", ""), f"{{{PLAIN}}}", f"urn:uuid:{PLAIN}", f" {PLAIN}"),
        *(f"{PLAIN}\n", PLAIN.replace("1", "\uff11"), PLAIN.replace("a", "g")),
    ]
    assert [read_id(other) for other in others] == [None] * len(others)


@pytest.mark.parametrize("text", ["1900-01-01", "2026-11-22", "2026-11-23", "2024-02-29"])
def test_days_from_1900_to_tomorrow_are_read(text: str) -> None:
    assert read_date(text, TODAY) == date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1899-12-31", "Dates begin at 1900-01-01."),
        ("2026-11-24", "Records are for tomorrow at the latest."),
        *(
            (text, "Write the date as year-month-day, such as 2026-10-05.")
            for text in (
                *("", "today", "2026-02-30", "20261005", "2026-W05-3", "2026-1-5", "05.10.2026"),
                *("2026/10/05", "2026-10/05", "2026/10-05", "\uff12026-10-05", "2026-10-05 "),
                *("2026-10-05T00:00", "99999-1-05"),
            )
        ),
    ],
)
def test_another_day_is_refused_with_what_to_write(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=exactly(sentence)):
        read_date(text, TODAY)


def test_a_record_may_keep_a_day_ahead_and_take_no_other() -> None:
    ahead = TODAY + timedelta(days=9)
    assert read_date(ahead.isoformat(), TODAY, kept=ahead) == ahead
    with pytest.raises(ValueError, match="tomorrow at the latest"):
        read_date((ahead + timedelta(days=1)).isoformat(), TODAY, kept=ahead)


def test_counts_are_whole_numbers_within_their_bounds() -> None:
    assert [read_days("1"), read_days("3660"), read_days("007")] == [1, 3660, 7]
    assert [read_meter("1"), read_meter("999")] == [1, 999]
    for text in ("0", "3661", "", "1.5", "-1", "+1", " 1", "1_0", "ten", "\u0663", "²", "000001"):
        with pytest.raises(ValueError, match=exactly("Days are a whole number from 1 to 3 660.")):
            read_days(text)
    for text in ("0", "1000"):
        with pytest.raises(ValueError, match=exactly("A meter is a whole number from 1 to 999.")):
            read_meter(text)


def test_a_span_is_ten_years_long_at_most_and_begins_in_1900() -> None:
    check_span(TODAY, 3660)
    with pytest.raises(ValueError, match=exactly("A record covers 3 660 days at most.")):
        check_span(TODAY, 3661)
    check_span(EARLIEST, 1)
    check_span(EARLIEST + timedelta(days=6), 7)
    with pytest.raises(ValueError, match=exactly("Dates begin at 1900-01-01.")):
        check_span(EARLIEST + timedelta(days=6), 8)


def test_a_text_is_one_composed_line() -> None:
    assert read_text("  cafe\u0301 \t crème ", "Type", 64) == "café crème"
    assert read_text(7, "Type", 64) == "7"
    assert read_text("", "Unit", 24) == ""
    assert read_text("👩\u200d🌾", "Type", 64) == "👩\u200d🌾"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Write a type."),
        (" \n ", "Write a type."),
        ("x" * 65, "Type can have 64 characters; this has 65."),
        ("x" * 1200, "Type can have 64 characters; this has 1 200."),
        ("a\x00b", "Type is one line of text. Remove the control characters."),
        ("a\x1b[31mb", "Type is one line of text. Remove the control characters."),
        ("a\udc80", "Type has bytes that are no letters in UTF-8. Write them again."),
        ("\u3164\u200b", "Type: nobody can see these characters. Write it in letters."),
    ],
)
def test_a_text_that_is_none_has_its_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=exactly(sentence)):
        read_text(text, "Type", 64, "Write a type.")


@pytest.mark.parametrize("control", ["\x7f", "\x85", "\u2028", "\u2029", "\n", "\t"])
def test_a_line_is_checked_for_what_moves_the_place_of_writing(control: str) -> None:
    check_line("a\u200db\ufeff", "Notes", 9)
    with pytest.raises(ValueError, match=r"^Notes is one line"):
        check_line(f"a{control}b", "Notes", 9)


def test_a_length_counts_to_the_last_character() -> None:
    check_length("x" * 5, "Name", 5)
    with pytest.raises(
        ValueError, match=exactly("Name can have 2 000 characters; this has 2 001.")
    ):
        check_length("x" * 2001, "Name", 2000)


def test_a_unit_is_no_dash_which_means_none() -> None:
    assert read_unit_text(" big  cup ") == "big cup"
    assert read_unit_text("") == ""
    assert len(read_unit_text("u" * 24)) == 24
    with pytest.raises(ValueError, match=r"^Unit can have 24 characters; this has 25\.$"):
        read_unit_text("u" * 25)
    with pytest.raises(ValueError, match=r"^Leave the unit empty where there is none\.$"):
        read_unit_text(" - ")


def test_notes_keep_their_lines() -> None:
    assert read_notes(" a\r\nb\rc\n\nde\u0301\n") == "a\nb\nc\n\ndé"
    assert len(read_notes("x" * 2000 + "\n")) == 2000
    with pytest.raises(ValueError, match=r"^Notes can have 2 000 characters; this has 2 001\.$"):
        read_notes("x" * 2001)


@given(st.dates(EARLIEST, TODAY + timedelta(days=1)))
def test_every_day_reads_back(day: date) -> None:
    assert read_date(day.isoformat(), TODAY) == day


def test_a_type_is_a_word_at_least() -> None:
    assert read_type_text(" green  tea ") == "green tea"
    for nothing in ("", " \t"):
        with pytest.raises(ValueError, match=exactly("Write what it is, such as coffee.")):
            read_type_text(nothing)


def test_a_reader_keeps_a_sentence_for_each_field_that_cannot_be_read() -> None:
    reader = FieldReader()
    assert reader.read("meter", read_meter, "3", 1) == 3
    assert not reader.faults
    assert reader.read("meter", read_meter, "x", 1) == 1
    assert reader.read("ends", lambda text: read_choice(text, ("90d", "1y")), "2y", "90d") == "90d"
    assert reader.faults == {
        "meter": "A meter is a whole number from 1 to 999.",
        "ends": "Choose one of 90d, 1y.",
    }

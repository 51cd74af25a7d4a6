"""The encoding of a text file."""

from __future__ import annotations

import codecs
import io

import pytest

from tally.transfer.faults import UnreadableFile
from tally.transfer.files.encodings import ENCODINGS, check_encoding, decoder_of, encoding_of

GERMAN = "Datum;Zähler;Größe\n05.10.2026;Küche;für Öl\n" * 5
POLISH = "Data;Zużycie;Miesiąc\n2026-10-05;łącznie;październik\n2026-10-06;śnieg;źródło\n" * 9
RUSSIAN = "Дата;Расход;Единица\n05.10.2026;вода холодная;литры\n" * 9


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"date,value\n", "utf-8"),
        (GERMAN.encode(), "utf-8"),
        (codecs.BOM_UTF8 + b"date\n", "utf-8"),
        (GERMAN.encode("utf-16"), "utf-16"),
        (GERMAN.encode("utf-16-le"), "utf-16-le"),
        (GERMAN.encode("utf-16-be"), "utf-16-be"),
        (GERMAN.encode("cp1252"), "cp1252"),
        (RUSSIAN.encode("cp1251"), "cp1251"),
    ],
)
def test_the_encoding_of_a_file(content: bytes, name: str) -> None:
    assert encoding_of(io.BytesIO(content)) == name


@pytest.mark.parametrize(("text", "name"), [(POLISH, "cp1250"), (RUSSIAN, "koi8-r")])
def test_another_code_page_is_guessed_where_western_leaves_odd_words(text: str, name: str) -> None:
    guessed = encoding_of(io.BytesIO(text.encode(name)))
    assert text.encode(name).decode(guessed) == text


def test_one_broken_character_does_not_turn_the_whole_file() -> None:
    assert encoding_of(io.BytesIO(GERMAN.encode() + b"\xff\n")) == "utf-8"


@pytest.mark.parametrize("name", ENCODINGS)
def test_every_name_that_is_offered_can_be_chosen_and_decodes(name: str) -> None:
    content = "date".encode(name)
    codec, errors = decoder_of(check_encoding(name), content)
    assert content.decode(codec, errors) == "date"


@pytest.mark.parametrize(
    ("name", "known"), [("UTF8", "utf-8"), ("ascii", "utf-8"), ("latin1", "iso8859-1")]
)
def test_other_spellings_of_a_codec(name: str, known: str) -> None:
    assert check_encoding(name) == known


@pytest.mark.parametrize("name", ["rot13", "idna", "zip", "nonsense", "a\x00b", "../utf-8"])
def test_what_is_no_encoding_of_a_table_says_which_are(name: str) -> None:
    with pytest.raises(UnreadableFile, match="Choose one of utf-8, utf-16") as refused:
        check_encoding(name)
    assert refused.value.field == "encoding"


def test_half_a_character_of_utf_16_is_marked_where_it_stands() -> None:
    codec, errors = decoder_of("utf-16-le", b"")
    assert ("tea".encode("utf-16-le") + b"a").decode(codec, errors) == "tea\udcff"


def test_utf_16_without_its_mark_is_that_of_windows() -> None:
    content = "tea".encode("utf-16-le")
    codec, errors = decoder_of("utf-16", content)
    assert content.decode(codec, errors) == "tea"

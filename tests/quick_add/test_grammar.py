"""The quick-add line, rule by rule. Today is Sunday 2026-11-22 unless a test says otherwise."""

import re
import sys
from datetime import date, timedelta
from decimal import Decimal
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.domain.amounts import plain
from tally.domain.calendar import EARLIEST
from tally.domain.fields import LAST_DATE, MAX_TYPE, MAX_UNIT
from tally.quick_add import grammar
from tally.quick_add.grammar import MAX_LINES, as_words, read
from tally.quick_add.results import Draft, ParseProblem, ParseResult
from tally.quick_add.types.line_type import TOO_LONG
from tally.quick_add.vocabulary import Vocabulary
from tests.quick_add.kept_types import all_kept, kept

TODAY = date(2026, 11, 22)
USED = Vocabulary(
    types=all_kept({"coffee": "cup", "electricity": "kWh"}),
    units=frozenset({"cup", "kWh"}),
)


LONG = "a" * 29


def one(line: str, known: Vocabulary = USED, today: date = TODAY) -> Draft:
    """The only record of a line that is read."""
    reading = read(line, today, known)
    assert not reading.unread, reading.unread
    (draft,) = reading.records
    return draft


def trouble(line: str, known: Vocabulary = USED) -> ParseProblem:
    """The only trouble of a line that is not."""
    reading = read(line, TODAY, known)
    assert not reading.records
    (unread,) = reading.unread
    assert line[unread.start : unread.end] == unread.text
    assert unread.message.endswith(".")
    return unread


def days(line: str, today: date = TODAY) -> list[str]:
    return [str(draft.consumption_date) for draft in read(line, today, USED).records]


@pytest.mark.parametrize(
    ("line", "day", "name", "value", "unit", "notes", "filled"),
    [
        ("coffee", "2026-11-22", "coffee", "1", "cup", "", "unit date value"),
        ("2 coffee", "2026-11-22", "coffee", "2", "cup", "", "unit date"),
        ("electricity 12,5 kwh yesterday", "2026-11-21", "electricity", "12.5", "kWh", "", ""),
        ("-2 water 300ml ; garden", "2026-11-20", "water", "300", "ml", "garden", ""),
        ("fri gas 3.2 m3 #heating", "2026-11-20", "gas", "3.2", "m³", "#heating", ""),
        (
            "5 oct fuel 42.5l ; motorway #car",
            "2026-10-05",
            "fuel",
            "42.5",
            "l",
            "motorway #car",
            "",
        ),
        ("coffee 2+1 today", "2026-11-22", "coffee", "3", "cup", "", "unit"),
        ("2x330ml beer", "2026-11-22", "beer", "660", "ml", "", "date"),
        ('"may" 3', "2026-11-22", "may", "3", "", "", "date"),
        ("may 3 tea", "2026-05-03", "tea", "1", "", "", "value"),
        ("сок 0,5 л", "2026-11-22", "сок", "0.5", "л", "", "date"),
    ],
)
def test_every_line_of_the_table(
    line: str, day: str, name: str, value: str, unit: str, notes: str, filled: str
) -> None:
    draft = one(line)
    assert str(draft.consumption_date) == day
    assert draft.consumption_type == name
    assert plain(draft.consumption_value) == value
    assert draft.unit == unit
    assert draft.notes == notes
    names = {"unit": "unit", "date": "consumption_date", "value": "consumption_value"}
    assert draft.filled == {names[word] for word in filled.split()}
    assert not draft.new_unit


def test_several_days_are_one_record_a_day() -> None:
    records = read("mon..fri coffee 2", TODAY, USED).records
    assert [str(it.consumption_date) for it in records] == [
        f"2026-11-{day}" for day in range(16, 21)
    ]
    assert {(it.consumption_type, it.consumption_value, it.unit) for it in records} == {
        ("coffee", Decimal(2), "cup")
    }


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("12,5 kWh", "12,5 kWh"),
        ("electricity 1,234", "1,234"),
        ("coffee 2 3", "3"),
        ("coffee yesterday monday", "monday"),
        ("coffee 1e999", "1e999"),
        ("coffee -", "-"),
        ('coffee 2"-"', '2"-"'),
        ("tomorrow coffee", "tomorrow"),
        ("$5 7 coffee 3€", "3€"),
        ("31 feb coffee", "31 feb"),
        ("", ""),
        # Beyond the examples.
        *((f"tea {word}", word) for word in ("next", "last", "Ago", "x", "@", "=", "+3", "−2")),
        *((f"tea {word}", word) for word in ("٣", "５", "²", "₽", "2.", "7-up", "1/2", "120/80")),
        ('tea "late', '"late'),
        ('55" tv', '"'),
        ("tea 2 3l", "3l"),
        ("tea 1 2 days ago yesterday", "yesterday"),
        ("2", "2"),
        ("yesterday", "yesterday"),
        ("#tag", "#tag"),
        (";notes", ";notes"),
        ('""', '""'),
        ("  ", ""),
        ("tea 9999999999999", "9999999999999"),
        ("tea 0.0000001", "0.0000001"),
        ("a" * 65, "a" * 65),
        ("tea 2" + "u" * 25, "2" + "u" * 25),
    ],
)
def test_a_problem_names_the_unread_words(line: str, text: str) -> None:
    assert trouble(line).text == text


@pytest.mark.parametrize(
    ("line", "text", "message"),
    [
        (f"tea 5 {LONG}", LONG, "A unit can have 24 characters."),
        (f'tea 5"{LONG}"', f'5"{LONG}"', "A unit can have 24 characters."),
        ("tea ,5", ",5", "Write 0.5 or 5: a comma in front could be either."),
        (
            "coffee 2 march 1",
            "2 march",
            "1 March or 2 March? Write 2026-03-01 or 2026-03-02.",
        ),
        (
            "coffee 31 march 2",
            "31 march",
            "2 March or 31 March? Write 2026-03-02 or 2026-03-31.",
        ),
        (
            "coffee 1/4",
            "1/4",
            "A fraction or a day? Write 0.25 for the value. Write 2026-04-01 for the day.",
        ),
        (
            "coffee 1/2",
            "1/2",
            "A fraction or a day? Write 0.5 for the value. Write 2026-02-01 for the day.",
        ),
        (
            "coffee 32/45",
            "32/45",
            "For a day write 2026-10-05 or 5 oct, a value beside it, or 32/45 in quotes."
            " It is no fraction.",
        ),
        (
            "coffee 10/11/26",
            "10/11/26",
            "10 November 2026 or 11 October 2026 or 26 November 2010?"
            " Write 2026-11-10 or 2026-10-11 or 2010-11-26.",
        ),
        (
            "coffee 2 since oct 1",
            "since oct 1",
            "Write the date alone, or a period such as over 2026-10-01..today; or the words in"
            " quotes.",
        ),
        (
            "yesterday evening coffee",
            "yesterday evening",
            "Parts of a day are not kept. Write yesterday alone, or the words in quotes.",
        ),
        (
            "electricity 250 over 1990-01-01..2026-11-22",
            "over 1990-01-01..2026-11-22",
            "Several days are 3660 at most.",
        ),
        (
            "electricity @5 rolled over",
            "rolled over",
            "There is no reading before it: leave rolled over out.",
        ),
    ],
)
def test_a_problem_names_its_words_and_says_what_to_write(
    line: str, text: str, message: str
) -> None:
    problem = trouble(line)
    assert (problem.text, problem.message) == (text, message)


def test_a_problem_behind_invisible_characters_has_its_place_in_the_line() -> None:
    line = "\u200bcoffee\u200b 2 \u200b3\u200b"
    problem = trouble(line)
    assert (problem.text, line[problem.start : problem.end]) == ("3", "3")


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("electricity 250 over oct", True),
        ("electricity 250 over 7 days", False),
        ("electricity 250 over 7 days 3 nov", True),
        ("electricity 250", False),
    ],
)
def test_a_span_that_ends_today_has_no_written_date(line: str, written: bool) -> None:
    assert ("consumption_date" not in one(line).filled) is written


@pytest.mark.parametrize("unit", ["°Bx", "µmol", "%vol", "m3/h", "g/100ml", "kg^2"])
def test_marks_and_digits_of_units(unit: str) -> None:
    assert one(f"juice 3{unit}").unit == unit


def test_readings_of_all_lines_are_wanted() -> None:
    wanted = read("electricity @5\nwater @7 l\nelectricity @6", TODAY, USED).readings
    assert [(reading.meter.type, reading.figure) for reading in wanted] == [
        ("electricity", Decimal(5)),
        ("water", Decimal(7)),
        ("electricity", Decimal(6)),
    ]


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("today", "2026-11-22"),
        ("Yesterday", "2026-11-21"),
        ("-0", "2026-11-22"),
        ("-3", "2026-11-19"),
        ("sun", "2026-11-22"),
        ("MON", "2026-11-16"),
        ("saturday", "2026-11-21"),
        ("last sunday", "2026-11-15"),
        ("last fri", "2026-11-20"),
        ("3 days ago", "2026-11-19"),
        ("1 day ago", "2026-11-21"),
        ("2 weeks ago", "2026-11-08"),
        ("1 month ago", "2026-10-22"),
        ("9 months ago", "2026-02-22"),
        ("2026-10-05", "2026-10-05"),
        ("2026-11-23", "2026-11-23"),
        ("1900-01-01", "1900-01-01"),
        ("5.10.", "2026-10-05"),
        ("05.10.", "2026-10-05"),
        ("23.11.", "2025-11-23"),
        ("5.10.2025", "2025-10-05"),
        ("5.10. 2025", "2025-10-05"),
        ("oct 5", "2026-10-05"),
        ("Oct 05", "2026-10-05"),
        ("5 oct", "2026-10-05"),
        ("5 october 2025", "2025-10-05"),
        ("oct 5 2025", "2025-10-05"),
        ("dec 24", "2025-12-24"),
        ("29 feb", "2024-02-29"),
        ("29.2.", "2024-02-29"),
    ],
)
@pytest.mark.parametrize("line", ["{} tea 2 l", "tea {} ; note", "2 l tea {}"])
def test_dates_in_every_form_and_place(words: str, day: str, line: str) -> None:
    assert str(one(line.format(words)).consumption_date) == day


def test_a_month_ago_is_the_last_day_of_a_shorter_month() -> None:
    assert days("tea 1 month ago", date(2026, 3, 31)) == ["2026-02-28"]
    assert days("tea 1 month ago", date(2024, 3, 31)) == ["2024-02-29"]
    assert days("tea 1 month ago", date(2026, 1, 15)) == ["2025-12-15"]


def test_a_leap_day_is_found_across_a_century_without_one() -> None:
    assert days("29 feb tea", date(1904, 2, 28)) == []
    assert days("29 feb tea", date(2103, 2, 28)) == ["2096-02-29"]
    assert days("29 feb tea", date(2024, 2, 29)) == ["2024-02-29"]


@pytest.mark.parametrize(
    ("line", "name", "value", "unit"),
    [
        ("may", "may", "1", ""),
        ("may tea", "may tea", "1", ""),
        ("march 400 kcal", "march", "400", "kcal"),
        ("monday's 2", "monday's", "2", ""),
        ("decaf 3", "decaf", "3", ""),
        ("5.10 tea", "tea", "5.1", ""),
        ("oct 5 2300 kwh electricity", "electricity", "2300", "kWh"),
        ('oct 5 2025 "" steps', "steps", "2025", ""),
        ("5 oct 5 tea", "tea", "5", ""),
        ("2 may 2 tea", "tea", "2", ""),
        ("40 march 3 tea", "tea", "40", ""),
    ],
)
def test_what_is_no_date(line: str, name: str, value: str, unit: str) -> None:
    draft = one(line)
    assert (draft.consumption_type, plain(draft.consumption_value), draft.unit) == (
        name,
        value,
        unit,
    )


def test_four_digits_after_day_and_month_are_the_year_unless_a_unit_follows() -> None:
    assert str(one("oct 5 2025 fuel").consumption_date) == "2025-10-05"
    assert str(one("oct 5 2025 l fuel").consumption_date) == "2026-10-05"
    assert str(one("oct 5 2025 42 l fuel").consumption_date) == "2025-10-05"
    assert one("5 oct 2025l fuel").consumption_value == 2025
    assert trouble("oct 5 2300 steps").text == "oct 5 2300"


@pytest.mark.parametrize(
    ("words", "first", "last", "count"),
    [
        ("mon..fri", "2026-11-16", "2026-11-20", 5),
        ("fri..mon", "2026-11-13", "2026-11-16", 4),
        ("sun..sun", "2026-11-22", "2026-11-22", 1),
        ("2026-10-01..2026-10-05", "2026-10-01", "2026-10-05", 5),
        ("-6..today", "2026-11-16", "2026-11-22", 7),
        ("-30..-0", "2026-10-23", "2026-11-22", 31),
        ("Thu..Yesterday", "2026-11-19", "2026-11-21", 3),
        ("2026-11-20..2026-11-23", "2026-11-20", "2026-11-23", 4),
    ],
)
def test_several_days(words: str, first: str, last: str, count: int) -> None:
    found = days(f"tea {words}")
    assert (found[0], found[-1], len(found)) == (first, last, count)


@pytest.mark.parametrize(
    "words",
    [
        *("31 feb", "feb 31", "31.2.", "31.13.", "0.1.", "32 oct", "0 oct", "29 feb 2025"),
        *("2026-13-01", "2026-02-30", "0000-01-01", "1899-12-31", "2026-11-24", "9999-12-31"),
        *("99999 days ago", "999999 weeks ago", "999999 months ago", "-99999", "-999999"),
        *("2026-10-05..2026-10-01", "today..yesterday", "-2..-6", "-31..today", "-6..2026-02-30"),
    ],
)
def test_days_that_do_not_exist_are_unread(words: str) -> None:
    assert trouble(f"coffee {words}").text == words


@pytest.mark.parametrize(
    ("written", "value", "unit"),
    [
        ("2", "2", ""),
        (".5", "0.5", ""),
        ("2,5", "2.5", ""),
        ("0,125", "0.125", ""),
        ("1.234", "1.234", ""),
        ("1,234,567", "1234567", ""),
        ("1.234,56", "1234.56", ""),
        ("1 234,5", "1234.5", ""),
        ("1 234 567", "1234567", ""),
        ("1\u00a0234,5l", "1234.5", "l"),
        ("1 234,5 kwh", "1234.5", "kWh"),
        ("2+3", "5", ""),
        ("3*0.33l", "0.99", "l"),
        ("2x330ml", "660", "ml"),
        ("2x", "2", ""),
        ("2X cans", "2", "can"),
        ("2xl", "2", "xl"),
        ("0", "0", ""),
        ("5%", "5", "%"),
        ("5 %", "5", "%"),
        ("5€", "5", "€"),
        ("21.5°C", "21.5", "°C"),
        ("7µl", "7", "µl"),
        ("3m2", "3", "m²"),
        ("12fl-oz", "12", "fl-oz"),
        ("3 кВт·ч", "3", "кВт·ч"),
        ("2कप", "2", "कप"),
        ("2 CUPS", "2", "cup"),
        ('2 ""', "2", ""),
        ('2""', "2", ""),
        ('2"big cup"', "2", "big cup"),
    ],
)
def test_values_and_their_units(written: str, value: str, unit: str) -> None:
    for line in (f"tea {written}", f"{written} tea", f"{written} yesterday tea ; 7"):
        draft = one(line)
        assert (plain(draft.consumption_value), draft.unit) == (value, unit), line
        assert draft.consumption_type == "tea"


def test_a_line_without_a_unit_takes_the_one_used_last_and_empty_quotes_take_none() -> None:
    assert one("coffee 3").unit == "cup"
    assert one("COFFEE 3").consumption_type == "coffee"
    assert one('coffee 3 ""').unit == ""
    assert "unit" not in one('coffee 3 ""').filled
    assert one("coffee 3 glass").unit == "glass"
    assert one("coffee glass").consumption_type == "coffee glass"


def test_only_new_units_are_marked() -> None:
    assert one("tea 2 ml").new_unit is False
    assert one("tea 2mug").new_unit is True
    assert one("tea 2mug", Vocabulary(units=frozenset({"mug"}))).new_unit is False
    assert one("tea 2 mug", Vocabulary(units=frozenset({"Mug"}))).unit == "Mug"
    assert (one("tea 2 mug").consumption_type, one("tea 2 mug").unit) == ("tea", "mug")
    assert one("tea 2 mug").new_unit is True
    assert one("tea 2 mug", Vocabulary(kept("tea mug"))).consumption_type == "tea mug"


@pytest.mark.parametrize(
    ("number_format", "value"), [("1,234.5", "1234"), ("1.234,5", "1.234"), ("1 234,5", "1.234")]
)
def test_the_number_format_decides_what_would_be_asked(number_format: str, value: str) -> None:
    assert (
        plain(one("tea 1,234", Vocabulary(number_format=number_format)).consumption_value) == value
    )


@pytest.mark.parametrize(
    ("line", "remark"),
    [
        ("rent 1.500", "1.500 is read as 1,5: the dot is decimal."),
        ("rent 1.500€", "1.500 is read as 1,5: the dot is decimal."),
        ("mon..tue rent 2+12.345 €", "12.345 is read as 12,345: the dot is decimal."),
        ("oil 1500 l 1.200€", "1.200 is read as 1,2: the dot is decimal."),
        ("oil 1500 l @1.200€", "1.200 is read as 1,2: the dot is decimal."),
        ("rent 1500", ""),
        ("rent 1.500,5", ""),
        ("rent 0.125", ""),
        ("rent 1.5 ; 1.500", ""),
        ('"rent 1.500"', ""),
    ],
)
def test_a_dot_is_remarked_where_the_account_groups_by_it(line: str, remark: str) -> None:
    grouping = Vocabulary(number_format="1.234,5")
    (said,) = {draft.remark for draft in read(line, TODAY, grouping).records}
    assert said.startswith(remark) and bool(said) == bool(remark)
    others = (Vocabulary(number_format=it) for it in ("auto", "1,234.5", "1 234,5"))
    assert {draft.remark for it in others for draft in read(line, TODAY, it).records} == {""}


def test_two_groups_ask_which_number_was_meant() -> None:
    assert trouble("tea 2 300").text == "2 300"
    assert trouble("tea 2 300ml").text == "2 300ml"
    assert "2300" in trouble("tea 2 300").message
    assert trouble("tea 2\t300").text == "300"
    assert trouble("tea 0 300").text == "300"


def test_a_unit_that_the_type_was_never_kept_in_takes_a_second_enter() -> None:
    known = Vocabulary(
        types={**kept("coffee", "cup", "ml", "€"), **kept("heating", "kWh"), **kept("steps")},
        units=frozenset({"cup", "kWh", "ml", "€"}),
    )
    sentence = "heating is kept in kWh: this gives it another unit, °C"
    assert one("heating 20°C", known).asks == (sentence,)
    assert one("coffee 3 kWh", known).asks == (
        "coffee is kept in cup: this gives it another unit, kWh",
    )
    assert one("heating 20 shovels", known).asks == (
        "shovels is a new unit: heating is kept in kWh",
    )
    assert "not as a cost" in one("heating 20€", known).asks[0]
    # Its own units, those that are converted, what stands in quotes, new types.
    for line in (
        *("coffee 2 cups", "coffee 250 ml", "coffee 3", "coffee 4€", "heating 720 MJ"),
        *('heating 20"°C"', "tea 2 cups", "steps 3", 'steps 3"km"'),
    ):
        assert one(line, known).asks == (), line


@pytest.mark.parametrize(("line", "unit"), [("steps 3 km", "km"), ("steps 3 strides", "strides")])
def test_the_first_unit_of_a_type_kept_without_one_takes_a_second_enter(
    line: str, unit: str
) -> None:
    known = Vocabulary(types=kept("steps"))
    draft = one(line, known)
    assert draft.unit == unit
    assert draft.asks == (
        f"steps was kept without a unit so far: amounts in {unit} are counted apart",
    )
    assert "not as a cost" in one("steps 3€", known).asks[0]
    # From then on it is kept in both, and converts.
    both = Vocabulary(types=kept("steps", "", "km"))
    assert one("steps 3 km", both).asks == ()
    assert (one("steps 3", both).unit, one("steps 300 m", both).unit) == ("", "km")


def test_the_lines_of_a_new_type_are_in_the_unit_of_those_before_them() -> None:
    result = read("tea 2 cups\ntea 3\nTea 1 l\nmilk 1 l\nmilk 250 ml\nrice 2\nrice 1 kg", TODAY)
    assert not result.unread
    drafts = [(plain(it.consumption_value), it.unit, it.new_type) for it in result.records]
    assert drafts == [
        *(("2", "cup", True), ("3", "cup", True), ("1", "l", True)),
        *(("1", "l", True), ("0.25", "l", True)),
        *(("2", "", True), ("1", "kg", True)),
    ]
    assert [it.asks for it in result.records if it.asks] == [
        ("tea is kept in cup: this gives it another unit, l",),
        ("rice was kept without a unit so far: amounts in kg are counted apart",),
    ]


def test_a_thousand_of_a_type_that_is_weighed_is_asked_about() -> None:
    weighed = Vocabulary(types=kept("weight", "kg"))
    assert trouble("weight 72.4k", weighed).message == "Write 72400, or 72.4 kg."


HEATED = Vocabulary(
    types=kept("heating", "°C", "kWh", "MJ"),
    units=frozenset({"kWh", "MJ", "°C"}),
)


@pytest.mark.parametrize(
    ("line", "value", "unit", "written"),
    [
        ("heating 720 MJ", "200", "kWh", "720 MJ"),
        ("heating 0.2 MWh", "200", "kWh", "0.2 MWh"),
        ("heating 200 kWh", "200", "kWh", ""),
        ("heating 21°C", "21", "°C", ""),
        ("heating 21", "21", "°C", ""),
        ('heating 720"MJ"', "720", "MJ", ""),
    ],
)
def test_an_amount_is_converted_to_the_last_used_unit_that_measures_the_same(
    line: str, value: str, unit: str, written: str
) -> None:
    draft = one(line, HEATED)
    assert (plain(draft.consumption_value), draft.unit) == (value, unit)
    assert (draft.converted_from, draft.asks) == (written, ())


def test_letters_are_asked_about_by_each_unit_that_the_type_is_kept_in() -> None:
    ran = Vocabulary(types=kept("run", "km", "h", "K"))
    assert trouble("run 30m", ran).message == "Write 30 min, or 30 metres."
    assert trouble("run 5k", ran).text == "5k"
    assert (one("run 1h30", ran).consumption_value, one("run 1h30", ran).unit) == (
        Decimal("1.5"),
        "h",
    )
    assert one("run 5K", ran).unit == "K"


def test_steps_take_their_words_away_in_order() -> None:
    draft = one('"2 cups; #1" 3 l #late yesterday ; with honey "x" #hot')
    assert draft.consumption_type == "2 cups; #1"
    assert draft.notes == 'with honey "x" #hot #late'
    assert str(draft.consumption_date) == "2026-11-21"
    assert one("oct #car 5 fuel").consumption_date == date(2026, 10, 5)
    assert one("hot 2 dark chocolate").consumption_type == "hot dark chocolate"
    assert one('say """hi"" you"').consumption_type == 'say "hi" you'
    assert one("c# 2").consumption_type == "c#"
    assert one("tea;").notes == ""
    assert one("tea ;; a;b").notes == "; a;b"


def test_every_trouble_of_a_line_is_named_in_order() -> None:
    unread = read("last tea 2 3 x", TODAY, USED).unread
    assert [it.text for it in unread] == ["last", "3 x"]


def test_control_characters_are_spaces_in_a_type() -> None:
    assert one("te\x1ba\x08 2").consumption_type == "te a"


def test_notes_have_a_limit() -> None:
    assert one("tea ; " + "n" * 2000).notes == "n" * 2000
    assert "2 001" in trouble("tea ; " + "n" * 2001).message


def test_a_batch_reads_each_line_alone() -> None:
    reading = read("coffee\r\n\n 2 3 tea\rwater 2l\n", TODAY, USED)
    assert [(it.line, it.consumption_type) for it in reading.records] == [
        (1, "coffee"),
        (4, "water"),
    ]
    assert [(it.line, it.text, it.start, it.end) for it in reading.unread] == [(3, "3", 3, 4)]


def test_a_batch_has_a_limit() -> None:
    assert len(read("tea\n" * MAX_LINES, TODAY).records) == MAX_LINES
    too_long = read("tea\n" * (MAX_LINES + 1), TODAY)
    assert too_long.records == ()
    assert too_long.unread[0].line == MAX_LINES + 1


def test_a_batch_has_a_limit_of_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """500 lines of 60 words took eight seconds to be refused one by one."""
    assert read("\n".join(["a " * 60] * MAX_LINES), TODAY).unread[0].line == 134
    monkeypatch.setattr(grammar, "MAX_WORDS_AT_ONCE", 6)
    assert len(read("green tea 1\n\ntea 2 cups; one of many words", TODAY).records) == 2
    too_long = read("green tea 1\ntea 2 cups\ntea; at noon", TODAY)
    assert too_long.records == ()
    assert [(problem.line, problem.message) for problem in too_long.unread] == [
        (3, "6 words can be saved at once: send the rest later.")
    ]


def test_a_line_that_is_too_long_by_itself_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grammar, "MAX_WORDS_AT_ONCE", 61)
    [problem] = read("a " * 20_000, TODAY).unread
    assert problem.message == TOO_LONG


PIECES = """
coffee 2 3.5 1,234 1 234,5 2x330ml 9..8 1+1 e999 ٣ kWh cups
mon..fri -6..today oct may 5 2025 31 last friday days ago .. 5.10. 29.2. -999999 2026-02-30
x @ € " "" ; #a
"""
lines = st.text() | st.lists(st.sampled_from([*PIECES.split(), "\u202f"])).map(" ".join)


@given(lines, st.dates(EARLIEST, LAST_DATE))
def test_any_text_is_read_without_raising_and_every_place_is_within_it(
    text: str, today: date
) -> None:
    reading: ParseResult = read(text, today, USED)
    assert reading.records or reading.unread
    written = re.split(r"\r\n|[\r\n]", text)
    for unread in reading.unread:
        line = written[unread.line - 1]
        assert 0 <= unread.start <= unread.end <= len(line)
        assert line[unread.start : unread.end] == unread.text
        assert unread.message
    for draft in reading.records:
        assert 0 < len(draft.consumption_type) <= MAX_TYPE
        assert len(draft.unit) <= MAX_UNIT
        assert EARLIEST <= draft.consumption_date <= today + timedelta(days=1)


@pytest.mark.parametrize(
    "piece",
    [
        *("a", "a ", "1", "1 ", '"', '""', '" ', "#a ", ";", "1+", "1x", "1,", "1.", "1 234 ", "-"),
        *(
            "oct 5 ",
            "1 day ago ",
            "5.10.",
            "mon..",
            "last ",
            "é",
            "２",
            "x" * 100 + " ",
            "1" * 99 + " ",
        ),
    ],
)
@pytest.mark.no_cover  # It has a profiler of its own.
def test_ten_thousand_characters_take_few_steps(piece: str) -> None:
    """Calls are counted, which no busy machine changes; `make bench` says how long they take."""
    text = (piece * 10_000)[:10_000]
    read(text, TODAY, USED)
    calls = 0

    def count(_frame: FrameType, event: str, _: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        read(text, TODAY, USED)
    finally:
        sys.setprofile(None)
    assert calls < 50_000


def test_a_value_too_small_or_too_large_for_the_unit_of_its_type_says_so() -> None:
    known = Vocabulary(
        types=all_kept({"electricity": "kWh", "walk": "cm"}),
    )
    assert trouble("electricity 1 J", known).message == (
        'That is too little for kWh, in which electricity is kept. To keep J, write 1"J".'
    )
    assert trouble("walk 99999999 km", known).message == (
        'That is too much for cm, in which walk is kept. To keep km, write 99999999"km".'
    )
    assert one("electricity 0 J", known).consumption_value == 0


def test_a_duration_is_written_in_the_unit_of_its_type() -> None:
    ran = Vocabulary(types=kept("run", "min"))
    draft = one("run 1h30", ran)
    assert draft.consumption_value == 90
    assert (draft.unit, draft.converted_from) == ("min", "")


def test_the_number_beside_a_unit_is_no_day_and_equal_numbers_no_fraction() -> None:
    draft = one("2 march 3 kWh electricity")
    assert draft.consumption_value == 3
    assert draft.consumption_date == date(2026, 3, 2)
    assert trouble("2 march 3 electricity").text == "2 march"
    assert one("5/5 coffee 2").consumption_date == date(2026, 5, 5)
    assert trouble("coffee 1/1").message.endswith("It is no fraction.")


def test_notes_that_are_too_long_are_shown_where_they_begin() -> None:
    behind = read(f"coffee 2 ; {'x ' * 2000}", TODAY, USED).unread[0]
    assert (behind.start, "Notes" in behind.message) == (9, True)
    tags = read("coffee 2" + "".join(f" #tag{n}" for n in range(600)), TODAY, USED).unread[0]
    assert (tags.start, "Notes" in tags.message) == (0, True)


def test_a_type_that_looks_like_a_day_is_read_where_the_account_has_it() -> None:
    known = Vocabulary(types=kept("nov20"))
    [draft] = read("nov20 3", TODAY, known).records
    assert (draft.consumption_type, draft.consumption_date) == ("nov20", TODAY)
    assert as_words("nov20", TODAY) == '"nov20"'


def test_a_month_with_its_year_is_asked_about_where_the_day_comes_first() -> None:
    def known(order: str) -> Vocabulary:
        return Vocabulary(types=kept("tea"), date_order=order)

    for text, sentence in (
        ("10/26", "26 October, or October 2026? Write 2026-10-26, or over 2026-10."),
        ("11/25", "25 November, or November 2025? Write 2025-11-25, or over 2025-11."),
    ):
        [problem] = read(f"tea 2 {text}", TODAY, known("day-first")).unread
        assert problem.message == sentence
        for order in ("automatic", "month-first"):
            assert not read(f"tea 2 {text}", TODAY, known(order)).unread
    assert not read("tea 2 11/20", TODAY, known("day-first")).unread


@pytest.mark.parametrize(
    ("order", "day"), [("day-first", "2026-11-05"), ("month-first", "2026-05-11")]
)
def test_a_zero_in_front_makes_a_day_of_what_may_be_parts(order: str, day: str) -> None:
    known = Vocabulary(types=kept("tea"), date_order=order)
    [draft] = read("tea 2 05/11", TODAY, known).records
    assert (str(draft.consumption_date), draft.consumption_value) == (day, Decimal(2))
    [problem] = read("tea 2 05/11", TODAY).unread
    assert "5 November or 11 May" in problem.message
    assert "2 5/11, or a day?" in read("tea 2 5/11", TODAY, known).unread[0].message


@pytest.mark.parametrize(
    ("line", "text", "message"),
    [
        ("coffee à 8 heures", "à 8 heures",
         "Times of day are not kept: put it behind a semicolon."),
        ("water 3 l over 4000 days", "over 4000 days", "Several days are 3660 at most."),
        ("reading electricity on 48213", "on", "Leave on out, or put it in quotes."),
        ("electricity 48213 reading on monday", "48213 reading",
         "What a meter shows is written @48213; or put the words in quotes."),
    ],
)  # fmt: skip
def test_a_trouble_names_its_words_and_what_to_do(line: str, text: str, message: str) -> None:
    unread = trouble(line)
    assert (unread.text, unread.message) == (text, message)

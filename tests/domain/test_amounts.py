"""Amounts and units as people write them."""

import re
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tally.domain.amounts import Unreadable, evaluate, plain, read_number, remark
from tally.domain.formatting import NUMBER_FORMATS
from tally.domain.units import Units, read_unit


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2", "2"),
        ("0", "0"),
        ("2.5", "2.5"),
        (".5", "0.5"),
        ("2,5", "2.5"),
        (",5", "0.5"),
        (" 7 ", "7"),
        ("007", "7"),
        ("1.234", "1.234"),
        ("0,125", "0.125"),
        ("1234,567", "1234.567"),
        ("1,234,567", "1234567"),
        ("1.234.567", "1234567"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1.234,567", "1234.567"),
        ("1,234,567.89", "1234567.89"),
        ("1.234.567,89", "1234567.89"),
        ("1 234,5", "1234.5"),
        ("1 234.5", "1234.5"),
        ("1 234 567", "1234567"),
        ("1\u00a0234,5", "1234.5"),
        ("1\u202f234\u202f567,8", "1234567.8"),
        ("1'234", "1234"),
        ("1’234.5", "1234.5"),
        ("1'234'567,8", "1234567.8"),
        ("½", "0.5"),
        ("1½", "1.5"),
        ("1 1/2", "1.5"),
        ("3/4", "0.75"),
        ("1/3", "0.333333"),
        ("2 ⅔", "2.666667"),
        ("2×330", "660"),
        ("0.0005", "0.0005"),
        ("1.5000000", "1.5"),
        ("999999999999.999999", "999999999999.999999"),
        ("2+3", "5"),
        ("3*0.33", "0.99"),
        ("2x330", "660"),
        ("2X330", "660"),
        ("1+2x3+4", "11"),
        ("0.001*0.001", "0.000001"),
        ("0.0001*0.0001*10000", "0.0001"),
        ("+".join(["1"] * 20), "20"),
        ("*".join(["9999999999"] * 3) + "*0.0000000000000000000000000000001", None),
    ],
)
def test_reads_numbers_as_people_write_them(text: str, value: str | None) -> None:
    if value is None:
        with pytest.raises(Unreadable):
            read_number(text)
    else:
        assert read_number(text) == Decimal(value)
        assert plain(read_number(text)) == plain(Decimal(value))


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", ".", ",", "-", "+", "x", "-0", "-5", "+5", "5+", "2x", "x2", "2 + 3"),
        *("NaN", "sNaN", "Infinity", "-Infinity", "1e5", "1e", "1e999999", "1_000", "0x10", "true"),
        *("٣", "１２", "²", "5\x00", "5; DROP TABLE records;--", "2/1", "1/17", "4-2", "2**3"),
        *("1'23", "1'234'5", "01'234", "½½", "1/2/3", "0/2"),
        *("1,23,456", "1.5,5", "1,5.5", "0,125,000", "12 34", "1  234,5", "1 234 5", "2.", "5,"),
        *("1000000000000", "0.0000001", "1.1234567", "+".join(["1"] * 21), "9" * 100_000),
        "x".join(["9999999999999999999999"] * 20),
    ],
)
def test_refuses_everything_else_with_a_sentence(text: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_number(text)
    assert str(refused.value).endswith(".")
    assert len(str(refused.value)) < 100


@pytest.mark.parametrize("text", ["1e20", "1E+12", "1.5e400", "1e999999", "9" * 13])
def test_a_number_that_is_too_large_is_told_the_bound_however_it_is_written(text: str) -> None:
    with pytest.raises(Unreadable, match=r"^Values stay below 1 000 000 000 000\.$"):
        read_number(text)
    with pytest.raises(Unreadable, match="Write the value as a number"):
        read_number("1e3")


@pytest.mark.parametrize(
    ("text", "number_format", "value"),
    [
        ("1,234", "auto", None),
        ("1,234", "1,234.5", "1234"),
        ("1,234", "1.234,5", "1.234"),
        ("1,234", "1 234,5", "1.234"),
        ("2 300", "auto", None),
        ("2 300", "1,234.5", None),
        ("2 300", "1 234,5", "2300"),
        ("1.234", "1.234,5", "1.234"),
        ("1,234+1", "1,234.5", "1235"),
    ],
)
def test_a_number_that_only_the_number_format_tells_asks_without_one(
    text: str, number_format: str, value: str | None
) -> None:
    if value is None:
        with pytest.raises(Unreadable, match=r"1234|2300"):
            read_number(text, number_format)
    else:
        assert read_number(text, number_format) == Decimal(value)


def test_the_edges_of_a_number_and_their_sentences() -> None:
    assert read_number("0" * 39 + "7") == 7
    assert read_number("15/16") == Decimal("0.9375")
    for text, sentence in (
        ("-5", "Write a value of 0 or more."),
        ("0X10", "Write the value as a number, such as 12.5."),
        ("2/2", "Write the value as a number, such as 12.5."),
        ("0" * 40 + "7", "Values have at most 40 digits."),
    ):
        with pytest.raises(Unreadable, match=f"^{re.escape(sentence)}$"):
            read_number(text)


def test_a_question_about_a_number_names_both_ways_to_write_it() -> None:
    with pytest.raises(Unreadable, match=r"^1\.234 or 1 234\? Write 1\.234 or 1234\.$"):
        read_number("1,234")
    with pytest.raises(Unreadable, match=r"^2 and 300, or 2300\? Write 2300 without the space\.$"):
        read_number("2 300", "1,234.5")


digits = st.text("0123456789", max_size=5)


@example("1", ".", "500", "1.234,5")
@given(digits, st.sampled_from("., "), digits, st.sampled_from(NUMBER_FORMATS))
def test_a_dot_that_could_group_is_remarked_where_the_account_groups_by_it(
    whole: str, mark: str, rest: str, number_format: str
) -> None:
    written = f"{whole}{mark}{rest}"
    could_group = mark == "." and whole[:1] > "0" and len(whole) <= 3 and len(rest) == 3
    said = remark(written, number_format)
    assert bool(said) == (could_group and number_format == "1.234,5")
    if said:
        value = Decimal(written)
        assert read_number(written, number_format) == value
        told = re.fullmatch(r"(.+) is read as (.+): the dot is decimal\. .+ write (.+)\.", said)
        assert told is not None and told[1] == written
        assert read_number(told[2], number_format) == value
        assert read_number(told[3], number_format) == value * 1000


def test_a_remark_says_both_ways_to_write_it() -> None:
    assert remark(" 2+1.234 ", "1.234,5") == (
        "1.234 is read as 1,234: the dot is decimal. For the larger number write 1234."
    )
    for number_format in ("auto", "1,234.5", "1 234,5"):
        assert remark("1.234", number_format) == ""


@given(st.text(alphabet=st.sampled_from("0123456789.,+*x \u202f-e"), max_size=30))
def test_a_remark_quotes_a_part_of_the_text_and_only_one_format_has_any(text: str) -> None:
    said = remark(text, "1.234,5")
    assert not said or said.partition(" ")[0] in text
    assert remark(text, "auto") == remark(text, "1,234.5") == remark(text, "1 234,5") == ""


@given(st.text(alphabet=st.sampled_from("0123456789.,+*x \u202f-e"), max_size=30))
def test_a_value_is_always_within_bounds_or_refused(text: str) -> None:
    try:
        value = evaluate(text)
    except Unreadable:
        return
    assert 0 <= value < 10**12
    assert value == round(value, 6)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_number(text)
    except Unreadable as refused:
        assert str(refused)


@given(st.decimals(0, 10**12 - 1, allow_nan=False, allow_infinity=False, places=6))
def test_plain_reads_back(value: Decimal) -> None:
    text = plain(value)
    assert read_number(text, "1.234,5") == value
    assert "E" not in text and not ("." in text and text.endswith(("0", ".")))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("12.50", "12.5"),
        ("1E+3", "1000"),
        ("0.00", "0"),
        ("-0", "0"),
        ("-1.50", "-1.5"),
        ("10", "10"),
    ],
)
def test_plain_has_no_exponent_and_no_trailing_zeros(value: str, text: str) -> None:
    assert plain(Decimal(value)) == text


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("kwh", "kWh"),
        ("KWH", "kWh"),
        ("m3", "m³"),
        ("M3", "m³"),
        ("м3", "м³"),
        ("cups", "cup"),
        ("Cups", "cup"),
        ("L", "l"),
        ("°c", "°C"),
        ("КГ", "кг"),
        ("квт·ч", "кВт·ч"),
        ("espresso", "espresso"),
        ("big cup", "big cup"),
        ("", ""),
    ],
)
def test_units_by_exact_spelling_then_without_case(text: str, unit: str) -> None:
    assert read_unit(text) == unit


def test_a_used_unit_counts_as_known_and_two_spellings_do_not_decide() -> None:
    assert read_unit("SHOT", {"shot"}) == "shot"
    assert Units({"Cup"}).find("Cup") == "Cup"
    assert Units({"Cup"}).find("cup") == "cup"
    assert Units({"Cup"}).find("CUP") is None
    assert read_unit("CUP", {"Cup"}) == "CUP"

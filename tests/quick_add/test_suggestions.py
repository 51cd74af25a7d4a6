"""Suggestions while typing."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tally.domain.records import UsedType
from tally.quick_add.suggestions import for_line, for_type, for_unit
from tally.quick_add.types.similar import nearest
from tally.quick_add.vocabulary import spelled, vocabulary_of
from tests.quick_add.kept_types import kept

TODAY = date(2026, 11, 22)
MIDNIGHT = datetime(2026, 11, 22, tzinfo=UTC)
# The newest first.
USED = [
    UsedType(name, unit, TODAY - timedelta(days=ago), MIDNIGHT - timedelta(days=ago))
    for ago, (name, unit) in enumerate(
        [
            ("coffee", "cup"),
            ("hot water", "m³"),
            ("electricity", "kWh"),
            ("electricity, washing", "kWh"),
            ("coffee", "mug"),
            ("may", ""),
        ]
    )
]
# A type that has no unit yet.
JUICE_TOO = [*USED, UsedType("juice", "", TODAY, MIDNIGHT)]


def shown(line: str) -> list[str]:
    return [it.shown for it in for_line(line, USED, TODAY)]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("c", ["coffee"]),
        ("el", ["electricity", "electricity, washing"]),
        ("wa", ["hot water", "electricity, washing"]),
        ("electricity", ["electricity, washing"]),
        ("coffee", []),
        ("cfe", ["coffee"]),
        ("2 hot wa", ["hot water", "electricity, washing"]),
        ("yesterday wat", ["hot water"]),
        ("xyz", []),
        ("coffee ", []),
        ("", []),
        ("  ", []),
        ("coffee 2; wat", []),
        ('"hot wa', []),
        ('"2" el', ["electricity", "electricity, washing"]),
        ("#wat", []),
        ("coffee #wat", []),
        (f"el{' x' * 149}l", []),
        ("hr", ["hot water"]),
        ("o", []),
    ],
)
def test_types_by_match_then_recency(line: str, names: list[str]) -> None:
    assert shown(line) == names


def test_units_after_the_value_the_own_ones_of_the_type_first() -> None:
    assert shown("coffee 2 mu") == ["mug"]
    assert shown("coffee 2c")[0] == "cup"
    assert shown("2 c")[:2] == ["coffee", "cup"]
    assert for_line("coffee 2c", USED, TODAY)[0].text == "coffee 2cup "
    assert shown("coffee 2 cup") == []


def test_accepting_replaces_the_words_being_written() -> None:
    assert for_line("2 hot wa", USED, TODAY)[0].text == "2 hot water "
    assert for_line("yesterday ma", USED, TODAY)[0].text == 'yesterday "may" '


@pytest.mark.parametrize("line", ["coffee ; c", "coffee #c", '"c', "c" * 400])
def test_nothing_in_notes_tags_quotes_and_novels(line: str) -> None:
    assert shown(line) == []


def test_fields_offer_the_newest_before_anything_is_typed() -> None:
    assert for_type("", USED)[:2] == ["coffee", "hot water"]
    assert for_type("ELEC", USED) == ["electricity", "electricity, washing"]
    assert for_unit("", "COFFEE", USED)[:2] == ["cup", "mug"]
    assert for_unit("mw", "", USED) == ["MWh"]
    assert for_unit("kw", "", USED) == ["kW"]
    assert for_unit("kw", "electricity", USED) == ["kWh", "kW"]


def test_of_two_units_of_one_day_the_last_used_is_the_first_one_offered() -> None:
    later = UsedType("coffee", "mug", TODAY, MIDNIGHT + timedelta(hours=9))
    assert for_unit("", "coffee", [USED[0], later])[:2] == ["mug", "cup"]


@pytest.mark.parametrize("unit", ["l", "g", "m", "h", "t", "d", "s", "J", "W", "mi", "K"])
@pytest.mark.parametrize("line", ["juice 2{}", "juice 2 {}", "coffee 2{}", "2{}"])
def test_what_is_a_unit_already_is_not_made_another_one(line: str, unit: str) -> None:
    # `l` is no start of lb, `g` none of gal, `m` none of min, `h` none of hl.
    offers = for_line(line.format(unit), JUICE_TOO, TODAY)
    assert [it.shown for it in offers if it.is_unit and it.shown != "mug"] == []
    assert for_unit(unit, "juice", JUICE_TOO) == []


def test_a_unit_in_the_other_case_is_offered_as_it_is_spelled() -> None:
    assert for_unit("L", "juice", JUICE_TOO) == ["l"]
    assert for_unit("KWH", "", USED) == ["kWh"]


def test_the_units_of_the_type_are_offered_beside_another_one_that_is_written() -> None:
    assert shown("coffee 2 m") == ["mug"]
    assert for_line("coffee 2m", USED, TODAY)[0].text == "coffee 2mug "
    assert for_unit("mug", "coffee", USED) == []


def test_the_newest_spelling_and_unit_of_a_type_is_what_the_reader_knows() -> None:
    older = UsedType("Coffee", "glass", TODAY - timedelta(days=9), MIDNIGHT)
    assert vocabulary_of([USED[0], older]).types == kept("coffee", "cup", "glass")
    assert vocabulary_of([older, USED[0]]).types == kept("coffee", "cup", "glass")
    assert vocabulary_of(USED).units == {"cup", "m³", "kWh", "mug"}


def test_a_type_of_several_units_has_its_place_by_the_one_used_last() -> None:
    older = UsedType("coffee", "glass", TODAY - timedelta(days=9), MIDNIGHT)
    between = UsedType("coffea", "cup", TODAY - timedelta(days=5), MIDNIGHT)
    newest = UsedType("coffee", "cup", TODAY, MIDNIGHT)
    types = vocabulary_of([newest, between, older]).types
    assert list(types) == ["coffea", "coffee"]
    assert nearest("coffei", types) == "coffee"


def test_a_type_is_spelled_as_the_newest_or_as_it_is_written_in_use() -> None:
    older = UsedType("COFFEE", "glass", TODAY - timedelta(days=9), MIDNIGHT)
    used = [older, USED[0]]
    assert [spelled(name, used) for name in ("Coffee", "COFFEE", "coffee", "Milk")] == [
        "coffee", "COFFEE", "coffee", "Milk",
    ]  # fmt: skip


def test_the_reader_knows_each_unit_of_a_type_the_one_used_last_first() -> None:
    assert vocabulary_of(USED).own_units("coffee") == ("cup", "mug")
    older = UsedType("MAY", "page", TODAY - timedelta(days=9), MIDNIGHT)
    assert vocabulary_of([*USED, older]).own_units("may") == ("", "page")
    respelled = UsedType("Hot Water", "m³", TODAY, MIDNIGHT)
    assert vocabulary_of([USED[1], USED[2], respelled]).types["hot water"] == ("Hot Water", ("m³",))
    assert vocabulary_of(USED).own_units("milk") == ()

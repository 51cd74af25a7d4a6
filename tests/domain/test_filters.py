"""One query string means one filter, and back."""

import base64
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.domain.cursor import Cursor
from tally.domain.filter_query import FilterError, read_filter
from tally.domain.filters import MAX_SEARCH, SORTS, Filter, tags_in
from tally.domain.formatting import Words
from tally.domain.text import lowered

TODAY = date(2026, 11, 22)
SAY = Words("auto", TODAY)


def read(query: str, **options: Any) -> Filter:
    return read_filter(parse_qsl(query, keep_blank_values=True), TODAY, **options)


def faults(query: str, **options: Any) -> dict[str, str]:
    with pytest.raises(FilterError) as caught:
        read(query, **options)
    assert caught.value.status == 422
    return caught.value.fields


def test_an_empty_query_asks_for_the_newest_fifty_of_everything() -> None:
    assert read("") == Filter(today=TODAY)
    assert not read("").narrows
    assert (read("").sort, read("").limit) == ("-date", 50)


def test_empty_parameters_count_as_absent() -> None:
    empty = "q=&type=&unit=&period=&from=&to=&min=+&max=&deleted=&sort=&limit=&after="
    assert read(empty) == read("")


def test_names_that_are_no_filter_are_left_alone() -> None:
    assert read("view=print&format=json&type=tea") == read("type=tea")


def test_search_finds_words_and_whole_tags() -> None:
    found = read("q=After++LUNCH+%23Late+50%25_a")
    assert found.search == "After LUNCH #Late 50%_a"
    assert found.words == ("after", "lunch", "50%_a")
    assert found.tags == ("#late",)
    assert found.parameters()["containing"] == ["%after%", "%lunch%", r"%50\%\_a%", "%#late%"]
    assert read("q=%23").words == ("#",)


def test_a_tag_ends_before_punctuation() -> None:
    assert tags_in("with Ada, #Late, (#not) #two-words #x.\n#end!") == {
        "#late", "#two-words", "#x", "#end",
    }  # fmt: skip
    assert read("q=%23late,").tags == ("#late",)
    assert tags_in("a#b # ##") == {"##"}


def test_types_are_a_set_whatever_their_case() -> None:
    found = read("type=Coffee&type=tea&type=COFFEE")
    assert found.types == ("Coffee", "tea")


def test_a_dash_is_without_a_unit() -> None:
    assert read("unit=kWh").unit == "kWh"
    assert read("unit=-").unit == ""
    assert read("").unit is None


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        ("today", date(2026, 11, 22), date(2026, 11, 22)),
        ("week", date(2026, 11, 16), date(2026, 11, 22)),
        ("month", date(2026, 11, 1), date(2026, 11, 30)),
        ("year", date(2026, 1, 1), date(2026, 12, 31)),
        ("last-7", date(2026, 11, 16), date(2026, 11, 22)),
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-10-05", date(2026, 10, 5), date(2026, 10, 5)),
        ("all", None, date(2026, 11, 22)),
    ],
)
def test_periods_are_days(period: str, start: date | None, end: date) -> None:
    found = read(f"period={period}")
    assert (found.period, found.start, found.end) == (period, start, end)


def test_from_and_to_win_over_the_period() -> None:
    found = read("period=month&from=2026-10-01&to=2026-10-03")
    assert (found.period, found.start, found.end) == ("", date(2026, 10, 1), date(2026, 10, 3))


def test_from_alone_ends_today_and_to_alone_has_no_start() -> None:
    since = read("from=2026-11-01")
    assert (since.start, since.end) == (date(2026, 11, 1), TODAY)
    assert since.query() == "from=2026-11-01"
    until = read("to=2026-11-01")
    assert (until.start, until.end) == (None, date(2026, 11, 1))


def test_a_page_may_have_a_usual_period() -> None:
    assert read("", usual_period="month").start == date(2026, 11, 1)
    assert read("", usual_period="month").query() == ""
    assert read("period=year", usual_period="month").query() == "period=year"
    assert read("to=2026-10-01", usual_period="month").period == ""


def test_bounds_are_read_as_people_write_numbers() -> None:
    found = read("min=1,5&max=1.234,56")
    assert (found.minimum, found.maximum) == (Decimal("1.5"), Decimal("1234.56"))
    assert read("min=1,234", number_format="1,234.5").minimum == Decimal(1234)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("period=lately", "period"),
        ("period=last-0", "period"),
        ("period=2026-13", "period"),
        ("from=2026-02-30", "from"),
        ("from=2026-2-3", "from"),
        ("to=now", "to"),
        ("to=9999-12-31", "to"),
        ("from=0001-01-01", "from"),
        ("from=2026-W05-3", "from"),
        ("from=\uff12\uff10\uff12\uff16-01-01", "from"),
        ("from=2026-11-02&to=2026-11-01", "to"),
        ("min=lots", "min"),
        ("min=1,234", "min"),
        ("max=1e3", "max"),
        ("max=NaN", "max"),
        ("min=-1", "min"),
        ("deleted=perhaps", "deleted"),
        ("sort=notes", "sort"),
        ("sort=date;DROP TABLE users", "sort"),
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("limit=1000000", "limit"),
        ("limit=ten", "limit"),
        ("limit=\u0663", "limit"),
        ("after=99999999999999999999", "after"),
        ("after=abc", "after"),
        (f"q={'x' * (MAX_SEARCH + 1)}", "q"),
        ("q=a%00b", "q"),
        ("type=a%00b", "type"),
        ("unit=%00", "unit"),
        ("q=a&q=b", "q"),
        ("sort=date&sort=type", "sort"),
    ],
)
def test_what_cannot_be_read_is_told_at_its_field(query: str, field: str) -> None:
    sentences = faults(query)
    assert list(sentences) == [field]
    assert sentences[field].endswith(".")


def test_every_fault_is_told_at_once() -> None:
    assert set(faults("sort=x&limit=0&min=x&from=x")) == {"sort", "limit", "min", "from"}


def test_five_hundred_is_the_most() -> None:
    assert read("limit=500").limit == 500
    assert "500" in faults("limit=501")["limit"]


cursors = st.builds(
    Cursor,
    sort=st.sampled_from(list(SORTS)),
    day=st.dates(date(1900, 1, 1), date(2199, 12, 31)),
    created_at=st.datetimes(datetime(1970, 1, 1), datetime(2199, 1, 1), timezones=st.just(UTC)),
    id=st.uuids(),
    value=st.decimals(0, 10**12 - 1, places=6),
    type=st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=64),
    unit=st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=24),
)


@given(cursors)
def test_a_cursor_comes_back_as_it_went(cursor: Cursor) -> None:
    back = Cursor.decode(cursor.encode())
    assert back.encode() == cursor.encode()
    assert (back.sort, back.day, back.created_at, back.id) == (
        cursor.sort, cursor.day, cursor.created_at, cursor.id,
    )  # fmt: skip
    if cursor.sort.endswith("value"):
        assert back.value == cursor.value
    if cursor.sort == "type":
        assert (back.type, back.unit) == (cursor.type, cursor.unit)


@given(st.text())
def test_no_other_text_is_a_cursor(text: str) -> None:
    try:
        cursor = Cursor.decode(text)
    except ValueError:
        return
    assert cursor.encode() == text


def _spelled(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "other",
    [
        '["value", "2026-11-22", 1, "{id}", "1.5"]',  # Spaces.
        '["value","2026-11-22",1,"{ID}","1.5"]',  # Capital letters.
        '["value","2026-11-22",1,"{id}","1.50"]',  # A trailing zero.
        '["value","2026-11-22",1,"{id}","01.5"]',
        '["value","2026-11-22",1.0,"{id}","1.5"]',
        '["value","20261122",1,"{id}","1.5"]',
        '["value","2026-W47-7",1,"{id}","1.5"]',
        '["value","2026-11-22",1,"{{{id}}}","1.5"]',
        '["value","2026-11-22",1,"{id}","1.5"] ',
        '["v\\u0061lue","2026-11-22",1,"{id}","1.5"]',
    ],
)
def test_a_cursor_has_one_spelling(other: str) -> None:
    record_id = UUID(int=0xABC)
    right = '["value","2026-11-22",1,"{id}","1.5"]'
    assert Cursor.decode(_spelled(right.format(id=record_id.hex))).id == record_id
    with pytest.raises(ValueError, match="not a cursor"):
        Cursor.decode(_spelled(other.format(id=record_id.hex, ID=record_id.hex.upper())))


def test_a_cursor_belongs_to_its_order() -> None:
    cursor = Cursor("-date", TODAY, datetime(2026, 11, 22, tzinfo=UTC), UUID(int=7))
    assert read(f"after={cursor.encode()}").after == cursor
    assert "after" in faults(f"sort=value&after={cursor.encode()}")


dates = st.dates(date(1900, 1, 1), date(2026, 11, 22)).map(date.isoformat)
texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=40)
queries = st.fixed_dictionaries(
    {},
    optional={
        "q": texts,
        "type": st.lists(texts, max_size=4),
        "unit": st.one_of(st.just("-"), texts),
        "period": st.sampled_from(
            ["today", "week", "month", "year", "last-30", "2024", "2026-10", "2026-10-05", "all"]
        ),
        "from": dates,
        "to": dates,
        "min": st.decimals(0, 10**6, places=3).map(str),
        "max": st.decimals(0, 10**6, places=3).map(str),
        "deleted": st.just("yes"),
        "sort": st.sampled_from(list(SORTS)),
        "limit": st.integers(1, 500).map(str),
        "after": cursors.map(Cursor.encode),
        "stranger": texts,
    },
)


@given(queries, st.sampled_from(["auto", "1,234.5", "1.234,5", "1 234,5"]))
def test_query_to_filter_to_query(query: dict[str, str | list[str]], number_format: str) -> None:
    pairs = [
        (name, text)
        for name, value in query.items()
        for text in (value if isinstance(value, list) else [value])
    ]
    try:
        found = read_filter(pairs, TODAY, number_format=number_format)
    except FilterError as refused:
        assert set(refused.fields) <= {"to", "after"}
        return
    again = read(found.query(), number_format=number_format)
    assert again == found
    assert again.query() == found.query()


def test_a_change_leads_to_the_first_page_with_the_rest_kept() -> None:
    cursor = Cursor("-date", TODAY, datetime(2026, 11, 22, tzinfo=UTC), UUID(int=7))
    found = read(f"q=tea&period=month&limit=20&after={cursor.encode()}")
    assert found.query(sort="value") == "q=tea&period=month&sort=value&limit=20"
    assert found.query(**{"from": "2026-10-01"}) == "q=tea&from=2026-10-01&limit=20"
    assert found.query(q=None) == "period=month&limit=20"
    assert found.query(type=["a", "b"]) == "q=tea&type=a&type=b&period=month&limit=20"
    assert read("type=tea").next_page(cursor) == f"type=tea&after={cursor.encode()}"


def test_chips_name_each_condition_and_the_filter_without_it() -> None:
    found = read("q=cup+%23late&type=tea&type=coffee&unit=-&period=month&min=2&max=5&deleted=yes")
    assert [(chip.text, chip.without) for chip in found.chips(SAY)][:3] == [
        ("“cup”", "q=%23late&type=tea&type=coffee&unit=-&period=month&min=2&max=5&deleted=yes"),
        ("#late", "q=cup&type=tea&type=coffee&unit=-&period=month&min=2&max=5&deleted=yes"),
        ("tea", "q=cup+%23late&type=coffee&unit=-&period=month&min=2&max=5&deleted=yes"),
    ]
    assert [chip.text for chip in found.chips(SAY)][4:] == [
        "without a unit", "November 2026", "2 to 5", "deleted",
    ]  # fmt: skip
    assert read("").chips(SAY) == []


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "all days, all types, newest first"),
        ("from=2026-11-01", "1 to 22 November 2026, all types, newest first"),
        ("period=2026", "2026, all types, newest first"),
        ("period=2026-10&sort=type", "October 2026, all types, by type"),
        ("to=2026-10-05&type=tea&type=сок", "up to 5 October 2026, tea, сок, newest first"),
        (
            "q=big+%23car&unit=l&min=1234567.5&deleted=yes",
            "deleted in the last 30 days, all days, all types, in l, "
            "at least 1\u202f234\u202f567.5, “big”, #car, newest first",
        ),
    ],
)
def test_a_filter_in_words(query: str, words: str) -> None:
    assert read(query).describe(SAY) == words


def test_case_folds_a_character_at_a_time_as_in_the_database() -> None:
    assert lowered("ΟΔΟΣ İstanbul Ё ẞ ABC") == "οδοσ istanbul ё ß abc"

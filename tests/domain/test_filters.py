"""One query string means one filter, and back."""

import base64
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.domain import filter_query
from tally.domain.calendar import Starts
from tally.domain.cursor import Cursor, KeyPlace
from tally.domain.filter_query import FilterError, read_filter, read_leniently
from tally.domain.filters import MAX_SEARCH, SORTS, Filter, tag_pattern, tags_in
from tally.domain.formatting import Formatter
from tally.domain.keys import Key
from tally.domain.period_query import NO_SUCH_DAY, NO_SUCH_MONTH, UNREADABLE
from tally.domain.periods import Period

TODAY = date(2026, 11, 22)
SAY = Formatter("auto", TODAY)


def read(query: str, **options: Any) -> Filter:
    return read_filter(parse_qsl(query, keep_blank_values=True), TODAY, **options)


def faults(query: str, **options: Any) -> dict[str, str]:
    with pytest.raises(FilterError) as caught:
        read(query, **options)
    return caught.value.fields


def test_an_empty_query_asks_for_the_newest_fifty_of_everything() -> None:
    assert read("") == Filter(today=TODAY)
    assert (read("").sort, read("").limit) == ("-date", 50)


def test_empty_parameters_count_as_absent() -> None:
    empty = "q=&type=&unit=&period=&from=&to=&min=+&max=&deleted=&sort=&limit=&after="
    assert read(empty) == read("")
    assert read("q=&q=tea&q=+").search == "tea"


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
    assert filter_query.query(since) == "from=2026-11-01"
    until = read("to=2026-11-01")
    assert (until.start, until.end) == (None, date(2026, 11, 1))


def test_a_page_may_have_a_usual_period() -> None:
    assert read("", usual_period="month").start == date(2026, 11, 1)
    assert filter_query.query(read("", usual_period="month")) == ""
    assert filter_query.query(read("period=year", usual_period="month")) == "period=year"
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
        ("min=5&max=4.999999", "max"),
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
        assert set(refused.fields) <= {"to", "max", "after"}
        return
    again = read(filter_query.query(found), number_format=number_format)
    assert again == found
    assert filter_query.query(again) == filter_query.query(found)


def test_a_change_leads_to_the_first_page_with_the_rest_kept() -> None:
    cursor = Cursor("-date", TODAY, datetime(2026, 11, 22, tzinfo=UTC), UUID(int=7))
    found = read(f"q=tea&period=month&limit=20&after={cursor.encode()}")
    assert filter_query.query(found, sort="value") == "q=tea&period=month&sort=value&limit=20"
    assert filter_query.query(found, **{"from": "2026-10-01"}) == "q=tea&from=2026-10-01&limit=20"
    assert filter_query.query(found, q=None) == "period=month&limit=20"
    assert filter_query.query(found, type=["a", "b"]) == "q=tea&type=a&type=b&period=month&limit=20"
    assert filter_query.next_page(read("type=tea"), cursor) == f"type=tea&after={cursor.encode()}"


def test_chips_name_each_condition_and_the_filter_without_it() -> None:
    found = read("q=cup+%23late&type=tea&type=coffee&unit=-&period=month&min=2&max=5&deleted=yes")
    assert [(chip.text, chip.without) for chip in SAY.chips(found)][:3] == [
        ("“cup”", "q=%23late&type=tea&type=coffee&unit=-&period=month&min=2&max=5&deleted=yes"),
        ("#late", "q=cup&type=tea&type=coffee&unit=-&period=month&min=2&max=5&deleted=yes"),
        ("tea", "q=cup+%23late&type=coffee&unit=-&period=month&min=2&max=5&deleted=yes"),
    ]
    assert [chip.text for chip in SAY.chips(found)][4:] == [
        "without a unit", "November 2026", "2 to 5", "deleted",
    ]  # fmt: skip
    assert SAY.chips(read("")) == []


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
        ("max=5", "all days, all types, at most 5, newest first"),
        ("min=1&max=5&unit=-", "all days, all types, without a unit, 1 to 5, newest first"),
        ("period=all&sort=-value", "all days, all types, highest first"),
        ("period=2026-q3", "1 July to 30 September 2026, all types, newest first"),
    ],
)
def test_a_filter_in_words(query: str, words: str) -> None:
    assert SAY.describe(read(query)) == words


def test_the_page_says_each_fault_and_reads_the_rest() -> None:
    pairs = parse_qsl(
        "q=tea&min=lots&limit=0&period=2026&sort=x&show=all&deleted=no&unit=a%00&type=a%00"
    )
    found, sentences = read_leniently(pairs, TODAY)
    assert found == read("q=tea&period=2026")
    assert sentences == {
        "min": "Write the value as a number, such as 12.5.",
        "limit": "Ask for 1 to 500 records a page.",
        "sort": "Sort by one of -date, date, -value, value, type.",
        "show": "Show amount or cost.",
        "deleted": "Write yes to see deleted records, or leave it out.",
        "unit": "Remove the odd character.",
        "type": "Remove the odd character.",
    }
    for query in ("q=a&q=b", f"q={'x' * 201}", "from=x&period=month"):
        nothing, _ = read_leniently(parse_qsl(query), TODAY)
        assert nothing == read("")
    german, sentences = read_leniently([("min", "1,234")], TODAY, number_format="1.234,5")
    assert german.minimum == Decimal("1.234") and not sentences
    from_the_15th, _ = read_leniently([("period", "month")], TODAY, starts=Starts(15, 0))
    assert from_the_15th.start == date(2026, 11, 15)


@pytest.mark.parametrize(
    ("query", "sentences"),
    [
        ("q=a&q=b", {"q": "Give this once."}),
        (f"q={'x' * 201}", {"q": "Search for 200 characters at most."}),
        ("type=a%00", {"type": "Remove the odd character."}),
        ("&".join(f"type={number}" for number in range(91)), {"type": "Choose 90 types at most."}),
        ("from=x&to=2026-11-01", {"from": NO_SUCH_DAY}),
        ("from=2026-11-23", {"from": "The first day is after today: give a last day too."}),
        ("period=x", {"period": UNREADABLE}),
        # The days count, so that a name beside them has to be none.
        ("period=2026-13", {"period": NO_SUCH_MONTH}),
        ("period=2026-00", {"period": NO_SUCH_MONTH}),
        ("period=2026-13-01", {"period": NO_SUCH_DAY}),
        ("from=x&period=month", {"from": NO_SUCH_DAY}),
        ("to=x&period=x", {"to": NO_SUCH_DAY}),
        (
            "after=abc",
            {"after": "This page link is not valid here. Start from the first page."},
        ),
    ],
)
def test_a_fault_has_its_sentence(query: str, sentences: dict[str, str]) -> None:
    assert faults(query) == sentences


def test_the_largest_filter_is_read() -> None:
    assert len(read("&".join(f"type={number}" for number in range(90))).types) == 90
    assert len(read(f"q={'x' * 200}").search) == 200
    assert (read("limit=1").limit, read("show=cost").show_cost) == (1, True)
    assert not read("show=amount").show_cost
    assert read("deleted=yes").deleted


def test_blanks_and_composition_of_parameters_are_normalised() -> None:
    assert read("sort=+date+&min=+5+").sort == "date"
    assert read("q=caf%65%CC%81").search == "café"
    assert read("type=+big++cup+&unit=+big++cup+").types == ("big cup",)
    assert read("unit=+big++cup+").unit == "big cup"


def test_a_usual_period_gives_way_to_days() -> None:
    assert read("from=2026-10-01", usual_period="month").period == ""
    assert read("period=all", usual_period="month").start is None
    assert read("", usual_period="month").usual_period == "month"
    assert filter_query.query(read("period=month", usual_period="month")) == ""


def test_only_a_first_day_alone_ends_today() -> None:
    assert read("from=2026-11-01").ends_today
    for query in (
        "to=2026-11-01",
        "from=2026-11-01&to=2026-11-22",
        "period=month",
        "",
        "period=all",
    ):
        assert not read(query).ends_today
    assert (
        filter_query.query(read("from=2026-11-01&to=2026-11-22")) == "from=2026-11-01&to=2026-11-22"
    )


def test_the_parameters_of_the_statement() -> None:
    found = read("q=a&unit=-&from=2026-10-01&to=2026-10-05&min=1&max=2&deleted=yes&type=tea")
    assert found.parameters() == {
        "unit": "",
        "containing": ["%a%"],
        "tags": None,
        "start": date(2026, 10, 1),
        "end": date(2026, 10, 5),
        "minimum": Decimal(1),
        "maximum": Decimal(2),
        "deleted": True,
    }
    assert read("").parameters() == dict.fromkeys(found.parameters()) | {"deleted": False}
    assert read("q=%23Late").parameters()["tags"] == [tag_pattern("#late")]


@pytest.mark.parametrize(
    ("notes", "carries"),
    [
        ("#late", True),
        ("with ada,\t#late.", True),
        ("#late?!\nand more", True),
        ("#later", False),
        ("(#late)", False),
        ("x#late", False),
        ("#late-ish", False),
        ("#lat", False),
    ],
)
def test_a_tag_is_found_whole(notes: str, carries: bool) -> None:
    assert bool(re.search(tag_pattern("#LATE"), notes)) is carries
    assert ("#late" in tags_in(notes)) is carries


def test_the_signs_of_patterns_stand_for_themselves() -> None:
    assert read(r"q=100%25_\ ").parameters()["containing"] == [r"%100\%\_\\%"]
    assert re.search(tag_pattern("#c++"), "#c++") and not re.search(tag_pattern("#c++"), "#ccc")


def test_pages_by_day_are_read_a_little_further() -> None:
    assert [read(f"sort={sort}").by_day for sort in SORTS] == [True, True, False, False, False]
    assert (read("limit=10").rows_to_read, read("limit=10&sort=value").rows_to_read) == (30, 11)


def test_parts_of_the_query_string() -> None:
    cursor = Cursor("-date", TODAY, datetime(2026, 11, 22, tzinfo=UTC), UUID(int=7))
    found = read(f"q=tea&from=2026-10-01&to=2026-10-05&show=cost&limit=20&after={cursor.encode()}")
    assert filter_query.dated(found) == "from=2026-10-01&to=2026-10-05"
    assert filter_query.dated(read("period=month&q=tea")) == "period=month"
    assert filter_query.dated(read("q=tea")) == ""
    assert filter_query.query(found.everything()) == "q=tea&from=2026-10-01&to=2026-10-05&show=cost"
    assert filter_query.query(found) == (
        f"q=tea&from=2026-10-01&to=2026-10-05&show=cost&limit=20&after={cursor.encode()}"
    )
    assert filter_query.query(found, period="month", q="") == "period=month&show=cost&limit=20"
    assert (
        filter_query.query(found, after="x")
        == "q=tea&from=2026-10-01&to=2026-10-05&show=cost&limit=20&after=x"
    )
    assert filter_query.query(read("max=5.50&min=0")) == "min=0&max=5.5"
    # A name that is no filter goes to the end.
    assert (
        filter_query.query(read("q=tea"), view="print", deleted="yes")
        == "q=tea&deleted=yes&view=print"
    )
    assert SAY.chips(read("show=cost&sort=value&limit=3&period=all")) == []


def test_the_days_of_a_filter() -> None:
    assert read("").dates is None
    dates = read("period=2026-10", starts=Starts(15, 0)).dates
    assert dates == Period(date(2026, 10, 15), date(2026, 11, 14), TODAY, "2026-10", Starts(15, 0))


def test_a_year_that_begins_within_a_month_is_told_by_its_days() -> None:
    found = read("period=2025", starts=Starts(15, 0))
    assert SAY.days_of(found) == "15 January 2025 to 14 January 2026"
    assert SAY.days_of(read("period=2025")) == "2025"


def test_each_chip_takes_its_condition_away() -> None:
    found = read("q=a+b+c&type=tea&unit=l&from=2026-10-01&min=2&max=3&deleted=yes")
    left = {chip.text: dict(parse_qsl(chip.without)) for chip in SAY.chips(found)}
    whole = dict(parse_qsl(filter_query.query(found)))
    gone = {text: set(whole) - set(rest) for text, rest in left.items()}
    assert gone == {
        "“a”": set(), "“b”": set(), "“c”": set(), "tea": {"type"}, "in l": {"unit"},
        "1 October to 22 November 2026": {"from"}, "2 to 3": {"min", "max"}, "deleted": {"deleted"},
    }  # fmt: skip
    assert [left[f"“{word}”"]["q"] for word in "abc"] == ["b c", "a c", "a b"]


@given(
    st.builds(
        KeyPlace,
        st.dates(),
        st.datetimes(datetime(1970, 1, 1), datetime(2199, 1, 1), timezones=st.just(UTC)),
        texts.map(str.strip),
        texts,
    )
)
def test_a_place_among_the_types_comes_back_as_it_went(place: KeyPlace) -> None:
    assert KeyPlace.decode(place.encode()) == place


@pytest.mark.parametrize(
    "other",
    [
        '["2026-11-22", 1, "tea", "cup"]',
        '["2026-W47-7",1,"tea","cup"]',
        '["2026-11-22",1.0,"tea","cup"]',
        '["2026-11-22",1,"tea"]',
        '["2026-11-22",1,"tea","cup",""]',
        '["2026-11-22",1,"tea\\u0000","cup"]',
        '["2026-11-22",1,"tea","cup\\u0000"]',
        '["2026-11-22",1,7,"cup"]',
        '["2026-11-22",99999999999999999999,"tea","cup"]',
        '{"a":1}',
        "7",
        "[" * 900,
    ],
)
def test_no_other_text_is_a_place(other: str) -> None:
    right = _spelled('["2026-11-22",1,"tea","cup"]')
    assert KeyPlace.decode(right).day == TODAY
    with pytest.raises(ValueError, match=r"."):
        KeyPlace.decode(_spelled(other))


def test_an_error_tells_nothing_of_what_was_sent() -> None:
    for other in ('["2026-11-22", 1, "tea", "cup"]', '["2026-11-22",1,7,"cup"]'):
        with pytest.raises(ValueError, match=r"^not a cursor$"):
            KeyPlace.decode(_spelled(other))
    for other in ('["notes","2026-11-22",1,"' + "0" * 32 + '"]', '["-date","2026-11-22",1,7]'):
        with pytest.raises(ValueError, match=r"^not a cursor$"):
            Cursor.decode(_spelled(other))
    with pytest.raises(ValueError, match=r"^not a cursor$"):
        Cursor.decode("a b")


@pytest.mark.parametrize(
    "text",
    [
        *("", "a b", "a" * 1201, _spelled('["-date"]'), _spelled("[" * 900), _spelled("\x00")),
        _spelled('["type","2026-11-22",1,"' + "0" * 32 + '","tea\\u0000","cup"]'),
        _spelled('["type","2026-11-22",1,"' + "0" * 32 + '","tea",null]'),
        _spelled('["value","2026-11-22",1,"' + "0" * 32 + '","1.1234567"]'),
        _spelled('["-date","2026-11-22",1,"' + "0" * 32 + '","1"]'),
        _spelled('["notes","2026-11-22",1,"' + "0" * 32 + '"]'),
        _spelled('["-date","2026-11-22",' + "9" * 20 + ',"' + "0" * 32 + '"]'),
    ],
)
def test_a_text_that_encode_did_not_write_is_no_cursor(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Cursor.decode(text)


@pytest.mark.parametrize("key", [Key("green tea", "cup"), Key("steps", "")])
def test_a_filter_of_one_type_and_unit_is_the_one_that_its_address_asks_for(key: Key) -> None:
    own = Filter.of_key(key, TODAY)
    assert own == read(urlencode(filter_query.of_key(key)))
    assert own.matches_key(key)


@pytest.mark.parametrize(
    ("query", "taken"),
    [
        ("", {"tea cup", "tea l", "TEA cup", "gas m³"}),
        ("type=Tea", {"tea cup", "tea l", "TEA cup"}),
        ("unit=cup", {"tea cup", "TEA cup"}),
        ("type=tea&unit=l", {"tea l"}),
        ("type=tea&type=gas&unit=m³", {"gas m³"}),
        ("type=steps", set()),
    ],
)
def test_a_filter_matches_the_types_and_units_that_it_names(query: str, taken: set[str]) -> None:
    keys = [Key("tea", "cup"), Key("tea", "l"), Key("TEA", "cup"), Key("gas", "m³")]
    assert {" ".join(key) for key in keys if read(query).matches_key(key)} == taken

"""The list page: any filter finds what it says, page by page, and on paper."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from starlette.testclient import TestClient

from tally.db import queries
from tally.db.engine import Database
from tally.domain import filter_query
from tally.domain.filter_query import read_filter
from tally.domain.filters import LOOK_AHEAD, RESTORE_DAYS, SORTS, Filter, tags_in
from tally.domain.text import fold, lowered, sort_key
from tally.statistics import key_pages
from tally.views import record_rows
from tests import moments
from tests.conftest import HTMX, Account, Clock

TODAY = date(2026, 11, 22)


# A record as plain Python has it


@dataclass(frozen=True)
class Plain:
    id: UUID
    day: date
    value: Decimal
    type: str
    unit: str
    notes: str
    created: int
    deleted_days: int | None


WORDS = ["Coffee", "tea", "100%", "a_b", "back\\slash", "сок", "İnci", "ΟΔΟΣ", "ß"]
WORDS += ["#late", "#Late,"]
# What must not be taken for the tag, for a wildcard, for the end of a word.
ODD = ["#late-night", "x#late", "%", "_", "\n"]
words = st.sampled_from(WORDS)
names = st.one_of(words, st.lists(words, min_size=1, max_size=2).map(" ".join))

plain_records = st.lists(
    st.builds(
        Plain,
        id=st.uuids(version=4),
        day=st.integers(-20, 1).map(lambda days: TODAY + timedelta(days=days)),
        value=st.sampled_from([Decimal(0), Decimal("0.5"), Decimal(1), Decimal("12.345678")]),
        type=names,
        unit=st.sampled_from(["", "cup", "Cup", "-"]),
        notes=st.lists(st.sampled_from(WORDS + ODD), max_size=4).map(" ".join),
        created=st.integers(0, 3),
        deleted_days=st.sampled_from([None, None, None, 1, 40]),
    ),
    max_size=14,
    unique_by=lambda record: record.id,
)  # fmt: skip

queries_of_people = st.fixed_dictionaries(
    {},
    optional={
        "q": st.lists(st.sampled_from([*WORDS, "TEA", "ΟΔ", "%"]), max_size=2).map(" ".join),
        "type": st.lists(st.one_of(names, names.map(str.upper)), max_size=2),
        "unit": st.sampled_from(["-", "cup"]),
        "period": st.sampled_from(["today", "week", "month", "last-7", "2026-11", "all"]),
        "from": st.sampled_from(["2026-11-10", "2026-11-22"]),
        "to": st.sampled_from(["2026-11-22", "2026-11-23"]),
        "min": st.sampled_from(["0", "0,5", "1"]),
        "max": st.sampled_from(["0.5", "12.345678"]),
        "deleted": st.just("yes"),
    },
).filter(lambda query: (query.get("min"), query.get("max")) != ("1", "0.5"))  # fmt: skip


def matches(record: Plain, query: dict[str, Any]) -> bool:
    """The records that match a filter, word by word, in the slowest and plainest way."""
    if not is_there(record, deleted=query.get("deleted") == "yes"):
        return False
    if not all(has_word(record, word) for word in query.get("q", "").split()):
        return False
    if query.get("type") and fold(record.type) not in map(fold, query["type"]):
        return False
    if "unit" in query and record.unit != query["unit"].replace("-", ""):
        return False
    if "min" in query and record.value < Decimal(query["min"].replace(",", ".")):
        return False
    if "max" in query and record.value > Decimal(query["max"]):
        return False
    return in_days(record.day, query)


def is_there(record: Plain, *, deleted: bool) -> bool:
    """Whether the record is in the list, or among the deleted ones that can still be restored."""
    if deleted:
        return record.deleted_days is not None and record.deleted_days <= 30
    return record.deleted_days is None


def has_word(record: Plain, word: str) -> bool:
    """Whether the notes have the word as a tag, or the type and the notes have it anywhere."""
    if word.startswith("#") and len(word) > 1:
        return lowered(word).rstrip(",") in tags_in(record.notes)
    return lowered(word) in lowered(f"{record.type} {record.notes}")


def in_days(day: date, query: dict[str, Any]) -> bool:
    if "from" in query or "to" in query:
        first = date.fromisoformat(query.get("from", "1900-01-01"))
        return first <= day <= date.fromisoformat(query.get("to", TODAY.isoformat()))
    match query.get("period"):
        case "today":
            return day == TODAY
        case "week":
            return date(2026, 11, 16) <= day <= date(2026, 11, 22)
        case "month" | "2026-11":
            return (day.year, day.month) == (2026, 11)
        case "last-7":
            return TODAY - timedelta(days=6) <= day <= TODAY
        case "all":
            return day <= TODAY
    return True


KEYS: dict[str, Callable[[Plain], Any]] = {
    "date": lambda r: (r.day, r.created, r.id),
    "value": lambda r: (r.value, r.day, r.created, r.id),
    "type": lambda r: (sort_key(r.type), r.unit, -r.day.toordinal(), -r.created, -r.id.int),
}


def in_order(records: list[Plain], sort: str) -> list[Plain]:
    return sorted(records, key=KEYS[sort.lstrip("-")], reverse=sort.startswith("-"))


@pytest.fixture
def filled(ada: Account, bob: Account, database: Database) -> Callable[[list[Plain]], None]:
    """Gives Ada exactly these records; Bob has one of everything."""

    def fill(records: list[Plain]) -> None:
        with database.changing() as db:
            db.execute(text("DELETE FROM consumption_records"))
            for owner in (ada, bob):
                for record in records if owner is ada else records[:2]:
                    db.execute(
                        text(
                            "INSERT INTO consumption_records (user_id, id, consumption_date,"
                            " consumption_value, consumption_type, unit, notes, created_at,"
                            " deleted_at) VALUES (:user, :id, :day, :value, :type, :unit, :notes,"
                            " TIMESTAMPTZ '2026-11-01Z' + :created * INTERVAL '1 microsecond',"
                            " now() - :deleted * INTERVAL '1 day')"
                        ),
                        {
                            "user": owner.id, "id": record.id, "day": record.day,
                            "value": record.value, "type": record.type, "unit": record.unit,
                            "notes": record.notes, "created": record.created,
                            "deleted": record.deleted_days,
                        },
                    )  # fmt: skip

    return fill


def pages(database: Database, user_id: UUID, wanted: Filter) -> Iterator[list[UUID]]:
    """The ids of each page, following the cursors as links hand them on."""
    with database.reading() as db:
        while True:
            found = queries.records(db, user_id, wanted)
            yield [UUID(record.id) for record in found[: wanted.limit]]
            following = record_rows.cursor(found, wanted.sort, wanted.limit)
            if following is None:
                return
            wanted = read_filter(parse_qsl(filter_query.next_page(wanted, following)), TODAY)


@pytest.mark.slow
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    records=plain_records,
    query=queries_of_people,
    sort=st.sampled_from(list(SORTS)),
    limit=st.sampled_from([1, 2, 3, 50]),
)
def test_any_filter_finds_what_plain_python_finds(
    records: list[Plain],
    query: dict[str, Any],
    sort: str,
    limit: int,
    ada: Account,
    database: Database,
    filled: Callable[[list[Plain]], None],
) -> None:
    filled(records)
    pairs = [(name, text) for name, value in query.items()
             for text in (value if isinstance(value, list) else [value])]  # fmt: skip
    wanted = read_filter([*pairs, ("sort", sort), ("limit", str(limit))], TODAY)
    expected = in_order([record for record in records if matches(record, query)], sort)

    found = list(pages(database, ada.id, wanted))
    assert [record_id for page in found for record_id in page] == [record.id for record in expected]
    assert all(len(page) == limit for page in found[:-1])

    with database.reading() as db:
        totals = queries.totals(db, ada.id, wanted)
    assert sum(total.entries for total in totals) == len(expected)
    for total in totals:
        kind = (total.consumption_type, total.unit)
        assert total.total == sum(r.value for r in expected if (r.type, r.unit) == kind)

    for day in {TODAY, *(record.day for record in expected[:1])}:
        kinds: dict[tuple[str, str], tuple[Decimal, int]] = {}
        for record in expected:
            if record.day == day:
                amount, entries = kinds.get((record.type, record.unit), (Decimal(0), 0))
                kinds[record.type, record.unit] = (amount + record.value, entries + 1)
        whole_day = queries.DayTotals(sum(entries for _, entries in kinds.values()), kinds)
        with database.reading() as db:
            assert queries.day_totals(db, ada.id, wanted, day) == (whole_day if kinds else None)


# The page


@pytest.fixture
def note(client: TestClient) -> Callable[..., str]:
    """Notes a record the way a script does; returns its id."""

    def note(
        consumption_type: str,
        value: str = "1",
        unit: str = "",
        *,
        days_ago: int = 0,
        notes: str = "",
    ) -> str:
        record_id = str(uuid4())
        answer = client.post(
            "/consumption?format=json",
            data={
                "id": record_id,
                "consumption_type": consumption_type,
                "consumption_value": value,
                "unit": unit,
                "notes": notes,
                "consumption_date": str(moments.TODAY - timedelta(days=days_ago)),
            },
        )
        assert answer.status_code == 201, answer.text
        return record_id

    return note


Note = Callable[..., str]


def ids(html: str) -> list[str]:
    return re.findall(r'<tr id="r-([0-9a-f-]+)"', html)


def test_the_list_shows_the_newest_first_under_their_days(client: TestClient, note: Note) -> None:
    old = note("tea", "2", "cup", days_ago=3)
    first, second = note("coffee", "1", "cup"), note("coffee", "1.5", "cup", notes="late #work")
    page = client.get("/list")
    assert page.status_code == 200
    assert ids(page.text) == [second, first, old]
    assert page.text.count('<tr class="day">') == 2
    assert "<bdi>coffee</bdi> <b>2.5</b> <bdi>cup</bdi>" in page.text
    assert '<a href="/list?q=%23work">#work</a>' in page.text


@pytest.mark.parametrize("many", [5, 2 + LOOK_AHEAD, 30])
def test_a_day_that_goes_on_behind_the_page_has_its_whole_sum(
    many: int, client: TestClient, note: Note
) -> None:
    for _ in range(many):
        note("coffee", "1", "cup")
    page = client.get("/list?limit=2")
    assert f"<b>{many}</b>" in page.text
    assert f"{many} records" in page.text
    [following] = re.findall(r'hx-get="(/consumption\?[^"]*after=[^"]*)"', page.text)
    rest = client.get(following.replace("&amp;", "&"), headers=HTMX)
    assert len(ids(rest.text)) == 2
    assert 'class="day"' not in rest.text


def test_rows_follow_as_a_fragment_and_by_a_real_link(client: TestClient, note: Note) -> None:
    made = [note("tea", days_ago=day) for day in range(5)]
    first = client.get("/list?limit=2")
    [href] = re.findall(r'href="(/list\?[^"]*after=[^"]*)"', first.text)
    page = client.get(href.replace("&amp;", "&"))
    assert ids(page.text) == made[2:4]
    assert "First page" in page.text
    fragment = client.get(href.replace("&amp;", "&").replace("/list", "/consumption"), headers=HTMX)
    assert ids(fragment.text) == made[2:4]
    assert "<html" not in fragment.text


@pytest.mark.parametrize(("loaded", "shown"), [("", 1), ("2", 2), ("2000", 3), ("x", 1)])
def test_the_rows_that_a_page_has_loaded_are_read_again(
    loaded: str, shown: int, client: TestClient, note: Note
) -> None:
    for day in range(3):
        note("tea", days_ago=day)
    answer = client.get("/list", params={"limit": "1", "loaded": loaded}, headers=HTMX)
    assert len(ids(answer.text)) == shown


def test_rows_as_a_page_are_the_list(client: TestClient) -> None:
    answer = client.get("/consumption?type=tea&sort=value")
    assert (answer.status_code, answer.headers["location"]) == (303, "/list?type=tea&sort=value")


def test_the_form_gets_the_results_and_a_true_address(client: TestClient, note: Note) -> None:
    note("tea"), note("coffee")
    answer = client.get(
        "/list?q=&type=tea&period=&min=&max=&sort=",
        headers=HTMX | {"HX-Target": "section#results", "HX-Current-URL": "http://testserver/list"},
    )
    assert answer.headers["HX-Push-Url"] == "/list?type=tea"
    assert 'id="results"' in answer.text
    assert 'id="filter"' not in answer.text
    assert "Remove tea" in answer.text


def test_another_letter_in_the_search_is_no_step_back(client: TestClient) -> None:
    answer = client.get(
        "/list?q=coff",
        headers=HTMX
        | {"HX-Target": "section#results", "HX-Current-URL": "http://testserver/list?q=cof"},
    )
    assert "HX-Push-Url" not in answer.headers
    assert answer.headers["HX-Replace-Url"] == "/list?q=coff"


@pytest.mark.parametrize(
    "query", ["period=lately", "min=x", "from=2026-02-30", "sort=up", "limit=501"]
)
def test_a_filter_that_cannot_be_read_shows_why_and_no_records(
    query: str, client: TestClient, note: Note
) -> None:
    note("tea")
    page = client.get(f"/list?{query}")
    assert page.status_code == 422
    assert 'class="error"' in page.text
    assert ids(page.text) == []
    fragment = client.get(f"/list?{query}", headers=HTMX | {"HX-Target": "section#results"})
    assert fragment.status_code == 422
    assert fragment.headers["HX-Retarget"] == "#list"
    for path in (f"/consumption?{query}", f"/consumption/totals?{query}"):
        assert client.get(path, headers=HTMX).status_code == 422
        answer = client.get(f"{path}&format=json")
        assert answer.status_code == 422
        assert list(answer.json()["fields"]) == [query.partition("=")[0]]


def test_what_was_typed_stays_in_the_field(client: TestClient) -> None:
    assert 'value="lots &amp; lots"' in client.get("/list?min=lots+%26+lots").text


@pytest.mark.parametrize(
    ("names", "texts", "sentence"),
    [
        (("min", "max"), ("5,50", "2"), "The highest value is below the lowest."),
        (("from", "to"), ("2026-11-20", "2026-11-10"), "The last day is before the first."),
        (("from", "to"), ("2026-11-31", "2026-11-10"), "Write a day that exists"),
    ],
)
def test_both_bounds_stay_as_typed_where_they_do_not_agree(
    names: tuple[str, str], texts: tuple[str, str], sentence: str, client: TestClient, note: Note
) -> None:
    note("tea", "5.5")
    page = client.get("/list", params=dict(zip(names, texts, strict=True)))
    assert page.status_code == 422 and sentence in page.text
    assert ids(page.text) == []
    for name, typed in zip(names, texts, strict=True):
        assert re.search(rf'<input [^>]*name="{name}" value="{typed}"', page.text)


def test_nothing_is_exported_or_changed_by_a_filter_that_cannot_be_read(
    client: TestClient, note: Note
) -> None:
    note("tea")
    for headers in ({}, HTMX | {"HX-Target": "section#results"}):
        page = client.get("/list?type=coffee&min=x", headers=headers).text
        assert "format=csv" not in page and "format=json" not in page
        assert "view=print" not in page
        [action] = re.findall(r'<form id="bulk"[^>]* action="([^"]*)"', page)
        answer = client.post(unescape(action), data={"all": "1", "action": "delete"})
        assert answer.status_code == 422
    assert client.get("/consumption?format=json").json()["count"] == 1


def test_an_empty_list_says_what_to_do_next(client: TestClient, note: Note) -> None:
    assert "No records yet" in client.get("/list").text
    note("tea")
    assert "No record matches" in client.get("/list?q=coffee").text
    nothing = client.get("/list?deleted=yes").text
    assert "Nothing deleted" in nothing
    assert f"restored from here for {RESTORE_DAYS} days." in nothing


def test_a_search_among_deleted_records_says_that_none_matches(
    client: TestClient, note: Note
) -> None:
    note("tea")
    [record] = client.get("/consumption?format=json").json()["records"]
    assert client.delete(f"/consumption/{record['id']}").status_code < 400
    assert "Nothing deleted" not in client.get("/list?deleted=yes").text
    for query in ("q=coffee", "type=coffee", "period=2020", "min=5"):
        page = client.get(f"/list?deleted=yes&{query}").text
        assert "No record matches" in page and "Show all deleted" in page
        assert "Nothing deleted" not in page


def test_json_has_records_next_count_and_totals(client: TestClient, note: Note) -> None:
    for value in ("1", "2.50", "12345678901"):
        note("tea", value, "cup", days_ago=1)
    answer = client.get("/consumption?format=json&limit=2&type=TEA").json()
    assert [record["consumption_value"] for record in answer["records"]] == ["12345678901", "2.5"]
    assert set(answer["records"][0]) == {
        "id", "consumption_date", "consumption_value", "consumption_type", "unit", "notes",
        "created_at", "version", "days", "reading", "meter", "cost",
    }  # fmt: skip
    assert answer["count"] == 3
    assert answer["totals"] == [
        {"type": "tea", "unit": "cup", "total": "12345678904.5", "entries": 3, "cost": None}
    ]
    query = urlencode({"format": "json", "limit": 2, "type": "TEA", "after": answer["next"]})
    rest = client.get(f"/consumption?{query}").json()
    assert [record["consumption_value"] for record in rest["records"]] == ["1"]
    assert rest["next"] is None


def test_totals_are_a_fragment_of_their_own(client: TestClient, note: Note) -> None:
    note("coffee", "2", "cup"), note("coffee", "1", "cup"), note("gas", "3.2", "m³")
    page = client.get("/list")
    assert 'hx-get="/consumption/totals' in page.text
    fragment = client.get("/consumption/totals?min=2", headers=HTMX)
    assert 'data-count="2"' in fragment.text
    assert "<b>3.2</b>" in fragment.text
    answer = client.get("/consumption/totals?min=2")
    assert (answer.status_code, answer.headers["location"]) == (303, "/list?min=2&view=totals")
    assert 'data-count="2"' in client.get(answer.headers["location"]).text


def test_nobody_sees_the_records_of_another(bob: Account, client: TestClient, note: Note) -> None:
    note("secret tea", "7", "cup", notes="#mine")
    for path in ("/list", "/list?view=print", "/consumption?format=json", "/list?view=totals"):
        answer = bob.client.get(path)
        assert answer.status_code == 200
        assert "secret" not in answer.text


# The document


def test_the_document_has_every_matching_record_and_no_controls(
    client: TestClient, note: Note
) -> None:
    for day in range(60):
        note("tea", "2", "cup", days_ago=day)
    note("coffee", "1", "cup", notes="#late <b>")
    page = client.get("/list?view=print&type=tea&limit=5")
    assert page.status_code == 200
    assert page.text.count("<td>tea</td>") == 60
    assert "60 records" in page.text
    assert "Ada Lovelace" in page.text
    assert "All days, tea, newest first" in page.text
    assert re.findall(r"<(?:a|button|form|input)\b[^>]*>", page.text) == [
        '<a href="/list?type=tea">'
    ]
    everything = client.get("/list?view=print")
    assert "#late &lt;b&gt;" in everything.text


def test_the_document_says_when_records_came_while_it_was_read(
    client: TestClient, note: Note, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in range(3):
        note("tea", "2", "cup", days_ago=day)
    assert "came or went" not in client.get("/list?view=print").text
    records = queries.records

    def once_one_more_is_saved(*arguments: Any) -> Any:
        note("tea", "5", "cup")
        return records(*arguments)

    monkeypatch.setattr(queries, "records", once_one_more_is_saved)
    page = client.get("/list?view=print").text
    assert "3 records" in page and page.count("<td>tea</td>") == 4
    assert "Records came or went while this was read" in page


def test_the_document_counts_days_where_there_are_some(client: TestClient, note: Note) -> None:
    note("tea", "3", "cup")
    assert "A day, over 3" in client.get("/list?view=print&period=last-3").text
    assert "A day" not in client.get("/list?view=print").text


def test_the_document_says_for_how_many_types_it_has_the_amount_a_day(
    client: TestClient, note: Note, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_pages, "MAX_TYPES", 2)
    note("tea", "3", "cup")
    note("milk", "3", "l")
    sentence = "A day is worked out for the 2 types used last."
    page = client.get("/list?view=print&period=last-3").text
    assert page.count('<td class="number per-day">3, over 1</td>') == 2 and sentence not in page
    note("bread", "3", "g")
    page = client.get("/list?view=print&period=last-3").text
    assert page.count('<td class="number per-day">3, over 1</td>') == 2
    assert page.count('<td class="number per-day"></td>') == 1 and sentence in page
    assert sentence not in client.get("/list?view=print").text
    # Those with a limit have one as well, used last, long ago or never.
    for name, unit in (("bread", "g"), ("tea", "cup"), ("wine", "glass")):
        limit = {"type": name, "unit": unit, "value": "9", "per": "month"}
        assert client.post("/limits", data=limit).status_code in (200, 201, 303)
    page = client.get("/list?view=print&period=last-3").text
    # Beside them milk alone is left, and all three have one.
    assert page.count('<td class="number per-day">3, over 1</td>') == 3 and sentence not in page
    note("salt", "3", "g")
    note("rice", "3", "g")
    page = client.get("/list?view=print&period=last-3").text
    assert page.count('<td class="number per-day">3, over 1</td>') == 4 and sentence in page


def test_the_amount_a_day_of_the_document_is_that_of_the_statistics(
    client: TestClient, clock: Clock
) -> None:
    """Divided by the known days, which it names where they are not all; tomorrow is not over."""
    gas = {"consumption_type": "gas", "unit": "m³"}
    today = clock.today()
    tea = {"consumption_type": "tea", "unit": "cup", "consumption_value": "5"}
    for record in (
        gas | {"reading": "100", "consumption_date": str(today - timedelta(days=9))},
        gas | {"reading": "118", "consumption_date": str(today - timedelta(days=3))},
        tea | {"consumption_date": str(today + timedelta(days=1))},
        tea | {"consumption_date": str(today - timedelta(days=9))},
    ):
        assert client.post("/consumption", json=record).status_code == 201
    days = {"from": str(today - timedelta(days=9)), "to": str(today + timedelta(days=1))}
    page = client.get("/list", params=days | {"view": "print"}).text
    assert "A day, over 10</th>" in page
    assert '<td class="number per-day">3, over 6</td>' in page
    assert '<td class="number value">10' in page
    assert '<td class="number per-day">0.5</td>' in page
    stats = client.get("/stats", params=days | {"format": "json"}).json()["types"]
    assert {one["type"]: one["per_day"] for one in stats} == {"gas": "3", "tea": "0.5"}


def test_the_amount_a_day_of_the_document_is_of_its_days_alone(client: TestClient) -> None:
    gas = {"consumption_type": "gas", "unit": "m³"}
    # Fifteen of its thirty days lie in September: 45 of the 90 were used in October.
    bill = gas | {"consumption_value": "90", "consumption_date": "2020-10-15", "days": 30}
    day = gas | {"consumption_value": "17", "consumption_date": "2020-10-20"}
    for record in (bill, day):
        assert client.post("/consumption", json=record).status_code == 201
    page = client.get("/list?view=print&period=2020-10").text
    assert "A day, over 31" in page
    assert '<td class="number value">107' in page
    assert '<td class="number per-day">2</td>' in page
    sentence = "gas: 45 m³ of this were used in September 2020"
    assert f"{sentence}, and are not in its amount a day</p>" in page
    # Without a first day there is nothing ahead of it, and nothing is divided.
    assert "amount a day" not in client.get("/list?view=print").text
    totals = client.get("/consumption/totals?period=2020-10", headers=HTMX).text
    assert sentence in totals
    assert "amount a day" not in totals


def test_the_document_names_what_records_behind_its_days_add_to_an_amount_a_day(
    client: TestClient,
) -> None:
    gas = {"consumption_type": "gas", "unit": "m³"}
    # Seventeen of its thirty days lie in October, which lists the plain record alone.
    bill = gas | {"consumption_value": "90", "consumption_date": "2020-11-13", "days": 30}
    day = gas | {"consumption_value": "11", "consumption_date": "2020-10-20"}
    for record in (bill, day):
        assert client.post("/consumption", json=record).status_code == 201
    page = client.get("/list?view=print&period=2020-10").text
    assert '<td class="number value">11' in page
    assert '<td class="number per-day">3.65, over 17</td>' in page
    sentence = "gas: 51 m³ more were used by 31 October 2020, of what is recorded later"
    assert f"{sentence}, and are in its amount a day</p>" in page
    for query in ("period=2020-11", "period=2020-11-13", "from=2020-10-01&to=2020-11-30", ""):
        assert "recorded later" not in client.get(f"/list?view=print&{query}").text


def test_the_document_names_what_of_a_total_is_of_tomorrow(client: TestClient, note: Note) -> None:
    today = moments.TODAY
    days = {"view": "print", "from": str(today), "to": str(today + timedelta(days=3))}
    note("coffee", "2", unit="cup")
    note("coffee", "11", unit="cup", days_ago=-1)
    note("tea", "1", unit="cup")
    # Of a bill for today and tomorrow a half is used, and counted.
    bill = {"consumption_type": "gas", "unit": "m³", "consumption_value": "9", "days": 2}
    day = str(today + timedelta(days=1))
    assert client.post("/consumption", json=bill | {"consumption_date": day}).status_code == 201
    page = client.get("/list", params=days).text
    sentence = "11 cup of this are of tomorrow, and are not in its amount a day</p>"
    assert f"coffee: {sentence}" in page
    assert "gas: 4.5 m³ of this are of tomorrow" in page
    assert page.count("of tomorrow") == 2
    upto = days | {"to": str(today)}
    assert "of tomorrow" not in client.get("/list", params=upto).text


def test_a_document_of_a_filter_that_cannot_be_read_is_refused(client: TestClient) -> None:
    assert client.get("/list?view=print&period=lately").status_code == 422


def test_the_period_can_be_any_of_the_names(client: TestClient, ada: Account) -> None:
    for name, words in (
        ("last-month", "Last month"),
        ("quarter", "This quarter"),
        ("yesterday", "Yesterday"),
    ):
        page = client.get(f"/list?period={name}").text
        assert f'<option value="{name}" selected>{words}</option>' in page
        assert page.count(" selected>") == page.count("<select")
    page = client.get("/list?period=2026-q3").text
    assert '<option value="2026-q3" selected>1 July to 30 September 2026</option>' in page
    assert "/list?period=2026-q2" in page
    assert 'href="/list?period=last-month"' in page and 'data-key="m"' in page


# One type, however it is spelled


def test_all_spellings_of_a_type_are_found_by_any_of_them(client: TestClient, note: Note) -> None:
    ids_of = {note("Straße", "2", days_ago=1), note("STRASSE", "3")}
    note("strand", "7")
    for spelling in ("Straße", "STRASSE", "strasse"):
        asked = {"type": spelling, "format": "json"}
        page = client.get("/consumption", params=asked).json()
        assert {record["id"] for record in page["records"]} == ids_of
        assert page["count"] == 2
        totals = client.get("/consumption/totals", params=asked).json()
        assert sum(Decimal(kind["total"]) for kind in totals["totals"]) == 5
        assert client.get("/consumption", params=asked | {"format": "csv"}).text.count("\n") == 3
        stats = client.get("/stats", params=asked | {"period": "all"}).json()
        assert sum(Decimal(kind["total"]) for kind in stats["types"]) == 5
    assert set(ids(client.get("/list?type=strasse").text)) == ids_of
    assert "strand" not in client.get("/list?type=strasse&view=print").text
    done = client.post(
        "/consumption/bulk",
        data={"all": "1", "type": "strasse", "action": "delete"},
        headers={"Accept": "application/json"},
    )
    assert done.json()["changed"] == 2
    deleted = client.get("/consumption?type=STRASSE&deleted=yes&format=json").json()
    assert {record["id"] for record in deleted["records"]} == ids_of


def test_marks_that_nobody_sees_make_no_other_type(client: TestClient, note: Note) -> None:
    note("coffee", "2", "cup", days_ago=1)
    note("cof\u200bfee", "3", "cu\u00adp")
    [kind] = client.get("/consumption/totals?format=json").json()["totals"]
    assert (kind["type"], kind["unit"], kind["total"]) == ("coffee", "cup", "5")


def test_types_stand_in_the_order_that_people_expect(client: TestClient, note: Note) -> None:
    alphabet = ["Apfel", "Äpfel", "apple", "Arbeit", "ärger", "éclair", "eis", "Zebra", "zucker"]
    for name in reversed(alphabet):
        note(name)
        note(name, "2", "kg")
    listed: list[str] = []
    following = ""
    for _ in range(30):
        address = f"/consumption?sort=type&limit=3&format=json{following}"
        page = client.get(address).json()
        listed += [record["consumption_type"] for record in page["records"]]
        if page["next"] is None:
            break
        following = f"&after={page['next']}"
    assert listed == [name for name in alphabet for _ in range(2)]


# No answer is without bounds


@pytest.fixture
def many_types(ada: Account, database: Database) -> None:
    """Two records of each of 250 types, on one day."""
    with database.changing() as db:
        db.execute(
            text(
                "INSERT INTO consumption_records (user_id, consumption_date, consumption_value,"
                " consumption_type) SELECT :user, DATE '2026-01-01', n, 'type ' || n % 250"
                " FROM generate_series(1, 500) AS n"
            ),
            {"user": ada.id},
        )


def test_totals_come_a_hundred_at_a_time(client: TestClient, many_types: None) -> None:
    seen: list[str] = []
    following = ""
    for _ in range(3):
        page = client.get(f"/consumption/totals?format=json{following}").json()
        assert (page["count"], len(page["totals"])) == (500, min(100, 250 - len(seen)))
        seen += [kind["type"] for kind in page["totals"]]
        following = f"&totals_after={page.get('totals_next', '')}"
    assert (len(set(seen)), following) == (250, "&totals_after=")
    first = client.get("/consumption/totals", headers=HTMX).text
    assert "and 150 more" in first and first.count("<li>") == 101
    second = client.get("/consumption/totals?totals_after=100", headers=HTMX).text
    assert "and 50 more" in second and second.count("<li>") == 101 and "<ul>" not in second
    assert "and 150 more" in client.get("/list?view=totals").text
    assert client.get("/consumption/totals?totals_after=x&format=json").status_code == 422


def test_the_document_shows_the_cost_of_a_rare_type(client: TestClient, many_types: None) -> None:
    assert "Cost" not in client.get("/list?view=print").text
    rare = {"consumption_type": "rare", "consumption_value": "1", "cost": "4.50"}
    assert client.post("/consumption", json=rare).status_code == 201
    page = client.get("/list?view=print").text
    assert "And 151 more types and units." in page and page.count("4.50") == 1


def test_the_document_counts_one_more_type_as_one(
    client: TestClient, note: Note, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MAX_TOTALS", 1)
    note("tea", "3", "cup")
    note("milk", "3", "l")
    assert "And 1 more type and unit." in client.get("/list?view=print").text


def test_only_the_first_page_of_json_has_count_and_totals(
    client: TestClient, many_types: None
) -> None:
    first = client.get("/consumption?format=json&limit=2").json()
    assert (first["count"], len(first["totals"])) == (500, 100)
    rest = client.get(f"/consumption?format=json&limit=2&after={first['next']}").json()
    assert (rest["count"], rest["totals"], len(rest["records"])) == (None, None, 2)


def test_the_list_offers_a_hundred_types_and_a_day_adds_up_twenty(
    client: TestClient, many_types: None
) -> None:
    page = client.get("/list").text
    assert page.count('type="checkbox" name="type"') == 100
    assert "and 150 more" in page
    day = re.search(r'class="day-sums">(.*?)</div>', page, re.DOTALL)
    assert day and "500 records" in day[1]
    assert day[1].count("<b>") == 20 and "and 80 more" in day[1]


def test_the_document_is_sent_as_it_is_read(client: TestClient, many_types: None) -> None:
    answer = client.get("/list?view=print")
    assert answer.text.rstrip().endswith("</html>")
    assert "content-length" not in answer.headers
    assert answer.text.count('<td class="number value">') == 500 + 100
    assert answer.text.count('class="day"') == 1
    assert "And 150 more types and units." in answer.text


def test_a_page_of_very_long_notes_ends_early(
    client: TestClient, ada: Account, database: Database
) -> None:
    with database.changing() as db:
        db.execute(
            text(
                "INSERT INTO consumption_records (user_id, consumption_date, consumption_value,"
                " consumption_type, notes) SELECT :user, DATE '2026-01-01' - n, n, 'tea',"
                " repeat('💧', 2000) FROM generate_series(1, 400) AS n"
            ),
            {"user": ada.id},
        )
    seen: list[str] = []
    following = ""
    while following is not None:
        answer = client.get(f"/consumption?format=json&limit=500{following}")
        assert len(answer.content) < 2_500_000
        page = answer.json()
        seen += [record["id"] for record in page["records"]]
        following = page["next"] and f"&after={page['next']}"
    assert len(seen) == len(set(seen)) == 400
    shown = client.get("/list?limit=500")
    assert len(shown.content) < 3_000_000
    assert 100 < len(ids(shown.text)) < 200 and "Show more" in shown.text

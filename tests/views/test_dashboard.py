"""The dashboard's pages and fragments, and setting a limit."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import pytest
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tally.db.engine import Database
from tests.conftest import HTMX, Account, Clock, _signed_in, group_by_the_dot
from tests.slow_statistics import Record, insert
from tests.statements import statements_of

SUNDAY = date(2026, 11, 22)
NARROW = "\u202f"

VOID = {"br", "hr", "input", "link", "meta", "img", "use", "path", "circle", "rect", "line"}


class Reader(HTMLParser):
    """Words, links and names of a page; every tag must be closed, no id twice, no style in it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.names: list[str] = []
        self.ids: list[str] = []
        self.open: list[str] = []
        self.feed(page)
        assert self.open == []
        assert len(set(self.ids)) == len(self.ids)
        self.text = re.sub("[ \\s\u00a0]+", " ", " ".join(self.words).replace(NARROW, "~")).replace(
            "~", NARROW
        )

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        assert "style" not in given and tag != "style"
        if tag not in VOID:
            self.open.append(tag)
        self.links += [given["href"] or ""] if tag == "a" and "href" in given else []
        self.names += (
            [given["aria-label"] or ""] if tag in ("svg", "div") and "aria-label" in given else []
        )
        self.ids += [given["id"] or ""] if "id" in given else []

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert "style" not in dict(attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("title", "script", "option"):
            self.words.append(data)


@pytest.fixture(scope="module")
def registered_by_day() -> dict[str, dict[str, tuple[dict[str, Any], str]]]:
    return {}


@pytest.fixture
def ada(
    request: pytest.FixtureRequest,
    app: Starlette,
    running: TestClient,
    database: Database,
    clock: Clock,
    registered_by_day: dict[str, dict[str, tuple[dict[str, Any], str]]],
) -> Account:
    """Ada, signed in on Sunday, 22 November 2026 (or another day), and it is still that day."""
    day = getattr(request, "param", "2026-11-22")
    clock.set(datetime.fromisoformat(f"{day}T10:30+00:00"))
    registered = registered_by_day.setdefault(day, {})
    return _signed_in("ada@example.org", "Ada", app, running, database, registered)


@pytest.fixture
def note(database: Database, ada: Account) -> Callable[..., None]:
    """`note("coffee", "cup", {"2026-11-01": 2})`."""

    def note(name: str, unit: str, days: dict[str, float | str]) -> None:
        records = [
            Record(date.fromisoformat(day), name, unit, Decimal(str(value)))
            for day, value in days.items()
        ]
        with database.changing() as db:
            insert(db, ada.id, records)

    return note


@pytest.fixture
def limits(database: Database, ada: Account) -> Callable[[], Any]:
    """The content of the users row."""

    def limits() -> Any:
        with database.reading() as db:
            return db.execute(text("SELECT preferences -> 'limits' FROM users")).scalar_one()

    return limits


def read(ada: Account, path: str = "/", status: int = 200, **options: Any) -> Reader:
    answer = ada.client.get(path, **options)
    assert answer.status_code == status, answer.text
    return Reader(answer.text)


def every_day(first: str, last: str, value: float | str = 1) -> dict[str, float | str]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return {(start + timedelta(days=n)).isoformat(): value for n in range((end - start).days + 1)}


# Cards


def test_a_card_says_how_much_and_whether_that_is_more_than_usual(
    ada: Account, note: Callable[..., None]
) -> None:
    note("electricity", "kWh", every_day("2026-11-01", "2026-11-22", 11))
    note("electricity", "kWh", every_day("2026-10-01", "2026-10-31", 12.5))
    page = read(ada)
    assert "November 2026 Sunday 22 November, day 22 of 30" in page.text
    assert "electricity recorded every day 242 kWh 11 a day" in page.text
    assert f"12{NARROW}% less than the first 22 days of October" in page.text
    assert "1 most 11 on Sun 1 30" in page.text
    assert "about 330 by the 30th" in page.text
    assert "electricity, November: 242 kWh in 22 days, highest Sunday 1 with 11" in page.names
    mark = ("/list?type=electricity&unit=kWh&period=2026-11-14", "Sat 14: 11")
    assert mark in marks_of_cards(ada.client.get("/").text)
    assert "/?type=electricity&unit=kWh" in page.links


def test_cards_stand_in_the_order_of_use_each_unit_by_itself(
    ada: Account, note: Callable[..., None]
) -> None:
    note("water", "l", {"2026-11-20": 3})
    note("water", "m³", {"2026-11-21": "0.2"})
    note("tea", "", {"2026-11-19": 1})
    answer = ada.client.get("/").text
    cards = re.findall(r'class="card-link"[^>]* href="([^"]+)"', answer)
    assert [html.unescape(href) for href in cards] == [
        "/?type=water&unit=m%C2%B3",
        "/?type=water&unit=l",
        "/?type=tea&unit=-",
    ]
    mark = ("/list?type=tea&unit=-&period=2026-11-19", "Thu 19: 1")
    assert mark in marks_of_cards(answer)


def test_of_types_used_on_one_day_the_last_written_has_the_first_card(
    ada: Account, note: Callable[..., None]
) -> None:
    for name in ("tea", "water", "coffee"):
        note(name, "", {"2026-11-20": 1})
    note("gas", "", {"2026-11-19": 1})
    cards = re.findall(r'class="card-link"[^>]* href="/\?type=(\w+)', ada.client.get("/").text)
    assert cards == ["coffee", "water", "tea", "gas"]


def test_all_numbers_of_the_cards_are_in_a_table(ada: Account, note: Callable[..., None]) -> None:
    note("coffee", "cup", {"2026-11-01": 2, "2026-11-22": 3, "2026-10-01": 4})
    assert "Per day October" not in read(ada).text
    assert "/?view=table#table-link" in read(ada).links
    page = read(ada, "/?view=table")
    assert page.links.count("/") == read(ada).links.count("/") + 1  # the way to hide it
    table = page.text.partition("Hide the table")[2]
    limit = {"type": "coffee", "unit": "cup", "value": "9", "per": "month"}
    there = HTMX | {"HX-Current-URL": "http://localhost/?view=table#table-link"}
    saved = ada.client.post("/limits", data=limit, headers=there).text
    assert "Hide the table" in saved and "at most 9 cup a month" in saved
    assert (
        "Type Unit Total Records Per day Days known October Change Estimate Limit Sun 1 Mon 2"
        in table
    )
    assert f"coffee cup 5 2 0.23 22 4 in 22 days +25{NARROW}% 6.8 2 3" in table


def test_the_period_switch_leads_on(ada: Account, note: Callable[..., None]) -> None:
    note("coffee", "cup", every_day("2026-09-01", "2026-11-22"))
    page = read(ada, "/?type=coffee&unit=cup&period=2026-10")
    assert "/?type=coffee&unit=cup&period=2026-09" in page.links
    assert "/?type=coffee&unit=cup" in page.links  # back in the running month it has no name
    for preset in ("week", "year", "last-30", "all"):
        assert f"/?type=coffee&unit=cup&period={preset}" in page.links
    newest = ada.client.get("/").text
    assert 'id="period-later" aria-disabled="true"' in newest


def test_the_switch_knows_quarters_and_what_has_passed(
    ada: Account, note: Callable[..., None]
) -> None:
    note("coffee", "cup", every_day("2025-09-01", "2026-11-22"))
    page = read(ada)
    for name in ("quarter", "yesterday", "last-week", "last-month", "last-year"):
        assert f"/?period={name}" in page.links
    assert "Q4 2026 1 October to 31 December" in read(ada, "/?period=quarter").text
    quarter = read(ada, "/?period=2026-q3")
    assert "Q3 2026 1 July to 30 September, 92 days" in quarter.text
    assert {"/?period=2026-q2", "/?period=quarter"} <= set(quarter.links)
    week = read(ada, "/?period=last-week")
    assert "Week 46 9 to 15 November 2026" in week.text
    assert {"/?period=2026-w45", "/?period=week"} <= set(week.links)
    assert 'data-key="m"' in ada.client.get("/").text


def test_months_and_weeks_begin_where_the_account_says(
    ada: Account, note: Callable[..., None]
) -> None:
    note("coffee", "cup", every_day("2026-10-01", "2026-11-22"))
    ada.client.post("/limits", data={"type": "coffee", "unit": "cup", "value": "9", "per": "month"})
    ada.client.post("/account", data={"month_starts": "15", "week_starts": "sunday"})
    page = read(ada)
    assert "15 November to 14 December 2026 Sunday 22 November, day 8 of 30" in page.text
    assert "coffee recorded every day 8 cup 1 a day" in page.text
    assert "as much as the first 8 days of 15 October to 14 November" in page.text
    assert f"89{NARROW}% of 9, ahead of pace" in page.text
    assert "about 30 by 14 December" in page.text
    assert "/?period=2026-10" in page.links
    assert "15 October to 14 November 2026 31 days" in read(ada, "/?period=last-month").text
    assert "Week 48 22 to 28 November 2026, day 1 of 7" in read(ada, "/?period=week").text
    one = read(ada, "/?type=coffee&unit=cup")
    assert "Weekday Per day Sunday 1 Monday 1" in one.text
    assert "Week from Sun Mon Tue Wed Thu Fri Sat" in one.text
    year = read(ada, "/?type=coffee&unit=cup&period=last-365")
    assert "/list?type=coffee&unit=cup&from=2026-10-04&to=2026-10-10" in year.links


def test_the_days_that_are_shown_are_carried_to_the_list_and_back(
    ada: Account, note: Callable[..., None]
) -> None:
    note("coffee", "cup", {"2026-10-05": 1})
    assert "/list" in read(ada).links
    assert "/list?period=2026-10" in read(ada, "/?type=coffee&period=2026-10").links
    page = ada.client.get("/list?q=milk&from=2026-10-01&to=2026-10-09")
    links = re.findall(r'href="([^"]*)" data-carries', page.text)
    assert html.unescape(links[0]) == "/?from=2026-10-01&to=2026-10-09"
    assert "/list" in links


def test_the_number_format_is_the_accounts(
    ada: Account, note: Callable[..., None], database: Database
) -> None:
    note("electricity", "kWh", {"2026-11-01": "12345.5"})
    group_by_the_dot(database)
    assert "12.345,5 kWh" in read(ada).text


def test_a_limit_with_a_dot_where_the_account_groups_by_it_is_remarked(
    ada: Account, note: Callable[..., None], database: Database
) -> None:
    note("electricity", "kWh", {"2026-11-01": "5"})
    group_by_the_dot(database)
    limit = {"type": "electricity", "unit": "kWh", "value": "1.500", "per": "month"}
    said = ada.client.post("/limits", data=limit, headers=HTMX).text
    assert "Limit set: at most 1,5 kWh a month. 1.500 is read as 1,5: the dot is decimal." in said
    where = ada.client.post("/limits", data=limit).headers["Location"]
    assert "Limit saved. 1.500 is read as 1,5: the dot is decimal." in read(ada, where).text


# Nothing to show


def test_an_empty_account_is_led_to_its_first_record(ada: Account) -> None:
    page = read(ada)
    assert "No records yet" in page.text
    assert "/add" in page.links
    assert "From – to" not in page.text


@pytest.mark.parametrize(
    ("query", "words", "link"),
    [
        ("period=2020", "The first record is on Thursday 5 March.", "/?period=2026-03"),
        ("period=2027", "These days are still to come.", "/"),
        ("period=2026-07", "There are records before or after it", "/?period=all"),
        ("period=today", "What you save appears here at once.", "/add"),
        ("type=tea", "No record at all matches “tea”.", "/"),
        ("q=late", "No record at all matches “late”.", "/"),
        ("q=late&type=coffee", "No record at all matches “late”, coffee.", "/"),
    ],
)
def test_a_period_without_records_offers_a_way_on(
    ada: Account, note: Callable[..., None], query: str, words: str, link: str
) -> None:
    note("coffee", "cup", {"2026-03-05": 1, "2026-10-05": 1})
    page = read(ada, f"/?{query}")
    assert words in page.text
    assert link in page.links


@pytest.mark.parametrize("others", [{}, {"2026-11-05": 1}])
def test_the_first_reading_of_a_meter_is_a_record_and_no_figure(
    ada: Account, note: Callable[..., None], others: dict[str, int]
) -> None:
    note("coffee", "cup", others)
    start = {"consumption_type": "gas", "unit": "m³", "reading": "1234"}
    assert ada.client.post("/consumption", json=start | {"cost": ""}).status_code == 201
    for query in ("type=gas", "type=gas&period=all", "type=gas&period=2020"):
        page = read(ada, f"/?{query}")
        assert "First readings alone" in page.text and "Rename" in page.text
        assert "No records yet" not in page.text and "No record at all" not in page.text
    cards = read(ada).text
    assert ("coffee" in cards, "First readings alone" in cards) == (bool(others), not others)
    assert "No records yet" not in cards
    for query in ("type=tea", "type=gas&min=5000"):
        assert "No record at all matches" in read(ada, f"/?{query}").text


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("period=soon", "Write a period such as month"),
        ("from=2026-11-03&to=2026-11-01", "The last day is before the first."),
        ("min=x", "Write the value as a number"),
    ],
)
def test_what_cannot_be_read_is_said_and_shows_nothing(
    ada: Account, note: Callable[..., None], query: str, sentence: str
) -> None:
    note("coffee", "cup", {"2026-11-05": 1})
    for path in ("/", "/stats"):
        headers = HTMX if path == "/stats" else {}
        page = read(ada, f"{path}?{query}", 422, headers=headers)
        assert page.text.count(sentence) == 1
        assert "coffee" not in page.text
    assert ada.client.get(f"/stats?{query}&format=json").status_code == 422


def test_dates_in_the_wrong_order_stay_as_they_were_typed(ada: Account) -> None:
    answer = ada.client.get("/?from=2026-11-03&to=2026-11-01").text
    assert 'type="date" value="2026-11-03"' in answer
    assert 'type="date" value="2026-11-01"' in answer
    assert "<h1>From – to</h1>" in answer
    assert 'aria-current="true"' not in answer


# Edges


PERIODS = (
    "month",
    "week",
    "quarter",
    "yesterday",
    "last-week",
    "last-month",
    "last-year",
    "2020-w53",
    "2024-q1",
    "from=1900-01-01&to=2199-12-31",
    "year",
    "today",
    "all",
    "last-1",
    "last-30",
    "last-400",
    "2026-10",
    "2024-02",
    "2024-02-29",
    "2020",
    "2026-11-21",
    "from=2020-12-28&to=2021-01-03",
    "from=2026-11-20&to=2026-11-26",
    "from=2020-11-22",
    "to=2026-11-22",
)


@pytest.mark.slow
@pytest.mark.parametrize(
    "ada", ["2026-11-22", "2024-02-29", "2026-01-01", "2020-12-31"], indirect=True
)
def test_every_period_of_every_kind_of_record_is_shown(
    ada: Account, note: Callable[..., None], database: Database, clock: Clock
) -> None:
    """Also on a leap day, on the first and the last of a year, in week 53."""
    today = clock.today().isoformat()
    note("never before", "g", {today: 1})
    note("a type whose name is as long as a name of a type may be at all", "", {today: 0})
    note("<b>bold</b>", "&amp;", {"2024-02-29": 3, "2020-12-31": 1, "2026-11-21": "0.000001"})
    note("huge", "kWh", {"2020-12-29": "999999999999.999999", today: "999999999999.999999"})
    with database.changing() as db:
        db.execute(
            text(
                "UPDATE users SET preferences = jsonb_build_object('limits', jsonb_build_array("
                "jsonb_build_object('type', 'huge', 'unit', 'kWh', 'value', '1', 'per', 'week'),"
                "jsonb_build_object('type', 'never', 'unit', '', 'value', '0', 'per', 'year')))"
            )
        )
    for period in PERIODS:
        query = period if "=" in period else f"period={period}"
        for only in ("", "&type=huge&unit=kWh", "&type=%3Cb%3Ebold%3C/b%3E"):
            page = read(ada, f"/stats?{query}{only}", headers=HTMX)
            assert "<b>bold</b>" in page.text or "bold" not in page.text


@pytest.mark.parametrize(
    ("zone", "heading"),
    [
        ("Pacific/Kiritimati", "Monday 23 November, day 23 of 30"),
        ("Pacific/Pago_Pago", "Saturday 21 November, day 21 of 30"),
    ],
)
def test_today_is_the_users_today(
    ada: Account, note: Callable[..., None], database: Database, zone: str, heading: str
) -> None:
    note("coffee", "cup", every_day("2026-11-20", "2026-11-23"))
    with database.changing() as db:
        db.execute(text("UPDATE users SET timezone = :zone"), {"zone": zone})
    assert heading in read(ada).text


@pytest.mark.parametrize(
    ("query", "cards"),
    [
        ("", 40),
        ("period=all", 40),
        ("type=type+1", 0),
        ("type=type+1&period=2026-12", 0),
        ("type=type+1&period=2026-11-02", 0),
        ("period=2019", 0),
    ],
)
def test_a_page_takes_seven_statements_at_most(
    ada: Account, note: Callable[..., None], database: Database, query: str, cards: int
) -> None:
    for number in range(40):
        days = every_day("2026-10-01", "2026-11-22", number + 1)
        note(f"type {number}", "kWh", {day: it for day, it in days.items() if day[-2:] != "02"})
    with statements_of(database.reading_engine) as statements:
        page = ada.client.get(f"/?{query}").text
    assert page.count("type-card") == cards
    assert sum("consumption_records" in one.statement for one in statements) <= 7


def test_cards_and_types_are_light(ada: Account, note: Callable[..., None]) -> None:
    for number in range(41):
        note(f"type {number}", "kWh", every_day("2026-11-01", "2026-11-22", number + 0.5))
        note(f"type {number}", "kWh", every_day("2026-10-01", "2026-10-31", number + 1))
    page = ada.client.get("/").text
    cards = re.findall(r'<li class="cell type-card.*?</li>', page, re.DOTALL)
    assert len(cards) == 41
    assert max(len(card.encode()) for card in cards) < 5_000
    assert len(ada.client.get("/?type=type+1&unit=kWh").text.encode()) < 100_000


def more_types(page: str) -> str:
    """The address of the next page of types."""
    more = re.search(r'<a href="([^"]+)"[^>]*>More types<', page)
    assert more
    return html.unescape(more[1])


def test_the_first_hundred_types_stand_on_a_page_and_lead_to_the_others(
    ada: Account, note: Callable[..., None]
) -> None:
    for number in range(103):
        note(f"type {number:03}", "", {"2026-11-20": 1})
    page = ada.client.get("/").text
    assert page.count("type-card") == 100
    assert "100 of 103 types in all, the latest used first." in page
    rest = ada.client.get(more_types(page)).text
    assert rest.count("type-card") == 3 and "Back to the first" in rest
    # A page that is asked for again, after a change, is the same one.
    again = re.search(r'hx-get="(/stats[^"]+)" hx-trigger="records-changed', rest)
    assert again
    same = ada.client.get(html.unescape(again[1]), headers=HTMX).text
    assert same.count("type-card") == 3 and "Back to the first" in same
    first = ada.client.get("/stats?format=json").json()
    second = ada.client.get(f"/stats?format=json&after={first['next']}").json()
    assert [len(found["types"]) for found in (first, second)] == [100, 3]
    assert second["next"] is None
    names = {one["type"] for one in [*first["types"], *second["types"]]}
    assert len(names) == 103
    for number in range(103, 203):
        note(f"type {number:03}", "", {"2026-11-21": 1})
    middle = html.unescape(ada.client.get(more_types(ada.client.get("/").text)).text)
    assert middle.count("type-card") == 100
    assert "100 of 203 types in all" in middle and "Back to the first" in middle
    for path in ("/?after=x", "/stats?format=json&after=x"):
        assert ada.client.get(path).status_code == 422


# A meter


def read_meter(database: Database, ada: Account) -> None:
    """Electricity read each Friday up to 20 November."""
    first = date(2026, 8, 28)
    readings = [(7 * week, Decimal(45 + week)) for week in range(13)]
    records = [
        Record(first + timedelta(days=days), "electricity", "kWh", value if days else Decimal(0),
               days=7 if days else 0, reading=Decimal(31000 + days))
        for days, value in readings
    ]  # fmt: skip
    with database.changing() as db:
        insert(db, ada.id, records)


def test_a_card_says_up_to_when_it_was_read(ada: Account, database: Database) -> None:
    read_meter(database, ada)
    form = {"type": "electricity", "unit": "kWh", "value": "240", "per": "month"}
    ada.client.post("/limits", data=form)
    page = read(ada)
    assert "electricity to 20 November 160.1 kWh 8 a day ÷ 20 days" in page.text
    assert "more than the first 20 days of October" in page.text
    assert "1 21–22 not read yet 30" in page.text
    assert f"67{NARROW}% of 240 by the 20th" in page.text
    assert "about 240 by the 30th" in page.text
    assert "or the last day known" in page.text
    key = "recorded that day a reading or a bill, spread over its days not known"
    assert key in page.text
    assert any("160.1 kWh in 20 days known, 21–22 not read yet" in name for name in page.names)
    text = ada.client.get("/").text
    runs = json.loads(re.findall(r"data-runs='([^']*)'", text)[0])
    assert runs[1] == [6, 7, "7 to 13 November: 56 in 7 days, 8 a day", "period=2026-11-13"]
    assert text.count('class="unknown"') == 1


def test_what_nobody_has_read_is_no_zero(ada: Account, database: Database) -> None:
    read_meter(database, ada)
    form = {"type": "electricity", "unit": "kWh", "value": "240", "per": "month"}
    ada.client.post("/limits", data=form)
    unread = "from=2026-11-21&to=2026-11-22"
    page = read(ada, f"/?{unread}")
    assert "electricity not read yet" in page.text
    assert " 0 kWh" not in page.text
    one = read(ada, f"/?type=electricity&unit=kWh&{unread}")
    assert "Total, 0 of 2 days – not read yet" in one.text
    assert "Per record – Recorded on 0 days" in one.text
    assert "21–22 Nov not read yet" in read(ada, "/?period=year").text
    price = {"type": "electricity", "unit": "kWh", "per_unit": "0.30", "from": "2026-01-01"}
    assert ada.client.post("/prices", data=price).status_code == 303
    page = read(ada, f"/?{unread}")
    assert "Cost not known yet from 21 to 22 November" in page.text
    assert "0.00" not in page.text


def test_the_table_of_all_cards_says_of_which_days_its_sums_are(
    ada: Account, database: Database, note: Callable[..., None]
) -> None:
    read_meter(database, ada)
    start = Record(date(2026, 10, 17), "gas", "m³", Decimal(0), days=0, reading=Decimal(1))
    with database.changing() as db:
        read_on = [(date(2026, 10, 31), 14), (date(2026, 11, 16), 16)]
        readings = [
            Record(day, "gas", "m³", Decimal(days), days=days, reading=Decimal(days))
            for day, days in read_on
        ]
        insert(db, ada.id, [start, *readings])
    note("tea", "cup", {"2026-10-02": 2, "2026-11-02": 3})

    def row(address: str, type_name: str) -> list[str]:
        page = ada.client.get(address).text
        [cells] = re.findall(rf"<bdi>{type_name}</bdi></th>(.*?)</tr>", page)
        return re.findall(r"<td>(.*?)</td>", cells)[:7]

    month, october = "/?view=table", "/?view=table&period=2026-10"
    # Total, records, a day, days known, October, change, estimate.
    assert row(month, "electricity")[3:5] == ["20", "147.6 in 20 days"]
    assert row(month, "gas")[:6] == ["16", "1", "1", "16", "", ""]  # Nothing known of these days.
    assert row(month, "tea")[:5] == ["3", "1", "0.14", "22", "2 in 21 of 22 days"]
    assert row(october, "gas")[:5] == ["14", "1", "1", "14", ""]
    assert row(october, "electricity")[3:5] == ["31", "206"]
    limit = {"type": "electricity", "unit": "kWh", "value": "240", "per": "month"}
    ada.client.post("/limits", data=limit)
    unread = row("/?view=table&from=2026-11-21&to=2026-11-22", "electricity")
    assert unread == ["", "0", "", "0", "", "", ""]


def test_a_chart_says_why_days_are_not_known(ada: Account, database: Database) -> None:
    def reading(day: int, days: int, value: int) -> Record:
        at = date(2026, 11, day)
        return Record(at, "gas", "m³", Decimal(value), days=days, reading=Decimal(day))

    # Read since the 5th; another meter since the 14th; a plain amount of the 19th.
    records = [reading(5, 0, 0), reading(9, 4, 8), reading(14, 0, 0), reading(18, 4, 8)]
    with database.changing() as db:
        insert(db, ada.id, [*records, Record(date(2026, 11, 19), "gas", "m³", Decimal(4))])
    page = ada.client.get("/?type=gas&unit=m³").text
    for words in ("before its first reading", "not read", "not read yet"):
        assert f"</svg>{words}</li>" in page
    # The key names, on screens of any width, what has no room for its words in the chart.
    keys = re.findall('<li class="key([^"]*)"><svg[^>]*><rect[^>]*></svg>([^<]*)</li>', page)
    assert ("", "not read yet") in keys and (" narrow-only", "not read") in keys
    assert "not read</text>" in page and "not read yet</text>" not in page
    assert "m³ a day, from records of one day" in page
    read_page = Reader(page)
    assert "Highest day 4 m³ Thursday 19 November, from records of one day" in read_page.text
    assert "Highest days m³ , from records of one day" in read_page.text
    assert "Empty squares are days without a record of one day" in read_page.text
    assert any("highest from records of one day Thursday 19" in name for name in read_page.names)
    assert any(name.endswith(": records of one day on 1 day") for name in read_page.names)
    # The days known are not in a row.
    assert "2.2 <" in page.replace("</span>", " <") and "÷ 9 days known" in page
    form = {"type": "gas", "unit": "m³", "per_unit": "1", "from": "2026-01-01"}
    ada.client.post("/prices", data=form)
    assert "gas is known to 19 November" in read(ada).text


def test_the_page_of_a_meter_shows_its_readings(ada: Account, database: Database) -> None:
    read_meter(database, ada)
    page = read(ada, "/?type=electricity&unit=kWh")
    assert "Total, 20 of 22 days 160.1 kWh to 20 November" in page.text
    assert "Most a day 8.1 kWh 14 to 20 November" in page.text
    assert f"Last read 31{NARROW}084 kWh Friday 20 November" in page.text
    assert "56 kWh, 8 a day" in page.text and "not read yet" in page.text
    assert "47.1 of 55 kWh, 7.9 a day" in page.text
    table = f"On Meter kWh Days A day 20 Nov 31{NARROW}084 57 7 8.1"
    assert f"Last readings All of them {table}" in page.text
    assert "By weekday" not in page.text and "Days in a row" not in page.text
    assert "/list?type=electricity&unit=kWh&period=2026-11-13" in page.links
    assert any("running total: 160.1 kWh by Friday 20 November" in name for name in page.names)


def test_a_running_total_is_not_known_where_nothing_is(ada: Account) -> None:
    old, new = {"consumption_type": "water", "unit": "m³"}, {"new_meter": "1"}
    for day, figure, more in [
        ("01", "10", {}),
        ("03", "12", {}),
        ("06", "0", new),
        ("08", "3", {}),
    ]:
        reading = old | {"reading": figure, "consumption_date": f"2026-10-{day}"} | more
        assert ada.client.post("/consumption", json=reading).status_code == 201
    page = ada.client.get("/?type=water&unit=m³&from=2026-10-01&to=2026-10-09").text
    [running] = re.findall(r'aria-label="water, running total">(.*?)</table>', page, re.DOTALL)
    cells = re.findall(r"<th[^>]*>([^<]*)</th><td[^>]*>([^<]*)</td>", running)
    assert [value for _, value in cells] == ["", "1", "2", "", "", "", "3.5", "5"]
    chart = page.partition("plot-lines")[2].partition("</ul>")[0]
    strips = re.findall(r'<rect class="unknown" x="([\d.]+)%" width="([\d.]+)%"', chart)
    assert strips == [("0", "11.11"), ("33.33", "33.34"), ("88.89", "11.11")]
    assert [f" {day} Oct:" in chart for day in (1, 2, 3, 4, 6, 7, 8, 9)] == [
        *(False, True, True, False, False, True, True, False)
    ]


def test_the_running_total_before_is_not_known_where_nothing_is(ada: Account) -> None:
    bills = {"consumption_type": "gas", "unit": "m³", "days": "2"}
    for day, amount in [("2026-10-04", "10"), ("2026-10-08", "20"), ("2026-11-03", "30")]:
        bill = bills | {"consumption_value": amount, "consumption_date": day}
        assert ada.client.post("/consumption", json=bill).status_code == 201
    page = ada.client.get("/?type=gas&unit=m³&period=2026-11").text
    [running] = re.findall(r'aria-label="gas, running total">(.*?)</table>', page, re.DOTALL)
    rows = re.findall(r"<th[^>]*>([^<]*)</th><td[^>]*>([^<]*)</td><td[^>]*>([^<]*)</td>", running)
    assert [before for _, _, before in rows[:10]] == [
        *("", "", "5", "10", "", "", "20", "30"),
        *("", ""),
    ]
    chart = page.partition("plot-lines")[2].partition("</ul>")[0]
    assert [f" {day}: October" in chart for day in range(1, 10)] == [
        *(False, False, False, True, False, False, True, True, False)
    ]
    assert " 3: 30, October 5" in chart
    assert re.search(r'<a href=""|class="readout"[^>]*><', chart) is None


# One type


def test_a_type_has_its_figures_charts_and_records(ada: Account, note: Callable[..., None]) -> None:
    note("electricity", "kWh", every_day("2026-10-01", "2026-11-22", 10))
    note("electricity", "kWh", {"2026-11-14": "7.8"})
    page = read(ada, "/?type=electricity&unit=kWh")
    assert "electricity kWh · November 2026, day 22 of 30" in page.text
    assert "Total, 22 days 227.8 kWh 23 records" in page.text
    assert "Per day 10.4 kWh ÷ 22 days" in page.text
    assert f"Against October +4{NARROW}% 7.8 kWh more, 22 days" in page.text
    assert "Nov 2025 – nothing known" in page.text
    assert "Highest day 17.8 kWh Saturday 14 November" in page.text
    assert "Days in a row 53 days longest 53 days" in page.text
    assert "/list?type=electricity&unit=kWh&period=2026-11-14" in page.links
    assert "/list?type=electricity&unit=kWh&from=2026-11-01&to=2026-11-14" in page.links
    assert "Sat 14: 17.8, October 10" in page.text
    assert "Day November Records October Sun 1 10 1 10" in page.text
    assert [name for name in page.names if name.startswith("electricity")] == [
        "electricity, November: 227.8 kWh in 22 days, highest Saturday 14 with 17.8",
        "electricity, sums by day",
        "electricity, running total: 227.8 kWh by Sunday 22 November, about 311 by the 30th",
        "electricity, running total",
        "electricity by weekday: most on Saturdays with 12.6 kWh on average",
        "electricity, average of each weekday",
        "electricity, 53 weeks up to Sunday 22 November: recorded on 53 days",
        "electricity, 53 weeks",
    ]


def links_of_marks(page: str) -> list[tuple[str, str]]:
    """Address and words of each mark that is a link."""
    return re.findall(
        r'<a href="(/list[^"]+)"(?: tabindex="-1")?><rect.*?class="readout"[^>]*>([^<]+)<', page
    )


def marks_of_cards(page: str) -> list[tuple[str, str]]:
    """The same of the small charts, as charts.js makes them of their lists of values."""
    buckets = re.search(r"data-buckets='([^']*)'", page)
    if not buckets:
        return []
    names = json.loads(html.unescape(buckets[1]))
    return [
        (f"{html.unescape(link)}&{days if '=' in days else 'period=' + days}", f"{name}: {value}")
        for link, values in re.findall(r'data-list="([^"]*)" data-values="([^"]*)"', page)
        for (name, days), value in zip(names, values.split("|"), strict=False)
        if value
    ]


@pytest.mark.slow
@pytest.mark.parametrize("ada", ["2026-11-18"], indirect=True)
@pytest.mark.parametrize(
    "query", ["period=week", "period=month", "period=year", "period=last-400", "period=2026-10"]
)
def test_the_records_behind_every_mark_sum_to_what_it_shows(
    ada: Account, note: Callable[..., None], query: str
) -> None:
    """Tomorrow's record is listed, but counted from its day on."""
    note("coffee", "cup", every_day("2025-12-01", "2026-11-16", 3))
    note("coffee", "cup", {"2026-11-18": 1, "2026-11-19": 100, "2026-09-09": 7})
    marks = 0
    for path in (f"/?type=coffee&unit=cup&{query}", f"/?{query}"):
        page = ada.client.get(path).text
        for href, words in [*links_of_marks(page), *marks_of_cards(page)]:
            asked = html.unescape(href).partition("?")[2]
            found = ada.client.get(f"/consumption?{asked}&format=json").json()
            said = [said for said in words.partition(": ")[2].split(", ") if "nothing" not in said]
            total = found["totals"][0]["total"] if found["totals"] else "0"
            assert total == said[0].split()[-1], words
            marks += 1
    assert marks > 10


def test_what_the_period_before_had_stands_in_the_tables_and_is_read_out(
    ada: Account, note: Callable[..., None]
) -> None:
    note("coffee", "cup", every_day("2026-10-01", "2026-10-31", 2) | {"2026-11-01": 3})
    page = read(ada, "/?type=coffee&unit=cup")
    assert "Sat 21: nothing, October 2" in page.text
    assert "Sun 22: nothing yet, October 2" in page.text
    assert "Mon 23: October 2" in page.text
    assert "Mon 23: October 46" in page.text
    assert "/list?type=coffee&unit=cup&period=2026-10-23" in page.links
    assert "/list?type=coffee&unit=cup&from=2026-10-01&to=2026-10-23" in page.links
    sums, running = re.findall(
        r"<tbody>(.*?)</tbody>", ada.client.get("/?type=coffee&unit=cup").text, re.DOTALL
    )[:2]
    assert [len(re.findall("<tr>", table)) for table in (sums, running)] == [31, 31]
    assert "Mon 30 2 Sat 31 Oct 2" in page.text
    assert "Mon 30 60 Sat 31 Oct 62" in page.text


@pytest.mark.parametrize("ada", ["2026-11-18"], indirect=True)
def test_a_weekday_that_has_not_come_has_no_bar(ada: Account, note: Callable[..., None]) -> None:
    note("coffee", "cup", {"2026-11-16": 3})
    answer = ada.client.get("/?type=coffee&unit=cup&period=week").text
    drawing = answer.partition("plot-weekdays")[2].partition("</svg>")[0]
    assert drawing.count('class="full"') == 1
    assert drawing.count('class="gap-upright"') == 2


def test_the_figures_of_a_type_have_one_size(ada: Account, note: Callable[..., None]) -> None:
    note("coffee", "cup", {"2026-11-20": 3})
    note("backup", "B", {"2026-11-20": "123456789012.123456"})
    note("paper", "sheets of recycled paper", {"2026-11-20": 1})
    for query, size in (
        ("type=coffee&unit=cup", ""),
        ("type=backup&unit=B", " six-longer"),
        ("type=paper", " six-longer"),
    ):
        assert f'<dl class="six{size} double-rule">' in ada.client.get(f"/?{query}").text


def test_a_day_that_has_just_begun_is_compared_later(
    ada: Account, note: Callable[..., None]
) -> None:
    note("coffee", "cup", {"2026-11-21": 2})
    ada.client.post("/limits", data={"type": "coffee", "unit": "cup", "value": "9", "per": "day"})
    assert "nothing yet, yesterday 2" in read(ada, "/?period=today").text
    page = read(ada, "/?type=coffee&unit=cup&period=today")
    assert "Against yesterday – nothing yet, 2 cup then" in page.text
    assert "A year earlier – nothing known" in page.text


def test_a_year_leads_to_its_weeks(ada: Account, note: Callable[..., None]) -> None:
    note("coffee", "cup", every_day("2026-11-01", "2026-11-22"))
    page = read(ada, "/?type=coffee&unit=cup&period=year")
    assert "/list?type=coffee&unit=cup&from=2026-11-09&to=2026-11-15" in page.links
    assert "Week by week" in page.text


def test_a_type_in_two_units_has_a_card_for_each(ada: Account, note: Callable[..., None]) -> None:
    note("water", "l", {"2026-11-20": 3})
    note("water", "m³", {"2026-11-21": 1})
    page = read(ada, "/?type=water")
    assert "· water · Show all" in page.text
    assert "/?type=water&unit=l" in page.links


def test_of_two_spellings_each_has_its_page(ada: Account, note: Callable[..., None]) -> None:
    note("Coffee", "cup", {"2026-11-20": 1})
    note("coffee", "cup", {"2026-11-21": 2})
    cards = read(ada)
    assert {"/?type=Coffee&unit=cup", "/?type=coffee&unit=cup"} <= set(cards.links)
    for name, total in (("Coffee", 1), ("coffee", 2)):
        page = read(ada, f"/?type={name}&unit=cup")
        assert f"{name} cup · November 2026" in page.text
        known = {"Coffee": 3, "coffee": 2}[name]
        assert f"Total, {known} of 22 days {total} cup since" in page.text


@pytest.mark.parametrize("query", ["type=fuel&unit=l", "type=fuel"])
def test_a_type_keeps_its_page_in_a_period_without_it(
    ada: Account, note: Callable[..., None], query: str
) -> None:
    note("fuel", "l", {"2026-03-05": 40, "2026-11-05": 42})
    for period, words in (
        ("2026-10", "No records in this period"),
        ("2026-02", "Before the first record"),
        ("today", "No records in this period yet"),
        ("2027", "Not yet"),
    ):
        answer = ada.client.get(f"/?{query}&period={period}").text
        page = Reader(answer)
        assert re.search(r'<h1>.*<bdi class="type-name">fuel</bdi></h1>', answer)
        assert words in page.text
        assert {"/", "/?period=" + period} & set(page.links)
        assert 'id="all-types"' in answer
        assert "Running total" not in page.text
    page = read(ada, f"/?{query}&period=2026-10")
    assert any(name.startswith("fuel, 53 weeks up to") for name in page.names)


def test_a_period_before_all_records_keeps_no_limits(
    ada: Account, note: Callable[..., None]
) -> None:
    note("coffee", "cup", {"2026-03-05": 1})
    ada.client.post("/limits", data={"type": "tea", "unit": "", "value": "3", "per": "month"})
    page = read(ada, "/?period=2020")
    assert "Before the first record The first record is on Thursday 5 March." in page.text
    assert "kept" not in page.text


def test_a_period_without_records_shows_the_way_to_a_month_of_the_account(
    ada: Account, note: Callable[..., None]
) -> None:
    note("coffee", "cup", {"2026-03-05": 7})
    ada.client.post("/account", data={"month_starts": "15"})
    page = read(ada, "/?period=2026-01")
    assert "The first record is on Thursday 5 March. Show 15 February to 14 March 2026" in page.text
    assert "/?period=2026-02" in page.links
    assert "7 cup" in read(ada, "/?period=2026-02").text
    assert "Show 15 November to 14 December 2026" in read(ada, "/?period=2027").text


def test_months_cut_short_keep_the_name_that_the_account_gives_them(
    ada: Account, note: Callable[..., None]
) -> None:
    note("coffee", "cup", {"2025-10-05": 9, "2026-11-20": 2})
    ada.client.post("/account", data={"month_starts": "15"})
    # 5 October 2025 lies in the month from 15 September.
    page = read(ada, "/?period=all&type=coffee")
    assert page.text.count(" Sep ") and "Oct Oct" not in page.text
    [peak] = re.findall("most 9 in [A-Z][a-z]+ [0-9]+", read(ada, "/?period=all").text)
    assert peak == "most 9 in Sep 2025"


def test_which_column_is_open_is_said(ada: Account, note: Callable[..., None]) -> None:
    note("coffee", "cup", {"2026-11-20": 2})
    words = "Columns are days; today’s is open because the day is not over."
    assert words in read(ada).text
    words = "Columns are weeks; this week’s is open because it is not over."
    assert words in read(ada, "/?period=year").text
    assert "Columns are weeks." in read(ada, "/?from=2026-01-01&to=2026-11-21").text


def test_the_key_of_the_cards_names_only_what_they_show(
    ada: Account, note: Callable[..., None]
) -> None:
    note("coffee", "cup", {"2026-11-01": 2, "2026-11-20": 2})
    assert "recorded that day" not in read(ada).text
    # What was first noted in a month is not known of the days before.
    note("tea", "cup", {"2026-11-20": 2})
    assert "recorded that day not known" in read(ada).text


def test_the_mark_of_today_on_a_limit_is_explained_in_a_running_period(
    ada: Account, note: Callable[..., None]
) -> None:
    note("coffee", "cup", {"2026-03-05": 1, "2026-10-05": 1})
    ada.client.post("/limits", data={"type": "tea", "unit": "", "value": "3", "per": "month"})
    assert "The mark on a limit is today, or the last day known." in read(ada).text
    assert "The mark on a limit is today" not in read(ada, "/?period=2026-10").text


def test_taking_a_filter_away_keeps_the_days(ada: Account, note: Callable[..., None]) -> None:
    note("coffee", "cup", {"2026-03-05": 1})
    answer = ada.client.get("/?q=coffee&period=2026-03").text
    assert re.search(r'<a href="/\?period=2026-03"[^>]*>Show all</a>', answer)


# Fragments


def test_htmx_gets_the_statistics_alone(ada: Account, note: Callable[..., None]) -> None:
    note("coffee", "cup", {"2026-11-20": 3})
    for path in ("/stats?period=week", "/?period=week"):
        answer = ada.client.get(path, headers=HTMX)
        assert answer.text.startswith("<title>Week 47 · Tally</title>")
        assert 'id="statistics"' in answer.text
        assert "<html" not in answer.text
        assert "HX-Request-Type" in answer.headers["Vary"]
    plain = ada.client.get("/stats?period=week")
    assert (plain.status_code, plain.headers["Location"]) == (303, "/?period=week")


# Limits


def test_a_limit_is_set_changed_and_removed(
    ada: Account, note: Callable[..., None], limits: Callable[[], Any]
) -> None:
    note("coffee", "cup", every_day("2026-11-01", "2026-11-22", 3))
    form = {"type": "coffee", "unit": "cup", "value": "70", "per": "month", "query": "period=month"}
    answer = ada.client.post("/limits", data=form)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/?saved=limit")
    assert "Limit saved" in read(ada, "/?saved=limit").text
    assert limits() == [{"type": "coffee", "unit": "cup", "value": "70", "per": "month"}]
    assert f"94{NARROW}% of 70, ahead of pace" in read(ada).text

    answer = ada.client.post("/limits", data=form | {"value": "12,5", "per": "week"}, headers=HTMX)
    assert answer.status_code == 200
    assert "Limit set: at most 12.5 cup a week." in answer.text
    assert f"168{NARROW}% of 12.5 this week, 8.5 over" in Reader(answer.text).text
    assert limits() == [{"type": "coffee", "unit": "cup", "value": "12.5", "per": "week"}]

    answer = ada.client.post("/limits", data=form | {"value": " "}, headers=HTMX)
    assert "There is no limit now." in answer.text
    assert limits() == []
    assert "No limit" in read(ada).text
    where = ada.client.post("/limits", data=form | {"value": ""}).headers["Location"]
    removed = read(ada, where).text
    assert "There is no limit now" in removed and "Limit saved" not in removed


def test_a_limit_stands_in_its_field_as_it_is_read_again(
    ada: Account, database: Database, limits: Callable[[], Any]
) -> None:
    group_by_the_dot(database)
    form = {"type": "coffee", "unit": "cup", "value": "1000", "per": "month", "query": ""}
    answer = ada.client.post("/limits", data=form, headers=HTMX)
    assert "0\u202f% of 1.000" in Reader(answer.text).text
    shown = re.search("data-limit='([^']*)'", answer.text)
    assert shown
    unit, value, per, measure = json.loads(shown[1])
    assert (unit, per, measure) == ("cup", "month", "amount")
    ada.client.post("/limits", data=form | {"value": value}, headers=HTMX)
    assert limits() == [{"type": "coffee", "unit": "cup", "value": "1000", "per": "month"}]


def test_a_type_with_a_limit_has_a_card_before_it_is_noted(
    ada: Account, note: Callable[..., None]
) -> None:
    note("coffee", "cup", {"2026-11-20": 1})
    ada.client.post("/limits", data={"type": "tea", "unit": "", "value": "3", "per": "day"})
    page = read(ada)
    assert "tea no records yet 0" in page.text
    assert f"0{NARROW}% of 3 today, 3 left" in page.text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"value": "lots"}, "Write the value as a number, such as 12.5."),
        ({"value": "-1"}, "Write a value of 0 or more."),
        ({"value": "1e9"}, "Write the value as a number, such as 12.5."),
        ({"value": "1" + "0" * 18}, "Values stay below 1 000 000 000 000 000 000."),
        ({"per": "decade"}, "Choose day, week, month or year."),
    ],
)
def test_a_wrong_limit_comes_back_as_it_was_typed(
    ada: Account,
    note: Callable[..., None],
    limits: Callable[[], Any],
    changes: dict[str, str],
    sentence: str,
) -> None:
    note("coffee", "cup", {"2026-11-20": 1})
    form = {"type": "coffee", "unit": "cup", "value": "7", "per": "month", "query": ""} | changes
    for headers in (HTMX, {}):
        answer = ada.client.post("/limits", data=form, headers=headers)
        assert answer.status_code == 422
        page = Reader(answer.text)
        assert sentence in page.text
        assert f'value="{form["value"]}"' in answer.text
    assert limits() is None
    answer = ada.client.post("/limits", json=form)
    assert answer.status_code == 422
    assert sentence in answer.json()["fields"].values()


def test_a_limit_for_programs(ada: Account, limits: Callable[[], Any]) -> None:
    limit = {"type": "coffee", "unit": "cup", "value": "7.50", "per": "week"}
    answer = ada.client.post("/limits", json=limit)
    assert answer.json() == limit | {"value": "7.5"}
    assert limits() == [limit | {"value": "7.5"}]


@pytest.mark.parametrize("empty", ["", None])
def test_a_limit_goes_by_an_empty_value_and_not_by_none(
    empty: str | None, ada: Account, limits: Callable[[], Any]
) -> None:
    limit = {"type": "coffee", "unit": "cup", "value": "7", "per": "week"}
    assert ada.client.post("/limits", json=limit).is_success
    without = {"type": "coffee", "unit": "cup", "per": "day"}
    answer = ada.client.post("/limits", json=without)
    assert (answer.status_code, answer.json()["fields"].keys()) == (422, {"value"})
    assert ada.client.post("/limits", data=without).status_code == 422
    assert limits() == [limit]
    assert ada.client.post("/limits", json=without | {"value": empty}).is_success
    assert limits() == []


def test_a_limit_is_of_no_unit_that_a_filter_takes_for_none(ada: Account) -> None:
    limit = {"type": "coffee", "unit": "-", "value": "7", "per": "week"}
    answer = ada.client.post("/limits", json=limit)
    assert answer.status_code == 422
    assert answer.json()["fields"] == {"unit": "Leave the unit empty where there is none."}


def test_a_limit_is_for_what_is_there_however_it_is_written(
    ada: Account, note: Callable[..., None], limits: Callable[[], Any]
) -> None:
    note("Electricity", "kWh", {"2026-11-20": 1})
    note("gas", "m³", {"2026-11-20": 1})
    note("coffee", "Pot", {"2026-11-20": 1})

    def limit(type_name: str, unit: str, value: str = "7") -> Any:
        sent = {"type": type_name, "unit": unit, "value": value, "per": "week"}
        return ada.client.post("/limits", json=sent).json()

    for written, meant in (
        (("ELECTRICITY", "kwh"), ("Electricity", "kWh")),
        (("Gas", "m3"), ("gas", "m³")),
        (("coffee", "pot"), ("coffee", "Pot")),
    ):
        answer = limit(*written)
        assert (answer["type"], answer["unit"]) == meant
    assert [(it["type"], it["unit"]) for it in limits()] == [
        ("Electricity", "kWh"), ("gas", "m³"), ("coffee", "Pot"),
    ]  # fmt: skip
    # What is not noted yet is spelled as its first limit.
    limit("Tea", "cup")
    assert limit("TEA", "cups") == {"type": "Tea", "unit": "cup", "value": "7", "per": "week"}
    for type_name, unit in [
        ("electricity", "KWH"),
        ("GAS", "m3"),
        ("coffee", "Pot"),
        ("tea", "Cup"),
    ]:
        limit(type_name, unit, "")
    assert limits() == []


def test_a_spelling_with_a_limit_of_its_own_keeps_it(
    ada: Account, note: Callable[..., None], limits: Callable[[], Any]
) -> None:
    note("TEA", "cup", {"2026-11-19": 1})
    note("tea", "cup", {"2026-11-20": 1})
    sent = {"type": "TEA", "unit": "cup", "value": "7", "per": "week"}
    assert ada.client.post("/limits", json=sent).json()["type"] == "TEA"
    assert ada.client.post("/limits", json=sent | {"value": ""}).json()["type"] == "TEA"
    assert limits() == []
    assert ada.client.post("/limits", json=sent | {"type": "Tea"}).json()["type"] == "tea"


def test_a_limit_may_be_larger_than_any_value(ada: Account, note: Callable[..., None]) -> None:
    note("bytes", "kB", every_day("2026-11-20", "2026-11-22", "999999999999"))
    form = {"type": "bytes", "unit": "kB", "value": "3000000000000", "per": "month", "query": ""}
    answer = ada.client.post("/limits", data=form, headers=HTMX)
    assert answer.status_code == 200
    assert "Limit set: at most 3\u202f000\u202f000\u202f000\u202f000 kB a month." in answer.text
    largest = {**form, "value": "999999999999999999.999999"}
    assert ada.client.post("/limits", json=largest).json()["value"] == largest["value"]
    for period in ("", "?type=bytes"):
        assert ada.client.get(f"/{period}").status_code == 200


@pytest.mark.slow
def test_limits_leave_other_preferences_alone_and_have_an_end(
    ada: Account, database: Database, limits: Callable[[], Any]
) -> None:
    ada.client.post("/account", data={"name": "Ada", "timezone": "UTC", "theme": "dark"})
    for number in range(200):
        limit = {"type": f"type {number}", "unit": "", "value": "7", "per": "week"}
        assert ada.client.post("/limits", json=limit).status_code == 200
    answer = ada.client.post("/limits", json={"type": "one more", "value": "7", "per": "week"})
    assert answer.status_code == 422
    assert len(limits()) == 200
    with database.reading() as db:
        theme = db.execute(text("SELECT preferences ->> 'theme' FROM users")).scalar_one()
    assert theme == "dark"


@pytest.mark.parametrize("query", ["//evil.example", "period=nonsense", "a" * 5000, "x=%00"])
def test_where_a_limit_form_leads_is_this_site_only(
    ada: Account, note: Callable[..., None], query: str
) -> None:
    note("coffee", "cup", {"2026-11-20": 1})
    form = {"type": "coffee", "unit": "cup", "value": "7", "per": "month", "query": query}
    answer = ada.client.post("/limits", data=form)
    assert answer.status_code in (303, 422)
    assert answer.headers.get("Location", "/") in ("/", "/?saved=limit")

"""Money on the pages: the sum, a line in each card, prices and the bill, costs in the list."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from tally.dashboard import cards
from tally.dashboard.cards_table import cards_table
from tally.dashboard.money import costs, sum_line
from tally.dashboard.type_page import TypeView, type_view
from tally.db.change_queries import undo_of
from tally.db.engine import Database
from tally.domain.filter_query import read_filter
from tally.domain.filters import Filter
from tally.domain.formatting import Formatter
from tally.statistics import aside, key_pages
from tally.statistics.costs import with_costs
from tally.statistics.facts import Shown
from tally.statistics.load import statistics_for
from tally.statistics.type_statistics import Statistics
from tests.conftest import HTMX, JSON, Account
from tests.slow_statistics import Record, stored

NBSP = "\u00a0"


def note(client: TestClient, line: str) -> None:
    assert client.post("/consumption", data={"line": line}, headers=JSON).status_code == 201


def set_price(client: TestClient, **fields: str) -> None:
    price = {"type": "electricity", "unit": "kWh", "from": "2026-01-01", "per_unit": "0.30"}
    assert client.post("/prices", data=price | fields, headers=JSON).status_code == 201


def words(page: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


def test_the_sum_is_the_first_line_of_the_dashboard(
    sign_in_on: Callable[[str], Account],
) -> None:
    client = sign_in_on("2026-11-22").client
    note(client, "electricity 10 kWh")
    assert 'class="sum' not in client.get("/").text
    set_price(client)
    note(client, "fuel 40 l 70.52€")
    page = client.get("/?period=today")
    assert "73.52 € today" in words(page)
    # More of November is to come, and none of the days up to today.
    assert "73.52 € in November so far" in words(client.get("/"))
    for period, said in (
        ("last-30", "in the last 30 days"),
        ("last-1", "today"),
        ("all", "in all"),
    ):
        page = client.get(f"/?period={period}")
        assert f"73.52 € {said} " in words(page) and "so far" not in words(page)
    page = client.get("/?period=today")
    assert "Amount Cost" in words(page)


def test_a_card_says_what_was_paid_and_what_a_unit_came_to(client: TestClient) -> None:
    note(client, "fuel 40 l 70.52€")
    note(client, "coffee 2 cups")
    page = words(client.get("/?period=today"))
    assert f"70.52{NBSP}€" in client.get("/?period=today").text
    assert "1.76 € a litre" in page
    assert "no cost · Add a price" in page


def test_a_period_that_ends_today_has_no_estimate_anywhere(client: TestClient) -> None:
    note(client, "gas @100 m³ 10 days ago")
    note(client, "gas @200 m³ 2 days ago")
    set_price(client, type="gas", unit="m³", per_unit="1")
    for query in ("", "&show=cost", "&type=gas"):
        page = words(client.get(f"/?period=last-14{query}"))
        assert "gas" in page and "about" not in page
    numbers = client.get("/stats?format=json&period=last-14").json()
    [one] = numbers["types"]
    assert one["known"]["days"] < numbers["period"]["elapsed_days"]
    assert (one["projection"], one["cost"]["projection"]) == (None, None)
    assert numbers["cost"]["projection"] is None


def test_amounts_without_a_price_are_named_on_the_card_and_in_the_sum(client: TestClient) -> None:
    dated(client, "2026-08-05", "coffee 6 cups")
    dated(client, "2026-08-20", "coffee 2 cups")
    set_price(client, type="coffee", unit="cup", per_unit="0.30", **{"from": "2026-08-10"})
    for show in ("", "&show=cost"):
        page = words(client.get(f"/?period=2026-08{show}"))
        assert page.count("without 6 cup") == 2
        assert page.count("without 6 cup of coffee") == 1
    sum_of_all = client.get("/stats?format=json&period=2026-08").json()["cost"]
    assert sum_of_all["without"] == [{"type": "coffee", "unit": "cup", "amount": "6"}]


def test_a_small_amount_is_not_written_as_nothing(client: TestClient) -> None:
    dated(client, "2026-08-01", "spice 0.0004 kg 3€")
    dated(client, "2026-08-02", "spice 0.0004 kg")
    for query in ("period=2026-08", "period=2026-08&type=spice"):
        page = words(client.get(f"/?{query}"))
        assert "without 0.0004 kg" in page and "without 0 kg" not in page
    assert "0.000026" in words(client.get("/list?view=print&period=2026-08"))
    set_price(client, type="spice", unit="kg", per_unit="9000")
    page = words(client.get("/?period=2026-08&type=spice&unit=kg"))
    assert "0.0004 kg × 9000.00 € 3.60" in page


def test_amounts_in_the_own_currency_are_told_beside_the_sum(client: TestClient) -> None:
    note(client, "fuel 40 l 70.52€")
    note(client, "rent 900€")
    page = words(client.get("/?period=today"))
    assert "70.52 € today without 900 € of rent" in page
    assert "an amount, not a cost" in page
    page = words(client.get("/?period=today&show=cost"))
    assert "900 €, kept as an amount, not as a cost" in page
    assert "recorded without cost or price" not in page
    assert "Add a price" not in page
    # Who wants them in the sum gives them a price.
    set_price(client, type="rent", unit="€", per_unit="1")
    page = words(client.get("/?period=today"))
    assert "970.52 € today" in page
    assert "without" not in page


def test_amounts_that_no_card_shows_are_told_beside_the_sum_too(client: TestClient) -> None:
    for line in ("fuel 40 l 70.52€", "rent 900€", "coffee 2 cup", "coffee 1 cup 3€", "tea 1 cup"):
        note(client, line)
    for name, unit in (("rent", "€"), ("coffee", "cup"), ("tea", "cup")):
        hide = {"type": name, "unit": unit, "hidden": "on"}
        assert client.post("/types", data=hide, headers=JSON).status_code == 200
    page = words(client.get("/?period=today"))
    assert "with 3.00 € of coffee, which has no card here" in page
    # Of tea nobody expects a cost.
    assert "without 2 cup of coffee and 900 € of rent" in page


def test_cost_swaps_the_figures_and_stays_in_the_links(client: TestClient) -> None:
    note(client, "fuel 40 l 70.52€")
    page = client.get("/?period=today&show=cost")
    assert re.search(r'<span class="figure">70.52</span> <bdi class="unit">€</bdi>', page.text)
    assert "show=cost" in page.text
    assert client.get("/stats?format=json&show=cost").json()["types"][0]["cost"]["series"]
    assert client.get("/stats?format=json&show=gold").status_code == 422


def test_the_page_of_a_type_has_prices_and_the_bill(client: TestClient) -> None:
    note(client, "electricity 10 kWh")
    set_price(client)
    page = words(client.get("/?type=electricity&unit=kWh&period=today"))
    assert "10 kWh × 0.30 €" in page
    assert re.search(r"× 0.30 € 3.00 € .* 3.00 €", page)
    assert "1 January" in page
    assert "A kWh 0.30 €" in page


def test_cards_in_money_show_the_amount_in_its_place(client: TestClient) -> None:
    note(client, "fuel 40 l 70.52€")
    note(client, "coffee 2 cups")
    page = client.get("/?period=today&show=cost")
    assert f"<b>40{NBSP}l</b>" in page.text
    assert "no cost 2 cup, recorded without cost or price Add a price" in words(page)
    # What has no cost stands last, without an empty chart.
    fuel, coffee = page.text.split('<li class="cell type-card')[1:]
    assert "plot-small" in fuel
    assert "plot-small" not in coffee


def test_the_charts_of_a_type_switch_to_money(client: TestClient) -> None:
    note(client, "electricity 10 kWh")
    page = client.get("/?type=electricity&unit=kWh&period=last-7").text
    assert "show=cost" not in page
    set_price(client)
    amounts = client.get("/?type=electricity&unit=kWh&period=last-7").text
    assert 'aria-current="true">Amount</a>' in amounts
    assert ": 10 kWh in " in amounts
    money = client.get("/?type=electricity&unit=kWh&period=last-7&show=cost").text
    assert 'aria-current="true">Cost</a>' in money
    assert ": 3.00 € in " in money
    assert "0.30 € a day" not in amounts
    # The figures are of both, whatever the charts show.
    for text_of_page in (amounts, money):
        assert '<span class="figure">10</span> <bdi class="unit">kWh</bdi>' in text_of_page
        assert '<span class="figure">3.00</span> <bdi class="unit">€</bdi>' in text_of_page


def test_an_earlier_period_without_costs_is_not_one_that_cost_nothing(database: Database) -> None:
    fuel = [
        Record(date(2026, 8, 12), "fuel", "l", Decimal(40), cost=Decimal(60)),
        Record(date(2026, 10, 12), "fuel", "l", Decimal(40)),
        Record(date(2026, 11, 12), "fuel", "l", Decimal(40), cost=Decimal("70.52")),
    ]
    formatter, today = Formatter("auto", date(2026, 11, 28)), date(2026, 11, 28)
    for name, words in (
        ("month", "the first 28 days of October have no costs"),
        ("last-30", "the 30 days before have no costs"),
    ):
        matching = read_filter([("period", name), ("show", "cost")], today)
        with stored(database, fuel, prices=[]) as (db, user):
            plain = statistics_for(db, user, matching, today, Shown(drawn=True))
            stats = with_costs(db, user, matching, plain, drawn=True)
        [card] = cards.cards(costs.in_money(stats), matching, formatter)
        assert card.comparison == words
        [row] = cards_table(costs.in_money(stats), formatter).rows
        assert row.figures[4:6] == ("", "")
        line = sum_line.sum_line(stats, formatter)
        assert line is not None
        assert line.note.endswith("have no costs")
        [one] = stats.types
        assert one.cost is not None
        in_money = costs.as_money(one, one.cost, "EUR")
        view = type_view(one, stats.period, matching, formatter, in_money=in_money)
        assert view.cost_figures[2].note.startswith("no costs, ")
        assert view.sums.before == ""


def drawn_page(
    database: Database,
    records: list[Record],
    period: str = "month",
    show: str = "cost",
    prices: list[dict[str, Any]] | None = None,
    limits: list[dict[str, str]] | None = None,
) -> tuple[Statistics, TypeView, Formatter]:
    """The statistics of one type on 28 November, and its page."""
    today = date(2026, 11, 28)
    name, unit = records[0].type, records[0].unit
    asked = [("period", period), ("show", show), ("type", name), ("unit", unit)]
    matching = read_filter(asked, today)
    with stored(database, records, limits, prices or []) as (db, user):
        plain = statistics_for(db, user, matching, today, Shown(drawn=True))
        stats = with_costs(db, user, matching, plain, drawn=True)
    [one] = stats.types
    in_money = costs.as_money(one, one.cost, "EUR") if one.cost else None
    formatter = Formatter("auto", today)
    return stats, type_view(one, stats.period, matching, formatter, in_money=in_money), formatter


def bill(last: date, value: int, days: int) -> Record:
    return Record(last, "electricity", "kWh", Decimal(value), days=days)


@pytest.mark.parametrize("show", ["", "cost"])
def test_days_of_the_period_before_that_nobody_has_read_are_empty(
    database: Database, show: str
) -> None:
    start = Record(date(2026, 10, 1), "gas", "m³", Decimal(0), days=0, reading=Decimal(1))
    ten = Record(date(2026, 10, 11), "gas", "m³", Decimal(20), days=10, reading=Decimal(21))
    rest = Record(date(2026, 11, 20), "gas", "m³", Decimal(40), days=40, reading=Decimal(61))
    price = {"id": "a", "type": "gas", "unit": "m³", "from": "2026-01-01", "per_unit": "1"}
    _, view, _ = drawn_page(database, [start, ten, rest], show=show, prices=[price])
    first, second, *_ = view.sums.table.rows
    assert view.sums.table.head[3] == "October"
    assert (first[1][3], second[1][3]) == ("", "2.00" if show else "2")


def test_a_year_of_bills_names_the_week_with_the_most_a_day(database: Database) -> None:
    bills = [bill(date(2026, 10, 31), 310, 304), bill(date(2026, 11, 22), 220, 22)]
    _, view, _ = drawn_page(database, bills, "year")
    highest = view.figures[4]
    assert (highest.label, highest.value, highest.note) == ("Most a day", "10", "in week 45")


def test_time_is_gone_as_far_as_the_amounts_are_known(database: Database) -> None:
    bills = [bill(date(2026, 10, 31), 310, 31), bill(date(2026, 11, 21), 210, 21)]
    assert drawn_page(database, bills)[1].running.note == "by the 21st, 70\u202f% of November gone"
    limit = {"type": "electricity", "unit": "kWh", "value": "300", "per": "month"}
    words = drawn_page(database, bills, show="amount", limits=[limit])[1].running.note
    assert words == "70\u202f% of the limit used by the 21st, 70\u202f% of November gone"


def test_what_ends_today_is_not_estimated(database: Database) -> None:
    bills = [
        replace(bill(date(2026, 10, 31), 310, 31), cost=Decimal(62)),
        replace(bill(date(2026, 11, 21), 210, 21), cost=Decimal(42)),
    ]
    for period, estimated in (("month", True), ("all", False), ("last-30", False)):
        stats, view, formatter = drawn_page(database, bills, period)
        line = sum_line.sum_line(stats, formatter)
        assert line is not None
        assert ("about" in line.words) == estimated
        assert bool(view.estimate) == estimated
        assert ("about" in view.cost_figures[5].value) == estimated


def test_the_word_before_an_estimate_is_as_small_as_a_unit(
    sign_in_on: Callable[[str], Account],
) -> None:
    # In the middle of a month: at its end nothing is estimated any more.
    client = sign_in_on("2026-11-16").client
    for day in range(1, 8):
        note(client, f"electricity 20 kWh 7€ -{day}")
    page = client.get("/", params={"type": "electricity", "unit": "kWh"}).text
    assert re.search(r'<span class="figure"><span class="unit">about</span> \d', page)


@pytest.mark.parametrize(
    ("cost", "before", "words"),
    [
        ("88", "100", "12\u202f% less than"),
        ("100", "100", "as much as"),
        ("100.4", "100", "about as much as"),
        ("0.4", "100000", "over 99\u202f% less than"),
        ("123456.7", "0.01", "12M times as much as"),
    ],
)
def test_the_sum_is_compared_in_the_words_of_a_card(
    database: Database, cost: str, before: str, words: str
) -> None:
    tea = [
        Record(date(2026, 10, 1), "tea", "cup", Decimal(1), cost=Decimal(before)),
        Record(date(2026, 11, 1), "tea", "cup", Decimal(1), cost=Decimal(cost)),
    ]
    stats, _, formatter = drawn_page(database, tea)
    [card] = cards.cards(costs.in_money(stats), Filter(today=formatter.today), formatter)
    assert card.comparison == f"{words} the first 28 days of October"
    line = sum_line.sum_line(stats, formatter)
    assert line is not None
    assert line.note == f"{words} the same days of October"


def test_records_that_came_to_nothing_are_not_said_to_be_missing(database: Database) -> None:
    free = Record(date(2026, 10, 1), "tea", "cup", Decimal(1), cost=Decimal(0))
    paid = Record(date(2026, 11, 1), "tea", "cup", Decimal(1), cost=Decimal(5))
    stats, view, formatter = drawn_page(database, [free, paid])
    [card] = cards.cards(costs.in_money(stats), Filter(today=formatter.today), formatter)
    assert card.comparison == "nothing in the first 28 days of October to compare with"
    assert view.cost_figures[2].note == "nothing, 28 days"
    unused = [bill(date(2026, 10, 31), 0, 31), bill(date(2026, 11, 28), 280, 28)]
    stats, view, formatter = drawn_page(database, unused, show="amount")
    [card] = cards.cards(stats, Filter(today=formatter.today), formatter)
    assert card.comparison == "nothing in the first 28 days of October to compare with"
    assert view.figures[2].note == "nothing, 28 days"


def test_zeros_that_were_noted_are_not_said_to_be_missing(database: Database) -> None:
    dry = [Record(date(2026, 10, day), "rain", "mm", Decimal(0)) for day in range(1, 32)]
    wet = Record(date(2026, 11, 2), "rain", "mm", Decimal(4))
    stats, view, formatter = drawn_page(database, [*dry, wet], show="amount")
    [card] = cards.cards(stats, Filter(today=formatter.today), formatter)
    assert card.comparison == "nothing in the first 28 days of October to compare with"
    assert view.figures[2].note == "nothing, 28 days"
    # Without a record the words stay.
    stats, view, formatter = drawn_page(database, [replace(dry[0], day=date(2026, 9, 1)), wet])
    [card] = cards.cards(stats, Filter(today=formatter.today), formatter)
    assert card.comparison == "no records in the first 28 days of October to compare with"
    assert view.figures[2].note == "no records, 28 days"


@pytest.mark.parametrize(
    ("period", "start", "compared", "note"),
    [
        ("month", "2026-11-01", "nothing in the first 28 days of October", "nothing, 28 days"),
        ("today", "2026-11-28", "nothing yesterday", "nothing, 1 day"),
        ("today", "2026-01-01", "as much as yesterday", "as much, 1 day"),
    ],
)
def test_a_base_fee_alone_is_not_nothing(
    database: Database, period: str, start: str, compared: str, note: str
) -> None:
    """Where it was due without a record the words were once "nothing in October either"."""
    fee = {"id": "1", "type": "tea", "unit": "cup", "from": start, "base": "30"}
    used = [Record(date(2026, 9, 1), "tea", "cup", Decimal(1))]
    limit = {"type": "tea", "unit": "cup", "value": "9", "per": "month"}
    stats, view, formatter = drawn_page(database, used, period, prices=[fee], limits=[limit])
    [card] = cards.cards(costs.in_money(stats), Filter(today=formatter.today), formatter)
    assert card.comparison.removesuffix(" to compare with") == compared
    assert card.per_day == ("1.00 a day" if period == "month" else "")
    assert view.cost_figures[2].note == note


def test_days_of_a_base_fee_alone_are_told_like_others(database: Database) -> None:
    """The column of such a day once had no words, or "nothing", and no key reached the drawing."""
    fee = {"id": "1", "type": "tea", "unit": "cup", "from": "2026-01-01", "base": "30"}
    used = [
        Record(day, "tea", "cup", Decimal(1), cost=Decimal(5))
        for day in (date(2026, 9, 1), date(2026, 11, 3))
    ]
    stats, view, formatter = drawn_page(database, used, prices=[fee])
    in_money = costs.in_money(stats)
    [card] = cards.cards(in_money, Filter(today=formatter.today), formatter)
    [row] = cards_table(in_money, formatter).rows
    amounts = ["1.00", "1.00", "6.00", *["1.00"] * 25]
    assert card.values.split("|") == list(row.amounts[:28]) == amounts
    bars = view.sums.columns.bars
    assert bars[1].words == "Mon 2: 1.00, October 0.97"
    assert bars[2].words == "Tue 3: 6.00, October 0.97"
    assert [bar.href for bar in bars if bar.first] == [bars[27].href] != [""]
    assert view.sums.before == "October"


@pytest.mark.parametrize("day", [1, 2, 3])
def test_a_part_of_a_bill_without_a_price_has_no_price_of_a_unit(
    database: Database, day: int
) -> None:
    # Parts of 10 in three days: 3.333333, 3.333334 and 3.333333, of which nothing has a price.
    base = {"id": "a", "type": "electricity", "unit": "kWh", "from": "2026-01-01", "base": "9.90"}
    shown = f"2026-11-{day:02}"
    stats, view, formatter = drawn_page(
        database, [bill(date(2026, 11, 3), 10, 3)], shown, prices=[base]
    )
    [line] = costs.cost_lines(stats, formatter, in_money=False).values()
    assert (line.paid, line.a_unit) == ("0.33\N{NO-BREAK SPACE}€", "")
    figures = {figure.label: figure.number for figure in view.cost_figures}
    assert figures["A kWh"] == "\N{EN DASH}"


def test_days_that_one_bill_covers_are_not_days_of_records(database: Database) -> None:
    _, view, _ = drawn_page(database, [bill(date(2026, 11, 20), 40, 20)], "all", show="amount")
    figures = {one.label: f"{one.number} {one.unit} {one.note}" for one in view.figures}
    assert figures["Covered by records"] == "20 days of 28 days"
    tea = Record(date(2026, 11, 1), "tea", "cup", Decimal(1))
    _, view, _ = drawn_page(database, [tea], "all", show="amount")
    figures = {one.label: f"{one.number} {one.unit} {one.note}" for one in view.figures}
    assert figures["Recorded on"] == "1 day of 28 days"


def test_a_millionth_between_shares_of_a_bill_is_no_difference(database: Database) -> None:
    records = [bill(date(2026, 11, 3), 10, 3)]
    stats, view, formatter = drawn_page(database, records, "2026-11-02", show="amount")
    before = stats.types[0].previous
    assert before is not None and before.difference == Decimal("0.000001")
    [card] = cards.cards(stats, Filter(today=formatter.today), formatter)
    assert card.comparison == "about as much as the day before"
    assert (view.figures[2].number, view.figures[2].note) == ("0\u202f%", "as much, 1 day")
    assert cards_table(stats, formatter).rows[0].figures[5] == "0\u202f%"


def test_money_beside_a_drawing_has_its_cents(database: Database) -> None:
    fuel = [
        Record(date(2026, 11, day), "fuel", "l", Decimal(40), cost=Decimal(cost))
        for day, cost in ((2, "79.3"), (9, "70.25"))
    ]
    stats, view, formatter = drawn_page(database, fuel)
    assert view.sums.columns.peak is not None
    assert view.sums.columns.peak.text == "79.30"
    [card] = cards.cards(costs.in_money(stats), Filter(today=formatter.today), formatter)
    assert card.peak == "most 79.30 on Mon 2"


def test_a_day_whose_cost_is_not_known_is_not_drawn_as_nothing(database: Database) -> None:
    fuel = [
        Record(date(2026, 11, day), "fuel", "l", Decimal(40), cost=cost)
        for day, cost in ((2, None), (9, Decimal("70.25")), (16, Decimal(0)))
    ]
    before = [replace(record, day=record.day.replace(month=10)) for record in fuel]
    stats, view, formatter = drawn_page(database, [*before, *fuel])
    link = view.records
    rows = view.sums.table.rows
    assert rows[1] == (
        f"{link}&period=2026-11-02",
        ("Mon 2", "cost not known", "1", "cost not known"),
    )
    assert rows[8][1] == ("Mon 9", "70.25", "1", "70.25")
    assert rows[15][1] == ("Mon 16", "0.00", "1", "0.00")
    assert rows[0][1] == ("Sun 1", "0.00", "0", "")
    bar = view.sums.columns.bars[1]
    assert (bar.kind, bar.words) == ("unknown", "Mon 2: cost not known")
    assert bar.href == f"{link}&period=2026-11-02"
    assert [strip.words for strip in view.sums.columns.unknown] == ["cost not known"]
    [card] = cards.cards(costs.in_money(stats), Filter(today=formatter.today), formatter)
    [row] = cards_table(costs.in_money(stats), formatter).rows
    assert row.amounts[:2] == ("", "cost not known")
    assert card.values.split("|")[1] == "cost not known"
    assert len(card.chart.unknown) == 1
    # In the amounts nothing is missing.
    _, view, _ = drawn_page(database, [*before, *fuel], show="amount")
    assert view.sums.table.rows[1][1] == ("Mon 2", "40", "1", "40")
    assert view.sums.columns.unknown == ()


def test_programs_and_the_page_are_told_that_a_cost_is_not_known(client: TestClient) -> None:
    note(client, "-4 fuel 40 l 60€")
    note(client, "fuel 40 l yesterday")
    note(client, "fuel 40 l 70.52€")
    query = "period=last-3&show=cost&type=fuel&unit=l"
    [one] = client.get(f"/stats?format=json&{query}").json()["types"]
    assert one["cost"]["series"] == ["0", None, "70.52"]
    assert one["cost"]["uncovered"] == "40"
    page = client.get(f"/?{query}").text
    assert re.search(r'<a href="[^"]*"[^>]*><rect class="strip"[^>]*/><rect class="unknown"', page)
    assert "cost not known</text>" in page
    assert "<td>cost not known</td>" in page


def test_a_bill_without_a_cost_is_not_drawn_as_one_of_nothing(database: Database) -> None:
    bills = [
        bill(date(2026, 11, 10), 100, 10),
        replace(bill(date(2026, 11, 20), 100, 10), cost=Decimal(30)),
    ]
    _, view, _ = drawn_page(database, bills)
    [span] = view.sums.columns.stretches
    assert span.words == "11 to 20 November: 30.00 in 10 days, 3.00 a day"
    without = view.sums.columns.bars[:10]
    assert {bar.words.split(": ")[1] for bar in without} == {"cost not known"}
    _, view, _ = drawn_page(database, bills, show="amount")
    assert len(view.sums.columns.stretches) == 2


def test_the_price_under_a_unit_is_money_and_stands_there_once(database: Database) -> None:
    records = [Record(date(2026, 11, 2), "gas", "m³", Decimal(40))]
    price = {"id": "a", "type": "gas", "unit": "m³", "from": "2026-01-01", "base_per": "month"}
    for per_unit, base, note in (
        ("4.2", None, ""),
        ("0.3215", None, f"0.3215{NBSP}€"),
        ("4.2", "9.90", f"4.20{NBSP}€ + base"),
    ):
        prices = [price | {"per_unit": per_unit, "base": base}]
        _, view, _ = drawn_page(database, records, prices=prices)
        assert view.cost_figures[4].note == note


def test_a_type_without_cost_has_an_example_of_its_own(client: TestClient) -> None:
    note(client, "gas 10 m³")
    empty = "/?type=gas&unit=m³&period=2020"
    assert "gas 10 m³ 25 €" in words(client.get("/?type=gas&unit=m³&period=today"))
    set_price(client, type="gas", unit="m³")
    page = words(client.get(empty))
    assert "No cost in this period." in page
    assert "Add a price, or" not in page


def test_a_price_is_edited_in_its_row(ada: Account, database: Database) -> None:
    note(ada.client, "electricity 10 kWh")
    set_price(ada.client, base="9.90")
    place = "/?type=electricity&unit=kWh&period=today"
    [address] = re.findall(r'hx-get="(/stats\?[^"]*price=[^"]*)"', ada.client.get(place).text)
    form = ada.client.get(address.replace("&amp;", "&"), headers=HTMX)
    assert form.status_code == 200
    assert re.search(r'name="per_unit"[^>]* value="0.3"', form.text)
    [price_id] = re.findall(r'name="id" value="([^"]+)"', form.text)
    fields = {"type": "electricity", "unit": "kWh", "id": price_id, "base_per": "month"}
    fields |= {"from": "2026-02-31", "per_unit": "abc", "base": "11", "query": "period=today"}
    refused = ada.client.post("/prices", data=fields, headers=HTMX)
    assert refused.status_code == 422
    assert re.search(r'id="price-from-error"', refused.text)
    assert re.search(r'id="price-unit-error"', refused.text)
    assert re.search(r'name="per_unit"[^>]* value="abc"', refused.text)
    assert re.search(r'name="base"[^>]* value="11"', refused.text)
    # Without scripts it is the page, and a new price comes back beneath "Add a price".
    page = ada.client.post("/prices", data=fields | {"id": ""})
    assert page.status_code == 422
    assert page.text.startswith("<!doctype html>")
    assert 'id="new-price-unit-error"' in page.text
    good = fields | {"from": "2026-02-01", "per_unit": "0.40", "base": ""}
    assert ada.client.post("/prices", data=good).status_code == 303
    with database.reading() as db:
        [price] = db.execute(text("SELECT prices FROM users")).scalar_one()
    assert (price["id"], price["from"], price["per_unit"]) == (price_id, "2026-02-01", "0.4")
    assert price["base"] is None


@pytest.mark.parametrize(("code", "base"), [("EUR", "4.165 €"), ("JPY", "4.165 ¥")])
def test_a_base_fee_has_all_its_decimals(client: TestClient, code: str, base: str) -> None:
    """It was once rounded to those of the currency, so that its days made another sum."""
    note(client, "electricity 10 kWh")
    assert client.post("/account", data={"currency": code}, headers=JSON).status_code == 200
    price = {"type": "electricity", "unit": "kWh", "from": "2026-01-01", "base": "4.165"}
    answer = client.post("/prices", data=price, headers=JSON)
    assert answer.status_code == 201
    page = words(client.get("/?type=electricity&unit=kWh&period=month"))
    assert f"now a kWh {base} a month" in page
    assert f"1 day of {base} a month" in page
    removed = client.post(f"/prices/{answer.json()['id']}/delete")
    assert f"{base} a month" in words(client.get(removed.headers["Location"]))


def test_a_limit_is_set_in_money_where_there_is_some(client: TestClient) -> None:
    note(client, "electricity 10 kWh")
    assert 'name="in"' not in client.get("/?period=today").text
    set_price(client)
    limit = {"type": "electricity", "unit": "kWh", "per": "month"}
    refused = client.post("/limits", data=limit | {"value": "x", "in": "cost"}, headers=HTMX)
    assert refused.status_code == 422
    assert '<option value="cost" selected>€</option>' in refused.text
    answer = client.post("/limits", data=limit | {"value": "60", "in": "cost"}, headers=HTMX)
    assert f"at most 60.00{NBSP}€ a month" in answer.text
    # Beside amounts it names what it is in, beside money it need not.
    assert re.search(r"5 % of 60 €", words(answer).replace("\u202f", " "))
    money = words(client.get("/?show=cost")).replace("\u202f", " ")
    assert re.search(r"5 % of 60[, ]", money)
    assert "of 60 €" not in money


def test_a_limit_in_money_is_not_kept_where_amounts_have_no_cost(client: TestClient) -> None:
    dated(client, "2026-09-02", "gas 250 m3")
    for day in ("2026-08-03", "2026-09-03"):
        dated(client, day, "fuel 10 l 5€")
    for name, unit in (("gas", "m³"), ("fuel", "l")):
        limit = {"type": name, "unit": unit, "value": "30", "per": "month", "in": "cost"}
        assert client.post("/limits", data=limit, headers=JSON).status_code == 200

    def shown() -> str:
        return words(client.get("/?period=2026-09"))

    assert "nothing known of 30 €" in shown() and "5 of 30 €, kept" in shown()
    dated(client, "2026-09-04", "fuel 20 l")
    assert "5 of 30 €, not all costs known" in shown() and "kept" not in shown()
    [fuel] = client.get("/stats?format=json&period=2026-09&type=fuel").json()["types"]
    assert (fuel["limit"]["used"], fuel["limit"]["uncovered"]) == ("5", "20")
    # Beyond it is beyond it.
    dated(client, "2026-09-05", "fuel 20 l 40€")
    assert "150 % of 30 €, 15 over" in shown().replace("\u202f", " ")


def test_the_list_and_the_print_have_a_column_of_costs(client: TestClient) -> None:
    note(client, "fuel 40 l 70.52€ ; motorway")
    note(client, "fuel 10 l 17.48€")
    note(client, "coffee 2 cups")
    page = client.get("/list").text
    assert f'<td class="cost">70.52{NBSP}€</td>' in page
    assert '<td class="cost"></td>' in page
    assert '<th class="cost" scope="col">Cost</th>' in page
    [record] = re.findall(r'id="r-([^"]+)".*?motorway', page, re.S)[:1]
    assert '<td class="cost">' in client.get(f"/consumption/{record}", headers=HTMX).text
    assert f"88.00{NBSP}€" in client.get("/consumption/totals", headers=HTMX).text
    paper = client.get("/list?view=print").text
    assert f'<td class="number">70.52{NBSP}€</td>' in paper
    assert f"88.00{NBSP}€" in paper
    # Where no record has one there is no column, whatever else the account has.
    assert "Cost" not in client.get("/list?view=print&type=coffee").text


def test_the_totals_say_what_was_used_before(client: TestClient) -> None:
    bill = {"consumption_type": "gas", "unit": "m³", "consumption_value": "90"}
    for last, days in (("2020-10-15", 30), ("2020-11-10", 20)):
        record = bill | {"consumption_date": last, "days": days}
        assert client.post("/consumption", json=record).status_code == 201

    def totals(query: str) -> str:
        return words(client.get(f"/consumption/totals?{query}", headers=HTMX))

    # Fifteen of thirty days lie in September, ten of twenty in October.
    sentence = "gas: 45 m³ of this were used in September 2020"
    assert sentence in totals("period=2020-10")
    assert sentence in words(client.get("/list?view=print&period=2020-10"))
    assert sentence in totals("from=2020-10-01&to=2020-11-30")
    assert "gas: 45 m³ of this were used in October 2020" in totals("period=2020-11")
    assert "gas: 87 m³ of this were used before 15 October 2020" in totals(
        "from=2020-10-15&to=2020-11-15"
    )
    # What is listed was used in October as well: the month would not tell the one from the other.
    assert "gas: 31.5 m³ of this were used before 29 October 2020" in totals("from=2020-10-29")
    for query in ("", "period=2020-09", "period=all", "from=2020-09-01"):
        assert "were used" not in totals(query)
    client.post("/account", data={"month_starts": "15"})
    in_words = "gas: 87 m³ of this were used from 15 September to 14 October 2020"
    assert in_words in totals("from=2020-10-15&to=2020-10-15")


def test_an_account_without_costs_sees_nothing_of_money(client: TestClient) -> None:
    note(client, "coffee 2 cups")
    for path in ("/", "/list"):
        page = client.get(path).text
        assert "card-cost" not in page
        assert 'class="sum' not in page


def test_the_month_of_the_documentation(database: Database) -> None:
    """docs/money.md works it through by hand."""
    prices = [
        {"id": "a", "from": "2026-01-01", "per_unit": "0.30"},
        {"id": "b", "from": "2026-10-11", "per_unit": "0.40"},
    ]
    tariff = [
        {"type": "electricity", "unit": "kWh", "base": "9.30", "base_per": "month"} | price
        for price in prices
    ]

    def reading(day: date, value: int, days: int, shown: int) -> Record:
        return Record(day, "electricity", "kWh", Decimal(value), days=days, reading=Decimal(shown))

    started = reading(date(2026, 9, 30), 0, 0, 48001)
    last = date(2026, 10, 31)
    for readings in (
        [reading(date(2026, 10, 10), 100, 10, 48101), reading(last, 210, 21, 48311)],
        [reading(date(2026, 10, 20), 200, 20, 48201), reading(last, 110, 11, 48311)],
    ):
        matching = read_filter([("period", "2026-10")], date(2026, 11, 22))
        with stored(database, [started, *readings], prices=tariff) as (db, user):
            found = statistics_for(db, user, matching, date(2026, 11, 22))
            [one] = with_costs(db, user, matching, found).types
        assert one.cost is not None
        assert one.cost.total == Decimal("123.30")
        assert one.cost.per_day == Decimal("3.977419")


def test_a_removed_price_is_gone_from_the_page(ada: Account, database: Database) -> None:
    note(ada.client, "electricity 10 kWh")
    set_price(ada.client)
    with database.reading() as db:
        [price] = db.execute(text("SELECT prices FROM users")).scalar_one()
    assert price["id"] in ada.client.get("/?type=electricity&unit=kWh").text
    answer = ada.client.post(
        f"/prices/{price['id']}/delete", data={"type": "electricity", "unit": "kWh"}
    )
    assert answer.status_code == 303
    page = ada.client.get(answer.headers["Location"])
    assert "Removed the price of electricity from" in words(page)
    assert f"/prices/{price['id']}/delete" not in page.text


def test_a_price_is_saved_left_and_removed_in_place(ada: Account) -> None:
    note(ada.client, "electricity 10 kWh")
    fields = {"type": "electricity", "unit": "kWh", "query": "period=year"}
    new = fields | {"from": "2024-01-01", "per_unit": "0.2987", "base": "9.9", "base_per": "month"}
    saved = ada.client.post("/prices", data=new, headers=HTMX)
    assert saved.status_code == 200
    assert "Price saved" in words(saved)
    [price_id] = re.findall(' action="/prices/([^/]+)/delete', saved.text)
    assert re.search(rf"price={price_id}[^>]* autofocus", saved.text)
    address = f"/stats?type=electricity&unit=kWh&at_price={price_id}"
    left = ada.client.get(address, headers=HTMX)
    assert re.search(rf"price={price_id}[^>]* autofocus", left.text)
    removed = ada.client.post(f"/prices/{price_id}/delete", data=fields, headers=HTMX)
    named = "electricity from 1 January 2024: 0.2987\u00a0€ a kWh, 9.90\u00a0€ a month"
    assert f"Removed the price of {named}" in removed.text
    assert re.search('id="prices-title" [^>]*autofocus', removed.text)
    assert re.findall(f"[^ ]*{price_id}[^ ]*", removed.text) == [
        f'action="/prices/{price_id}/restore"><button'
    ]


def test_the_first_cost_sets_the_currency_and_says_so(
    client: TestClient, bob: Account, clock: Any
) -> None:
    fields = {"consumption_type": "fuel", "consumption_value": "40", "unit": "l"}
    fields |= {"consumption_date": str(clock.today()), "notes": ""}
    answer = client.post("/consumption", data=fields | {"cost": "70.52"}, headers=HTMX)
    assert answer.status_code == 201
    assert "Costs are in €: choose another currency in the account." in answer.text
    assert f'<td class="cost">70.52{NBSP}€</td>' in answer.text
    again = client.post("/consumption", data=fields | {"cost": "60"}, headers=HTMX)
    assert "Costs are in" not in again.text
    # A program is told too; money that was written before says which currency it is.
    note(bob.client, "rent 900 £")
    made = bob.client.post("/consumption", json=[fields, fields | {"cost": "70.52"}]).json()
    [remark] = made["remarks"]
    assert (remark["index"], remark["field"]) == (1, "cost")
    assert "Costs are in £" in remark["message"]


def test_a_line_with_the_first_cost_says_the_currency(client: TestClient, bob: Account) -> None:
    line = {"line": "fuel 40 l 70.52$"}
    told = "Costs are in $: choose another currency in the account."
    assert told in client.post("/consumption", data=line, headers=HTMX).text
    again = client.post("/consumption", data=line, headers=HTMX)
    assert again.status_code == 201
    assert "Costs are in" not in again.text
    two = bob.client.post("/consumption", json={"line": "tea 1 cup\nfuel 40 l 70.52$"}).json()
    assert two["remarks"] == [{"index": 1, "field": "cost", "message": told}]
    assert "remarks" not in bob.client.post("/consumption", json=line).json()


def test_the_first_cost_may_come_with_an_edit(client: TestClient) -> None:
    note(client, "fuel 40 l")
    [record] = client.get("/consumption?format=json").json()["records"]
    edited = client.put(f"/consumption/{record['id']}", data={"cost": "70.52"}, headers=HTMX)
    assert edited.status_code == 200
    assert "Costs are in €" in edited.text
    assert f"70.52{NBSP}€" in edited.text


def test_what_a_meters_first_reading_cost_counts_on_its_day(client: TestClient) -> None:
    note(client, "gas @100 m³ 120€ 2026-06-10")
    for period in ("2026-06", "2026-06-10", "all"):
        stats = client.get(f"/stats?period={period}", headers=JSON).json()
        assert stats["cost"]["total"] == "120"
        [gas] = stats["types"]
        assert (gas["total"], gas["entries"], gas["cost"]["records"]) == ("0", 0, "120")
        assert "120.00 €" in words(client.get(f"/?period={period}"))
    note(client, "gas @110 m³ 30€ 2026-06-20")
    for address in ("period=all", "period=2026-06", "period=2026-06&type=gas&show=cost"):
        stats = client.get(f"/stats?{address}", headers=JSON).json()
        assert stats["cost"]["total"] == "150"
        assert "150.00 €" in words(client.get(f"/?{address}"))
        drawn = stats["types"][0]["cost"].get("series")
        assert drawn is None or sum(Decimal(day) for day in drawn if day) == 150
    assert "150.00 €" in words(client.get("/list?view=print"))
    after = client.get("/stats?period=2026-06-11", headers=JSON).json()
    assert after["cost"]["total"] == "3"


def test_a_card_says_what_a_new_meter_cost_before_it_is_read(client: TestClient) -> None:
    note(client, "gas @120 m³ 2026-01-10")
    note(client, "gas @0.2 m³ new 2026-02-10 49.90€")
    page = client.get("/?period=2026-02").text
    assert 'figure">49.90' in page
    assert "<b>49.90\u00a0€</b>" in page
    assert "0.00" not in page


def test_a_small_cost_a_day_is_not_nothing(client: TestClient) -> None:
    note(client, "electricity 12 Wh yesterday 0.01€")
    note(client, "electricity 12 Wh 0.01€")
    page = client.get("/?period=last-30&type=electricity&unit=Wh").text
    assert "0.00083" in page
    assert "0.01\u00a0€ a day" in client.get("/?period=last-2").text


def test_a_reading_that_becomes_the_first_one_keeps_its_cost(client: TestClient) -> None:
    note(client, "gas @100 m³ 2026-06-10")
    [first] = client.get("/consumption?format=json").json()["records"]
    note(client, "gas @110 m³ 30€ 2026-06-20")
    client.delete(f"/consumption/{first['id']}", headers=JSON)
    assert client.get("/stats?period=2026-06", headers=JSON).json()["cost"]["total"] == "30"


def currency_of(client: TestClient) -> str | None:
    """The account's currency as the form of the account has it chosen; None without one."""
    chosen = re.search(r'<option value="([A-Z]*)" selected', currency_choice(client))
    return (chosen and chosen[1]) or None


def currency_choice(client: TestClient) -> str:
    return client.get("/account", headers=HTMX).text.split('id="currency"')[1].split("</select>")[0]


def undo(client: TestClient, change: str) -> str:
    """Undo a change, and the change that this undo is."""
    answer = client.post("/consumption/undo", data={"change": change}, headers=JSON)
    assert answer.status_code == 200, answer.text
    return str(undo_of(UUID(change)))


def first_cost(client: TestClient, line: str = "lunch 1 $4.50") -> str:
    """The change that saves a line with the account's first cost."""
    answer = client.post("/consumption", data={"line": line}, headers=JSON)
    assert currency_of(client) == "USD"
    return str(answer.json()["change"])


def test_an_undo_of_the_first_cost_takes_its_currency_back(client: TestClient) -> None:
    undone = undo(client, first_cost(client))
    assert currency_of(client) is None
    redone = undo(client, undone)
    assert currency_of(client) == "USD"
    undo(client, redone)
    assert currency_of(client) is None
    note(client, "lunch 1 4.50€")
    assert currency_of(client) == "EUR"


def test_a_currency_stays_with_other_costs(client: TestClient) -> None:
    change = first_cost(client)
    note(client, "lunch 1 $6")
    undo(client, change)
    assert currency_of(client) == "USD"


def test_a_currency_stays_with_a_price(client: TestClient) -> None:
    change = first_cost(client)
    set_price(client)
    undo(client, change)
    assert currency_of(client) == "USD"


def test_a_currency_stays_with_a_limit_in_money(client: TestClient) -> None:
    change = first_cost(client)
    limit = {"type": "lunch", "value": "90", "per": "month", "in": "cost"}
    assert client.post("/limits", data=limit, headers=JSON).status_code == 200
    undo(client, change)
    assert currency_of(client) == "USD"


def test_a_currency_chosen_since_stays(client: TestClient) -> None:
    change = first_cost(client)
    chosen = {"currency": "CHF", "confirm_currency": "1"}
    assert client.post("/account", data=chosen, headers=JSON).status_code == 200
    undo(client, change)
    assert currency_of(client) == "CHF"


def test_an_undone_import_takes_its_currency_back(client: TestClient) -> None:
    sent = {"file": ("a.csv", b"Date,Litres,Cost ($)\n2026-01-02,40,70.52\n")}
    answer = client.post("/consumption/import", data={"type": "fuel"}, files=sent, headers=JSON)
    assert answer.json()["saved"], answer.text
    assert currency_of(client) == "USD"
    undo(client, answer.json()["change"])
    assert currency_of(client) is None


def bring_back_a_cost(client: TestClient, back: str) -> None:
    """Take back the first cost, and its currency, while a second one is deleted; restore that."""
    change = first_cost(client)
    second = client.post("/consumption", data={"line": "dinner 1 $9"}, headers=JSON).json()
    record_id = second["records"][0]["id"]
    again = second["change"]
    if back == "an undo of the undo":
        again = undo(client, second["change"])
    else:
        deleted = client.delete(f"/consumption/{record_id}", headers=JSON)
        again = deleted.json()["change"]
    undo(client, change)
    assert currency_of(client) is None
    if back == "a record":
        client.post(f"/consumption/{record_id}/restore", headers=JSON)
    elif back == "many records":
        fields = {"ids": record_id, "action": "restore"}
        assert client.post("/consumption/bulk", data=fields, headers=JSON).json()["changed"] == 1
    else:
        undo(client, again)


@pytest.mark.parametrize(
    "back", ["a record", "many records", "an undo of the deletion", "an undo of the undo"]
)
def test_a_cost_that_comes_back_brings_its_currency(client: TestClient, back: str) -> None:
    bring_back_a_cost(client, back)
    assert currency_of(client) == "USD"
    assert "9.00\u00a0$" in client.get("/list").text


@pytest.mark.parametrize("is_line", [True, False])
def test_a_cost_sent_again_sets_no_currency_that_was_given_up(
    client: TestClient, is_line: bool
) -> None:
    lunch = {"consumption_type": "lunch", "consumption_value": "1", "cost": "4.5"}
    sent = {"line": "lunch 1 $4.50"} if is_line else lunch
    sent |= {"id": "0b0e2f9c-6a0f-4d0c-9a58-1f1f3e0f7a11"}
    assert client.post("/consumption", data=sent, headers=JSON).status_code == 201
    none = {"currency": "", "confirm_currency": "1"}
    assert client.post("/account", data=none, headers=JSON).status_code == 200
    again = client.post("/consumption", data=sent, headers=JSON)
    assert (again.status_code, again.json().get("remarks", [])) == (200, [])
    assert currency_of(client) is None


def test_an_undo_of_a_cost_sets_no_currency_that_was_given_up(client: TestClient) -> None:
    change = first_cost(client)
    none = {"currency": "", "confirm_currency": "1"}
    assert client.post("/account", data=none, headers=JSON).status_code == 200
    undone = undo(client, change)
    assert currency_of(client) is None
    undo(client, undone)
    assert currency_of(client) is None


def dated(client: TestClient, day: str, line: str) -> None:
    note(client, f"{line} {day}")


def month(client: TestClient, period: str) -> dict[str, Any]:
    answer = client.get(f"/stats?format=json&period={period}").json()
    sum_of_all: dict[str, Any] = answer["cost"]
    return sum_of_all


def test_the_sum_is_compared_with_all_that_the_period_before_cost(client: TestClient) -> None:
    dated(client, "2026-08-03", "food 1 90€")
    dated(client, "2026-08-04", "gym 1 70€")
    dated(client, "2026-09-01", "food 1 80€")
    dated(client, "2026-07-01", "food 1 10€")
    dated(client, "2026-07-01", "gym 1 70€")
    costs = month(client, "2026-09")
    assert (costs["total"], costs["previous"]["total"]) == ("80", "160")
    page = client.get("/?period=2026-09")
    assert "50 % less" in words(page) and page.text.count('class="cell type-card') == 1


def test_the_sum_names_what_it_is_compared_with(client: TestClient) -> None:
    gas = {"consumption_type": "gas", "unit": "m³", "consumption_value": "100", "cost": "60"}
    dated(client, "2020-07-01", "food 1 10€")
    dated(client, "2020-09-30", "food 1 15€")
    dated(client, "2020-10-31", "food 1 20€")
    for last, days in (("2020-08-31", 31), ("2020-09-30", 30), ("2020-10-20", 20)):
        bill = gas | {"consumption_date": last, "days": days}
        assert client.post("/consumption", json=bill).status_code == 201
    # Gas is known on 20 days of October, and meets the first 20 of September: 80 € and 55 €.
    assert month(client, "2020-10")["previous"]["total"] == "55"
    page = words(client.get("/?period=2020-10"))
    assert "45 % more than the same days of September 2020 · gas is known to 20 October" in page
    assert "more than September" not in page.partition("Amount")[0]
    assert "25 % more than August 2020" in words(client.get("/?period=2020-09"))
    assert "€ in September 2020" in words(client.get("/?period=2020-09"))
    client.post("/account", data={"month_starts": "15"})
    in_words = "€ from 15 September to 14 October 2020"
    assert in_words in words(client.get("/?period=2020-09"))


def test_a_base_fee_counts_in_a_month_without_use(client: TestClient) -> None:
    dated(client, "2026-08-01", "electricity 10 kWh")
    dated(client, "2026-09-01", "tea 1 cup 3€")
    set_price(client, per_unit="0.30", base="30")
    costs = month(client, "2026-09")
    assert costs["total"] == "33"
    assert [
        one["type"] for one in client.get("/stats?format=json&period=2026-09").json()["types"]
    ] == ["tea"]


def test_hidden_types_count_in_the_sum_as_they_do_for_programs(client: TestClient) -> None:
    note(client, "tea 1 cup 3€")
    note(client, "coffee 1 cup 4€")
    hide = {"type": "tea", "unit": "cup", "hidden": "on"}
    assert client.post("/types", data=hide, headers=JSON).status_code == 200
    numbers = client.get("/stats?format=json").json()["cost"]
    assert (numbers["total"], numbers["aside"]) == ("7", [])
    assert "7.00 €" in words(client.get("/"))
    assert "with 3.00 € of tea, which has no card here" in words(client.get("/"))


def test_a_cost_without_a_card_that_is_written_as_nothing_is_not_told(client: TestClient) -> None:
    note(client, "coffee 1 cup 4€")
    salt = {"consumption_type": "salt", "consumption_value": "1", "unit": "g", "cost": "0.004"}
    assert client.post("/consumption", json=salt).status_code == 201
    hide = {"type": "salt", "unit": "g", "hidden": "on"}
    assert client.post("/types", data=hide, headers=JSON).status_code == 200
    assert "no card here" not in words(client.get("/"))
    assert client.post("/consumption", json=salt | {"cost": "0.001"}).status_code == 201
    assert "with 0.01 € of salt, which has no card here" in words(client.get("/"))


def test_a_sum_of_too_many_types_is_of_those_on_the_page_and_says_so(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_pages, "MAX_TYPES", 2)
    monkeypatch.setattr(aside, "MAX_ASIDE", 3)
    for name in ("tea", "milk", "bread", "rent", "fuel"):
        note(client, f"{name} 1 1€")
    numbers = client.get("/stats?format=json").json()["cost"]
    assert (numbers["total"], len(numbers["aside"]), numbers["of_page"]) == ("5", 3, False)
    note(client, "gas 1 1€")
    numbers = client.get("/stats?format=json").json()["cost"]
    assert (numbers["total"], numbers["aside"], numbers["of_page"]) == ("2", [], True)
    assert "of the types on this page alone" in words(client.get("/"))


def test_a_base_fee_is_told_where_nothing_was_noted(client: TestClient) -> None:
    dated(client, "2026-07-31", "electricity 10 kWh")
    set_price(client, type="Electricity", base="31")
    page = client.get("/?period=2026-08")
    assert "No records in this period" in page.text
    assert "31.00 € in August" in words(page)
    assert "with 31.00 € of electricity, which has no card here" in words(page)
    assert "Amount" not in page.text  # without cards there is nothing to switch
    own = words(client.get("/?period=2026-08&type=electricity"))
    assert "31 days of 31.00 € a month 31.00 €" in own
    for query in ("", "&type=electricity", "&type=ELECTRICITY&unit=kWh"):
        numbers = client.get(f"/stats?format=json&period=2026-08{query}").json()
        assert numbers["types"] == []
        assert numbers["cost"]["total"] == "31"
        [one] = numbers["cost"]["aside"]
        assert (one["type"], one["unit"], one["cost"]["base"]) == ("electricity", "kWh", "31")
    # Before the first record nothing is due.
    assert client.get("/stats?format=json&period=2026-05").json()["cost"] is None
    assert 'class="sum' not in client.get("/?period=2026-05").text


def test_the_sum_says_which_types_have_days_between_that_nobody_has_read(
    client: TestClient,
) -> None:
    for day, reading in (("09-01", "@100 kWh"), ("09-10", "@160"), ("09-16", "@5 new")):
        dated(client, f"2026-{day}", f"electricity {reading}")
    dated(client, "2026-09-30", "electricity @75")
    set_price(client, per_unit="0.30")
    page = words(client.get("/?period=2026-09"))
    assert "39.00 € in" in page and "electricity is known on 23 of 30 days" in page
    # Before its first reading nothing of it was used, as its card says.
    assert "is known" not in words(client.get("/?from=2026-09-01&to=2026-09-10"))


def test_the_sum_says_which_types_are_not_read_in_the_period(client: TestClient) -> None:
    """A week in which nothing of a meter is known has no cost of it, and not a cost of 0."""
    for day, reading in (("2026-09-01", 100), ("2026-09-20", 160)):
        dated(client, day, f"electricity @{reading} kWh")
    dated(client, "2026-09-22", "tea 1 cup 3€")
    set_price(client, per_unit="0.30")
    page = words(client.get("/?from=2026-09-21&to=2026-09-27"))
    assert "3.00 € in" in page and "electricity is known to 20 September" in page

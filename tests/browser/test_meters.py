"""At the meter on a phone, readings and bills in the form, and prices in their row."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, text

from tally.domain.fields import MAX_TYPE, MAX_UNIT
from tests.browser.browsing import Browsing, Person, settle
from tests.browser.test_frame import SQUEEZED

PRICE = {
    "id": "5f0c4f4e-6f5c-4d1e-9a43-0a4d8f0b7a11",
    "type": "electricity",
    "unit": "kWh",
    "from": "2026-01-01",
    "per_unit": "0.3",
    "base": None,
    "base_per": "month",
}


@pytest.fixture
def saved(engine: Engine) -> Callable[[], Sequence[Any]]:
    """Type, reading, value and days of every record, in the order in which they came."""

    def saved() -> Sequence[Any]:
        with engine.connect() as db:
            return db.execute(
                text(
                    "SELECT consumption_type, reading, consumption_value, days"
                    " FROM consumption_records ORDER BY created_at, id"
                )
            ).all()

    return saved


@pytest.fixture
def meters(mara: Person, engine: Engine) -> None:
    """Two meters of Mara's, each begun thirty days ago."""
    with engine.begin() as db:
        db.execute(
            text(
                "INSERT INTO consumption_records (user_id, consumption_date, consumption_value,"
                " consumption_type, unit, days, reading, meter) SELECT CAST(:id AS uuid),"
                " (now() AT TIME ZONE 'UTC')::date - 30, 0, name, unit, 0, shown, 1"
                " FROM (VALUES ('electricity', 'kWh', 48001), ('water', 'm³', 120.584))"
                " AS meter (name, unit, shown)"
            ),
            {"id": mara.id},
        )


@pytest.mark.usefixtures("meters")
def test_meters_are_read_one_after_the_other(
    phone: Page, saved: Callable[[], Sequence[Any]], axe: Callable[[Page], None]
) -> None:
    phone.goto("/add")
    settle(phone)
    phone.get_by_role("link", name="electricity").filter(has_text="48\u202f001").click()
    field = phone.locator("#meter-reading")
    expect(field).to_be_focused()
    expect(phone.locator(".meter-head .note")).to_have_text("1 of 2")
    # Digit over digit: the last reading begins where what is typed begins, in the same size.
    field.fill("48213")
    last, typed = phone.locator("#meter-last").bounding_box(), field.bounding_box()
    assert last is not None
    assert typed is not None
    inset = float(field.evaluate("it => parseFloat(getComputedStyle(it).paddingLeft) + 1"))
    assert abs(last["x"] - (typed["x"] + inset)) <= 1
    sizes = [
        it.evaluate("it => getComputedStyle(it).fontSize")
        for it in (field, phone.locator("#meter-last"))
    ]
    assert sizes[0] == sizes[1]
    expect(phone.locator("#meter-comes-to")).to_contain_text("212 kWh in 30 days")
    axe(phone)
    # A lower one shows why and does not save; the words that explain it are there to be chosen.
    field.fill("47900")
    phone.get_by_role("button", name="Next: water").click()
    expect(phone.locator("#meter-comes-to .error")).to_contain_text("Lower than 48\u202f001")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(phone.locator("#meter-open").get_by_label("A new meter begins")).to_be_visible()
    assert len(saved()) == 2
    # The key of the keypad is the button: each saves at once and opens the next.
    field.fill("48213")
    expect(field).not_to_have_attribute("aria-invalid", "true")
    field.press("Enter")
    expect(phone.locator(".meter-head .note")).to_have_text("2 of 2")
    expect(phone.locator("#meter-reading")).to_be_focused()
    assert [
        (row.consumption_type, int(row.reading), int(row.consumption_value), row.days)
        for row in saved()[2:]
    ] == [("electricity", 48213, 212, 30)]
    expect(phone.get_by_role("heading", name="Meters").locator("..")).to_contain_text(
        "1 of 2 read today"
    )
    phone.locator("#meter-reading").fill("124.1")
    phone.locator("#meter-open").get_by_role("button", name="Save").click()
    expect(phone.locator("#meter-open")).to_have_count(0)
    expect(phone.locator("#meters")).to_contain_text("2 of 2 read today")
    assert str(saved()[3].consumption_value.normalize()) == "3.516"
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.usefixtures("meters")
def test_one_can_be_skipped_and_the_open_block_fits_above_a_keypad(phone: Page) -> None:
    phone.goto("/add?meter=electricity&unit=kWh#meters")
    settle(phone)
    box = phone.locator("#meter-open").bounding_box()
    assert box is not None
    # A keypad of 300 px on a screen of 844, and what the browser shows around the page.
    assert box["height"] <= 300
    phone.locator("#meter-open").get_by_role("link", name="Skip").click()
    expect(phone.locator(".meter-head .note")).to_have_text("2 of 2")
    phone.locator("#meter-open").get_by_role("link", name="Close").click()
    expect(phone.locator("#meter-open")).to_have_count(0)


@pytest.mark.usefixtures("meters")
def test_a_meter_that_was_opened_in_the_page_is_closed_there(phone: Page) -> None:
    phone.goto("/add")
    settle(phone)
    phone.locator("#line").fill("coffee")
    meter = phone.locator("a.meter").last
    meter.tap()
    expect(phone.locator(".meter-head .note")).to_have_text("2 of 2")
    phone.locator("#meter-open").get_by_role("link", name="Close").tap()
    expect(phone.locator("#meter-open")).to_have_count(0)
    expect(meter).to_be_focused()
    expect(phone.locator("#line")).to_have_value("coffee")


@pytest.mark.usefixtures("meters")
def test_the_form_of_a_reading_shows_the_last_one(page: Page) -> None:
    page.goto("/add")
    settle(page)
    form = page.locator("#record-form")
    form.get_by_label("Type", exact=True).fill("electricity")
    form.get_by_text("Meter reading").click()
    form.get_by_label("Reading", exact=True).click()
    expect(form.locator("#reading-last")).to_contain_text("48\u202f001 on ")


def test_a_bill_asks_for_both_of_its_days(
    page: Page, saved: Callable[[], Sequence[Any]], axe: Callable[[Page], None]
) -> None:
    page.goto("/add")
    settle(page)
    form = page.locator("#record-form")
    last_day = form.locator("label[for=consumption_date]")
    expect(last_day.get_by_text("Date")).to_be_visible()
    expect(form.locator("#covers_from")).to_be_hidden()
    form.get_by_text("from – to").click()
    expect(last_day.get_by_text("To")).to_be_visible()
    expect(last_day.get_by_text("Date")).to_be_hidden()
    axe(page)
    form.get_by_label("Type", exact=True).fill("gas")
    form.get_by_label("Value").fill("250")
    form.locator("#unit").fill("m³")
    form.locator("#covers_from").fill("2026-10-01")
    form.locator("#consumption_date").fill("2026-10-31")
    form.get_by_role("button", name="Save record").click()
    expect(page.locator("#messages")).to_contain_text("gas")
    [row] = saved()
    assert (row.consumption_type, int(row.consumption_value), row.days) == ("gas", 250, 31)


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_an_edit_moves_both_ends_of_a_bill(
    browsing: Browsing,
    mara: Person,
    record: Callable[..., None],
    saved: Callable[[], Sequence[Any]],
    engine: Engine,
    axe: Callable[[Page], None],
    javascript: bool,
) -> None:
    record("gas", 250, "m³")
    page = browsing.open(mara, javascript=javascript)
    page.goto("/list")
    settle(page)
    page.locator(".row .what a").click()
    form = page.locator(".edit-form")
    last_day = form.locator("[name=consumption_date]")
    expect(form.locator(".edit-days label").get_by_text("Date")).to_be_visible()
    expect(form.get_by_label("From", exact=True)).to_be_hidden()
    form.get_by_text("from – to").click()
    expect(form.locator(".edit-days label").get_by_text("To", exact=True)).to_be_visible()
    if javascript:
        axe(page)
    form.get_by_label("From", exact=True).fill("2025-10-31")
    last_day.fill("2025-10-01")
    form.get_by_role("button", name="Save").click()
    expect(form.locator(".edit-days .error")).to_contain_text("The first day lies behind the last.")
    form.get_by_label("From", exact=True).fill("2025-10-01")
    last_day.fill("2025-10-31")
    form.get_by_role("button", name="Save").click()
    expect(page.locator("#messages")).to_contain_text("gas")
    [row] = saved()
    assert (row.consumption_type, int(row.consumption_value), row.days) == ("gas", 250, 31)
    with engine.connect() as db:
        day = db.execute(
            text("SELECT consumption_date::text FROM consumption_records")
        ).scalar_one()
    assert day == "2025-10-31"


@pytest.fixture
def priced(
    page: Page, record: Callable[..., None], prefer: Callable[..., None], engine: Engine
) -> Page:
    """A browser of somebody whose electricity has a price."""
    record("electricity", 10, "kWh")
    prefer(currency="EUR")
    with engine.begin() as db:
        own = text("UPDATE users SET prices = CAST(:prices AS jsonb)")
        db.execute(own, {"prices": json.dumps([PRICE])})
    return page


def test_a_price_is_edited_in_its_row(priced: Page, axe: Callable[[Page], None]) -> None:
    page = priced
    page.goto("/?type=electricity&unit=kWh&period=last-30")
    settle(page)
    axe(page)
    page.get_by_role("link", name="Edit the price from").click()
    form = page.get_by_role("form", name="Edit the price")
    expect(form.get_by_label("From")).to_be_focused()
    form.get_by_label("A kWh").fill("abc")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_label("A kWh")).to_have_value("abc")
    expect(form.locator("#price-unit-error")).to_be_visible()
    axe(page)
    form.get_by_label("A kWh").fill("0.40")
    form.get_by_role("button", name="Save").click()
    expect(page.locator("table.prices")).to_contain_text("0.40\u00a0€")
    expect(page.locator("#messages")).to_contain_text("Price saved")
    edit = page.get_by_role("link", name="Edit the price from")
    expect(edit).to_be_focused()
    edit.press("Enter")
    form.get_by_role("link", name="Cancel").press("Enter")
    expect(edit).to_be_focused()
    # The switch of the charts, by keyboard.
    page.get_by_role("link", name="Cost", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Cost", exact=True)).to_have_attribute(
        "aria-current", "true"
    )
    expect(page).to_have_url(re.compile("show=cost"))


def test_a_price_that_is_added_or_removed_has_the_focus_in_its_place(
    page: Page, record: Callable[..., None], prefer: Callable[..., None]
) -> None:
    record("electricity", 10, "kWh")
    prefer(currency="EUR")
    page.goto("/?type=electricity&unit=kWh")
    page.get_by_text("Add a price").first.click()
    page.locator("#new-price-from").fill("2024-01-01")
    page.locator("#new-price-unit").fill("0.2987")
    page.locator("#new-price-base").fill("9.9")
    page.locator("#new-price-base").press("Enter")
    expect(page.get_by_role("link", name="Edit the price from 1 January 2024")).to_be_focused()
    page.get_by_role("button", name="Remove the price from").press("Enter")
    expect(page.locator("#messages")).to_contain_text(
        "Removed the price of electricity from 1 January 2024:"
        " 0.2987\u00a0€ a kWh, 9.90\u00a0€ a month"
    )
    expect(page.get_by_role("heading", name="Prices")).to_be_focused()
    expect(page).to_have_url(re.compile(r"/\?type=electricity&unit=kWh$"))


def test_the_undo_key_puts_a_removed_price_back(priced: Page) -> None:
    page = priced
    page.goto("/?period=year&type=electricity&unit=kWh")
    page.get_by_role("button", name="Remove the price from").press("Enter")
    expect(page.get_by_role("button", name="Remove the price from")).to_have_count(0)
    page.keyboard.press("u")
    expect(page.locator("#messages")).to_contain_text("The price is back")
    expect(page.get_by_role("button", name="Remove the price from")).to_be_visible()
    expect(page).to_have_url(re.compile("period=year.*type=electricity"))
    # It is in sight there, and the page goes on from there.
    heading = page.get_by_role("heading", name="Prices")
    expect(heading).to_be_in_viewport()
    expect(heading).to_be_focused()


def test_the_list_has_a_column_of_costs_where_a_record_has_one(
    page: Page, record: Callable[..., None], prefer: Callable[..., None], engine: Engine
) -> None:
    record("coffee", 2, "cup")
    record("fuel", 40, "l")
    prefer(currency="EUR")
    page.goto("/list")
    settle(page)
    head = page.locator("thead th.cost")
    expect(head).to_be_hidden()
    with engine.begin() as db:
        db.execute(text("UPDATE consumption_records SET cost = 70.52 WHERE unit = 'l'"))
    page.reload()
    settle(page)
    expect(head).to_be_visible()
    expect(page.locator("td.cost", has_text="70.52\u00a0€")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator("td.cost", has_text="70.52\u00a0€")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


# What is wider than its sheet, which hides it: not what scrolls in a region of its own.
CUT_OFF = """() => [...document.querySelectorAll("main .sheet :is(table, form, dl, p, ul)")]
  .filter((one) => !one.closest(".readings-room, .numbers-sheet") && one.checkVisibility())
  .filter((one) => one.getBoundingClientRect().right
                   > one.closest(".cell, .sheet").getBoundingClientRect().right + 1)
  .map((one) => one.outerHTML.slice(0, 100))"""


@pytest.mark.parametrize("width", [320, 390, 1024])
def test_long_figures_and_prices_are_not_cut_off(
    browsing: Browsing, mara: Person, engine: Engine, prefer: Callable[..., None], width: int
) -> None:
    prefer(currency="EUR")
    with engine.begin() as db:
        db.execute(
            text(
                "INSERT INTO consumption_records (user_id, consumption_date, consumption_value,"
                " consumption_type, unit, days, reading, meter) SELECT CAST(:id AS uuid),"
                " (now() AT TIME ZONE 'UTC')::date - 7 * (10 - week),"
                " CASE week WHEN 0 THEN 0 ELSE 48.123 END, 'electricity', 'kWh',"
                " CASE week WHEN 0 THEN 0 ELSE 7 END, 12345.678 + week * 48.123, 1"
                " FROM generate_series(0, 10) AS week"
            ),
            {"id": mara.id},
        )
        prices = [PRICE | {"per_unit": "0.321512", "base": "109.90"}]
        own = text("UPDATE users SET prices = CAST(:prices AS jsonb)")
        db.execute(own, {"prices": json.dumps(prices)})
    page = browsing.open(mara, width=width)
    page.goto("/?type=electricity&unit=kWh&period=last-30")
    settle(page)
    assert page.evaluate(CUT_OFF) == []
    table, room = page.locator("table.readings"), page.locator(".readings-room")
    right = table.evaluate("(table) => table.getBoundingClientRect().right")
    edge = room.evaluate("(room) => room.getBoundingClientRect().right")
    assert right <= edge + 1 or width == 320
    # At the narrowest what is left over scrolls.
    last = table.locator("tbody tr").first.locator("td").last
    last.scroll_into_view_if_needed()
    assert last.evaluate("(cell) => cell.getBoundingClientRect().right") <= edge + 1


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_the_largest_sum_is_whole_and_so_is_the_longest_name(
    browsing: Browsing,
    mara: Person,
    record: Callable[..., None],
    engine: Engine,
    prefer: Callable[..., None],
    width: int,
) -> None:
    name, unit = "W" * MAX_TYPE, "U" * MAX_UNIT
    record(name, "999999999999.123456", unit)
    prefer(currency="EUR")
    prices = [PRICE | {"type": name, "unit": unit, "per_unit": "999999.123456", "base": "999999"}]
    with engine.begin() as db:
        own = text("UPDATE users SET prices = CAST(:prices AS jsonb)")
        db.execute(own, {"prices": json.dumps(prices)})
    page = browsing.open(mara, width=width)
    page.goto(f"/?type={name}&unit={unit}")
    page.get_by_text("Rename or merge").click()
    page.get_by_label("Name", exact=True).fill("tea")
    page.get_by_role("button", name="What would change?").click()
    expect(page.locator("#rename-preview p")).to_be_visible()
    assert page.evaluate(SQUEEZED) == []
    expect(page.locator(".bill tfoot td")).to_contain_text("€")

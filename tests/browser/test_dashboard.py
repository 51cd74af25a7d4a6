"""The dashboard in a browser: periods, one type, limits, keys, without scripts, at every width."""

from __future__ import annotations

import io
import json
import random
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error, Page, Route, expect
from pypdf import PdfReader
from sqlalchemy import Engine, text

from tests.browser.browsing import Browsing, Person, settle
from tests.browser.test_frame import assert_no_sideways_scrolling
from tests.waiting import wait_until

Record = Callable[..., None]
Axe = Callable[[Page], None]

LONGEST = "a type name of sixty-four letters " + "n" * 30


def today() -> date:
    """The day that the server has: a run that begins on one may come here on the next."""
    return datetime.now(UTC).date()


def last_month() -> date:
    """Its last day."""
    return today().replace(day=1) - timedelta(days=1)


def test_a_refused_name_of_a_type_has_its_sentence(page: Page, record: Record) -> None:
    record("coffee", 1, "cup")
    page.goto("/?type=coffee")
    settle(page)
    page.get_by_text("Rename or merge").click()
    name, unit = page.locator("#rename-type"), page.locator("#rename-unit")
    unit.fill("x" * 25)
    name.fill("coffee\u200b")
    for button in ("Rename", "What would change?"):
        page.get_by_role("button", name=button).click()
        expect(page.locator(".type-tools .error")).to_have_count(1)
        expect(unit.locator("xpath=following-sibling::*[@class='error']")).to_contain_text("24")
        expect(unit).to_be_focused()
        expect(page.locator("#messages .message")).to_have_count(0)
    unit.fill("cup")
    name.fill("coffee")
    page.get_by_role("button", name="Rename").click()
    expect(page.locator("#rename-type-error")).to_have_text("It is called that already.")
    expect(page.locator("#rename-unit-error")).to_have_count(0)


@pytest.fixture
def ledger(mara: Person, engine: Engine) -> None:
    """Two years of electricity and coffee, water in two units, and limits."""
    random.seed(7)
    rows: list[tuple[date, object, str, str]] = []
    for ago in range(760):
        day = today() - timedelta(days=ago)
        if ago % 29 or not ago:
            rows.append((day, random.randint(60, 180) / 10, "electricity", "kWh"))
        rows += [(day, 1, "coffee", "cup")] * random.randint(1, 3)
        rows.append((day, random.randint(100, 200) / 1000, "water", "m³"))
        if ago % 5 == 0:
            rows.append((day, 2, "water", "l"))
    _insert(engine, mara, rows)
    _set_limits(engine, ("coffee", "cup", "40", "month"), ("electricity", "kWh", "320", "month"))


@pytest.fixture
def edges(mara: Person, engine: Engine) -> None:
    """The largest values, the longest names, other scripts, zeros, and nothing at all."""
    rows = []
    for ago in range(70):
        day = today() - timedelta(days=ago)
        rows += [
            (day, "987654321987.123456", LONGEST, "kilowatt-hours of power"),
            (day, 10**9 + ago, "Электричество на даче", "кВт·ч"),
            (day, ago % 9, "قهوة", "فنجان"),
            (day, 10**5 + 999 * ago, "Donaudampfschifffahrtselektrizität", "kWh"),
            (day, "0.000001", "trace", "g"),
            (day, 0, "sugar", ""),
        ]
    _insert(engine, mara, rows)
    _set_limits(
        engine,
        (LONGEST, "kilowatt-hours of power", "5", "week"),
        ("trace", "g", "999999999999", "year"),
        ("sugar", "", "0", "day"),
        ("not yet", "kg", "3", "month"),
    )


def _insert(engine: Engine, person: Person, rows: list[tuple[date, object, str, str]]) -> None:
    with engine.begin() as db:
        db.execute(
            text(
                "INSERT INTO consumption_records (user_id, consumption_date, consumption_value,"
                " consumption_type, unit)"
                " SELECT CAST(:user_id AS uuid), CAST(record ->> 0 AS date),"
                " CAST(record ->> 1 AS numeric), record ->> 2, record ->> 3"
                " FROM jsonb_array_elements(CAST(:rows AS jsonb)) AS record"
            ),
            {"user_id": person.id, "rows": json.dumps(rows, default=str)},
        )


def _set_limits(engine: Engine, *limits: tuple[str, str, str, str]) -> None:
    entries = [dict(zip(("type", "unit", "value", "per"), one, strict=True)) for one in limits]
    with engine.begin() as db:
        db.execute(
            text("UPDATE users SET preferences = preferences || CAST(:new AS jsonb)"),
            {"new": json.dumps({"limits": entries})},
        )


def month(day: date) -> str:
    return f"{day:%B %Y}"


def heading(page: Page, words: str) -> None:
    expect(page.locator("h1")).to_have_text(words)


# Periods


def test_periods_change_in_place_and_back_works(page: Page, ledger: None) -> None:
    page.goto("/")
    heading(page, month(today()))
    page.evaluate("window.same = true")
    page.get_by_role("link", name="Earlier").click()
    heading(page, month(last_month()))
    expect(page).to_have_url(re.compile(rf"\?period={last_month():%Y-%m}$"))
    expect(page).to_have_title(f"{month(last_month())} · Tally")
    expect(page.get_by_role("link", name="Earlier")).to_be_focused()
    page.get_by_role("link", name="Later").click()
    heading(page, month(today()))
    expect(page).to_have_url(re.compile(r"/$"))
    page.get_by_role("link", name="Year", exact=True).click()
    heading(page, str(today().year))
    expect(page.locator("[aria-current=true]")).to_have_text("Year")
    page.go_back()
    heading(page, month(today()))
    page.go_back()
    heading(page, month(last_month()))
    page.go_forward()
    heading(page, month(today()))
    assert page.evaluate("window.same") is True


def test_who_goes_back_waits_no_longer_for_the_page_of_a_link(page: Page, record: Record) -> None:
    record("coffee", 2, "cup")
    page.goto("/")
    settle(page)
    page.locator(".period-switch").get_by_role("link", name="Year", exact=True).click()
    expect(page).to_have_url(re.compile(r"\?period=year$"))
    settle(page)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(re.compile(r"/(\?type=.*)?$"), hold)
    page.locator(".card-link").click()
    wait_until(lambda: len(held) == 1, "no card", pause=lambda: page.wait_for_timeout(20))
    page.go_back()
    wait_until(lambda: len(held) == 2, "no way back", pause=lambda: page.wait_for_timeout(20))
    card, way_back = held
    with suppress(Error):  # Nobody waits for it any more.
        card.continue_()
    page.wait_for_timeout(500)
    way_back.continue_()
    settle(page)
    expect(page.locator(".period-switch [aria-current]").first).to_have_text("Month")
    assert urlsplit(page.url).path == "/"
    assert urlsplit(page.url).query == ""


def test_a_link_leads_on_while_a_form_is_still_on_its_way(page: Page, record: Record) -> None:
    record("coffee", 2, "cup")
    page.goto("/?type=coffee&unit=cup")
    settle(page)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(re.compile("/(limits)?$"), hold)
    form = page.locator("form.limit-form")
    form.locator("[name=value]").fill("3")
    form.get_by_role("button", name="Save").click()
    page.locator("#all-types").click()
    wait_until(lambda: len(held) == 2, "not asked", pause=lambda: page.wait_for_timeout(20))
    limit, all_types = held
    limit.continue_()
    expect(page.locator("#messages")).to_contain_text("Limit set")
    all_types.continue_()
    expect(page.locator(".card-link")).to_have_count(1)
    assert urlsplit(page.url).query == ""


def test_keys_lead_through_the_periods(page: Page, ledger: None) -> None:
    page.goto("/")
    for key, shown in (
        ("[", last_month()),
        ("]", today()),
        ("Shift+ArrowLeft", last_month()),
        ("Shift+ArrowRight", today()),
    ):
        settle(page)
        page.keyboard.press(key)
        heading(page, month(shown))


def test_any_range_of_days(page: Page, ledger: None) -> None:
    page.goto("/?type=coffee&unit=cup")
    page.get_by_text("From – to").click()
    page.locator("#period-from").fill("2026-01-05")
    page.locator("#period-to").fill("2026-01-09")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".type-head")).to_contain_text("5 to 9 January 2026")
    expect(page).to_have_url(re.compile("type=coffee.*from=2026-01-05&to=2026-01-09"))
    page.reload()
    expect(page.locator(".type-head")).to_contain_text("coffee")
    expect(page.locator("#period-range")).to_have_class("current")


def test_what_is_noted_in_the_dialog_shows_at_once(page: Page, record: Record) -> None:
    record("coffee", 1, "cup")
    page.goto("/")
    settle(page)
    page.keyboard.press("n")
    page.locator("#quick-add #line").fill("coffee 41")
    page.keyboard.press("Enter")
    expect(page.locator(".total")).to_contain_text("42 cup")


def test_cards_keep_their_places_while_one_works(page: Page, record: Record) -> None:
    record("coffee", 1, "cup")
    record("tea", 1, "cup", days_ago=1)
    page.goto("/?period=last-30")
    settle(page)
    names = page.locator(".cards .type-name")
    expect(names).to_have_text(["coffee", "tea"])
    page.keyboard.press("n")
    page.locator("#quick-add #line").fill("tea 5")
    page.keyboard.press("Enter")
    expect(page.locator(".cards > li").nth(1)).to_contain_text("6 cup")
    expect(names).to_have_text(["coffee", "tea"])
    page.reload()
    expect(names).to_have_text(["tea", "coffee"])


def test_a_limit_is_typed_on_while_the_figures_are_read_again(page: Page, record: Record) -> None:
    record("coffee", 1, "cup")
    record("tea", 1, "cup")
    page.goto("/")
    settle(page)
    for name, number in (("coffee", "1"), ("tea", "2")):
        card = page.locator(".type-card", has_text=name)
        card.locator("summary").click()
        page.keyboard.type(number)
        page.locator("[data-opens]").first.click()
        page.locator("#quick-add #line").fill(f"{name} 4 cup")
        page.keyboard.press("Enter")
        expect(card.locator(".total")).to_contain_text("5 cup")
        page.keyboard.press("Escape")
        expect(card.get_by_label("At most")).to_have_value(number)
        card.get_by_label("At most").press("End")
        page.keyboard.type("0")
    # The answer to one form leaves the other one as it is, too.
    page.keyboard.press("Enter")
    tea, coffee = (page.locator(".type-card", has_text=name) for name in ("tea", "coffee"))
    expect(tea).to_contain_text("of 20")
    expect(coffee.get_by_label("At most")).to_have_value("10")
    coffee.get_by_label("At most").press("Enter")
    expect(coffee).to_contain_text("of 10")


# One type


def test_a_price_stays_typed_while_the_figures_are_read_again(page: Page, record: Record) -> None:
    record("coffee", 1, "cup")
    page.goto("/?type=coffee&unit=cup")
    settle(page)
    page.get_by_text("Add a price", exact=True).click()
    price = page.locator("#new-price-unit")
    price.fill("0.35")
    page.locator("[data-opens]").first.click()
    page.locator("#quick-add #line").fill("coffee 4 cup")
    page.keyboard.press("Enter")
    expect(page.locator(".total").first).to_contain_text("5 cup")
    page.keyboard.press("Escape")
    expect(price).to_have_value("0.35")
    page.locator("#new-price-from").fill(today().isoformat())
    price.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Price saved")
    expect(page.locator(".prices")).to_contain_text("0.35")
    expect(price).to_have_value("")


def test_a_card_opens_its_type_and_a_bar_its_records(page: Page, ledger: None) -> None:
    page.goto("/")
    page.get_by_role("link", name="electricity", exact=True).first.click()
    heading(page, "electricity")
    expect(page).to_have_url(re.compile(r"\?type=electricity&unit=kWh$"))
    for title in ("Day by day", "Running total", "By weekday", "53 weeks", "Limit", "Highest days"):
        expect(page.get_by_role("heading", name=title)).to_be_visible()
    bar = page.locator(".plot-columns a", has=page.locator(".open, .full")).last
    words = bar.locator(".readout").text_content() or ""
    bar.locator(".strip").click()
    expect(page).to_have_url(re.compile(rf"/list\?type=electricity&unit=kWh&period={today()}$"))
    expect(page.locator("tr.row")).to_have_count(1)
    expect(page.locator("tr.row")).to_contain_text(words.partition(": ")[2].partition(",")[0])


def test_escape_leads_back_to_all_types(page: Page, ledger: None) -> None:
    page.goto("/?type=electricity&unit=kWh&period=year")
    settle(page)
    page.keyboard.press("Escape")
    heading(page, str(today().year))
    expect(page).to_have_url(re.compile(r"/\?period=year$"))


def test_escape_does_not_lose_what_is_typed_on_the_page_of_a_type(page: Page, ledger: None) -> None:
    page.goto("/?type=electricity&unit=kWh")
    settle(page)
    limit = page.locator(".limit-form [name=value]")
    limit.fill("77")
    name = page.locator("#rename-type")
    for _ in range(3):
        page.keyboard.press("Escape")
        expect(limit).not_to_be_focused()
        page.keyboard.press("Escape")
        expect(limit).to_be_focused()
        expect(limit).to_have_value("77")
    limit.fill(limit.get_attribute("value") or "")
    page.get_by_text("Rename or merge").click()
    name.fill("power")
    page.get_by_text("Rename or merge").click()
    expect(name).to_be_hidden()
    page.keyboard.press("Escape")
    expect(name).to_be_focused()
    name.fill("electricity")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(r"/$"))


def test_the_focus_goes_into_a_type_and_back_to_its_card(page: Page, ledger: None) -> None:
    page.goto("/")
    settle(page)
    card = page.locator(".card-link", has_text="electricity")
    card.focus()
    page.keyboard.press("Enter")
    heading(page, "electricity")
    expect(page.locator("#all-types")).to_be_focused()
    page.keyboard.press("Escape")
    heading(page, month(today()))
    expect(card).to_be_focused()
    page.goto("/?type=electricity&unit=kWh&period=2020")
    page.locator("#all-types").press("Enter")
    heading(page, "2020")
    expect(page.locator("h1")).to_be_focused()


def test_a_type_that_was_renamed_has_the_focus(page: Page, ledger: None) -> None:
    page.goto("/?type=electricity&unit=kWh")
    page.get_by_text("Rename or merge").press("Enter")
    page.get_by_label("Name", exact=True).fill("power")
    page.get_by_label("Name", exact=True).press("Enter")
    heading(page, "power")
    expect(page.locator("#all-types")).to_be_focused()


def test_what_a_renaming_would_change_is_said_of_the_names_in_its_fields(
    page: Page, ledger: None
) -> None:
    page.goto("/?type=electricity&unit=kWh")
    page.get_by_text("Rename or merge").click()
    name = page.get_by_label("Name", exact=True)
    words = page.locator("#rename-preview p")
    name.fill("power")
    page.get_by_role("button", name="What would change?").click()
    expect(words).to_contain_text("power")
    name.fill("")
    expect(words).to_have_count(0)
    name.fill("current")
    page.get_by_role("button", name="What would change?").click()
    expect(words).to_contain_text("current")
    page.get_by_label("Unit", exact=True).fill("MWh")
    expect(words).to_have_count(0)


def test_between_its_columns_a_chart_is_part_of_its_card(page: Page, record: Record) -> None:
    record("fuel", 40, "l")
    page.goto(f"/?period={today().year}")
    box = page.locator(".plot-small").bounding_box()
    assert box
    x = 0.9 if today().month < 7 else 0.1
    page.mouse.click(box["x"] + box["width"] * x, box["y"] + 20)
    heading(page, "fuel")


def test_values_show_on_hover_and_on_focus(page: Page, ledger: None) -> None:
    page.goto(f"/?type=electricity&unit=kWh&period={last_month():%Y-%m}")
    bars = page.locator(".plot-columns a")
    bars.nth(2).locator(".strip").hover()
    expect(bars.nth(2).locator(".readout")).to_have_css("opacity", "1")
    expect(page.locator(".plot-columns .peak")).to_have_css("opacity", "0")
    page.mouse.move(0, 0)
    expect(bars.nth(2).locator(".readout")).to_have_css("opacity", "0")
    bars.last.focus()
    expect(bars.last.locator(".readout")).to_have_css("opacity", "1")
    page.keyboard.press("ArrowLeft")
    expect(bars.nth(-2)).to_be_focused()
    expect(bars.nth(-2).locator(".readout")).to_have_css("opacity", "1")
    page.keyboard.press("Home")
    expect(bars.first).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("Tab")
    expect(page.locator(".chart:has(.plot-columns) summary")).to_be_focused()


def test_arrows_lead_through_the_calendar(page: Page, ledger: None) -> None:
    page.goto("/?type=coffee&unit=cup")
    page.locator(".weeks a[href]").last.focus()

    def day() -> date:
        href = page.evaluate("document.activeElement.getAttribute('href')")
        return date.fromisoformat(href[-10:])

    assert day() == today()
    page.keyboard.press("ArrowLeft")
    assert day() == today() - timedelta(days=7)
    page.keyboard.press("ArrowUp" if today().weekday() else "ArrowDown")
    assert day() == today() - timedelta(days=8 if today().weekday() else 6)


def test_arrows_keep_to_the_weekday_where_days_are_empty(page: Page, record: Record) -> None:
    for days_ago in (0, 14, 21, 28, 364):
        record("tea", 1, "cup", days_ago=days_ago)
    page.goto("/?type=tea&unit=cup")
    last, first = page.locator(".weeks a[href]").last, page.locator(".weeks a[href]").first
    for link, moves in (
        (last, [("ArrowLeft", 14), ("ArrowRight", 0), ("End", 0)]),
        (first, [("Home", 364)]),
    ):
        link.focus()
        for key, days_ago in moves:
            page.keyboard.press(key)
            day = today() - timedelta(days=days_ago)
            expect(link).to_have_attribute("href", re.compile(f"period={day}$"))
            year = f" {day.year}" if day.year != today().year else ""
            expect(link).to_have_text(f"{day:%a} {day.day} {day:%b}{year}: 1")


def test_numbers_stand_in_tables(page: Page, ledger: None, axe: Axe) -> None:
    page.goto("/?type=coffee&unit=cup")
    settle(page)
    for summary in page.locator(".numbers > summary").all():
        summary.click()
    expect(page.get_by_role("region", name="coffee, sums by day")).to_be_visible()
    expect(page.locator(".figures >> visible=true")).to_have_count(4)
    axe(page)


def test_the_numbers_of_all_cards_come_when_asked_for(page: Page, ledger: None, axe: Axe) -> None:
    page.goto("/")
    settle(page)
    link = page.locator("#table-link")
    link.press("Enter")
    table = page.get_by_role("region", name="Numbers as a table")
    expect(table).to_be_in_viewport()
    expect(link).to_be_focused()
    expect(link).to_have_attribute("aria-expanded", "true")
    expect(page).to_have_url(re.compile(r"/\?view=table#table-link$"))
    axe(page)
    coffee = table.locator("tbody tr", has_text="coffee")
    before = coffee.text_content() or ""
    page.keyboard.press("n")
    page.locator("#quick-add #line").fill("coffee 4")
    page.keyboard.press("Enter")
    expect(coffee).not_to_have_text(before)
    page.keyboard.press("Escape")
    expect(page.locator("#quick-add")).to_be_hidden()
    link.click()
    expect(table).to_have_count(0)
    expect(page).to_have_url(re.compile(r"/$"))


# Limits


def test_a_limit_is_set_on_its_card(page: Page, ledger: None) -> None:
    page.goto("/")
    settle(page)
    card = page.locator(".type-card", has_text="m³")
    card.locator("summary").click()
    expect(card.get_by_label("At most")).to_be_focused()
    card.get_by_label("At most").fill("a lot")
    card.get_by_role("button", name="Save").click()
    expect(card.locator(".error")).to_have_text("Write the value as a number, such as 12.5.")
    expect(card.get_by_label("At most")).to_be_focused()
    card.get_by_label("At most").fill("400")
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Limit set: at most 400 m³ a month.")
    expect(card.locator(".limit-words")).to_contain_text("of 400")
    expect(card.locator("summary")).to_be_focused()
    expect(card.locator("form")).to_be_hidden()
    assert page.url.endswith("/")
    # What is typed into it takes the place of the limit that stands there.
    page.keyboard.press("Enter")
    expect(card.get_by_label("At most")).to_be_focused()
    page.keyboard.type("50")
    expect(card.get_by_label("At most")).to_have_value("50")


def test_a_limit_in_money_is_set_on_its_card(
    page: Page, ledger: None, prefer: Callable[..., None]
) -> None:
    prefer(currency="EUR")
    page.goto("/")
    settle(page)
    card = page.locator(".type-card", has_text="m³")
    card.locator("summary").click()
    expect(card.get_by_label("In", exact=True).locator("option")).to_have_text(["m³", "€"])
    card.get_by_label("At most").fill("40")
    card.get_by_label("In", exact=True).select_option("cost")
    card.get_by_label("Per").select_option("year")
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text(
        re.compile(r"Limit set: at most 40\.00.€ a year")
    )
    card.locator("summary").click()
    expect(card.get_by_label("At most")).to_have_value("40")
    expect(card.get_by_label("In", exact=True)).to_have_value("cost")
    expect(card.get_by_label("Per")).to_have_value("year")


def test_the_field_of_a_limit_takes_what_is_typed_at_once(page: Page, ledger: None) -> None:
    page.goto("/")
    settle(page)
    summary = page.locator(".type-card", has_text="electricity").locator("summary")
    # The browser tells of an opened form later, and on a busy machine keys come before that.
    clicked = "summary => { summary.click(); return document.activeElement.name }"
    assert summary.evaluate(clicked) == "value"


def test_escape_closes_the_form_of_a_limit(page: Page, ledger: None) -> None:
    page.goto("/")
    settle(page)
    card = page.locator(".type-card", has_text="electricity")
    card.locator("summary").click()
    card.get_by_label("At most").fill("12")
    page.keyboard.press("Escape")
    expect(card.locator("form")).to_be_hidden()
    expect(card.locator("summary")).to_be_focused()


TYPE_PAGE = "/?type=electricity&unit=kWh"


def test_a_refused_limit_stays_where_it_was_typed(page: Page, ledger: None) -> None:
    page.set_viewport_size({"width": 1280, "height": 700})
    page.goto(TYPE_PAGE)
    value = page.locator("[name=value]").first
    value.fill("abc")
    value.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    value.press("Enter")
    expect(page.locator("[name=value][aria-invalid]")).to_be_in_viewport()
    assert page.evaluate("scrollY") == before


def test_on_the_page_of_a_type_the_form_of_its_limit_is_always_there(
    page: Page, ledger: None
) -> None:
    page.goto(TYPE_PAGE)
    words = page.locator(".limit-words")
    words.click()
    page.get_by_label("At most").fill("400")
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Limit set: at most 400 kWh a month.")
    expect(words).to_contain_text("of 400")
    expect(words).to_be_focused()


@pytest.mark.parametrize("path", ["/", TYPE_PAGE])
def test_amount_or_cost_keeps_the_focus(
    page: Page, ledger: None, prefer: Callable[..., None], record: Record, path: str
) -> None:
    prefer(currency="EUR")
    record("electricity", 12, "kWh", cost="4.20")
    page.goto(path)
    page.locator("#show-cost").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#show-cost")).to_have_attribute("aria-current", "true")
    expect(page.locator("#show-cost")).to_be_focused()


def test_escape_leaves_a_price_as_it_was(
    page: Page, ledger: None, prefer: Callable[..., None]
) -> None:
    prefer(currency="EUR")
    page.goto(TYPE_PAGE)
    page.get_by_text("Add a price").first.click()
    page.locator("#new-price-unit").fill("0.3")
    page.locator("#new-price-unit").press("Enter")
    page.get_by_label(re.compile("^Edit the price")).click()
    page.locator("#price-unit").fill("9")
    page.locator("#price-unit").press("Escape")
    expect(page.locator("#price-unit")).to_have_count(0)
    expect(page.locator(".prices .figure").first).to_contain_text("0.30")
    expect(page.get_by_label(re.compile("^Edit the price"))).to_be_visible()


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_what_stands_in_a_card_stays_in_it(
    browsing: Browsing, mara: Person, edges: None, width: int
) -> None:
    page = browsing.open(mara, width=width)
    for path, cell in (("/", ".type-card"), (f"/?type={LONGEST}", ".six > .cell, .limit")):
        page.goto(path)
        page.locator(".limit summary").evaluate_all("all => all.forEach((one) => one.click())")
        if path == "/":
            expect(page.locator(".type-card form.limit-form >> visible=true")).not_to_have_count(0)
        outside = page.evaluate(
            """(cell) => [...document.querySelectorAll(cell)].flatMap((box) => {
                 const { left, right } = box.getBoundingClientRect();
                 return [...box.querySelectorAll("*:not(svg, svg *)")]
                   .filter((one) => one.checkVisibility() && !one.closest(".visually-hidden"))
                   .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
                   .filter(([, one]) => one.width && (one.left < left - 1 || one.right > right + 1))
                   .map(([html]) => html);
               })""",
            cell,
        )
        assert outside == [], path


def test_charts_of_a_row_of_cards_stand_on_one_line(page: Page, edges: None) -> None:
    page.goto("/")
    lines = page.eval_on_selector_all(
        ".type-card",
        """cards => cards.map((card) => [
             card.getBoundingClientRect().top,
             card.querySelector(".plot-small").getBoundingClientRect().bottom,
           ])""",
    )
    assert len({top for top, _ in lines}) == len({tuple(line) for line in lines}) < len(lines)


def test_the_period_switch_stays_under_the_pointer(page: Page, ledger: None) -> None:
    page.goto("/")
    places = []
    for preset in ("Week", "Year", "Last 30 days", "All", "Month"):
        page.locator(".presets").get_by_role("link", name=preset, exact=True).first.click()
        expect(page.locator(f'.presets [data-words="{preset}"]')).to_have_attribute(
            "aria-current", "true"
        )
        places.append(page.locator("#period-2").bounding_box())
    page.goto("/?from=2026-01-05&to=2026-01-09")
    places.append(page.locator("#period-2").bounding_box())
    assert all(place == places[0] for place in places)


def test_what_a_finger_aims_at_is_large_enough(phone: Page, ledger: None) -> None:
    for path, targets in (
        ("/", ".limit-words, .card-link, .table-link"),
        ("/?type=coffee&unit=cup", ".numbers > summary"),
    ):
        phone.goto(path)
        heights = phone.eval_on_selector_all(
            targets, "all => all.map((one) => one.getBoundingClientRect().height)"
        )
        assert len(heights) > 3
        assert min(heights) >= 30, path


# Of what can be aimed at, all but links within a sentence and the boxes of rows, which have 24
# pixels around their middles to themselves.
TOO_SMALL = """() => [...document.querySelectorAll("main :is(a, button, summary, input, select)")]
  .filter((one) => one.checkVisibility({ opacityProperty: true }) && !one.labels?.length)
  .filter((one) => !one.closest(".visually-hidden, svg, bdi, .card-cost, .pick"))
  .filter((one) => !one.closest("p:not(.type-links)"))
  .filter((one) => Math.min(one.getBoundingClientRect().width,
                            one.getBoundingClientRect().height) < 24)
  .map((one) => one.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize(
    "path", ["/", "/?type=electricity&unit=kWh", "/?type=coffee&unit=cup", "/add", "/list"]
)
def test_nothing_is_too_small_for_a_finger(phone: Page, ledger: None, path: str) -> None:
    phone.goto(path)
    settle(phone)
    assert phone.evaluate(TOO_SMALL) == []


def test_without_scripts_everything_is_there(
    browsing: Browsing, mara: Person, ledger: None
) -> None:
    page = browsing.open(mara, javascript=False)
    page.goto("/")
    page.get_by_role("link", name="Earlier").click()
    heading(page, month(last_month()))
    page.get_by_role("link", name="Numbers as a table").click()
    expect(page.get_by_role("region", name="Numbers as a table")).to_be_in_viewport()
    page.get_by_role("link", name="Hide the table").click()
    heading(page, month(last_month()))
    page.locator(".type-card summary").first.click()
    page.get_by_role("link", name="Set it on its own page").click()
    heading(page, "coffee")
    page.get_by_label("At most").fill("1234")
    page.locator("#limit-per").select_option("year")
    page.locator("form", has=page.locator("#limit-per")).get_by_role("button", name="Save").click()
    expect(page).to_have_url(re.compile(rf"type=coffee&unit=cup&period={last_month():%Y-%m}"))
    expect(page.locator(".limit-words")).to_contain_text("of 1234")
    page.locator(".numbers > summary").first.click()
    page.locator(".figures a").first.click()
    expect(page).to_have_url(re.compile("/list"))


# At every width, in every colour, on paper

OVERLAPS = """() => {
  const visible = { opacityProperty: true, visibilityProperty: true };
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) {
    const text = walker.currentNode;
    const parent = text.parentElement;
    if (!text.data.trim() || !parent.checkVisibility(visible)) continue;
    if (parent.closest(".visually-hidden, option, .numbers-sheet")) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    texts.push([text.data.trim(), [...range.getClientRects()].filter((box) => box.width > 1)]);
  }
  const touch = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
                          Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 5;
  return texts.flatMap(([one, boxes], n) => texts.slice(n + 1)
    .filter(([, others]) => boxes.some((a) => others.some((b) => touch(a, b))))
    .map(([other]) => `${one} | ${other}`));
}"""

PAGES = ("/", "/?type=electricity&unit=kWh", "/?type=coffee&unit=cup&period=year",
         "/?type=coffee&unit=cup&period=all", "/?type=electricity&unit=kWh&period=last-30",
         "/?period=week")  # fmt: skip


@pytest.mark.parametrize("width", [320, 390, 768, 1280, 1400])
def test_no_text_touches_another(
    browsing: Browsing, mara: Person, ledger: None, width: int
) -> None:
    page = browsing.open(mara, width=width)
    for path in PAGES:
        page.goto(path)
        assert page.evaluate(OVERLAPS) == [], path
        assert_no_sideways_scrolling(page)


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_the_longest_texts_do_not_overlap_either(
    browsing: Browsing, mara: Person, edges: None, width: int
) -> None:
    page = browsing.open(mara, width=width)
    for path in (
        "/",
        "/?period=year",
        *(f"/?type={name}" for name in (LONGEST, "trace", "sugar", "not yet", "قهوة")),
    ):
        page.goto(path)
        assert page.evaluate(OVERLAPS) == [], path
        assert_no_sideways_scrolling(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_dashboard_is_accessible(
    browsing: Browsing, mara: Person, ledger: None, axe: Axe, scheme: str
) -> None:
    page = browsing.open(mara, scheme=scheme)
    for path in ("/", "/?type=electricity&unit=kWh", "/?period=2020"):
        page.goto(path)
        settle(page)
        axe(page)


def test_the_edges_are_accessible(page: Page, edges: None, axe: Axe) -> None:
    for path in ("/", "/?type=sugar", f"/?type={LONGEST}"):
        page.goto(path)
        settle(page)
        axe(page)


def test_charts_keep_their_shapes_in_forced_colours(page: Page, ledger: None) -> None:
    page.emulate_media(forced_colors="active")
    page.goto("/?type=electricity&unit=kWh")
    colours = page.evaluate(
        """() => [".full", ".m-before", ".s0", ".s5"].map((name) => {
             const { fill, stroke } = getComputedStyle(document.querySelector(`.plot ${name}`));
             return `${fill} ${stroke}`;
           })"""
    )
    full, before, none, most = colours
    assert full != before
    assert none != most


@pytest.mark.parametrize("path", ["/", "/?type=electricity&unit=kWh"])
def test_it_prints_on_one_sheet(page: Page, ledger: None, path: str) -> None:
    page.goto(path)
    sheet = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert len(sheet.pages) == 1
    words = sheet.pages[0].extract_text()
    assert "electricity" in words
    assert "From – to" not in words


def test_reminders_stay_off_the_paper(page: Page) -> None:
    page.goto("/")
    headers = {"Origin": page.url.rstrip("/")}
    for days in (126, 98, 70, 42):
        line = f"gas @{1000 - days} m3 {days} days ago"
        assert page.request.post("/consumption", form={"line": line}, headers=headers).ok
    page.goto("/")
    expect(page.locator(".notice")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(".notice")).to_be_hidden()


# The names whose last letter is not to be seen in their card.
CUT_NAMES = """
(names) => names.filter((name) => {
  const range = document.createRange();
  range.selectNodeContents(name);
  const [text, link] = [range, name.parentElement].map((one) => one.getBoundingClientRect());
  return text.right > link.right + 1 || name.scrollHeight > name.clientHeight + 1;
}).map((name) => name.textContent)
"""


@pytest.mark.parametrize("limited", [0, 20, 40])
def test_forty_types_print_on_one_sheet(
    page: Page, mara: Person, engine: Engine, limited: int
) -> None:
    days = [today() - timedelta(days=ago) for ago in range(0, 60, 3)]
    names = [f"type with a name of forty letters, no. {n}" for n in range(40)]
    _insert(engine, mara, [(day, f"{n}.125", names[n], "kWh") for n in range(40) for day in days])
    _set_limits(engine, *((name, "kWh", "500", "month") for name in names[:limited]))
    page.goto("/")
    sheet = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert len(sheet.pages) == 1
    assert len(re.findall(r"^type ", sheet.pages[0].extract_text(), re.MULTILINE)) == 40
    # Only their ends tell them apart. The width of the paper, without its margins:
    page.set_viewport_size({"width": 703, "height": 1000})
    page.emulate_media(media="print")
    assert page.eval_on_selector_all(".type-name", CUT_NAMES) == []


def test_the_phone_shows_the_calendar_in_rows(phone: Page, ledger: None) -> None:
    phone.goto("/?type=coffee&unit=cup")
    tops = phone.eval_on_selector_all(
        ".plot-weeks", "all => all.map((one) => one.getBoundingClientRect().top)"
    )
    assert len(set(tops)) == 3
    piece = phone.locator(".plot-weeks").first
    box, weeks = piece.bounding_box(), int(piece.get_attribute("data-weeks") or 0)
    assert box
    width, height = box["width"] / weeks, box["height"] / 7
    assert width > 12
    assert abs(width - height) < 1

"""Where things stand beside each other: what a reader sees, measured in pixels."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader

from tests.browser.browsing import Browsing, Person, settle
from tests.browser.test_frame import assert_no_sideways_scrolling

Record = Callable[..., None]
LONG_FIGURE = "999999999999.123456"
COLUMNS = "Day;Power [kWh];Gas [m³];Temperature\n" + "".join(
    f"0{day}-01-2026;4,81{day};6,21{day};3,4\n" for day in range(1, 6)
)
# From where to where the texts of an element go, without padding.
TEXT = """(element) => {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const boxes = [];
  while (walker.nextNode()) {
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    boxes.push(...range.getClientRects());
  }
  return boxes.map(({ left, right }) => ({ left, right }));
}"""


def middle(part: Locator) -> float:
    box = part.bounding_box()
    assert box
    return box["y"] + box["height"] / 2


@pytest.mark.parametrize("width", [390, 1280])
def test_the_title_of_the_list_stands_in_line_with_its_buttons(
    width: int, browsing: Browsing, mara: Person
) -> None:
    page = browsing.open(mara, width=width)
    page.goto("/list")
    settle(page)
    assert abs(middle(page.locator("h1")) - middle(page.locator("#list-tools .button").first)) < 2


def test_the_entries_of_the_account_s_menu_have_a_line_each(page: Page) -> None:
    page.goto("/")
    page.get_by_text("Mara", exact=True).click()
    heights = page.locator(".account .menu-item").evaluate_all(
        "(entries) => entries.map((entry) => entry.offsetHeight)"
    )
    assert len(heights) == 3
    assert len(set(heights)) == 1


def test_notes_stand_beside_a_cost_on_a_phone(phone: Page, record: Record) -> None:
    record("coffee", 1, "cup", notes="espresso", cost="2.80")
    record("tea", 2, "cup", notes="a very long note " * 6)
    for path in ("/list", "/add"):
        phone.goto(path)
        settle(phone)
        row = phone.locator(".row", has_text="coffee")
        assert abs(middle(row.locator(".notes bdi")) - middle(row.locator(".cost"))) < 3
        # Notes without a cost have the width of the row.
        notes = phone.locator(".row", has_text="tea").locator(".notes").bounding_box()
        assert notes
        assert notes["width"] > 250


def test_a_choice_for_each_column_of_a_file_fills_the_width_of_a_phone(phone: Page) -> None:
    phone.goto("/list")
    settle(phone)
    phone.get_by_role("link", name="Import").tap()
    phone.locator("#import-file").set_input_files(
        {"name": "use.csv", "mimeType": "text/csv", "buffer": COLUMNS.encode()}
    )
    expect(phone.locator(".choices > td").first).to_be_visible()
    table, choice = phone.locator(".columns-table"), phone.locator(".choices > td").first
    outer, inner = table.bounding_box(), choice.bounding_box()
    assert outer
    assert inner
    assert inner["width"] >= outer["width"] - 3


def test_no_message_covers_the_row_that_has_the_focus(page: Page, record: Record) -> None:
    for day in range(40):
        record("coffee", 1 + day, "cup", days_ago=day)
    page.goto("/list")
    settle(page)
    page.locator(".row").nth(3).focus()
    page.keyboard.press("#")
    message = page.locator("#messages .message")
    expect(message).to_contain_text("Deleted")
    row = page.locator(".row").nth(12)
    row.evaluate("(row) => row.scrollIntoView({ block: 'end' })")
    row.focus()
    expect(row).to_be_focused()
    page.wait_for_timeout(300)
    covered, covering = row.bounding_box(), message.bounding_box()
    assert covered
    assert covering
    above = covered["y"] + covered["height"] <= covering["y"]
    assert above or covering["y"] + covering["height"] <= covered["y"]


@pytest.mark.parametrize("cost", [None, "2.80"])
def test_a_long_figure_stands_clear_of_its_unit_on_paper(
    page: Page, record: Record, cost: str | None
) -> None:
    record("backup", LONG_FIGURE, "B", cost=cost)
    record("backup", "128849018880", "B", days_ago=1)
    record("قهوة", 2, "cup")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 673, "height": 900})  # A4 without its margins.
    page.goto("/list?view=print")
    for row in page.locator(".records tbody tr:not(.day)").all():
        figures, unit = (row.locator(part).evaluate(TEXT) for part in (".value", ".unit"))
        assert unit
        assert max(box["right"] for box in figures) <= unit[0]["left"]
    # A figure without a fraction has one line.
    [whole] = page.locator(".records tr", has_text="128").all()
    [single] = page.locator(".records tr", has_text="قهوة").all()
    assert whole.evaluate("(row) => row.offsetHeight") == single.evaluate(
        "(row) => row.offsetHeight"
    )
    # Names stand at one edge, whatever their direction is.
    edges = {
        page.locator(".totals th bdi").nth(place).evaluate(TEXT)[0]["left"] for place in range(2)
    }
    assert len(edges) == 1


def test_a_metered_type_with_prices_prints_on_one_sheet(page: Page) -> None:
    """The page with the most parts: costs, three charts, readings, prices, a bill."""
    page.goto("/")
    headers = {"Origin": page.url.rstrip("/")}
    for days in range(70, 0, -7):
        line = f"electricity @{20_000 - 10 * days} kWh {days} days ago"
        sent = page.request.post("/consumption", form={"line": line}, headers=headers)
        assert sent.ok, line
    for start, price in (("2024-01-01", "0.2987"), ("2025-01-01", "0.3215")):
        form: dict[str, str | float | bool] = {
            "type": "electricity",
            "unit": "kWh",
            "from": start,
            "per_unit": price,
            "base": "9.90",
            "base_per": "month",
            "query": "",
        }
        sent = page.request.post("/prices", form=form, headers=headers)
        assert sent.ok
    page.goto("/?type=electricity&unit=kWh&period=last-30")
    settle(page)
    expect(page.locator(".bill, .prices")).to_have_count(2)
    assert len(PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages) == 1


@pytest.mark.parametrize("path", ["/", "/add", "/list"])
def test_letters_twice_as_large_leave_a_phone_usable(
    path: str, browsing: Browsing, mara: Person, record: Record
) -> None:
    """390 pixels whose em is 32 are laid out as 195 whose em is 16."""
    record("coffee", 2, "cup", notes="with Jonas")
    page = browsing.open(mara, width=195)
    page.goto(path)
    settle(page)
    if path == "/add":
        box = page.locator("#line").bounding_box()
        assert box
        assert box["width"] > 120
    if path == "/":
        for segment in page.locator(".presets .segments > a:visible").all():
            assert segment.evaluate("(link) => link.getBoundingClientRect().right <= innerWidth")
        assert page.locator(".presets .segments").evaluate(
            "(all) => all.scrollWidth <= all.clientWidth"
        )
    assert_no_sideways_scrolling(page)


def test_an_example_of_a_line_does_not_look_like_a_key(page: Page, record: Record) -> None:
    record("coffee", 2, "cup")
    page.goto("/?type=coffee&unit=cup")
    settle(page)
    expect(page.get_by_text("Add a price, or write").locator("code")).to_have_count(1)
    expect(page.get_by_text("Add a price, or write").locator("kbd")).to_have_count(0)


# What a finger aims at, but for links within a sentence or a table, for boxes, measured apart,
# and what is smaller by design.
SMALL = """() => [...document.querySelectorAll("main :is(a, button, summary, input, select)")]
  .filter((one) => one.checkVisibility({ opacityProperty: true }) && one.getClientRects().length)
  .filter((one) => !one.closest(".visually-hidden, svg, p:not(.card-cost), .what, .notes"))
  .filter((one) => !one.closest("td, th, .legend"))
  .filter((one) => !one.matches(".chip > input, .segments input, [type=checkbox], .limit-words"))
  .filter((one) => !one.matches(".card-link, .table-link, .all-link, .button-small"))
  .filter((one) => !one.matches(".numbers > summary, .highest a"))
  .filter((one) => one.getBoundingClientRect().height < 36)
  .filter((one) => getComputedStyle(one).display !== "inline")
  .map((one) => one.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("path", ["/", "/add", "/list", "/?type=coffee&unit=cup"])
def test_a_finger_has_room(path: str, phone: Page, record: Record) -> None:
    record("coffee", 2, "cup", cost="2.80")
    record("tea", 2, "cup", days_ago=1)
    phone.goto(path)
    settle(phone)
    if path == "/list":
        phone.locator(".filter-button").tap()
    assert phone.evaluate(SMALL) == []


def test_a_tap_beside_the_box_of_a_row_selects_it(phone: Page, record: Record) -> None:
    for day in range(3):
        record("coffee", 2, "cup", days_ago=day)
    phone.goto("/list")
    settle(phone)
    box = phone.locator(".pick input").nth(1)
    place = box.bounding_box()
    assert place
    phone.touchscreen.tap(place["x"] + place["width"] + 6, place["y"] + 26)
    expect(box).to_be_checked()
    expect(phone.locator(".pick :checked")).to_have_count(1)

"""Where things stand beside each other: what a reader sees, measured in pixels."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader

from tests.browser.browsing import Browsing, Person, expect_apart, settle
from tests.browser.test_frame import LONG_NAME, SQUEEZED, assert_no_sideways_scrolling

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
    for box in phone.locator("#dialog .check:visible").all():
        assert box.evaluate("(box) => box.getBoundingClientRect().height") >= 38


def test_the_choices_about_amounts_below_zero_stand_in_a_line(page: Page) -> None:
    page.goto("/list")
    settle(page)
    page.get_by_role("link", name="Import").click()
    page.locator("#import-file").set_input_files(
        {
            "name": "use.csv",
            "mimeType": "text/csv",
            "buffer": f"{COLUMNS}13-01-2026;-1,26;2;3\n".encode(),
        }
    )
    first = page.get_by_text("Keep as a type of its own:")
    expect(first).to_be_visible()
    for other in (page.locator("#import-returned"), page.get_by_text("Leave it out")):
        assert abs(middle(other) - middle(first)) < 4


# The fields that have the focus and lie under the head or the foot of their dialog, which stay.
COVERED_WITH_FOCUS = """() => {
  const one = document.activeElement, dialog = document.querySelector("dialog:modal");
  if (!one.matches("dialog :is(input, select, button, a, summary)")) return [];
  if (one.closest(".dialog-head, .import-foot") || one.matches(".import-file *")) return [];
  const box = (part) => dialog.querySelector(part)?.getBoundingClientRect();
  const start = box(".dialog-head").bottom;
  const end = box(".import-foot")?.top ?? dialog.getBoundingClientRect().bottom;
  const { top, bottom } = one.getBoundingClientRect();
  return top < start - 1 || bottom > end + 1 ? [one.id || one.name || one.textContent] : [];
}"""


@pytest.mark.parametrize("width", [390, 740, 1280])
@pytest.mark.parametrize("what", ["account", "import"])
def test_the_head_and_the_foot_of_a_dialog_cover_nothing_that_has_the_focus(
    what: str, width: int, browsing: Browsing, mara: Person
) -> None:
    page = browsing.open(mara, width=width, height=700)
    page.goto("/list")
    settle(page)
    if what == "import":
        page.get_by_role("link", name="Import").click()
        page.locator("#import-file").set_input_files(
            {
                "name": "use.csv",
                "mimeType": "text/csv",
                "buffer": f"{COLUMNS}31-06-2026;-1,26;2;3\n".encode(),
            }
        )
        expect(page.locator(".import-foot")).to_be_visible()
    else:
        page.locator(".account summary").click()
        page.get_by_role("link", name="Account", exact=True).click()
        expect(page.get_by_role("dialog", name="Account")).to_be_visible()
    covered: list[str] = []
    for key in ("Tab", "Shift+Tab"):
        for _ in range(40):
            page.keyboard.press(key)
            covered += page.evaluate(COVERED_WITH_FOCUS)
    assert covered == []


@pytest.mark.parametrize("width", [390, 1280])
def test_the_bar_of_a_selection_covers_no_row_that_has_the_focus(
    width: int, browsing: Browsing, mara: Person, record: Record
) -> None:
    for day in range(20):
        record("coffee", 1 + day, "cup", days_ago=day)
    page = browsing.open(mara, width=width, height=700)
    page.goto("/list")
    settle(page)
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator(".selection-bar")).to_be_visible()
    for _ in range(19):
        page.keyboard.press("j")
        row, bar = page.locator(".row:focus").bounding_box(), page.locator("#bulk").bounding_box()
        assert row
        assert bar
        assert row["y"] + row["height"] <= bar["y"]


def test_no_message_covers_the_row_that_has_the_focus(page: Page, record: Record) -> None:
    for day in range(40):
        record("coffee", 1 + day, "cup", days_ago=day)
    page.goto("/list")
    settle(page)
    page.locator(".row").nth(3).focus()
    page.keyboard.press("#")
    message = page.locator("#messages .message")
    expect(message).to_contain_text("Deleted")
    settle(page)  # The rows are read again.
    row = page.locator(".row").nth(12)
    row.evaluate("(row) => row.scrollIntoView({ block: 'end' })")
    row.focus()
    expect(row).to_be_focused()
    expect_apart(row, message)


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


@pytest.mark.parametrize("path", ["/add", "/list", "/?from=2026-11-09&to=2026-11-01"])
def test_letters_twice_as_large_leave_a_long_name_its_place(
    path: str, browsing: Browsing, mara: Person
) -> None:
    page = browsing.open(mara, width=195, has_touch=True, is_mobile=True)
    page.goto("/add")
    page.request.post(
        "/account",
        form={"name": "Donaudampfschifffahrtsgesellschaft"},
        headers={"Origin": page.url.removesuffix("/add")},
    )
    page.goto(path)
    settle(page)
    assert_no_sideways_scrolling(page)
    page.locator(".account > summary").click()
    menu = page.locator(".account > .menu-list").bounding_box()
    assert menu
    assert menu["x"] >= 0
    assert_no_sideways_scrolling(page)


@pytest.mark.parametrize("width", [390, 1280])
def test_the_name_of_an_account_ends_at_one_edge_however_long_it_is(
    width: int, browsing: Browsing, mara: Person
) -> None:
    page = browsing.open(mara, width=width)
    page.goto("/add")
    edges = []
    for name in ("Mara", "Donaudampfschifffahrtsgesellschaft"):
        page.request.post(
            "/account",
            form={"name": name},
            headers={"Origin": page.url.removesuffix("/add")},
        )
        page.reload()
        settle(page)
        summary = page.locator(".account > summary").bounding_box()
        assert summary
        edges.append(round(summary["x"] + summary["width"]))
    assert edges[0] == edges[1]


def test_letters_twice_as_large_break_no_figure_between_its_digits(
    browsing: Browsing, mara: Person, record: Record
) -> None:
    record("electricity", "291.9", "kWh")
    page = browsing.open(mara, width=195)
    page.goto("/?type=electricity&unit=kWh")
    settle(page)
    figures = page.locator(".six .figure")
    assert figures.count() > 4
    for figure in figures.all():
        assert figure.evaluate("(figure) => figure.getClientRects().length") == 1


# Elements with a text that takes more than one line.
BROKEN = """(elements) => elements.filter((element) => {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const lines = new Set();
  while (walker.nextNode()) {
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    for (const { bottom } of range.getClientRects()) lines.add(Math.round(bottom / 4));
  }
  return lines.size > 1;
}).map((element) => element.textContent)"""


def test_letters_twice_as_large_break_no_figure_of_a_row(
    browsing: Browsing, mara: Person, record: Record
) -> None:
    record("electricity", "12345.678", "kWh", cost="2.80", notes="with Jonas")
    record("hot water", "0.167", "m³")
    page = browsing.open(mara, width=195)
    for path in ("/list", "/list?sort=-value", "/add"):
        page.goto(path)
        settle(page)
        assert page.locator(".row > .value, .row > .unit").evaluate_all(BROKEN) == [], path
        assert page.locator(".row > .what > a").evaluate_all(
            "(names) => names.every((name) => name.scrollWidth <= name.parentElement.clientWidth)"
        )


def test_letters_twice_as_large_leave_every_choice_in_sight(
    browsing: Browsing, mara: Person, record: Record
) -> None:
    record("coffee", 2, "cup", cost="2.80")
    page = browsing.open(mara, width=195)
    for path in ("/", "/?type=coffee&unit=cup", "/account", "/add"):
        page.goto(path)
        settle(page)
        choices = page.locator(".segments:visible")
        assert choices.count() > 0
        for choice in choices.all():
            assert choice.evaluate("(all) => all.scrollWidth <= all.clientWidth"), path
    dialog = page.locator("#dialog")
    assert dialog.evaluate("(dialog) => dialog.scrollWidth <= dialog.clientWidth")


def test_letters_twice_as_large_break_no_word_of_a_heading_or_a_tab(
    browsing: Browsing, mara: Person
) -> None:
    page = browsing.open(width=195)
    page.goto("/login?new=1")
    assert_no_sideways_scrolling(page)
    assert page.evaluate(SQUEEZED) == []
    page = browsing.open(mara, width=195)
    page.goto("/keys")
    settle(page)
    title = page.locator("#dialog-title")
    lines = title.evaluate(
        "(title) => title.offsetHeight / parseFloat(getComputedStyle(title).lineHeight)"
    )
    assert round(lines) == 2  # Two words, each whole.


def test_letters_twice_as_large_break_no_word_of_a_chip(
    browsing: Browsing, mara: Person, record: Record
) -> None:
    record("coffee", 2, "cup")
    page = browsing.open(mara, width=195)
    page.goto("/add?line=cofee+2")
    settle(page)
    name = page.locator("#preview .type-name")
    expect(name).to_have_text("cofee")
    assert name.evaluate_all(BROKEN) == []
    assert page.locator("#preview .chip-filled .chip-why").evaluate_all(BROKEN) == []


@pytest.mark.parametrize("width", [195, 320, 390])
def test_an_open_meter_has_room_for_the_name_of_the_next_one(
    width: int, browsing: Browsing, mara: Person
) -> None:
    """195 pixels are a phone whose letters are twice as large."""
    page = browsing.open(mara, width=width)
    page.goto("/add")
    for name, shown in (("bath", 123456789.123), (LONG_NAME, 48001)):
        page.request.post(
            "/consumption",
            form={"line": f'"{name}" @{shown}kWh', "confirm": "1"},
            headers={"Origin": page.url.removesuffix("/add")},
        )
    page.goto("/add")
    page.locator("a.meter").first.click()
    button = page.get_by_role("button", name=f"Next: {LONG_NAME}")
    expect(button).to_be_visible()
    assert_no_sideways_scrolling(page)
    box = button.bounding_box()
    assert box
    assert box["width"] > 100


def test_the_reason_of_a_chip_is_whole_beside_a_long_name(phone: Page, record: Record) -> None:
    record("coffee", 2, "cup")
    phone.goto("/add?line=electricity+of+the+washing+machine+in+the+basement+2+kWh")
    settle(phone)
    why = phone.locator("#preview .chip-why", has_text=re.compile("^new$"))
    expect(why).to_be_visible()
    assert why.evaluate_all(BROKEN) == []


# What goes on beyond its card or sheet, which hides it.
OVER_THE_EDGE = """(parts) => parts.filter((part) => {
  const edge = part.closest(".card, .sheet")?.getBoundingClientRect().right;
  return part.checkVisibility() && !part.closest(".visually-hidden") &&
    part.getBoundingClientRect().right > edge + 1;
}).map((part) => part.outerHTML.slice(0, 100))"""


def test_letters_twice_as_large_leave_forms_that_are_opened_whole(
    browsing: Browsing, mara: Person, record: Record, prefer: Callable[..., None]
) -> None:
    record("coffee", 2, "cup")
    prefer(currency="EUR")
    page = browsing.open(mara, width=195)

    def is_whole() -> None:
        settle(page)
        assert (
            page.locator("main form :is(input, select, textarea, button, a, p, li)").evaluate_all(
                OVER_THE_EDGE
            )
            == []
        )
        assert_no_sideways_scrolling(page)

    page.goto("/add")
    page.get_by_text("Several lines").click()
    page.locator("#lines").fill("coffee 2\ntea 1,234")
    expect(page.locator(".batch-lines > li")).to_have_count(2)
    is_whole()
    page.goto("/list")
    settle(page)
    page.locator(".row .what a").click()
    expect(page.locator(".editing")).to_be_visible()
    is_whole()
    page.goto("/?type=coffee&unit=cup")
    page.get_by_text("Add a price", exact=True).click()
    date = page.locator("#new-price-from").bounding_box()
    assert date
    assert date["width"] > 100
    page.get_by_text("Rename or merge").click()
    page.get_by_label("Name", exact=True).fill("tea")
    page.get_by_role("button", name="What would change?").click()
    expect(page.locator("#rename-preview p")).to_be_visible()
    is_whole()


def test_a_choice_can_be_read_in_forced_colours(
    browsing: Browsing, mara: Person, record: Record
) -> None:
    """The browser draws the arrow of a list then, beside the words and not over them."""
    record("coffee", 2, "cup", cost="2.80")
    page = browsing.open(mara, forced_colors="active")
    page.goto("/?type=coffee&unit=cup")
    settle(page)
    padding = page.locator(".limit-form select").last.evaluate(
        "(list) => parseFloat(getComputedStyle(list).paddingRight)"
    )
    assert padding < 8


@pytest.mark.parametrize(("has_touch", "hints"), [(True, 0), (False, 1)])
def test_a_dialog_names_keys_where_there_may_be_some(
    has_touch: bool, hints: int, browsing: Browsing, mara: Person
) -> None:
    page = browsing.open(mara, width=844, has_touch=has_touch, is_mobile=has_touch)
    page.goto("/")
    page.get_by_role("link", name="Add a record").click()
    expect(page.locator("#quick-add")).to_be_visible()
    expect(page.locator("#quick-add kbd:visible").filter(has_text="Ctrl")).to_have_count(hints)


def test_an_example_of_a_line_does_not_look_like_a_key(page: Page, record: Record) -> None:
    record("coffee", 2, "cup")
    page.goto("/?type=coffee&unit=cup")
    settle(page)
    expect(page.get_by_text("Add a price, or write").locator("code")).to_have_count(1)
    expect(page.get_by_text("Add a price, or write").locator("kbd")).to_have_count(0)


# What a finger aims at, but for links within a sentence or a row of the list, and for boxes,
# measured apart.
SMALL = """() => [...document.querySelectorAll("main :is(a, button, summary, input, select)")]
  .filter((one) => one.checkVisibility({ opacityProperty: true }) && one.getClientRects().length)
  .filter((one) => !one.closest(".visually-hidden, svg, p:not(.card-cost), .what, .notes, .legend"))
  .filter((one) => !one.matches(".chip > input, .segments input, [type=checkbox], [type=radio]"))
  .filter((one) => one.getBoundingClientRect().height < (one.matches(".segments *") ? 38 : 39.5))
  .filter((one) => getComputedStyle(one).display !== "inline")
  .map((one) => one.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("path", ["/", "/add", "/list", "/?type=coffee&unit=cup"])
def test_a_finger_has_room(path: str, phone: Page, record: Record) -> None:
    record("coffee", 2, "cup", cost="2.80", notes="#late")
    record("tea", 2, "cup", days_ago=1)
    phone.goto(path)
    settle(phone)
    if path == "/list":
        phone.locator(".filter-button").tap()
        expect(phone.locator("#min")).to_be_visible()
        phone.locator(".pick input").last.check()
    if "type" in path:
        phone.locator(".numbers > summary").first.tap()
        expect(phone.locator(".figures >> visible=true")).to_have_count(1)
        phone.get_by_text("Colour, hide").tap()
        expect(phone.locator(".swatches > label").first).to_be_visible()
        for swatch in phone.locator(".swatches > label").all():
            box = swatch.bounding_box()
            assert box
            assert box["height"] >= 40
    assert phone.evaluate(SMALL) == []


def test_a_row_has_room_for_a_finger_and_so_has_its_tag(phone: Page, record: Record) -> None:
    record("coffee", 2, "cup", notes="#late")
    record("tea", 2, "cup")
    phone.goto("/list")
    settle(phone)
    row, tag = phone.locator(".row", has_text="tea"), phone.get_by_role("link", name="#late")
    for part, least in ((row, 40), (tag, 30)):
        box = part.bounding_box()
        assert box
        assert box["height"] >= least
    # The tag leaves the name above it to itself.
    name, below = phone.get_by_role("link", name="coffee").bounding_box(), tag.bounding_box()
    assert name and below
    assert below["y"] - name["y"] >= 30


@pytest.mark.parametrize("width", [320, 390])
def test_on_a_phone_notes_and_dates_are_aligned_with_the_name_above(
    width: int, browsing: Browsing, mara: Person, record: Record
) -> None:
    record("coffee", 2, "cup", notes="after lunch")
    page = browsing.open(mara, width=width)
    page.goto("/list?sort=-value")
    settle(page)
    edges = [
        page.locator(f".row {part}").evaluate(TEXT)[0]["left"]
        for part in (".what a", "td:not([class])", ".notes bdi")
    ]
    assert max(edges) - min(edges) < 2


def test_the_words_of_the_search_field_are_whole_on_the_narrowest_phone(
    browsing: Browsing, mara: Person, record: Record
) -> None:
    record("coffee", 2, "cup")
    page = browsing.open(mara, width=320, has_touch=True, is_mobile=True)
    page.goto("/list")
    settle(page)
    room, words = page.locator("#q").evaluate(
        """(field) => {
          const style = getComputedStyle(field);
          const pen = document.createElement("canvas").getContext("2d");
          pen.font = `${style.fontSize} ${style.fontFamily}`;
          const sides = parseFloat(style.paddingLeft) + parseFloat(style.paddingRight);
          return [field.clientWidth - sides, pen.measureText(field.placeholder).width];
        }"""
    )
    assert words <= room


def test_notes_have_room_beside_costs_on_a_narrow_screen(
    browsing: Browsing, mara: Person, record: Record
) -> None:
    record("fuel", "43.61", "l", cost="72.35", notes="with Jonas and Aylin")
    page = browsing.open(mara, width=768)
    page.goto("/list")
    settle(page)
    assert page.locator(".notes bdi").evaluate("(notes) => notes.getClientRects()[0].height") < 30


def test_notes_have_room_beside_dates_and_long_figures_on_a_narrow_screen(
    browsing: Browsing, mara: Person, record: Record
) -> None:
    record("Nachtspeicherheizung", LONG_FIGURE, "Kubikmeter", cost="72.35", notes="with Jonas")
    record("coffee", 2, "portion", days_ago=1)
    page = browsing.open(mara, width=768)
    page.goto("/list?sort=-value")
    settle(page)
    assert page.locator(".notes bdi").first.evaluate("(notes) => notes.clientWidth") > 70
    assert len(page.locator(".row .unit").last.evaluate(TEXT)) == 1
    assert_no_sideways_scrolling(page)


def test_notes_of_today_have_room_beside_long_figures_and_the_form(
    browsing: Browsing, mara: Person, record: Record
) -> None:
    record("backup", 128849018880, "B")
    record("fuel", "43.61", "l", cost="72.35", notes="with Jonas")
    page = browsing.open(mara, width=1000)
    page.goto("/add")
    settle(page)
    notes = page.locator(".notes bdi", has_text="Jonas")
    assert notes.evaluate("(notes) => notes.clientWidth") > 70


def test_letters_twice_as_large_leave_a_card_and_its_chart_whole(
    browsing: Browsing, mara: Person, record: Record
) -> None:
    record("fuel", "2754.75", "l", days_ago=1)
    record("fuel", "36.36", "l", days_ago=430)
    page = browsing.open(mara, width=195)
    for path in ("/?period=all", "/?type=fuel&unit=l"):
        page.goto(path)
        settle(page)
        assert page.locator(".total .figure").evaluate_all(BROKEN) == []
        texts = page.locator("figcaption > *, .scale, .scale > *, .unknown-words")
        assert texts.evaluate_all(OVER_THE_EDGE) == [], path


def test_long_costs_stay_on_their_sheet(phone: Page, record: Record) -> None:
    record("heating", "999999999999", "kWh")
    record("heating", "999999999998", "kWh", days_ago=1)
    record("backup", LONG_FIGURE, "kWh", cost="3254.71")
    phone.goto("/")
    price: dict[str, str | float | bool] = {
        "type": "heating",
        "unit": "kWh",
        "from": "2024-01-01",
        "per_unit": "0.32154321",
        "query": "",
    }
    headers = {"Origin": phone.url.rstrip("/")}
    assert phone.request.post("/prices", form=price, headers=headers).ok
    for path in ("/?show=cost&period=last-30", "/?type=heating&period=last-30"):
        phone.goto(path)
        settle(phone)
        assert phone.evaluate(SQUEEZED) == [], path
        assert_no_sideways_scrolling(phone)


def test_long_names_leave_the_document_to_print_its_width(phone: Page, record: Record) -> None:
    record("Nachtspeicherheizung", LONG_FIGURE, "kWh", cost="72.35", notes="with Jonas")
    phone.goto("/list")
    phone.request.post(
        "/account",
        form={"name": "Donaudampfschifffahrtsgesellschaft"},
        headers={"Origin": phone.url.removesuffix("/list")},
    )
    phone.goto("/list?view=print&sort=-value")
    assert_no_sideways_scrolling(phone)
    assert phone.locator(".records td").nth(1).evaluate("(name) => name.clientWidth") > 45
    phone.emulate_media(media="print")
    phone.set_viewport_size({"width": 673, "height": 900})  # A4 without its margins.
    lines = phone.locator(".records td").nth(1).evaluate(TEXT)
    assert len(lines) <= 2


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


@pytest.mark.parametrize("width", [720, 768, 1024])
def test_a_short_name_is_whole_in_the_header(width: int, browsing: Browsing, mara: Person) -> None:
    page = browsing.open(mara, width=width)
    page.goto("/list")
    name = page.locator(".account .name")
    assert name.evaluate("(name) => name.scrollWidth <= name.clientWidth")


def test_a_long_figure_of_a_row_has_one_line_on_a_phone(phone: Page, record: Record) -> None:
    record("backup traffic", LONG_FIGURE, "B")
    record("backup traffic", "98849018880.123", "B", days_ago=1)
    for path in ("/list", "/add"):
        phone.goto(path)
        settle(phone)
        assert phone.locator(".row > .value").evaluate_all(BROKEN) == [], path
        assert_no_sideways_scrolling(phone)


def test_figures_without_a_unit_end_where_those_with_one_do(phone: Page, record: Record) -> None:
    record("steps", 12000)
    record("coffee", 2, "cup")
    phone.goto("/list")
    settle(phone)
    ends = {
        phone.locator(".row", has_text=name).locator(part).evaluate(TEXT)[0]["right"]
        for name, part in (("steps", ".value"), ("coffee", ".unit"))
    }
    assert max(ends) - min(ends) < 0.5


def test_the_choice_of_amounts_or_costs_is_as_wide_whichever_is_chosen(
    page: Page, record: Record, prefer: Callable[..., None]
) -> None:
    prefer(currency="EUR")
    record("fuel", 2, "l", cost="2.80")
    boxes = []
    for path in ("/", "/?show=cost"):
        page.goto(path)
        settle(page)
        boxes.append(page.locator("#show-amount").bounding_box())
    assert boxes[0] == boxes[1]


def test_letters_twice_as_large_leave_the_choice_of_a_period_its_frame(
    browsing: Browsing, mara: Person, record: Record
) -> None:
    record("coffee", 2, "cup")
    for width in (195, 220):
        page = browsing.open(mara, width=width)
        page.goto("/")
        settle(page)
        days = page.locator(".presets > .segments").bounding_box()
        span = page.locator("#period-range").bounding_box()
        assert days and span
        assert (days["x"], days["width"]) == (span["x"], span["width"])
        rules = "({borderRightWidth, borderLeftWidth}) => [borderRightWidth, borderLeftWidth]"
        assert page.locator(".presets > .segments").evaluate(
            f"(choice) => ({rules})(getComputedStyle(choice))"
        ) == ["1px", "1px"]


def test_long_figures_of_a_type_stand_beside_each_other_on_paper(
    page: Page, record: Record
) -> None:
    record("backup", LONG_FIGURE, "B")
    page.goto("/?type=backup&unit=B")
    settle(page)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 673, "height": 900})  # A4 without its margins.
    lefts = page.locator(".six > .cell").evaluate_all(
        "(cells) => cells.map((cell) => Math.round(cell.getBoundingClientRect().left))"
    )
    assert len(set(lefts)) == 3
    assert page.locator(".six .figure").evaluate_all(BROKEN) == []


def test_the_last_day_below_a_running_total_is_whole_on_a_phone(
    phone: Page, record: Record
) -> None:
    for age in range(15):
        record("coffee", 2, "cup", days_ago=age)
    today = datetime.now(UTC).date()
    for period in ("period=last-week", f"from={today - timedelta(days=2)}&to={today}"):
        phone.goto(f"/?type=coffee&unit=cup&{period}")
        settle(phone)
        label = phone.locator(".plot-lines .label").last
        assert label.evaluate(
            "(label) => label.getBoundingClientRect().right"
            " < label.closest('.sheet').getBoundingClientRect().right"
        ), period


def read_meter(page: Page, *days_ago: int) -> None:
    """Readings of electricity, 10 kWh apart; the first begins the meter."""
    page.goto("/")
    for step, days in enumerate(days_ago):
        line = f"electricity @{1000 + 10 * step} kWh {days} days ago"
        headers = {"Origin": page.url.rstrip("/")}
        assert page.request.post("/consumption", form={"line": line}, headers=headers).ok


def test_the_line_on_the_highest_reading_is_as_thick_as_the_others(page: Page) -> None:
    read_meter(page, 28, 21, 14, 12)
    page.goto("/?period=last-30")
    settle(page)
    top = page.locator(".plot-small .m-caps").evaluate(
        """(caps) => {
          const { left, top, right } = caps.getBoundingClientRect();
          for (let x = left; x < right; x += 2) {
            if (document.elementsFromPoint(x, top - 0.5).includes(caps)) return "whole";
          }
          return "cut";
        }"""
    )
    assert top == "whole"


def test_the_key_of_the_days_before_shows_what_the_chart_draws(page: Page, record: Record) -> None:
    read_meter(page, 63, 56, 49, 42, 35, 28, 21, 14, 7)
    for age in range(60):
        record("coffee", 1, "cup", days_ago=age)
    for name, drawn, key in (
        ("electricity", ".cap-over", ".key-over"),
        ("coffee", ".m-before", ".key-past"),
    ):
        page.goto(f"/?type={name}&period=last-30")
        settle(page)
        assert page.locator(f".plot-columns {drawn}").count()
        expect(page.locator(f".chart-head :is({key})").first).to_be_visible()
        expect(page.locator(".chart-head :is(.key-over, .key-past)")).to_have_count(1)


def test_faults_beside_each_other_cover_no_other(page: Page, record: Record) -> None:
    record("coffee", 1, "cup")
    page.goto("/list")
    settle(page)
    page.locator(".row").focus()
    page.keyboard.press("e")
    form = page.locator(".edit-form")
    form.get_by_label("Type").fill("")
    form.get_by_label("Unit").fill("w" * 30)
    value = form.get_by_label("Value")
    value.fill("some")
    value.press("Enter")
    errors = form.locator(".error")
    expect(errors).to_have_count(3)
    expect_apart(errors.nth(1), errors.nth(0))
    expect_apart(errors.nth(2), errors.nth(1))
    # The last one has the room beside its field.
    assert errors.nth(2).evaluate("(error) => error.clientHeight") < 30

    read_meter(page, 3, 2)
    page.goto("/?type=electricity")
    settle(page)
    page.locator("summary", has_text="Add a price").click()
    price, base = page.locator("#new-price-unit"), page.locator("#new-price-base")
    price.fill("some")
    base.fill("some")
    base.press("Enter")
    errors = page.locator(".price-form .error")
    expect(errors).to_have_count(2)
    expect_apart(errors.nth(1), errors.nth(0))


@pytest.mark.parametrize("width", [390, 1280])
def test_a_box_to_check_stands_in_line_with_the_fields_beside_it(
    width: int, browsing: Browsing, mara: Person
) -> None:
    page = browsing.open(mara, width=width)
    read_meter(page, 9, 2)
    page.goto("/list")
    settle(page)
    page.locator(".row").first.focus()
    page.keyboard.press("e")
    box, field = page.get_by_label("It rolled over"), page.locator(".edit-measured select")
    expect(box).to_be_visible()
    assert abs(middle(box) - middle(field)) < 3


@pytest.mark.parametrize("path", ["/list", "/list?view=print"])
def test_on_paper_the_heading_of_a_figure_ends_where_its_fraction_begins(
    path: str, page: Page, record: Record
) -> None:
    record("coffee", 1234567, "cup")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 673, "height": 900})  # A4 without its margins.
    page.goto(path)
    settle(page)
    heading = page.locator(".records thead th", has_text="Value").evaluate(TEXT)
    figure = page.locator(".records .value", has_text="567").evaluate(TEXT)
    assert abs(heading[-1]["right"] - figure[0]["right"]) < 6
    if path != "/list":
        total = page.locator(".totals thead th", has_text="Total").evaluate(TEXT)
        figure = page.locator(".totals .value").evaluate(TEXT)
        assert abs(total[-1]["right"] - figure[0]["right"]) < 6


def test_on_paper_all_parts_of_the_list_begin_and_end_at_one_edge(
    page: Page, record: Record
) -> None:
    for name in ("electricity", "hot water", "backup traffic", "coffee", "heating oil"):
        record(name, "123456.5", "kWh", cost="12.50")
    page.goto("/list")
    settle(page)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 673, "height": 900})  # A4 without its margins.
    edge = page.locator("h1").evaluate(TEXT)[0]["left"]
    lines: dict[float, float] = {}
    for total in page.locator("#totals li").all():
        top = total.evaluate("(total) => total.getBoundingClientRect().top")
        lines.setdefault(round(top), total.evaluate(TEXT)[0]["left"])
    assert len(lines) > 1
    assert all(abs(left - edge) < 1 for left in lines.values())
    assert {
        total.evaluate("(total) => getComputedStyle(total).borderInlineStartWidth")
        for total in page.locator("#totals li").all()
    } == {"0px"}
    sums = page.locator(".day-sums").first.evaluate(TEXT)[-1]["right"]
    assert abs(sums - page.locator(".records").evaluate("(table) => table.offsetWidth") - edge) < 1


def test_on_paper_a_name_keeps_its_room_beside_a_long_figure_and_unit(
    page: Page, record: Record
) -> None:
    record("type number 1", LONG_FIGURE, "w" * 24, notes="a long note " * 9, cost="123456789.12")
    page.goto("/list")
    settle(page)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 673, "height": 900})  # A4 without its margins.
    assert page.locator(".row > .what").evaluate("(name) => name.clientWidth") > 90
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_file_that_is_no_table_leaves_no_empty_foot(page: Page) -> None:
    page.goto("/list")
    settle(page)
    page.get_by_role("link", name="Import").click()
    page.locator("#import-file").set_input_files(
        {"name": "use.csv", "mimeType": "text/csv", "buffer": b"nothing"}
    )
    expect(page.locator(".import-problems")).to_be_visible()
    expect(page.locator(".import-foot")).to_be_hidden()


def test_the_number_of_a_line_with_a_problem_stays_whole_on_a_phone(phone: Page) -> None:
    content = "date,type,value\n" + "2026-10-05,coffee,1\n" * 1233 + "31-06-2026,gas,1\n"
    phone.goto("/list")
    settle(phone)
    phone.get_by_role("link", name="Import").tap()
    phone.locator("#import-file").set_input_files(
        {"name": "use.csv", "mimeType": "text/csv", "buffer": content.encode()}
    )
    number = phone.locator(".import-problems tbody th")
    expect(number).to_have_text("1235")
    assert len(number.evaluate(TEXT)) == 1


@pytest.mark.parametrize("path", ["/", "/list"])
def test_words_written_from_the_right_begin_at_the_edge_of_the_others(
    path: str, page: Page, record: Record
) -> None:
    name = "كهرباء الغسالة في القبو الكبير جدا اليوم"
    record(name, 1, "l", notes="بعد الغداء")
    page.goto(path)
    settle(page)
    if path == "/list":
        words = page.locator(".row > .notes")
        start = words.evaluate("(cell) => cell.getBoundingClientRect().left")
    else:
        words = page.locator(".type-name").first
        start = page.locator(".type-mark").first.evaluate(
            "(mark) => mark.getBoundingClientRect().right"
        )
    assert min(box["left"] for box in words.evaluate(TEXT)) - start < 20


def test_the_other_version_of_a_record_is_told_over_the_whole_form(
    browsing: Browsing, mara: Person, record: Record
) -> None:
    record("coffee", 1, "cup")
    one, other = (browsing.open(mara, width=width) for width in (1280, 800))
    for tab, value in ((one, "5"), (other, "7")):
        tab.goto("/list")
        settle(tab)
        tab.locator(".row").focus()
        tab.keyboard.press("e")
        tab.get_by_label("Value", exact=True).fill(value)
    one.keyboard.press("Enter")
    expect(one.locator(".row")).to_contain_text("5")
    other.keyboard.press("Enter")
    box = other.locator(".edit-conflict")
    expect(box).to_be_visible()
    widths = [
        part.evaluate("(part) => part.offsetWidth") for part in (box, other.locator(".edit-form"))
    ]
    assert widths[0] > widths[1] - 40


@pytest.mark.parametrize("width", [320, 390])
def test_the_first_of_a_month_at_the_end_of_an_axis_stands_clear_of_the_edge(
    width: int, browsing: Browsing, mara: Person, record: Record
) -> None:
    page = browsing.open(mara, width=width)
    first = datetime.now(UTC).date().replace(day=1)
    age = (datetime.now(UTC).date() - first).days
    for day in range(30):
        record("coffee", 2, "cup", days_ago=age + day)
    page.goto(f"/?type=coffee&unit=cup&from={first - timedelta(days=29)}&to={first}")
    settle(page)
    label = page.locator(".plot-columns .label").last
    expect(label).to_have_text(f"1 {first:%b}")
    assert label.evaluate(
        "(label) => label.getBoundingClientRect().right"
        " < label.closest('.sheet').getBoundingClientRect().right - 4"
    )


def test_letters_twice_as_large_cut_no_total_at_its_dot(
    browsing: Browsing, mara: Person, record: Record
) -> None:
    page = browsing.open(mara, width=195, height=422)
    today = datetime.now(UTC).date()
    for day in range(3, 20):
        record("heating", "123.4", "kWh", days_ago=day)
    for ahead in range(0, 20, 2):
        start = today - timedelta(days=19)
        page.goto(f"/?type=heating&unit=kWh&from={start}&to={today + timedelta(days=ahead)}")
        settle(page)
        cut = page.locator(".plot-lines .peak").evaluate_all(
            "(texts) => texts.filter((text) => text.checkVisibility() &&"
            " text.getBoundingClientRect().right >"
            " text.closest('.sheet').getBoundingClientRect().right - 2).length"
        )
        assert not cut, ahead


def test_the_unit_of_a_total_stands_behind_it_on_a_phone(phone: Page, record: Record) -> None:
    record("fuel", "1286.73", "l")
    phone.goto("/?type=fuel&unit=l&period=year")
    settle(phone)
    figure, unit = (
        phone.locator(f".six .total .{part}").bounding_box() for part in ("figure", "unit")
    )
    assert figure and unit
    assert unit["x"] > figure["x"] + figure["width"]
    assert unit["y"] < figure["y"] + figure["height"]

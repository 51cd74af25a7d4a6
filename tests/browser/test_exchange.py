"""A file in and a file out, with and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import Engine, text

from tests.browser.browsing import Browsing, Person
from tests.waiting import wait_until

HEADER = "date,type,value,unit,notes\n"
MIXED = (
    HEADER
    + "2026-10-05,coffee,2,cups,with honey #late\n"
    + "5/10/2026,tea,1,cup,\n"
    + "never,tea,1,cup,\n"
    + "2026-10-08,сок,1,л,апельсиновый\n"
)


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    """A CSV file with this content."""

    def write(content: str) -> Path:
        path = tmp_path / "drinks.csv"
        path.write_text(content, encoding="utf-8")
        return path

    return write


def count(engine: Engine) -> int:
    statement = "SELECT COUNT(*) FROM consumption_records WHERE deleted_at IS NULL"
    with engine.connect() as db:
        return int(db.execute(text(statement)).scalar_one())


def choose(page: Page, path: Path) -> None:
    page.goto("/list")
    page.get_by_role("link", name="Import").click()
    field = page.get_by_label("A file with a table")
    expect(field).to_be_focused()
    field.set_input_files(path)
    expect(page.locator(".import-counts")).to_be_visible()


def test_a_file_is_checked_imported_and_taken_back(
    page: Page, engine: Engine, file: Callable[[str], Path]
) -> None:
    path = file(HEADER + "".join(f"2026-10-{day:02},coffee,{day},cup,\n" for day in range(1, 21)))
    choose(page, path)
    expect(page.locator(".import-counts")).to_contain_text("20 new")
    assert count(engine) == 0
    page.get_by_role("button", name="Import 20 records").click()
    expect(page.get_by_text("Imported 20 records")).to_be_visible()
    expect(page.locator("#dialog")).not_to_be_visible()
    expect(page.locator("[data-rows] .row")).to_have_count(20)
    assert count(engine) == 20
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Removed 20 records")).to_be_visible()
    assert count(engine) == 0


def test_problems_are_told_asked_about_downloaded_or_skipped(
    page: Page, engine: Engine, file: Callable[[str], Path]
) -> None:
    choose(page, file(MIXED))
    counts = page.locator(".import-counts")
    expect(counts).to_contain_text("2 problems")
    page.get_by_label("the month comes first").check()
    expect(counts).to_contain_text("1 problem")
    expect(page.get_by_label("the month comes first")).to_be_focused()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the problem").click()
    assert Path(download.value.path()).read_text(encoding="utf-8").splitlines() == [
        "reason,date,type,value,unit,notes",
        '"“never” is no date. Write it as year-month-day, such as 2026-10-05.",never,tea,1,cup,',
    ]
    page.get_by_role("button", name="Import the 3 good records").click()
    expect(page.get_by_text("Imported 3 records")).to_be_visible()
    assert count(engine) == 3


def test_changed_rows_are_shown_and_taken_only_when_asked(
    page: Page, record: Callable[..., None], file: Callable[[str], Path]
) -> None:
    record("coffee", 2, "cup")
    page.goto("/list")
    page.get_by_text("Export", exact=True).first.click()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    exported = Path(download.value.path()).read_text(encoding="utf-8")
    choose(page, file(exported.replace(",2,coffee,", ",3,coffee,")))
    expect(page.locator(".import-counts")).to_contain_text("1 changed")
    expect(page.locator(".import-table ins")).to_have_text("3")
    page.get_by_label("Replace them with the file’s version").check()
    page.get_by_role("button", name="Import 1 record").click()
    expect(page.get_by_text("Imported 1 record")).to_be_visible()
    expect(page.locator(".row .value")).to_contain_text("3")


WIDE = "Day;Power 1 [kWh];Power 2 [kWh];Power 3 [kWh]\n" + "".join(
    f"{day:02}-10-2026;{day},5;-1,25;2,5\n" for day in range(12, 16)
)


def test_a_choice_is_changed_the_file_imported_and_the_next_one_read_so(
    page: Page, engine: Engine, file: Callable[[str], Path]
) -> None:
    choose(page, file(WIDE))
    counts = page.locator(".import-counts")
    expect(counts).to_contain_text("12 new")
    box = page.get_by_role("group", name="4 amounts of Power 2 are below zero, such as −1.25")
    expect(box.get_by_label("Keep as a type of its own")).to_be_checked()
    name = page.get_by_label("The type of amounts below zero")
    expect(name).to_have_attribute("placeholder", "Power 2 returned")
    name.fill("sent back")
    name.press("Tab")
    expect(page.locator(".import-table td", has_text="sent back").first).to_be_attached()
    box.get_by_label("Leave them out").check()
    expect(counts).to_contain_text("4 left out")
    role = page.get_by_label("What column 3, Power 2 [kWh], is")
    expect(role).to_have_class(re.compile("guessed"))
    role.focus()
    role.select_option("-")
    expect(counts).not_to_contain_text("left out")
    expect(role).not_to_have_class(re.compile("guessed"))
    expect(role).to_be_focused()
    page.get_by_role("button", name="Import 8 records").click()
    expect(page.get_by_text("Imported 8 records")).to_be_visible()
    assert count(engine) == 8
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Removed 8 records")).to_be_visible()
    assert count(engine) == 0
    choose(page, file(WIDE.replace("-10-", "-09-")))
    expect(page.locator(".import-summary")).to_contain_text("read as last time")
    page.get_by_role("button", name="Import 8 records").click()
    expect(page.get_by_text("Imported 8 records")).to_be_visible()
    assert count(engine) == 8


def test_another_file_takes_the_place_of_the_first(
    page: Page, file: Callable[[str], Path], tmp_path: Path
) -> None:
    choose(page, file(WIDE))
    expect(page.locator(".import-name")).to_have_text("drinks.csv")
    other = tmp_path / "other.csv"
    other.write_text(HEADER + "2026-10-05,coffee,2,cup,\n", encoding="utf-8")
    with page.expect_file_chooser() as chooser:
        page.get_by_text("Another file").click()
    chooser.value.set_files(other)
    expect(page.locator(".import-name")).to_have_text("other.csv")
    expect(page.locator(".import-counts")).to_contain_text("1 new")


@pytest.mark.parametrize("place", ["#line", "body"])
def test_a_table_pasted_opens_the_dialog_with_it(page: Page, place: str) -> None:
    page.goto("/add" if place == "#line" else "/list")
    page.locator(place).first.evaluate(
        """(element, text) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", text);
            const options = { clipboardData, bubbles: true, cancelable: true };
            element.dispatchEvent(new ClipboardEvent("paste", options));
        }""",
        "Date\tType\tValue\n2026-10-05\ttea\t1\n2026-10-06\ttea\t2\n",
    )
    expect(page.locator(".import-counts")).to_contain_text("2 new")
    expect(page.locator(".import-name")).to_have_text("pasted table")


def test_a_file_dropped_on_the_list_opens_the_dialog_with_it(page: Page) -> None:
    page.goto("/list")
    dropped = page.evaluate_handle(
        """content => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([content], "dropped.csv", { type: "text/csv" }));
            return transfer;
        }""",
        HEADER + "2026-10-05,coffee,2,cup,\n",
    )
    page.dispatch_event("main", "dragenter", {"dataTransfer": dropped})
    expect(page.locator("body")).to_have_attribute("data-dropping", "")
    page.dispatch_event("main", "drop", {"dataTransfer": dropped})
    expect(page.locator(".import-counts")).to_contain_text("1 new")
    expect(page.locator("body")).not_to_have_attribute("data-dropping", "")


def test_a_file_that_takes_long_shows_progress_and_is_left_with_nothing_saved(
    page: Page, engine: Engine, file: Callable[[str], Path]
) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.method == "POST":
            held.append(route)
        else:
            route.continue_()

    page.route("**/consumption/import", hold)
    page.goto("/list")
    page.get_by_role("link", name="Import").click()
    page.get_by_label("A file with a table").set_input_files(file(WIDE))
    expect(page.get_by_role("progressbar", name="Reading the file")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#dialog")).not_to_be_visible()
    # Nobody waits for the answer any more.
    expect(page.locator("form.htmx-request")).to_have_count(0)
    assert held
    page.unroute("**/consumption/import")
    # Opened once more it knows nothing of that file, and reads the next one.
    choose(page, file(WIDE.replace("-10-", "-09-")))
    expect(page.locator(".import-counts")).to_contain_text("12 new")
    assert count(engine) == 0


HOLDING = text("""
    CREATE FUNCTION wait_while_held() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        WHILE EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711) LOOP
            PERFORM pg_sleep(0.02);
        END LOOP;
        RETURN NULL;
    END $$;
    CREATE TRIGGER wait_while_held BEFORE INSERT ON consumption_records
        FOR EACH STATEMENT EXECUTE FUNCTION wait_while_held()
""")


@pytest.fixture
def held(engine: Engine) -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """While this is held, whoever writes records waits: for a table it would be two seconds."""

    @contextmanager
    def hold() -> Iterator[None]:
        with engine.begin() as db:
            db.execute(text("SELECT pg_advisory_xact_lock(4711)"))
            yield

    with engine.begin() as db:
        db.execute(HOLDING)
    yield hold
    with engine.begin() as db:
        db.execute(text("DROP FUNCTION wait_while_held CASCADE"))


def is_saving(engine: Engine) -> bool:
    """Whether somebody's INSERT waits in `wait_while_held`."""
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
    with engine.connect() as db:
        return bool(db.execute(waiting).scalar_one())


def peers(server: str) -> set[int]:
    """The ports from which the server has a connection that the other side has not closed."""
    port = urlsplit(server).port
    return {
        connection.raddr.port
        for connection in psutil.net_connections("tcp")
        if connection.laddr and connection.laddr.port == port and connection.raddr
        if connection.status == psutil.CONN_ESTABLISHED
    }


def test_an_import_whose_dialog_is_closed_while_it_saves_saves_nothing(
    page: Page,
    server: str,
    engine: Engine,
    file: Callable[[str], Path],
    held: Callable[[], AbstractContextManager[None]],
) -> None:
    choose(page, file(WIDE))
    with held():
        with page.expect_request("**/consumption/import"):
            page.get_by_role("button", name="Import 12 records").click()
        wait_until(lambda: is_saving(engine), "nothing is being saved")
        connected = peers(server)
        page.keyboard.press("Escape")
        expect(page.locator("#dialog")).not_to_be_visible()
        expect(page.get_by_text("You left while the file was being saved.")).to_be_visible()
        # An answer to a later request says that the server has heard of it.
        wait_until(lambda: connected - peers(server), "the browser did not hang up")
        assert page.request.get("/healthz").ok
    # The next file has its turn once the server is done with the first.
    choose(page, file(WIDE.replace("-10-", "-09-")))
    expect(page.locator(".import-counts")).to_contain_text("12 new")
    assert count(engine) == 0


def test_without_javascript(
    browsing: Browsing, mara: Person, engine: Engine, file: Callable[[str], Path]
) -> None:
    page = browsing.open(mara, javascript=False)
    page.goto("/list")
    page.get_by_role("link", name="Import").click()
    page.set_input_files("#import-file", file(MIXED))
    page.get_by_role("button", name="Check the file").click()
    expect(page.locator(".import-counts")).to_contain_text("2 problems")
    assert count(engine) == 0
    page.get_by_label("the day comes first").check()
    page.set_input_files("#import-file", file(MIXED))
    page.get_by_role("button", name=re.compile("Import the . good records")).click()
    page.wait_for_url("**/list?changed=*")
    assert count(engine) == 3
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Removed 3 records")).to_be_visible()
    assert count(engine) == 0


@pytest.mark.parametrize("javascript", [True, False])
def test_enter_in_a_choice_neither_saves_nor_downloads(
    browsing: Browsing,
    mara: Person,
    engine: Engine,
    file: Callable[[str], Path],
    javascript: bool,
) -> None:
    page = browsing.open(mara, javascript=javascript)
    path = file("date,value\n2026-10-05,2\nnever,3\n")
    downloads: list[str] = []
    page.on("download", lambda download: downloads.append(download.url))
    page.goto("/list")
    page.get_by_role("link", name="Import").click()
    page.set_input_files("#import-file", path)
    if not javascript:
        page.get_by_role("button", name="Check the file").click()
    for field, written in (("#import-type-asked", "power"), ("#import-unit", "kWh")):
        page.locator(field).fill(written)
        if not javascript:
            page.set_input_files("#import-file", path)
        page.locator(field).press("Enter")
        expect(page.locator("details.import-rows")).to_contain_text(written)
        expect(page.get_by_role("button", name="Import the 1 good record")).to_be_visible()
    assert count(engine) == 0
    assert downloads == []


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_for_axe_to_find_and_nothing_too_wide(
    browsing: Browsing,
    mara: Person,
    axe: Callable[[Page], None],
    file: Callable[[str], Path],
    width: int,
    scheme: str,
) -> None:
    page = browsing.open(mara, width=width, scheme=scheme)
    long = "2026-10-09,electricity and everything else in the basement,123456789012.123456,kWh,"
    choose(page, file(MIXED + long + "a note that goes on " * 20 + "\n"))
    page.locator(".import-rows summary").first.click()
    axe(page)
    wide = page.evaluate("document.querySelector('#dialog').scrollWidth - innerWidth")
    assert wide <= 0

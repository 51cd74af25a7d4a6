"""A file in and a file out, with and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, text

from .browsing import Browsing, Person

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
    page.get_by_label("A file with a table").set_input_files(path)
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
    expect(page.get_by_text("Took back 20 records")).to_be_visible()
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


def test_without_javascript(
    browsing: Browsing, mara: Person, engine: Engine, file: Callable[[str], Path]
) -> None:
    page = browsing.open(mara, javascript=False)
    page.goto("/list")
    page.get_by_role("link", name="Import").click()
    page.set_input_files("#import-file", file(MIXED))
    page.get_by_role("button", name="Check the file").click()
    assert count(engine) == 0
    page.get_by_label("the day comes first").check()
    page.set_input_files("#import-file", file(MIXED))
    page.get_by_role("button", name=re.compile("Import the . good records")).click()
    page.wait_for_url("**/list?changed=*")
    assert count(engine) == 3
    page.get_by_role("button", name="Undo").click()
    assert count(engine) == 0


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

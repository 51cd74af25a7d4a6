"""Every page is HTML as the standard has it, and what refers to an element finds it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from justhtml import Element, JustHTML
from starlette.testclient import TestClient

from tests.conftest import JSON, Account, Clock

# Attributes that name elements of the same page by their ids.
REFERENCES = (
    "for",
    "form",
    "list",
    "aria-controls",
    "aria-describedby",
    "aria-labelledby",
    "popovertarget",
)
SIGNED_IN = (
    "/",
    "/?period=2020",
    "/?period=year",
    "/?show=cost",
    "/?from=x",
    "/?type=water",
    "/?type=coffee&unit=cup",
    "/?type=nothing",
    "/add",
    "/add?line=coffee%202%203",
    "/add?line=water%201,500",
    "/list",
    "/list?sort=-value",
    "/list?from=x&min=y",
    "/list?q=nothing",
    "/list?deleted=yes",
    "/list?view=print",
    "/account",
    "/keys",
    "/consumption/import",
    "/nothing",
)


# Each state of the box: a new type beside a near one, two readings, words that are unread, units of
# the same kind and of another, a cost, a price, a first and a lower reading, days of a bill.
LINES = (
    "cofee 2",
    "milk 2 l",
    "10/5 coffee 2",
    "coffee 2 march 3",
    "potatoes 5 pounds",
    "gestern coffee",
    "coffee 2 at 8am",
    "gas 720 MJ",
    "gas 20°C",
    "gas 300 kWh in october",
    "fuel 42.5l 70.52€",
    "fuel 42.5l @1.659€",
    "rent 900$ 30$",
    "oil @100 l",
    "water @90",
    "water @112",
    "gas 250 kWh over oct",
    "mon..fri coffee 2",
    "coffee 400",
)


@pytest.fixture
def member(ada: Account, clock: Clock) -> TestClient:
    """Somebody with meters, bills, costs, prices, limits, a deleted record and one of today."""
    client = ada.client
    set_up = {"currency": "EUR", "number_format": "1.234,5"}
    assert client.post("/account", data=set_up).status_code == 303
    lines = (
        "coffee 2 cup",
        "water @100 m³ yesterday",
        "water @108 m³",
        "gas 300 kWh over 30 days 41 EUR",
        "tea 1 yesterday #late",
    )
    for line in lines:
        answer = client.post("/consumption", data={"line": line}, headers=JSON)
        assert answer.status_code == 201, answer.text
    ids = _ids(client.get("/list").text)
    assert client.post(f"/consumption/{ids[-1]}/delete").status_code == 303
    return client


def _ids(page: str) -> list[str]:
    rows = JustHTML(page, sanitize=False).query("tr[id]")
    return [str((row.attrs or {})["id"]).removeprefix("r-") for row in rows]


def assert_is_valid(page: str) -> None:
    document = JustHTML(page, sanitize=False, collect_errors=True)
    assert document.errors == []
    elements = list(_elements(document))
    ids = Counter(element.attrs["id"] for element in elements if "id" in element.attrs)
    assert [name for name, times in ids.items() if times > 1] == []
    for element in elements:
        if element.name == "dialog" and not element.to_text():
            continue  # What is brought into it brings its title along.
        for attribute in REFERENCES:
            for name in (element.attrs.get(attribute) or "").split():
                assert name in ids, (element.name, attribute, name)
        if element.name == "use":
            assert (element.attrs.get("href") or "")[1:] in ids, element.attrs
    for table in document.query("table"):
        widths = {_width(row) for row in table.query("tr") if isinstance(row, Element)}
        assert len(widths) <= 1, (table.attrs, widths)


def _elements(document: JustHTML) -> Iterator[Element]:
    """The elements of a page, without those that templates keep for later."""
    waiting = list(document.root.children or ())
    while waiting:
        node = waiting.pop()
        if isinstance(node, Element):
            yield node
            waiting += node.children


def _width(row: Element) -> int:
    """The number of columns that a row covers."""
    cells = [cell for cell in row.children if isinstance(cell, Element)]
    return sum(int(cell.attrs.get("colspan") or 1) for cell in cells)


@pytest.mark.parametrize("address", SIGNED_IN)
def test_a_page_is_valid(member: TestClient, address: str) -> None:
    page = member.get(address, follow_redirects=True).text
    assert page
    assert_is_valid(page)


@pytest.mark.parametrize("line", LINES)
def test_every_state_of_the_box_is_valid(member: TestClient, line: str) -> None:
    shown = member.get("/add", params={"line": line})
    assert shown.status_code == 200
    assert_is_valid(shown.text)
    # Sent without scripts it is saved and named, or comes back with why not and all that is typed.
    sent = member.post("/consumption", data={"line": line}, follow_redirects=True)
    assert sent.status_code in (200, 422)
    assert_is_valid(sent.text)


def test_the_box_is_valid_where_it_asks_about_a_slip(member: TestClient) -> None:
    for _ in range(5):
        assert member.post("/consumption", data={"line": "coffee 2"}, headers=JSON).is_success
    shown = member.get("/add", params={"line": "coffee 40"}).text
    assert "your usual" in shown
    assert_is_valid(shown)


def test_the_choices_and_the_report_of_a_file_are_valid(member: TestClient) -> None:
    file = "date,type,value,unit,cost\n2026-10-05,tea,1,cup,$2\n2026-10-06,tea,2,cup,3\nx,tea,1,,\n"
    answer = member.post(
        "/consumption/import", data={"dry_run": "1"}, files={"file": ("tea.csv", file)}
    )
    assert answer.status_code == 200 and "1 cost in another currency left out." in answer.text
    assert_is_valid(answer.text)


def test_the_forms_of_a_record_are_valid(member: TestClient) -> None:
    for record_id in _ids(member.get("/list").text):
        assert_is_valid(member.get(f"/consumption/{record_id}/edit").text)


def test_a_refused_form_is_valid(member: TestClient) -> None:
    refused = {
        "/consumption": {"consumption_type": "", "consumption_value": "x", "unit": "y" * 30},
        "/account": {"name": "", "timezone": "Nowhere"},
        "/prices": {"type": "gas", "unit": "kWh", "from": "x", "per_unit": "y"},
        "/limits": {"type": "tea", "unit": "", "per": "month", "amount": "x"},
    }
    for address, fields in refused.items():
        answer = member.post(address, data=fields)
        assert answer.status_code == 422, address
        assert_is_valid(answer.text)
    assert_is_valid(member.post("/consumption", data={"lines": "tea 1 2\nnew 2\ntea"}).text)


@pytest.mark.parametrize("address", ["/login", "/auth/reset?token=x", "/offline"])
def test_a_page_for_anybody_is_valid(visitor: TestClient, address: str) -> None:
    assert_is_valid(visitor.get(address).text)


def test_pages_say_once_what_tally_is(ada: Account, visitor: TestClient) -> None:
    signed_in = [ada.client.get(address).text for address in ("/", "/add", "/list", "/nothing")]
    for page in (*signed_in, visitor.get("/login").text, visitor.get("/offline").text):
        described = JustHTML(page, sanitize=False).query('head meta[name="description"]')
        [words] = [str((meta.attrs or {}).get("content")).split() for meta in described]
        assert words[0] == "Tally:" and len(words) > 5

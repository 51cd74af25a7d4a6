"""A form whose session ended before it was sent: after the sign-in it stands there as typed."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from tally.web.responses import MAX_ADDRESS_KEPT
from tests.conftest import HTMX, Account
from tests.moments import TODAY

NOT_SENT = "nothing is changed yet"


class _Form(HTMLParser):
    """The fields that a browser would send with the form that has this action and this field."""

    def __init__(self, page: str, action: str, field: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._action, self._field = action, field
        self._current: dict[str, str] | None = None
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "form":
            is_it = (given.get("action") or "").partition("?")[0] == self._action
            self._current = {} if is_it else None
        current = self._current
        if current is None:
            return
        if tag == "select":
            self._select = name
        elif tag == "option" and ("selected" in given or self._select not in current):
            current[self._select] = value
        elif tag == "input" and (
            given.get("type") not in ("radio", "checkbox") or "checked" in given
        ):
            current[name] = value

    def handle_data(self, data: str) -> None:
        # An option without a value is its text.
        if self._current is not None and self._select and self._current.get(self._select) == "":
            self._current[self._select] = data.strip()

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        if tag == "form" and self._current is not None:
            if self._field in self._current and not self.fields:
                self.fields = self._current
            self._current = None


def form_of(page: str, action: str, field: str) -> dict[str, str]:
    """The fields of a form, without the one that says whose page it stands on."""
    fields = _Form(page, action, field).fields
    assert not fields or fields.pop("account")
    return fields


def opened(page: str) -> list[str]:
    """The ids of the disclosures that the page comes with open."""
    return re.findall(r'<details id="([\w-]+)" class="disclosure"[^>]* open>', page)


def way_back(visitor: TestClient, path: str, page: str, **fields: str) -> str:
    """The address after the sign-in that the sending of a form, signed out, leads to."""
    answer = visitor.post(path, data=fields, headers={"Referer": f"http://testserver{page}"})
    where = urlsplit(answer.headers["location"])
    assert (answer.status_code, where.path) == (303, "/login")
    return dict(parse_qsl(where.query))["next"]


def after_sign_in(client: TestClient, visitor: TestClient, *sent: str, **fields: str) -> str:
    """The page after the sign-in."""
    answer = client.get(way_back(visitor, *sent, **fields))
    assert answer.status_code == 200 and answer.text.count(NOT_SENT) == 1
    return answer.text


@pytest.fixture(autouse=True)
def _records(client: TestClient) -> None:
    for line in ("tea 2 l", "coffee 1 cup 2€"):
        assert client.post("/consumption", data={"line": line}).is_redirect
    fields = {"consumption_date": str(TODAY), "consumption_value": "3", "consumption_type": "tea"}
    assert client.post("/consumption", json=fields).status_code == 201


OF_TEA = "/?type=tea&unit=l"


@pytest.mark.parametrize("page", [OF_TEA, "/?period=year&type=tea&unit=l", "/limits"])
@pytest.mark.parametrize("typed", ["12,5 & чай", ""])
def test_a_limit(client: TestClient, visitor: TestClient, page: str, typed: str) -> None:
    sent = form_of(client.get(OF_TEA).text, "/limits", "value")
    sent |= {"value": typed, "per": "week", "in": "cost"}
    client.post("/limits", data=sent | {"value": "7", "in": "amount"})
    shown = after_sign_in(client, visitor, "/limits", page, **sent)
    came = form_of(shown, "/limits", "value")
    assert {**came, "query": ""} == {**sent, "query": ""}


@pytest.mark.parametrize("unit", ["l", ""])
def test_a_renaming(client: TestClient, visitor: TestClient, unit: str) -> None:
    sent = {"type": "tea", "unit": unit, "to_type": "чай <b>", "to_unit": "ml & more"}
    shown = after_sign_in(client, visitor, "/types", OF_TEA, **sent)
    assert form_of(shown, "/types", "to_type") == sent
    assert opened(shown) == ["rename"]
    sent = {"type": "tea", "unit": unit, "colour": "3", "hidden": "on"}
    shown = after_sign_in(client, visitor, "/types", OF_TEA, **sent)
    came = form_of(shown, "/types", "hidden")
    assert came.pop("was") and came == sent
    assert opened(shown) == ["mark"]


@pytest.mark.parametrize("is_edited", [True, False])
def test_a_price(client: TestClient, visitor: TestClient, is_edited: bool) -> None:
    first = {"type": "tea", "unit": "l", "from": "2026-01-01", "per_unit": "2"}
    there = client.post("/prices", json=first).json()
    sent = first | {"from": "2026-02-03", "per_unit": "1.2.3", "base": "9", "base_per": "year"}
    sent |= {"id": there["id"]} if is_edited else {}
    shown = after_sign_in(client, visitor, "/prices", OF_TEA, **sent)
    came = form_of(shown, "/prices", "per_unit")
    assert came.pop("query") and came == sent


def test_settings_and_a_token_sent_signed_out_come_back_in_their_forms(
    client: TestClient, visitor: TestClient
) -> None:
    sent = form_of(client.get("/?dialog=account").text, "/account", "name")
    sent |= {"name": "Ada <Ü>", "timezone": "Atlantis", "theme": "dark", "currency": "USD"}
    agreed = sent | {"confirm_currency": "1"}
    shown = after_sign_in(client, visitor, "/account", "/?dialog=account", **agreed)
    assert form_of(shown, "/account", "name") == sent
    assert form_of(shown, "/account/tokens", "scope")["name"] == ""
    token = {"name": "Meter", "scope": "all", "ends": "1-year"}
    shown = after_sign_in(client, visitor, "/account/tokens", "/account", **token)
    came = form_of(shown, "/account/tokens", "scope")
    assert came.pop("id") and came == token
    assert form_of(shown, "/account", "name")["name"] == "Ada Lovelace"
    # What is saved then leads back without it.
    answer = client.post(
        "/account",
        data=sent | {"timezone": "UTC", "currency": "EUR"},
        headers={"Referer": "http://testserver/?dialog=account&typed=%2Faccount"},
    )
    assert answer.headers["location"] == "/?saved=settings"


def test_a_refused_token_leaves_the_settings_alone(client: TestClient) -> None:
    for headers in ({}, HTMX):
        shown = client.post(
            "/account/tokens", data={"name": "Meter", "scope": "x"}, headers=headers
        )
        assert shown.status_code == 422
        assert form_of(shown.text, "/account/tokens", "name")["name"] == "Meter"
        assert form_of(shown.text, "/account", "name")["name"] == "Ada Lovelace"


def selected(page: str) -> int:
    return sum("checked" in part.partition(">")[0] for part in page.split('name="ids"')[1:])


@pytest.mark.parametrize("page", ["/list?q=tea", "/consumption/bulk?q=tea"])
def test_an_action_on_a_selection(client: TestClient, visitor: TestClient, page: str) -> None:
    rows = client.get("/list?q=tea", headers={"Accept": "text/html"}).text
    ids = [part.partition('"')[0] for part in rows.split('name="ids" value="')[1:]]
    assert len(ids) == 2
    sent = {"set-type": "", "set-unit": "кг", "set-date": "", "add-tag": "#late"}
    shown = after_sign_in(client, visitor, "/consumption/bulk?q=tea", page, **sent, ids=ids[0])
    came = form_of(shown, "/consumption/bulk", "set-unit")
    assert came == sent and selected(shown) == 1
    shown = after_sign_in(
        client, visitor, "/consumption/bulk?q=tea", page, ids=" ".join(ids), all="1"
    )
    assert selected(shown) == 2
    assert form_of(shown, "/consumption/bulk", "set-unit")["all"] == "1"


def test_a_selection_too_large_for_an_address_is_made_again(
    client: TestClient, visitor: TestClient
) -> None:
    """What was typed comes along nevertheless; a page of fifty rows does, too."""

    def sent(rows: int) -> str:
        ids = " ".join(str(uuid4()) for _ in range(rows))
        fields = {"set-type": "", "set-unit": "", "set-date": "", "add-tag": "#late", "ids": ids}
        return way_back(visitor, "/consumption/bulk", "/list", **fields)

    assert sent(50).count("-") >= 200
    address = sent(70)
    assert address.count("-") < 10 and len(address) < MAX_ADDRESS_KEPT
    assert form_of(client.get(address).text, "/consumption/bulk", "set-unit")["add-tag"] == "#late"


def test_lines_previewed_signed_out_come_back_in_the_box(
    client: TestClient, visitor: TestClient
) -> None:
    address = way_back(visitor, "/consumption/preview", "/add", line="tea 2\ncoffee", box="batch")
    assert address == "/add?" + urlencode({"line": "tea 2\ncoffee"})


@pytest.mark.parametrize(
    "path",
    ["/auth/password", "/account", "/account/delete", "/limits", "/types", "/consumption/bulk"],
)
def test_a_password_is_in_no_address(visitor: TestClient, path: str) -> None:
    names = ("password", "current_password", "new_password")
    fields = dict.fromkeys(names, "secret") | {"name": "x", "type": "tea", "value": "2"}
    answer = visitor.post(path, data=fields, headers={"Referer": "http://testserver/"})
    assert "secret" not in answer.headers["location"]


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/account", "/?dialog=account"),
        ("/auth/sessions/end-others", "/?dialog=account"),
        ("/types", "/"),
        ("/consumption/undo", "/list"),
        ("/consumption", "/add"),
        ("/consumption/bulk?q=tea", "/list?q=tea"),
    ],
)
def test_the_answer_to_a_form_is_no_page_to_go_back_to(
    ada: Account, visitor: TestClient, path: str, page: str
) -> None:
    """Its address takes no GET."""
    headers = {"Referer": f"http://testserver{path}"}
    where = visitor.post(path, headers=headers).headers["location"]
    assert dict(parse_qsl(urlsplit(where).query)).get("next", "/") == page
    assert ada.client.get(page).status_code == 200


def test_no_form_in_an_address_breaks_a_page(client: TestClient) -> None:
    """A link from elsewhere may have anything in it."""
    for address in ("/account?name=a&name=b", "/limits?value=%FF", "/nowhere?x=1", "a&b", "?"):
        for page in ("/", "/?dialog=account", "/list", "/add"):
            mark = "&" if "?" in page else "?"
            answer = client.get(f"{page}{mark}{urlencode({'typed': address})}")
            assert answer.status_code in (200, 400, 422)
    assert client.get("/?typed=a&typed=b").status_code in (200, 422)

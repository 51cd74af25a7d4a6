"""A refused form without scripts: its error page leads back to its page, with what was typed."""

from __future__ import annotations

import re
from html import unescape

import pytest
from starlette.testclient import TestClient

from tests.conftest import HTMX, JSON
from tests.views.conftest import save
from tests.views.test_typed_forms import NOT_SENT, form_of, opened, selected


def back_from(page: str) -> str:
    """The address that the error page leads back to; "" for none."""
    links = re.findall(r'<a href="([^"]*)" class="button[^"]*">Back</a>', page)
    return unescape(links[0]) if links else ""


def refused(client: TestClient, path: str, page: str, **fields: str) -> str:
    """The page that the error page of a form on `page` leads back to."""
    headers = {"Referer": f"http://testserver{page}"}
    answer = client.post(path, data=fields, headers=headers)
    assert answer.status_code in (409, 422), answer.text
    where = back_from(answer.text)
    assert where.startswith(page.partition("?")[0] + "?")
    shown = client.get(where)
    assert shown.status_code == 200 and NOT_SENT not in shown.text
    return shown.text


def test_an_action_that_is_not_clear_keeps_its_fields_and_its_rows(client: TestClient) -> None:
    save(client, "tea 2 l", "tea 3 l")
    rows = client.get("/list?q=tea").text
    ids = " ".join(re.findall(r'name="ids" value="([^"]*)"', rows))
    sent = {"set-type": "mint", "set-unit": "", "set-date": "", "add-tag": "late"}
    path = "/consumption/bulk?q=tea"
    shown = refused(client, path, "/list?q=tea", ids=ids, action="typed", **sent)
    assert form_of(shown, "/consumption/bulk", "set-type") == sent
    assert selected(shown) == 2
    assert "tea" in shown and 'action="/consumption/bulk?q=tea"' in shown


def test_readings_that_cannot_change_their_order_stay_selected(client: TestClient) -> None:
    save(client, "gas @10 m3 2026-10-01", "gas @20 2026-10-10")
    rows = client.get("/list?sort=date").text
    last = re.findall(r'name="ids" value="([^"]*)"', rows)[-1]
    sent = {"set-type": "", "set-unit": "", "set-date": "2026-09-01", "add-tag": ""}
    path = "/consumption/bulk?sort=date"
    shown = refused(client, path, "/list?sort=date", ids=last, action="set-date", **sent)
    assert form_of(shown, "/consumption/bulk", "set-date") == sent
    assert selected(shown) == 1


def test_a_renaming_leads_back_to_its_form_and_period(client: TestClient) -> None:
    save(client, "tea 2 l")
    page = "/?type=tea&unit=l&period=year"
    sent = {"type": "tea", "unit": "l", "to_type": "mint", "to_unit": "kg"}
    shown = refused(client, "/types", page, **sent)
    assert form_of(shown, "/types", "to_type") == sent
    assert opened(shown) == ["rename"]
    assert "period=year" in shown
    # What is saved then leads back without the form.
    here = {"Referer": f"http://testserver{page}&typed=%2Ftypes%3Fto_type%3Dmint&refused=1"}
    answer = client.post("/types", data=sent | {"to_unit": "l"}, headers=here)
    assert "typed" not in answer.headers["location"] and "refused" not in answer.headers["location"]


@pytest.mark.parametrize("headers", [HTMX, JSON])
def test_only_a_page_leads_back(client: TestClient, headers: dict[str, str]) -> None:
    sent = {"action": "typed", "set-type": "a", "add-tag": "b"}
    assert ">Back<" not in client.post("/consumption/bulk", data=sent, headers=headers).text


def test_no_password_comes_along_and_no_signed_out_page_leads_back(
    client: TestClient, visitor: TestClient
) -> None:
    sent = {"action": "typed", "set-type": "a", "add-tag": "b", "password": "secret"}
    page = client.post("/consumption/bulk", data=sent).text
    assert back_from(page) == "/list" and "secret" not in page
    assert not back_from(visitor.post("/nowhere", data=sent).text)
    assert not back_from(client.get("/nowhere").text)

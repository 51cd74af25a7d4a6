"""The dialog of keyboard shortcuts, and that it lists what keys.js binds."""

from __future__ import annotations

import re

from starlette.testclient import TestClient

from tally.paths import folder
from tests.conftest import HTMX

# What the browser or the control itself does.
UNBOUND = {"Esc", "Enter", "Ctrl"}


def test_the_dialog_lists_the_keys_that_are_bound(client: TestClient) -> None:
    shown = client.get("/keys", headers=HTMX).text
    listed = re.findall("<kbd>([^<]+)</kbd>", shown)
    script = (folder("static") / "js" / "keys.js").read_text("utf-8")
    table = re.search(r"const KEYS = \[(.*)\];", script)
    assert table
    spread = re.sub(
        r'\.\.\."(\w+)"', lambda word: ", ".join(f'"{key}"' for key in word[1]), table[1]
    )
    bound = {key for part in re.findall('"([^"]+)"', spread) for key in re.split("[ |]", part)}
    arrows = {"Shift ←": "Shift+ArrowLeft", "Shift →": "Shift+ArrowRight"}
    first, last = listed.index("1"), listed.index("9")
    digits = {str(digit) for digit in range(1, 10)}
    assert listed[first + 1 : last] == ["…"]
    keys = {arrows.get(key, key) for key in listed if key != "…"} - UNBOUND
    assert keys | digits == bound


def test_the_dialog_of_keys_opens_over_the_page(client: TestClient) -> None:
    answer = client.get("/keys")
    assert answer.headers["location"] == "/?dialog=keys"
    page = client.get("/list?q=tea&dialog=keys").text
    assert "Keyboard shortcuts</h2>" in page
    assert 'data-behind="/list?q=tea"' in page


def test_a_page_does_not_carry_the_list_of_shortcuts(client: TestClient) -> None:
    assert "Duplicate to today</dt>" not in client.get("/").text


def test_either_of_two_keys_does_not_look_like_one_after_the_other(client: TestClient) -> None:
    page = client.get("/keys", headers=HTMX).text
    assert "<kbd>n</kbd> or <kbd>a</kbd>" in page
    assert "<kbd>[</kbd> or <kbd>Shift ←</kbd>" in page
    assert "<kbd>g</kbd><kbd>d</kbd>" in page
    assert "only Enter, Ctrl Enter and Esc do something" in page

"""Each recipe of docs/import.md is a file of cases.json, read with what its line says to choose."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import tally

PAGE = (Path(tally.__file__).parents[2] / "docs" / "import.md").read_text()
CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).with_name("import") / "cases.json").read_text()
)["cases"]


class Recipe(NamedTuple):
    """The files in the form of a program, and the fields that its line says to choose at most."""

    files: tuple[str, ...]
    fields: frozenset[str] = frozenset()


def recipe(files: str, fields: str = "") -> Recipe:
    return Recipe(tuple(files.split()), frozenset(fields.split()))


RECIPES = {
    "Octopus Energy": recipe("octopus.csv", "type"),
    "PG&E, ComEd": recipe("pge-units.csv", "negative"),
    "SDG&E": recipe("sdge.csv", "type unit"),
    "Green Button": recipe("green-button.xml", "type"),
    "Fluvius": recipe("fluvius-renamed.csv"),
    "Engie": recipe("engie.csv", "unit"),
    "GreenChoice": recipe("greenchoice.csv", "columns unit"),
    "e-distribuzione (Enel)": recipe("enel.csv", "type unit daily"),
    "Enphase": recipe("enphase.csv", "order"),
    "Sungrow iSolarCloud": recipe("isolarcloud.csv"),
    "MeterN": recipe("metern.csv", "type unit"),
    "IotaWatt": recipe("iotawatt.csv", "type unit"),
    "Home Assistant": recipe("home-assistant-renamed.csv"),
    "Grafana": recipe("grafana.csv", "columns type unit"),
    "Fuelio": recipe("fuelio.csv", "type"),
    "LubeLogger": recipe("lubelogger-fr.csv", "type unit"),
    "Spritmonitor": recipe("spritmonitor.csv", "columns type unit"),
    "HabitBull, Loop (zip)": recipe("habitbull.csv checkmarks.zip"),
    "Cronometer": recipe("cronometer.csv"),
    "openScale": recipe("openscale.csv", "columns"),
    "grocy": recipe("grocy.csv"),
}
# How the page says that a field is to be chosen.
WORDS = {
    "type": "type",
    "unit": "unit",
    "daily": "one record a day",
    "order": "order of dates",
    "negative": "negative",
    "columns": "Reading|units|columns|cost",
}


def lines() -> dict[str, str]:
    """Each program of the page, and what to choose for its file."""
    table = PAGE.partition("## Recipes")[2]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in table.splitlines()
        if line.startswith("| ")
    ]
    return {row[0]: row[2] for row in rows[1:]}


def test_every_recipe_of_the_page_is_held_here() -> None:
    assert lines().keys() == RECIPES.keys()
    assert len(RECIPES) >= 20


@pytest.mark.parametrize("program", RECIPES)
def test_a_recipe_says_what_its_file_needs_and_no_more(program: str) -> None:
    files, fields = RECIPES[program]
    for name in files:
        # tests/transfer/test_cases.py sends each of these to the real address.
        cases = [case for case in CASES if name in (case.get("files") or [case.get("file")])]
        assert cases
        needed = {field for case in cases for field in (*case["choices"], *case["asks"])}
        assert needed == fields
    said = lines()[program]
    for field in fields:
        assert re.search(WORDS[field], said), (field, said)
    if not fields:
        assert said.startswith("nothing")

"""The documents for people who work on Tally say what is so."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
DOCUMENTS = ("docs/architecture.md", "CONTRIBUTING.md", "RELEASING.md", "README.md")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def wings() -> list[str]:
    """The wings of the import contract, from the highest to the lowest."""
    (contract,) = PROJECT["tool"]["importlinter"]["contracts"]
    return [wing for layer in contract["layers"] for wing in re.findall(r"\w+", layer)]


def test_the_plan_and_its_picture_show_the_wings_of_the_contract() -> None:
    table = re.findall(r"^\| (`.*?) \|", (ROOT / "docs/architecture.md").read_text(), re.M)
    named = [name.removesuffix(".py") for row in table for name in re.findall(r"`([\w.]+)`", row)]
    drawn = re.findall(r'class="name"[^>]*>(\w+)<', (ROOT / "docs/house.svg").read_text())
    assert sorted(named) == sorted(drawn) == sorted(wings())
    assert drawn == wings()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_that_a_document_names_is_there(document: str) -> None:
    text = (ROOT / document).read_text()
    named = re.findall(r"`((?:[\w.]+/)+[\w.]*)`", text)
    linked = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    places = (ROOT, ROOT / "src", ROOT / "src/tally", ROOT / "tests", (ROOT / document).parent)
    made_later = (".venv", "build/", "dist/")
    missing = [
        name
        for name in {*named, *linked}
        if not name.startswith(made_later) and not any((place / name).exists() for place in places)
    ]
    assert not missing


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_target_that_a_document_names_is_there(document: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    named = set(re.findall(r"`make ([a-z-]+)", (ROOT / document).read_text()))
    assert named <= targets


def test_the_checks_of_a_push_are_those_of_make() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())
    assert workflow["permissions"] == {}
    commands = [step["run"] for job in workflow["jobs"].values() for step in job["steps"][1:]]
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    assert {command.removeprefix("make ") for command in commands} <= targets

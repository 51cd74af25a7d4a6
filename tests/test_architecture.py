"""The documents are true: the files, targets, commands and settings that they name exist."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from tally.cli.main import app
from tally.settings import Settings
from tests import mutants

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted(
    str(path.relative_to(ROOT))
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"))
    if path.name != "CHANGELOG.md"  # It names what was there.
)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def wings() -> list[str]:
    """The wings of the import contract, from the highest to the lowest."""
    return layers_of("tally")


def layers_of(container: str) -> list[str]:
    [layers] = (
        contract["layers"]
        for contract in PROJECT["tool"]["importlinter"]["contracts"]
        if contract.get("containers") == [container]
    )
    return [name for layer in layers for name in re.findall(r"\w+", layer)]


def test_the_plan_and_its_picture_show_the_wings_of_the_contract() -> None:
    table = re.findall(r"^\| (`.*?) \|", (ROOT / "docs/architecture.md").read_text(), re.M)
    named = [name.removesuffix(".py") for row in table for name in re.findall(r"`([\w.]+)`", row)]
    drawn = re.findall(r'class="name"[^>]*>(\w+)<', (ROOT / "docs/house.svg").read_text())
    assert sorted(named) == sorted(drawn) == sorted(wings())
    assert drawn == wings()


def wings_with_rooms() -> list[str]:
    containers = (
        contract.get("containers", [""])[0]
        for contract in PROJECT["tool"]["importlinter"]["contracts"]
    )
    return [name.partition(".")[2] for name in containers if "." in name]


@pytest.mark.parametrize("wing", wings_with_rooms())
def test_the_plan_names_the_rooms_of_a_wing(wing: str) -> None:
    named = re.findall(rf"`{wing}/(\w+)(?:\.py)?`", (ROOT / "docs/architecture.md").read_text())
    assert set(named) == set(layers_of(f"tally.{wing}"))


SOURCES = (".py", ".md", ".sql", ".html", ".css", ".js", ".toml", ".yaml", ".yml")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_that_a_document_names_is_there(document: str) -> None:
    text = (ROOT / document).read_text()
    linked = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    places = (ROOT, ROOT / "src", ROOT / "src/tally", ROOT / "tests", (ROOT / document).parent)
    # Media types, dates and sheets of a workbook have slashes, too.
    named = [
        name
        for name in re.findall(r"`((?:[\w.]+/)+[\w.]*)`", text)
        if name.endswith(SOURCES) or any((place / name.split("/")[0]).is_dir() for place in places)
    ]
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
    named = set(re.findall(r"(?:`|^)make ([a-z-]+)", (ROOT / document).read_text(), re.M))
    assert named <= targets


def test_every_class_that_a_template_names_is_there() -> None:
    comments = {
        path: " ".join(re.findall(r"\{#.*?#\}", path.read_text(), re.S))
        for path in (ROOT / "templates").rglob("*.html")
    }
    named = {name for text in comments.values() for name in re.findall(r"\w+\.[A-Z]\w+", text)}
    there = {
        f"{path.stem}.{name}"
        for path in (ROOT / "src/tally").rglob("*.py")
        for name in re.findall(r"^(?:class )?([A-Z]\w+)", path.read_text(), re.M)
    }
    assert len(named) > 20
    assert named <= there


# They are no nouns, or hide what Python means by them.
NO_NAMES = {"it", "found", "made", "said", "asked"}
NO_PARAMETERS = NO_NAMES | {"id", "type"}
# MAX_ and MIN_ are.
NO_BOUNDS = ("MOST_", "LEAST_", "LONGEST_", "LARGEST_", "SMALLEST_", "MINIMUM_", "MAXIMUM_")


@pytest.mark.parametrize("wing", wings())
def test_variables_are_named_by_what_they_hold(wing: str) -> None:
    place = ROOT / "src/tally" / wing
    named: list[str] = []
    for path in place.rglob("*.py") if place.is_dir() else [place.with_suffix(".py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                name, unwanted = node.id, NO_NAMES
            elif isinstance(node, ast.arg):
                name, unwanted = node.arg, NO_PARAMETERS
            else:
                continue
            if name in unwanted or name.lstrip("_").startswith(NO_BOUNDS):
                named.append(f"{path.name}:{node.lineno} {name}")
    assert not named


# What is pure is given new ids and the time by its callers.
CHANCE_AND_CLOCK = re.compile(
    r"\b(?:uuid[14]|u?random|secrets|environ|getenv)\b|\.(?:now|today|utcnow)\(|\btime\.time\b"
)


def test_what_calls_itself_pure_knows_neither_chance_nor_clock() -> None:
    texts = {path: path.read_text() for path in (ROOT / "src/tally").rglob("*.py")}
    pure = {
        path: text
        for path, text in texts.items()
        if re.search(r"\bPure\.", ast.get_docstring(ast.parse(text)) or "")
    }
    assert len(pure) > 100
    assert [path.name for path, text in pure.items() if CHANCE_AND_CLOCK.search(text)] == []


def test_each_message_is_written_once() -> None:
    """A sentence that is reworded is then the same wherever people read it."""
    sentences: list[str] = []
    for path in (ROOT / "src/tally").rglob("*.py"):
        tree = ast.parse(path.read_text())
        # The texts in a docstring or an f-string are parts of something else.
        parts = {
            id(part)
            for node in ast.walk(tree)
            if isinstance(node, ast.Expr | ast.JoinedStr)
            for part in ast.walk(node)
            if isinstance(node, ast.JoinedStr) or part is node.value
        }
        sentences += [
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in parts
            and re.fullmatch(r"[A-Z].* .* .*[.?]", node.value)
        ]
    assert len(sentences) > 200
    assert [text for text, times in Counter(sentences).items() if times > 1] == []


def test_one_module_knows_the_headers_of_htmx() -> None:
    paths = (ROOT / "src/tally").rglob("*.py")
    knowing = [path for path in paths if "HX-" in path.read_text()]
    assert knowing == [ROOT / "src/tally/web/htmx.py"]


def test_names_in_scripts_keep_to_the_same() -> None:
    """Bounds begin with MAX_ and MIN_ there too."""
    named = [
        f"{path.name}: {name}"
        for path in (ROOT / "static/js").glob("*.js")
        for names in re.findall(
            r"\b(?:const|let|function)\s+(\w+)|\bfunction(?: \w+)?\((\w+)\)", path.read_text()
        )
        for name in names
        if name in NO_NAMES or name.startswith(NO_BOUNDS)
    ]
    assert not named


def names_of_types(module: ast.Module) -> list[str]:
    """Its classes, and the names that it gives to types: `Name = Literal[...]`, `TypeVar(...)`."""
    names = [node.name for node in module.body if isinstance(node, ast.ClassDef)]
    for node in module.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Subscript | ast.Call):
            names += [
                name.id
                for name in node.targets
                if isinstance(name, ast.Name) and re.fullmatch("(?:[A-Z][a-z]+)+", name.id)
            ]
    return names


def test_each_type_has_a_name_of_its_own() -> None:
    """A word means one thing in all wings."""
    paths = (ROOT / "src/tally").rglob("*.py")
    names = [name for path in paths for name in names_of_types(ast.parse(path.read_text()))]
    assert len(names) > 150
    assert [name for name, count in Counter(names).items() if count > 1] == []


def called(document: str) -> list[list[str]]:
    """The words of each call of `tally` in a document, in a sentence or on a line of its own."""
    text = (ROOT / document).read_text()
    calls = re.findall(r"(?:`|^(?:\.venv/bin/)?)tally ([^`\n|]+)", text, re.M)
    return [call.replace("[", " ").replace("]", " ").split() for call in calls]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_and_option_that_a_document_names_is_there(document: str) -> None:
    for words in called(document):
        command: Any = typer.main.get_command(app)
        while words and words[0] in getattr(command, "commands", {}):
            command = command.commands[words.pop(0)]
        # The word behind a group is a command of it, or an option.
        assert not (hasattr(command, "commands") and words and words[0][0].islower()), words
        known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
        assert {word for word in words if word.startswith("--")} <= known, words


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_setting_that_a_document_names_is_there(document: str) -> None:
    beside = {"TALLY_PORT", "TALLY_TESTS_MOMENT"}  # Read by compose.yaml, and by the tests.
    known = {f"TALLY_{name.upper()}" for name in Settings.model_fields} | beside
    named = set(re.findall(r"\bTALLY_[A-Z_]+", (ROOT / document).read_text()))
    assert named <= known


def test_all_python_is_checked_for_types() -> None:
    """A hidden folder is not entered by mypy: its files are named."""
    checked = PROJECT["tool"]["mypy"]["files"]
    for path in ROOT.glob("*/*.py"):
        file = path.relative_to(ROOT)
        assert any(file.is_relative_to(place) for place in checked), file


def test_no_browser_test_waits_in_a_way_that_does_not_wait() -> None:
    """`wait_for` of browsing.py says why."""
    for path in (ROOT / "tests/browser").glob("*.py"):
        assert ".wait_for_function(" not in path.read_text(), path


def test_the_checks_of_a_push_are_those_of_make() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())
    assert workflow["permissions"] == {}
    commands = [step["run"] for job in workflow["jobs"].values() for step in job["steps"][1:]]
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    assert {command.removeprefix("make ") for command in commands} <= targets


@pytest.mark.parametrize(
    "name",
    [
        *mutants.AT_IMPORT,
        *(f"{wing}.{name}" for wing, name in mutants.ANY_MUTANT.items()),
    ],
)
def test_a_mutant_is_named_by_a_function_that_is_there(name: str) -> None:
    module, _, mutant = name.rpartition(".x_")
    source = ROOT / "src/tally" / f"{module.replace('.', '/')}.py"
    function = mutant.partition("__mutmut_")[0]
    assert f"def {function}(" in source.read_text("utf-8")

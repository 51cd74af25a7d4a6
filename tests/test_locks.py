"""The locks: every installed package is pinned, with hashes, from any index."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCKS = sorted(path.name for path in ROOT.glob("requirements*.txt"))


def locked(name: str) -> dict[str, int]:
    """Package → how many hashes it has."""
    text = re.sub(r"\\\n", " ", (ROOT / name).read_text())
    found = {}
    for line in text.splitlines():
        if line and not line.lstrip().startswith("#"):
            pinned = re.match(r"([A-Za-z0-9._-]+)==[^ ;]+", line)
            assert pinned, line
            found[pinned[1].lower()] = line.count("--hash=sha256:")
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_everything_has_its_hash_and_nothing_names_an_index(name: str) -> None:
    found = locked(name)
    assert found
    assert all(found.values())
    text = (ROOT / name).read_text()
    assert not re.search(r"://|--index|--extra|--find-links|^-", text, re.MULTILINE)


def test_every_range_is_locked_where_it_is_installed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    wanted = {
        "requirements.txt": project["project"]["dependencies"],
        "requirements-dev.txt": groups["dev"],
        "requirements-build.txt": groups["build"] + project["build-system"]["requires"],
        "requirements-tools.txt": groups["tools"],
    }
    assert sorted(wanted) == LOCKS
    for name, ranges in wanted.items():
        names = {re.split(r"[<>=!~\[ ]", given)[0].lower() for given in ranges}
        assert names <= locked(name).keys()


def test_the_tests_run_on_what_is_served() -> None:
    served = set(re.findall(r"^(\S+==\S+)", (ROOT / "requirements.txt").read_text(), re.M))
    tested = set(re.findall(r"^(\S+==\S+)", (ROOT / "requirements-dev.txt").read_text(), re.M))
    assert served
    assert served <= tested

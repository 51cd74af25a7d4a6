"""The release workflow: what it calls is there, and it is given no more than it needs."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent
# Programs that GitHub's machines have, or that an earlier step brings.
PROGRAMS = {"make", "python3", "docker", "gh"}


@pytest.fixture(scope="module")
def jobs() -> dict[str, Any]:
    workflow = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text())
    jobs: dict[str, Any] = workflow["jobs"]
    assert workflow["permissions"] == {}
    return jobs


@pytest.fixture(scope="module")
def commands(jobs: dict[str, Any]) -> list[list[str]]:
    """The words of every command, line ends joined."""
    scripts = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    lines = [line for script in scripts for line in re.sub(r"\\\n\s*", " ", script).splitlines()]
    return [shlex.split(line) for line in lines]


def test_what_it_calls_is_there(commands: list[list[str]]) -> None:
    makefile = (ROOT / "Makefile").read_text()
    assert {words[0] for words in commands} == PROGRAMS
    for words in commands:
        if words[0] == "make":
            for target in words[1:]:
                assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
        if words[0] == "python3":
            assert (ROOT / words[1]).is_file()


def test_what_it_takes_along_is_written_before(commands: list[list[str]]) -> None:
    release = next(words for words in commands if words[:3] == ["gh", "release", "create"])
    taken = [word for word in release if "/" in word]
    assert taken == ["build/sbom.cdx.json"]
    assert f"--output-file {taken[0]}" in (ROOT / "Makefile").read_text()
    assert commands.index(["make", "audit"]) < commands.index(release)


def test_an_image_for_both_with_its_provenance(commands: list[list[str]]) -> None:
    build = next(words for words in commands if words[:3] == ["docker", "buildx", "build"])
    options = dict(pairwise(build))
    assert options["--platform"] == "linux/amd64,linux/arm64"
    assert options["--provenance"] == "mode=max"
    assert options["--sbom"] == "true"
    assert "--push" in build
    given = {word.partition("=")[0] for word in build if re.match(r"[A-Z]+=", word)}
    taken = set(re.findall(r"^ARG ([A-Z]+)=", (ROOT / "Dockerfile").read_text(), re.MULTILINE))
    assert given == taken


def test_others_code_is_pinned_and_sees_no_secret(jobs: dict[str, Any]) -> None:
    steps = [step for job in jobs.values() for step in job["steps"]]
    assert all(("uses" in step) != ("run" in step) for step in steps)
    for step in steps:
        if "uses" in step:
            assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", step["uses"])
        # Nothing of an event is pasted into a script: it comes by the environment.
        assert "${{" not in step.get("run", "")
    assert jobs["test"]["permissions"] == {"contents": "read"}
    assert jobs["image"]["needs"] == "test"


def test_a_release_is_tested_as_every_push_is(jobs: dict[str, Any]) -> None:
    """In the image in which `make` can install the clock and the pooler: else tests are skipped."""
    pushed = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())["jobs"]["test"]
    assert jobs["test"] == pushed
    assert "timeout-minutes" in pushed and "bookworm" in pushed["container"]


def test_the_tag_is_the_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    for tag, status in ((f"v{version}", 0), (version, 1), (f"v{version}.1", 1)):
        done = subprocess.run(
            [sys.executable, str(ROOT / ".ci/version.py"), tag], capture_output=True, check=False
        )
        assert done.returncode == status

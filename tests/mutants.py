"""Mutants of a wing: small changes of its modules, each of which a test of its own should notice.

    python -m tests.mutants domain quick_add
    python -m tests.mutants domain tally.domain.periods.* tally.domain.units.*
    python -m tests.mutants quick_add transfer 800

mutmut works in a folder for each wing, build/mutants/domain: `mutmut show` says there what a mutant
changes. For domain the tests in tests/domain run alone; what others notice by the way is no promise
that a test makes of it. A number after the wings: so many of each, drawn at random, the same ones
each time; of 800 the share that is noticed is within two or three of a hundred of that of all.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from tests import moments

ROOT = Path(__file__).parents[1]
# What tests read beside the modules.
BESIDE = ("src", "tests", "templates", "sql", "static", "docs")
NOTICED = ("killed", "timeout")
# Functions that run when their module is imported, before a mutant is chosen.
AT_IMPORT = (
    "domain.units.x__rows",
    "domain.units.x__names",
    "quick_add.calendar.calendar_dates.x__numbered",
    "quick_add.calendar.foreign_dates.x__table",
    "transfer.tables.heading_roles.x__lookup",
    "transfer.cells.names.x__months",
)

# Any one mutant of each wing: asked for it, mutmut makes all of the wing, to draw from.
ANY_MUTANT = {
    "domain": "text.x_fold__mutmut_1",
    "quick_add": "amounts.durations.x_read_duration__mutmut_1",
    "transfer": "cells.values.x_is_nothing__mutmut_1",
}

# What asks the database or starts a process is neither changed nor run, nor what takes seconds a
# test, nor what counts steps, of which a changed module has more; tests/draws.py has the profile.
SECTION = """
[tool.mutmut]
source_paths = ["src"]
only_mutate = ["src/tally/{wing}/*.py"]
do_not_mutate = [
    "src/tally/transfer/imports.py",
    "src/tally/transfer/remarks.py",
    "src/tally/transfer/merging/merge.py",
    "src/tally/transfer/files/workbook_process.py",
]
also_copy = ["templates", "sql", "static", "docs"]
track_dependencies = false
pytest_add_cli_args_test_selection = ["tests/{wing}"]
pytest_add_cli_args = [
    "-p",
    "tests.fresh_caches",
    "--hypothesis-profile=mutants",
    "-m",
    "not no_cover",
    "--ignore=tests/transfer/test_cases.py",
    "--ignore=tests/transfer/test_found_again.py",
    "--ignore=tests/transfer/test_hostile_files.py",
    "--ignore=tests/transfer/test_imports.py",
    "--ignore=tests/transfer/test_remarks.py",
    "--ignore=tests/transfer/merging/test_merge.py",
]
"""


def run(wing: str, names: list[str], sample: int | None) -> dict[str, Counter[str]]:
    """Run a wing's mutants, all that are new or those of these names; the outcomes by module.

    `sample`: only so many of them.
    """
    folder = ROOT / "build" / "mutants" / wing
    folder.mkdir(parents=True, exist_ok=True)
    for name in BESIDE:
        if not (folder / name).exists():
            (folder / name).symlink_to(ROOT / name)
    own = (ROOT / "pyproject.toml").read_text("utf-8") + SECTION.format(wing=wing)
    (folder / "pyproject.toml").write_text(own, "utf-8")
    if sample is not None:
        _mutmut(folder, "run", f"tally.{wing}.{ANY_MUTANT[wing]}")
        every = sorted(_outcomes(folder))
        names = random.Random(wing).sample(every, min(sample, len(every)))
    _mutmut(folder, "run", *names)
    outcomes: dict[str, Counter[str]] = defaultdict(Counter)
    for mutant, outcome in _outcomes(folder).items():
        if sample is not None and mutant not in names:
            continue
        outcomes[mutant.rpartition(".")[0]][outcome] += 1
        if outcome not in NOTICED:
            print(f"{mutant}: {outcome}")
    return outcomes


def _mutmut(folder: Path, *arguments: str, **named: Any) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("mutmut")), *arguments]
    environment = os.environ | {moments.CHOICE: moments.TRUE}
    return subprocess.run(command, cwd=folder, env=environment, check=True, text=True, **named)


def _outcomes(folder: Path) -> dict[str, str]:
    """The outcomes of a wing's mutants by name, also of those that were not run."""
    results = _mutmut(folder, "results", "--all", "true", capture_output=True)
    lines = (line.strip().rpartition(": ") for line in results.stdout.splitlines())
    return {
        mutant: outcome
        for mutant, _, outcome in lines
        if mutant.partition("__mutmut_")[0].removeprefix("tally.") not in AT_IMPORT
    }


def main(*arguments: str) -> None:
    """Run the mutants of the wings among the arguments; the others are names of mutants."""
    names = [name for name in arguments if "." in name]
    sample = next((int(number) for number in arguments if number.isdecimal()), None)
    for wing in (wing for wing in arguments if wing.isidentifier()):
        outcomes = run(wing, names, sample)
        outcomes[f"tally.{wing}"] = sum(outcomes.values(), Counter())
        for module, counts in outcomes.items():
            noticed = sum(counts[outcome] for outcome in NOTICED)
            others = "".join(
                f", {count} {outcome}"
                for outcome, count in counts.items()
                if outcome not in NOTICED
            )
            print(f"{module}: {noticed} of {counts.total()} noticed{others}")


if __name__ == "__main__":
    main(*sys.argv[1:])

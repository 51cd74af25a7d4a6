"""Mutants of a wing: small changes of its modules, each of which a test of its own should notice.

    python -m tests.mutants domain quick_add
    python -m tests.mutants domain tally.domain.periods.* tally.domain.units.*

mutmut works in a folder for each wing, build/mutants/domain: `mutmut show` says there what a mutant
changes. For domain the tests in tests/domain run alone; what others notice by the way is no promise
that a test makes of it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

from tests import moments

ROOT = Path(__file__).parents[1]
# What tests read beside the modules.
BESIDE = ("src", "tests", "templates", "sql", "static", "docs")
NOTICED = ("killed", "timeout")
# Functions that run when their module is imported, before a mutant is chosen.
AT_IMPORT = (
    "domain.units.x__rows",
    "domain.units.x__names",
    "quick_add.dates.x_numbered",
    "quick_add.foreign_dates.x__table",
    "transfer.headings.x__lookup",
    "transfer.names.x__months",
)

# What asks the database or starts a process is neither changed nor run, nor what takes seconds a
# test; tests/draws.py has the profile.
SECTION = """
[tool.mutmut]
source_paths = ["src"]
only_mutate = ["src/tally/{wing}/*.py"]
do_not_mutate = [
    "src/tally/transfer/imports.py",
    "src/tally/transfer/merge.py",
    "src/tally/transfer/remembered_store.py",
    "src/tally/transfer/workbook_process.py",
]
also_copy = ["templates", "sql", "static", "docs"]
track_dependencies = false
pytest_add_cli_args_test_selection = ["tests/{wing}"]
pytest_add_cli_args = [
    "--hypothesis-profile=mutants",
    "--ignore=tests/transfer/test_cases.py",
    "--ignore=tests/transfer/test_found_again.py",
    "--ignore=tests/transfer/test_hostile_files.py",
    "--ignore=tests/transfer/test_imports.py",
    "--ignore=tests/transfer/test_merge.py",
]
"""


def run(wing: str, names: list[str]) -> dict[str, Counter[str]]:
    """Run a wing's mutants, all that are new or those of these names; the outcomes by module."""
    folder = ROOT / "build" / "mutants" / wing
    folder.mkdir(parents=True, exist_ok=True)
    for name in BESIDE:
        if not (folder / name).exists():
            (folder / name).symlink_to(ROOT / name)
    own = (ROOT / "pyproject.toml").read_text("utf-8") + SECTION.format(wing=wing)
    (folder / "pyproject.toml").write_text(own, "utf-8")
    command = [str(Path(sys.executable).with_name("mutmut"))]
    environment = os.environ | {moments.CHOICE: moments.TRUE}
    subprocess.run([*command, "run", *names], cwd=folder, env=environment, check=True)
    results = subprocess.run(
        [*command, "results", "--all", "true"],
        cwd=folder, env=environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    outcomes: dict[str, Counter[str]] = defaultdict(Counter)
    for line in results.stdout.splitlines():
        mutant, _, outcome = line.strip().rpartition(": ")
        if mutant.partition("__mutmut_")[0].removeprefix("tally.") in AT_IMPORT:
            continue
        outcomes[mutant.rpartition(".")[0]][outcome] += 1
        if outcome not in NOTICED:
            print(line.strip())
    return outcomes


def main(*arguments: str) -> None:
    """Run the mutants of the wings among the arguments; the others are names of mutants."""
    names = [name for name in arguments if "." in name]
    for wing in (wing for wing in arguments if "." not in wing):
        outcomes = run(wing, names)
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

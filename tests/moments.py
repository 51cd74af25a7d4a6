"""The clock of a test run, and the moments at which all tests must hold.

The tests run at a moment of their own, the same on every day of the calendar: pytest starts itself
again with its clock moved (`conftest.py`), and whatever it starts then, servers and databases, has
the same clock, which goes on from there. `TALLY_TESTS_MOMENT` chooses another moment
by its name; `true` leaves the clock as it is, as does a machine without datefudge.

    python -m tests.moments every tests      pytest at each of the special moments
    python -m tests.moments by-date tests    at one of them, another every day
"""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

ORDINARY = "ordinary"
TRUE = "true"
# A few minutes before what makes a moment special: it happens during the run.
SPECIAL = {
    "leap-day": datetime(2028, 2, 29, 10, 30, tzinfo=UTC),
    "end-of-year": datetime(2026, 12, 31, 23, 40, tzinfo=UTC),
    "new-year": datetime(2027, 1, 1, 0, 30, tzinfo=UTC),
    "summer-time": datetime(2027, 3, 28, 0, 57, tzinfo=UTC),
    "winter-time": datetime(2027, 10, 31, 0, 57, tzinfo=UTC),
    "the-27th": datetime(2027, 4, 27, 10, 30, tzinfo=UTC),
}
MOMENTS = {ORDINARY: datetime(2026, 11, 12, 10, 30, tzinfo=UTC), **SPECIAL}
CHOICE = "TALLY_TESTS_MOMENT"
MOVED = "TALLY_TESTS_MOVED"
AHEAD = "TESTS_AHEAD"

# Debian's multiarch folders, or where the other distributions put it.
LIBRARY = next(Path("/usr").glob("lib*/**/datefudge/datefudge.so"), None)

# Python looks into this folder first in a process whose clock is moved.
PATCH = Path(__file__).parent / "moved"
SOURCE = Path(__file__).parents[1] / "src"

# When this process began, by its own clock: the time at which the application's clock stands still.
NOW = datetime.now(UTC)
TODAY = NOW.date()


def chosen() -> str:
    """The name of this run's moment. Raises KeyError for a name that there is not."""
    name = os.environ.get(CHOICE, ORDINARY)
    return name if name == TRUE or LIBRARY is None else {known: known for known in MOMENTS}[name]


def is_moved() -> bool:
    """Whether this process has a moved clock already, or shall have none."""
    return MOVED in os.environ


def variables(seconds: int) -> dict[str, str]:
    """The environment of a process whose clock is `seconds` ahead, or behind where below 0."""
    return {
        AHEAD: str(seconds),
        "TESTS_DATEFUDGE": str(LIBRARY),
        "PYTHONPATH": python_path(PATCH, SOURCE),
    }


def seconds_ahead() -> int:
    """By how much this process's clock is ahead of the true one; negative behind it."""
    return int(os.environ.get(AHEAD, "0"))


def python_path(*first: Path) -> str:
    """The PYTHONPATH of a process that looks into these folders before this process's own."""
    own = os.environ.get("PYTHONPATH")
    return os.pathsep.join([*map(str, first), *([own] if own else [])])


def moved_environment(name: str) -> dict[str, str]:
    """The environment of a run at this moment."""
    offset = round((MOMENTS[name] - datetime.now(UTC)).total_seconds())
    environment = os.environ | variables(offset) | {MOVED: name}
    if name in ("summer-time", "winter-time"):
        environment["TZ"] = "Europe/Berlin"
    return environment


def name_by_date(day: date) -> str:
    """The name of the special moment whose turn it is on this day."""
    return list(SPECIAL)[day.toordinal() % len(SPECIAL)]


def main(which: str, *arguments: str) -> int:
    """Run pytest at the special moments that are asked for; 0 when all runs are green."""
    if LIBRARY is None:
        print("datefudge is not installed: no clock can be moved.", file=sys.stderr)
        return 1
    names = list(SPECIAL) if which == "every" else [name_by_date(datetime.now(UTC).date())]
    red = []
    for name in names:
        print(f"The tests run at {MOMENTS[name]:%-d %B %Y %H:%M} UTC ({name}).", flush=True)
        command = [sys.executable, "-m", "pytest", *arguments]
        if subprocess.run(command, env=os.environ | {CHOICE: name}, check=False).returncode != 0:
            red.append(name)
    if red:
        print(f"Red at: {', '.join(red)}", file=sys.stderr)
    return 1 if red else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

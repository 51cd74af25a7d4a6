"""`make bench`: what Tally does beside what it could do at most, in one scratch database.

`python -m benchmarks requests pages` measures these alone.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from collections.abc import Callable, Iterator

from benchmarks import chain, exchange, lines, pages, requests, scratch
from benchmarks.scratch import Household, Person

Report = Callable[[str, dict[Household, Person]], Iterator[str]]

# By name: whose records it asks for, and what makes its table.
SUBJECTS: dict[str, tuple[tuple[Household, ...], Report]] = {
    "requests": (requests.HOUSEHOLDS, requests.report),
    "pages": (pages.HOUSEHOLDS, pages.report),
    "lines": ((), lines.report),
    "chain": (chain.HOUSEHOLDS, chain.report),
    "exchange": (exchange.HOUSEHOLDS, exchange.report),
    "largest": ((), exchange.report_largest),
}
# A file of 1 000 000 rows takes minutes by itself.
USUAL = ("requests", "pages", "lines", "chain", "exchange")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("subject", nargs="*", choices=[*SUBJECTS, []], help="all but largest")
    names = parser.parse_args().subject or USUAL
    begun = time.perf_counter()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, one worker.")
    with scratch.database() as url:
        db = scratch.engine(url)
        people = scratch.settle(db, (each for name in names for each in SUBJECTS[name][0]))
        db.dispose()
        for name in names:
            print(f"\n{name} ({time.perf_counter() - begun:.0f} s)\n", flush=True)
            for line in SUBJECTS[name][1](url, people):
                print(line, flush=True)
    print(f"\n{time.perf_counter() - begun:.0f} s in all.")


if __name__ == "__main__":
    main()

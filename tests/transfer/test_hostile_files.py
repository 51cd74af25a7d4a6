"""Files that want too much: a sentence for each, in a process that has little memory."""

from __future__ import annotations

import io
import json
import resource
import subprocess
import sys
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.hostile_files import MB, REFUSED, WITHOUT_RECORDS, made

pytestmark = pytest.mark.slow

# So much more memory than the largest file itself may be taken.
MEMORY = 120 * MB


def taken(name: str) -> dict[str, Any]:
    """The result of an import of a file, read in this process."""
    from tally.transfer import readers
    from tally.transfer.faults import UnreadableFile
    from tally.transfer.plans.choices import Choices
    from tally.transfer.plans.reader import Reader
    from tally.transfer.rows.entries import RowProblem

    now = datetime(2026, 11, 27, 12, tzinfo=UTC)
    reader = Reader(now.date(), UTC, currency="EUR")
    records, sentences = 0, set()
    try:
        with readers.opened(io.BytesIO(made(name)), Choices(), reader, {}, now) as opened:
            for row in opened.rows:
                if isinstance(row, RowProblem):
                    sentences.add(row.message)
                else:
                    records += 1
    except UnreadableFile as error:
        return {"refused": str(error)}
    return {"records": records, "sentences": sorted(sentences)}


@cache
def outcomes() -> dict[str, dict[str, Any]]:
    """The results of all files, one after the other in one small process."""
    process = subprocess.run(
        [sys.executable, "-m", __name__],
        stdout=subprocess.PIPE,
        check=True,
        timeout=500,
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    outcome: dict[str, dict[str, Any]] = json.loads(process.stdout)
    return outcome


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_wants_too_much_is_refused_with_a_sentence(name: str) -> None:
    refused = outcomes()[name]["refused"]
    assert refused.endswith(".")
    assert "Traceback" not in refused


@pytest.mark.parametrize("name", WITHOUT_RECORDS)
def test_a_file_without_records_gets_sentences(name: str) -> None:
    outcome = outcomes()[name]
    assert outcome["records"] == 0
    assert outcome["sentences"]


def main() -> None:
    # All modules are there before the memory is counted.
    for name in ("a zip of nothing", "entities of entities", "UTF-32", "a list of numbers"):
        taken(name)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    largest = 64 * MB
    resource.setrlimit(resource.RLIMIT_AS, (used + largest + MEMORY,) * 2)
    print(json.dumps({name: taken(name) for name in (*REFUSED, *WITHOUT_RECORDS)}))


if __name__ == "__main__":
    main()

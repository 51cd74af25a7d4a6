"""The clock of a run: one for all its processes, and few tests that cannot live with it."""

from __future__ import annotations

import ast
import os
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from tally.db.engine import Database
from tests import moments
from tests.conftest import Clock
from tests.serving import Serving

RECORD = {"consumption_date": "2026-01-05", "consumption_value": "2", "consumption_type": "tea"}
MARK = "pytest.mark.true_clock"
MAX_WITH_THE_TRUE_CLOCK = 10


@pytest.mark.skipif(moments.LIBRARY is None, reason="datefudge is not installed")
@pytest.mark.skipif(moments.chosen() == moments.TRUE, reason="this run has the true clock")
def test_the_run_is_at_its_moment(clock: Clock) -> None:
    since = datetime.now(UTC) - moments.MOMENTS[moments.chosen()]
    assert timedelta(seconds=-1) < since < timedelta(hours=2)
    assert clock() == clock()


def test_the_database_has_the_clock_of_the_run(database: Database) -> None:
    with database.reading() as db:
        says = db.execute(text("SELECT clock_timestamp()")).scalar_one()
    assert abs(says - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_time_out_of_the_database_comes_when_it_is_due_and_not_before(database: Database) -> None:
    """Where a signal that ends a wait reads another clock, all come at once, or none does."""
    with database.changing() as holder:
        holder.execute(text("LOCK TABLE users"))
        start = time.monotonic()
        with pytest.raises(OperationalError), database.changing() as db:
            db.execute(text("SET LOCAL lock_timeout = 1200; LOCK TABLE users"))
        # After one second it has looked for a deadlock.
        assert time.monotonic() - start >= 1.2


def test_a_server_and_its_own_database_have_the_clock_of_the_run() -> None:
    # Not tmp_path: its long names leave no room for a socket.
    with TemporaryDirectory(prefix="tally-", dir="/tmp") as folder:
        os.chmod(folder, 0o711)
        serving = Serving(Path(folder) / "log", ("--data-dir", f"{folder}/data")).start()
        try:
            saved = serving.client().register().post_json("/consumption", RECORD)
            created = datetime.fromisoformat(saved.json["created_at"])
            assert abs(created - datetime.now(UTC)) < timedelta(minutes=1)
        finally:
            serving.stop()


def test_a_process_of_the_run_can_sleep() -> None:
    start = time.monotonic()
    time.sleep(0.05)
    assert time.monotonic() - start >= 0.04


def test_the_special_moments_take_turns() -> None:
    names = [moments.name_by_date(date(2026, 2, 26) + timedelta(days=n)) for n in range(6)]
    assert sorted(names) == sorted(moments.SPECIAL)


def reasons_for_the_true_clock(source: str) -> list[str]:
    """The reason of each mark in a module; empty where a mark gives none."""
    nodes = list(ast.walk(ast.parse(source)))
    marks = [
        node for node in nodes if isinstance(node, ast.Attribute) and ast.unparse(node) == MARK
    ]
    calls = {node.func: node.args for node in nodes if isinstance(node, ast.Call)}
    given = [calls.get(mark) for mark in marks]
    return [ast.literal_eval(arguments[0]) if arguments else "" for arguments in given]


def test_the_reason_of_each_mark_is_read() -> None:
    marks = (f'@{MARK}("why")', f'@{MARK}("")', f"@{MARK}()", f"@{MARK}", "@pytest.mark.faults")
    module = "".join(f"{mark}\ndef test() -> None: ...\n" for mark in marks)
    assert sorted(reasons_for_the_true_clock(module)) == ["", "", "", "why"]


def test_few_tests_need_the_true_clock_and_each_says_why() -> None:
    reasons = [
        reason
        for path in Path(__file__).parent.rglob("test_*.py")
        for reason in reasons_for_the_true_clock(path.read_text())
    ]
    assert len(reasons) <= MAX_WITH_THE_TRUE_CLOCK
    assert all(reasons)

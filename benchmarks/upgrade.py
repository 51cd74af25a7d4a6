"""The upgrade from 1.0 while people go on: how long it takes, and how long anybody waits for it.

One user has 1 000 000 records of 1.0. While the migrations run, one connection adds a record and
another reads a month, again and again.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from threading import Event, Thread
from uuid import UUID

from sqlalchemy import Engine, text

from benchmarks import scratch
from tally.db.migrations import migrate

ADD = text("""
INSERT INTO consumption_records (user_id, consumption_date, consumption_value, consumption_type)
VALUES (:user_id, current_date, 1, 'coffee')
""")
READ = text("""
SELECT SUM(consumption_value)
FROM consumption_records
WHERE user_id = :user_id
AND deleted_at IS NULL
AND consumption_date > current_date - 30
""")


def again_and_again(db: Engine, statement: object, user_id: UUID, over: Event) -> Callable[[], str]:
    """Executes it until it is over; returns what then says how long the executions took."""
    seconds: list[float] = []

    def go_on() -> None:
        while not over.is_set():
            begun = time.perf_counter()
            with db.begin() as connection:
                connection.execute(text("SET LOCAL statement_timeout = 0"))
                connection.execute(text("SET LOCAL lock_timeout = 0"))
                connection.execute(statement, {"user_id": user_id})  # type: ignore[call-overload]
            seconds.append(time.perf_counter() - begun)
            time.sleep(0.02)

    thread = Thread(target=go_on)
    thread.start()

    def told() -> str:
        thread.join()
        ordered = sorted(seconds)
        median, slowest = ordered[len(ordered) // 2], ordered[-1]
        return f"{len(ordered):,} | {median * 1000:.0f} | {slowest * 1000:.0f}"

    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    records = parser.parse_args().records
    with scratch.database("0001") as url:
        db = scratch.engine(url)
        ((user_id, _),) = scratch.people(db, 1)
        with db.begin() as connection:
            scratch.fill(connection, user_id, scratch.Household(records))
        scratch.tidy(db)
        over = Event()
        people = {
            "adding": again_and_again(db, ADD, user_id, over),
            "reading a month": again_and_again(db, READ, user_id, over),
        }
        begun = time.perf_counter()
        migrate(url)
        seconds = time.perf_counter() - begun
        over.set()
        print(f"Upgraded {records:,} records in {seconds:.1f} s.\n")
        print("| meanwhile | times | median ms | slowest ms |\n|---|---:|---:|---:|")
        for name, told in people.items():
            print(f"| {name} | {told()} |")
        db.dispose()


if __name__ == "__main__":
    main()

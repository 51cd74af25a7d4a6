"""What every test stands on: a real PostgreSQL, empty tables, and a client that is signed in."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tally.database import Database
from tally.migrations import migrate


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A migrated database: `TEST_DATABASE_URL`, else an embedded one of this run."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        migrate(given)
        yield given
        return
    from tempfile import TemporaryDirectory

    from tally import embedded

    # Not tmp_path: its long names leave no room for a socket.
    with TemporaryDirectory(prefix="tally-", dir="/tmp") as folder:
        server = embedded.start(Path(folder) / "d")
        try:
            migrate(server.url)
            yield server.url
        finally:
            server.stop()

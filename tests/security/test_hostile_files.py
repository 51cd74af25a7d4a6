"""Files that want too much, sent to the real address: a sentence each, little memory, no record."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from tests.hostile_files import GOOD, MB, REFUSED, WITHOUT_RECORDS, archive, made
from tests.security.conftest import INSIDE, JSON, Person, Server

pytestmark = pytest.mark.faults

PATIENCE = 120
# So much more than before may the server hold at any moment; the largest file has 60 MB unpacked.
MAX_MEMORY = 150 * MB


def count(engine: Engine, person: Person) -> int:
    statement = "SELECT COUNT(*) FROM consumption_records WHERE user_id = :id"
    with engine.connect() as db:
        return int(db.execute(text(statement), {"id": person.id}).scalar_one())


def memory(server: Server, name: str) -> int:
    """Bytes that the server holds (`VmRSS`) or held at most (`VmHWM`)."""
    words = Path(f"/proc/{server.process.pid}/status").read_text().split()
    return int(words[words.index(f"{name}:") + 1]) * 1024


@pytest.mark.parametrize("name", [*REFUSED, *WITHOUT_RECORDS])
def test_a_hostile_file_is_a_422_with_a_sentence(
    server: Server, mara: Person, engine: Engine, name: str
) -> None:
    file = made(name)
    Path(f"/proc/{server.process.pid}/clear_refs").write_text("5")
    before = memory(server, "VmRSS")
    with server.client(mara.cookie, **JSON) as browser:
        answer = browser.post(
            "/consumption/import", files={"file": ("a.csv", file)}, timeout=PATIENCE
        )
    assert answer.status_code == 422, answer.text[:300]
    assert answer.json()["error"].endswith((".", "?"))
    assert not any(inside in answer.text for inside in INSIDE)
    assert memory(server, "VmHWM") - before < MAX_MEMORY
    assert count(engine, mara) == 0


@pytest.mark.parametrize("name", ["../../../tmp/tally-escaped.csv", "/tmp/tally-escaped.csv"])
def test_a_file_in_a_zip_is_read_where_it_is_whatever_its_name(
    server: Server, mara: Person, engine: Engine, name: str
) -> None:
    with server.client(mara.cookie, **JSON) as browser:
        file = archive((name, GOOD))
        answer = browser.post("/consumption/import", files={"file": (name, file)})
    assert (answer.status_code, answer.json()["new"]) == (200, 1), answer.text
    assert count(engine, mara) == 1
    assert not Path("/tmp/tally-escaped.csv").exists()

"""Whatever a file of Tally's own brings in is found again, and an empty edit changes nothing."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from starlette.testclient import TestClient

from tally.db.engine import Database
from tally.domain.filters import WITHOUT_UNIT
from tally.transfer.writers import COLUMNS

JSON = {"Accept": "application/json"}
ALWAYS = {"period": "all", "format": "json"}
# Signs that look alike, are nothing, join others, or mean something to a search or an address.
signs = st.one_of(
    st.sampled_from("aZ0ß İıſÅÅéé%_\\\"'#&?+,;=:<>|/\u200b﻿­\t\n日ﬁ①Ⅷ🍵"),
    st.characters(exclude_categories=["Cs"]),
)
words = st.text(signs, max_size=12)
rows = st.lists(st.tuples(st.text(signs, min_size=1, max_size=20), words, words), max_size=4)


def file_of(rows: list[tuple[str, str, str]], kind: str) -> str:
    """A file as an export writes it, with texts that no export would have."""
    records: list[dict[str, Any]] = [
        dict.fromkeys(COLUMNS, "")
        | {
            "id": str(uuid4()),
            "consumption_date": "2026-01-05",
            "consumption_value": str(number + 1),
            "consumption_type": name,
            "unit": unit,
            "notes": notes,
        }
        for number, (name, unit, notes) in enumerate(rows)
    ]
    if kind == "json":
        kept = ("id", "consumption_date", "consumption_value", "consumption_type", "unit", "notes")
        return json.dumps({"records": [{name: one[name] for name in kept} for one in records]})
    written = io.StringIO()
    writer = csv.DictWriter(written, COLUMNS)
    writer.writeheader()
    writer.writerows(records)
    return written.getvalue()


@pytest.mark.slow
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rows, st.sampled_from(["csv", "json"]))
def test_what_is_imported_is_found_and_stays(
    client: TestClient, database: Database, rows: list[tuple[str, str, str]], kind: str
) -> None:
    with database.changing() as db:
        db.execute(text("DELETE FROM consumption_records"))
    sent = {"file": (f"tally.{kind}", file_of(rows, kind).encode())}
    client.post("/consumption/import", data={"skip_problems": "1"}, files=sent, headers=JSON)

    def found(**query: str) -> set[str]:
        answer = client.get("/consumption", params=ALWAYS | query)
        assert answer.status_code == 200, answer.text
        return {record["id"] for record in answer.json()["records"]}

    page = unescape(client.get("/?period=all").text)
    for record in client.get("/consumption", params=ALWAYS).json()["records"]:
        own = {"type": record["consumption_type"], "unit": record["unit"] or WITHOUT_UNIT}
        assert record["id"] in found(**own)
        written = f"{record['consumption_type']} {record['notes']}"
        for word in re.findall(r"[^\W_]{2,}", written):
            assert record["id"] in found(q=word), word
        [statistics] = [
            one
            for one in client.get("/stats", params=ALWAYS | own).json()["types"]
            if (one["type"], one["unit"]) == (record["consumption_type"], record["unit"])
        ]
        assert statistics["entries"] >= 1
        links = set(re.findall(r'href="(/\?[^"]*type=[^"]*)"', page))
        shown = [client.get(link) for link in links]
        assert all(answer.status_code == 200 for answer in shown)
        assert any(record["consumption_type"] in unescape(answer.text) for answer in shown)
        same = client.put(f"/consumption/{record['id']}", json=record)
        assert same.status_code == 200, same.text
        for edit in ({}, {"notes": record["notes"]}, {"consumption_type": own["type"]}):
            again = client.put(f"/consumption/{record['id']}", json=edit)
            assert again.status_code == 200, (edit, again.text)
            assert again.json()["version"] == 1
        assert client.get(f"/consumption/{record['id']}", headers=JSON).json() == record

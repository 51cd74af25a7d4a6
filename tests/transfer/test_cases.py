"""Files in the forms of other programs, sent to the real address: every case of cases.json."""

from __future__ import annotations

import json
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from tally.db.engine import Database
from tally.domain.amounts import plain
from tests.conftest import Account

FOLDER = Path(__file__).with_name("import")
CASES: list[dict[str, Any]] = json.loads((FOLDER / "cases.json").read_text())["cases"]
USUAL = {"notes": "", "days": 1, "reading": None, "cost": None}

MAX_SAID = 3
MIN_EASY = 40


def _name(case: dict[str, Any]) -> str:
    return "+".join(case.get("files", [case.get("file")])) + (
        f" {case['choices']}" if case["choices"] else ""
    )


def become(database: Database, account: Account, currency: str = "EUR") -> None:
    """The account of the cases: in Berlin, with a currency."""
    with database.changing() as db:
        db.execute(
            text(
                "UPDATE users SET timezone = 'Europe/Berlin',"
                " preferences = jsonb_build_object('currency', CAST(:currency AS text))"
                " WHERE id = :id"
            ),
            {"id": account.id, "currency": currency},
        )


def send(client: TestClient, name: str, fields: dict[str, str]) -> Any:
    """The answer of the address to a file of the folder."""
    answer = client.post(
        "/consumption/import?format=json",
        data=fields,
        files={"file": (name, (FOLDER / name).read_bytes())},
    )
    assert answer.status_code in (200, 422), answer.text
    return answer.json()


def saved(database: Database, account: Account) -> list[dict[str, Any]]:
    """Every record of the account, with what the cases tell of one."""
    with database.reading() as db:
        rows = db.execute(
            text("SELECT * FROM consumption_records WHERE user_id = :id AND deleted_at IS NULL"),
            {"id": account.id},
        ).all()
    return [
        {
            "date": row.consumption_date.isoformat(),
            "type": row.consumption_type,
            "value": plain(row.consumption_value),
            "unit": row.unit,
            "notes": row.notes,
            "days": row.days,
            "reading": None if row.reading is None else plain(row.reading),
            "cost": None if row.cost is None else plain(row.cost),
        }
        for row in rows
    ]


def fits(record: dict[str, Any], meant: dict[str, Any]) -> bool:
    """Whether a record is one that is meant; of a text with bars each part is right."""
    return all(
        record[name] == value or (isinstance(value, str) and record[name] in value.split("|"))
        for name, value in (USUAL | meant).items()
    )


def check_records(records: list[dict[str, Any]], meant: list[dict[str, Any]]) -> None:
    left = list(records)
    for one in meant:
        match = next((record for record in left if fits(record, one)), None)
        assert match is not None, f"{one} is not among {left}"
        left.remove(match)


def check_sums(records: list[dict[str, Any]], sums: list[dict[str, Any]]) -> None:
    counts: Counter[tuple[str, str]] = Counter()
    values: dict[tuple[str, str], Decimal] = {}
    for record in records:
        key = record["type"], record["unit"]
        counts[key] += 1
        values[key] = values.get(key, Decimal(0)) + Decimal(record["value"])
    for one in sums:
        key = one["type"], one["unit"]
        assert (counts[key], values[key]) == (one["count"], Decimal(one["value"]))


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_each_file_of_the_collection_is_read_as_its_case_says(
    case: dict[str, Any], ada: Account, database: Database
) -> None:
    become(database, ada, case.get("account", {}).get("currency", "EUR"))
    files = case.get("files") or [case["file"]]
    if case["asks"]:
        answer = send(ada.client, files[0], {**case["choices"], "dry_run": "1"})
        assert answer["asks"] == case["asks"]
        told = send(ada.client, files[0], {**case["choices"], "skip_problems": "1"})
        assert told["problems"]
        assert saved(database, ada) == []
    for given in case.get("answers") or [{"choices": {}, "records": case.get("records")}]:
        fields = {**case["choices"], **given["choices"], "skip_problems": "1"}
        for name in files:
            answer = send(ada.client, name, fields)
        if case.get("refused"):
            sentence = answer["problems"][0]["message"]
            assert all(re.search(words, sentence, re.IGNORECASE) for words in case["refused"])
            assert saved(database, ada) == []
            return
        check_case(case, answer, given["records"], saved(database, ada))
        with database.changing() as db:
            db.execute(text("DELETE FROM consumption_records"))


def check_case(
    case: dict[str, Any],
    answer: dict[str, Any],
    meant: list[dict[str, Any]] | None,
    records: list[dict[str, Any]],
) -> None:
    assert answer["saved"], answer
    assert answer["asks"] == []
    assert len(answer["problems"]) == case["problems"]
    assert answer["nothing"] == case["nothing"]
    assert answer["left_out"] == case["left_out"]
    meant = case.get("after") if meant is None else meant
    assert meant is not None
    check_records(records, meant)
    assert len(records) == case.get("count", len(meant))
    check_sums(records, case.get("sum", []))
    for name, count in case.get("counts", {}).items():
        assert answer[name] == count
    for words in case.get("says", []):
        assert re.search(words, json.dumps(answer["remarks"]), re.IGNORECASE)
    if "understood" in case:
        roles = answer["understood"]["columns"]
        right = case["understood"]["columns"]
        assert len(roles) == len(right)
        assert all(role in either.split("|") for role, either in zip(roles, right, strict=True))


@pytest.mark.parametrize("case", [case for case in CASES if "understood" in case], ids=_name)
def test_what_was_understood_sent_back_gives_the_same(
    case: dict[str, Any], ada: Account, database: Database
) -> None:
    become(database, ada, case.get("account", {}).get("currency", "EUR"))
    fields = case["choices"] | (case["answers"][0]["choices"] if "answers" in case else {})
    name = (case.get("files") or [case["file"]])[0]
    first = send(ada.client, name, {**fields, "skip_problems": "1"})
    said = {
        key: first["understood"][key]
        for key in ("type", "unit", "decimal", "order", "encoding", "table")
    }
    columns = ",".join(first["understood"]["columns"])
    again = send(ada.client, name, {**fields, **said, "columns": columns, "skip_problems": "1"})
    good = first["new"] + first["unchanged"] + first["alike"]
    assert (again["new"], again["changed"], again["alike"]) == (0, 0, 0)
    assert again["unchanged"] == good


def test_a_person_makes_few_choices_for_most_files(ada: Account, database: Database) -> None:
    """A person makes at most three choices for a file, and one or none for forty of the files."""
    said: dict[str, int] = {}
    for case in CASES:
        become(database, ada, case.get("account", {}).get("currency", "EUR"))
        name = (case.get("files") or [case["file"]])[0]
        if case.get("refused"):
            continue
        first = send(ada.client, name, {"dry_run": "1"})["understood"]
        others = {key for key in case["choices"] if key != "columns"}
        if first.get("type") == case["choices"].get("type"):
            others.discard("type")
        if first.get("unit") == case["choices"].get("unit"):
            others.discard("unit")
        changed = {
            right
            for guess, right in zip(
                first["columns"], case.get("understood", {}).get("columns", []), strict=False
            )
            if guess.partition(":")[0] not in right.replace(":", "|").split("|")
        }
        roles = {right.partition(":")[0] for right in changed}
        units = {"columns"} if "value:weight:kg" in case["choices"].get("columns", "") else set()
        count = len(others) + len(roles) + 2 * len(units) + len(case["asks"])
        said[name] = min(said.get(name, count), count)
    assert max(said.values()) <= MAX_SAID, said
    assert sum(count <= 1 for count in said.values()) + 1 >= MIN_EASY, said

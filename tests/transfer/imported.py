"""Files imported into an account of a test, whose clock stands at NOW."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, text

from tally.db.models import Account
from tally.transfer.imports import Imported, import_file
from tally.transfer.merging.merge import Policy
from tally.transfer.plans.choices import read_choices
from tests import hostile_files
from tests.conftest import new_user

NOW = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)


def account(db: Connection, timezone: str = "Europe/Berlin", **preferences: str) -> Account:
    user_id = new_user(db)
    db.execute(
        text("UPDATE users SET timezone = :timezone WHERE id = :id"),
        {"timezone": timezone, "id": user_id},
    )
    return Account(user_id, "", "", "n", timezone, {}, {}, {"currency": "EUR", **preferences}, NOW)


def bring(
    db: Connection, owner: Account, file: str | bytes, /, head: bool = False, **fields: Any
) -> Imported:
    content = io.BytesIO(file.encode() if isinstance(file, str) else file)
    choices = read_choices(fields)
    policy = Policy.of(choices, save=not head, update=False, skip_problems=True)
    return import_file(db, owner, content, choices, policy, NOW, head=head)


def book(heads: str, *rows: str) -> bytes:
    """A workbook of a day and numbers in each row."""
    names = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in heads.split())
    lines = "".join(
        f'<row><c t="inlineStr"><is><t>2026-10-0{day}</t></is></c>'
        + "".join(f"<c><v>{number}</v></c>" for number in row.split())
        + "</row>"
        for day, row in enumerate(rows, 1)
    )
    return hostile_files.workbook(f"<row>{names}</row>{lines}".encode())

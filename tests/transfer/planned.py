"""The plan of a few lines."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from tally.domain.column_texts import columns_text
from tally.transfer.files import sources
from tally.transfer.plans.choices import read_choices
from tally.transfer.plans.plan import Plan
from tally.transfer.plans.planner import make_plan
from tally.transfer.plans.reader import Reader

TODAY = date(2026, 11, 22)
BERLIN = ZoneInfo("Europe/Berlin")


@contextmanager
def planned(text: str, reader: Reader | None = None, /, **fields: str) -> Iterator[Plan]:
    choices = read_choices(fields)
    file = io.BytesIO(text.encode())
    with sources.opened(file, encoding=choices.encoding, table=choices.table) as source:
        yield make_plan(source, choices, reader or Reader(TODAY, BERLIN, currency="EUR"))


def plan_of(text: str, reader: Reader | None = None, /, **fields: str) -> Plan:
    with planned(text, reader, **fields) as plan:
        return plan


def roles(plan: Plan) -> list[str]:
    return [column.role for column in plan.columns]


def sent_back(understood: Mapping[str, Any]) -> dict[str, str]:
    """The fields that say what was understood."""
    names = ("type", "unit", "decimal", "order", "encoding", "table")
    fields = {name: str(understood[name] or "") for name in names}
    return {**fields, "columns": columns_text(understood["columns"])}


WIDE = "Day;Import kWh;Export kWh;Gas m³\n2026-10-05;1;2;3\n2026-10-06;1;2;3\n"

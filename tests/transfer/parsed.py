"""The entries and problems of a few lines."""

from __future__ import annotations

import io
from datetime import date
from zoneinfo import ZoneInfo

from tally.transfer.files import sources
from tally.transfer.plans.choices import read_choices
from tally.transfer.plans.planner import make_plan
from tally.transfer.plans.reader import Reader
from tally.transfer.rows.entries import Counts, RowEntry, RowProblem
from tally.transfer.rows.own_rows import parser_of

TODAY = date(2026, 11, 22)


def parsed(
    text: str,
    types: dict[str, str] | None = None,
    /,
    zone: str = "Europe/Berlin",
    currency: str = "EUR",
    **fields: str,
) -> tuple[list[RowEntry], list[RowProblem], Counts]:
    reader = Reader(TODAY, ZoneInfo(zone), currency=currency)
    with sources.opened(io.BytesIO(text.encode())) as source:
        parser = parser_of(make_plan(source, read_choices(fields), reader), types or {})
        rows = list(parser.read())
    entries = [row for row in rows if isinstance(row, RowEntry)]
    return entries, [row for row in rows if isinstance(row, RowProblem)], parser.counts


def entries(text: str, zone: str = "Europe/Berlin", **fields: str) -> list[RowEntry]:
    kept, problems, _ = parsed(text, zone=zone, **fields)
    assert problems == []
    return kept


def only(text: str, zone: str = "Europe/Berlin", **fields: str) -> RowEntry:
    [entry] = entries(text, zone, **fields)
    return entry

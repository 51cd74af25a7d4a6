"""The entries and problems of a few lines."""

from __future__ import annotations

import io
from datetime import date
from zoneinfo import ZoneInfo

from tally.transfer import sources
from tally.transfer.choices import read_choices
from tally.transfer.entries import Counts, RowEntry, RowProblem
from tally.transfer.own_rows import parser_of
from tally.transfer.plan import Reader
from tally.transfer.planner import make_plan

TODAY = date(2026, 11, 22)


def parsed(
    text: str, types: dict[str, str] | None = None, /, zone: str = "Europe/Berlin", **fields: str
) -> tuple[list[RowEntry], list[RowProblem], Counts]:
    reader = Reader(TODAY, ZoneInfo(zone), currency="EUR")
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

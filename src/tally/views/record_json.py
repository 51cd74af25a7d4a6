"""Records as JSON for programs: one record, totals of a filter, a preview of lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tally.db.models import FIELDS
from tally.db.queries import MatchingTotal
from tally.domain.records import ListRow, StoredRecord
from tally.quick_add.results import Draft
from tally.views.entry import Entry

# The fields of `record_json`, in its order.
RECORD_KEYS = (
    "id",
    "consumption_date",
    "consumption_value",
    "consumption_type",
    "unit",
    "notes",
    "created_at",
    "version",
    "days",
    "reading",
    "meter",
    "cost",
)

# The fields that only records with a reading, several days or a cost have.
_MEASURED = ("days", "reading", "meter", "cost")

# The fields that a line can leave out, in the order of `filled`.
_FILLED = ("unit", "consumption_value", "consumption_date")


def record_json(record: ListRow | StoredRecord) -> dict[str, Any]:
    """A stored record."""
    return {key: getattr(record, key) for key in RECORD_KEYS}


def totals_json(rows: Sequence[MatchingTotal], passed_over: int = 0) -> dict[str, Any]:
    """The number of all matching records, and the total of each type and unit, as JSON.

    If more follow, `totals_next` is the value of `totals_after` for the next request.
    """
    ahead = passed_over + len(rows)
    more = {"totals_next": str(ahead)} if rows and ahead < rows[0].kinds else {}
    return {
        "count": rows[0].all_entries if rows else 0,
        **more,
        "totals": [
            {
                "type": total.consumption_type,
                "unit": total.unit,
                "total": total.total,
                "entries": total.entries,
                "cost": total.cost,
            }
            for total in rows
        ],
    }


def told_json(
    warnings: Iterable[str], remarks: Sequence[Mapping[str, object]] = ()
) -> dict[str, Any]:
    """The `warnings` and `remarks` of an answer in JSON; a name without any entries is left out."""
    messages = [{"message": sentence} for sentence in warnings if sentence]
    told: dict[str, Any] = {"warnings": messages, "remarks": remarks}
    return {name: entries for name, entries in told.items() if entries}


def draft_json(draft: Draft) -> dict[str, Any]:
    """A record read from a line, and the names of the fields that were filled in."""
    content = {name: getattr(draft, name) for name in (*FIELDS, *_MEASURED)}
    return content | {
        "filled": [name for name in _FILLED if name in draft.filled],
        "new_type": draft.new_type,
        "similar": draft.similar or None,
        "new_unit": draft.new_unit,
        "converted_from": draft.converted_from or None,
        "line": draft.line,
    }


def parsed_json(read: Entry, records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Lines as JSON: `records`, parts that could not be read, and `warnings`.

    The warnings are the questions that a page would ask before it saves.
    """
    return {
        "records": records,
        "unread": [
            {
                "line": problem.line,
                "text": problem.text,
                "message": problem.message,
                "start": problem.start,
                "end": problem.end,
            }
            for problem in read.parsed.unread
        ],
        "warnings": [{"line": line, "message": message} for line, message in read.held.items()],
    }

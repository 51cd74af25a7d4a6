"""The choices a user made for each kind of file, by its header: `users.imports`. Pure.

The newest 40 kinds are kept, of at most 4 kB each.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from tally.domain.text import fold
from tally.transfer.plans.plan import Plan

MAX_KINDS = 40
MAX_BYTES = 4_096

# The fields that are kept. `falls` is asked for each file: a meter's roll-over is no rule.
REMEMBERED = (
    "columns", "type", "unit", "table", "decimal", "order", "encoding", "factor", "daily",
    "replace", "negative", "alike", "since", "returned",
)  # fmt: skip


def fingerprint(plan: Plan) -> str:
    """The key of a kind of file: its header, or its number of columns where it has none.

    A unit that stands above the header tells files of one header apart: with that of watts they are
    another kind than with that of kilowatt hours.
    """
    table = plan.table.table
    header = table.header if table.has_header else (str(len(plan.columns)),)
    text = "\x1f".join((plan.table.source.kind, *map(fold, header)))
    text += f"\x1f\x1f{table.unit}" if table.unit else ""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def recalled(imports: Mapping[str, Any], key: str) -> dict[str, str]:
    """The fields that were chosen for a kind; none where it is new."""
    kind = imports.get(key)
    fields = kind.get("fields") if isinstance(kind, dict) else None
    if not isinstance(fields, dict):
        return {}
    return {str(name): str(text) for name, text in fields.items() if name in REMEMBERED}


def remember(
    imports: Mapping[str, Any], key: str, fields: Mapping[str, str], now: datetime
) -> dict[str, Any]:
    """The remembered kinds of files with one more, and without the oldest if they are too many."""
    chosen = {name: text for name, text in fields.items() if name in REMEMBERED and text}
    kinds = {other: kind for other, kind in imports.items() if other != key}
    kind = {"at": now.isoformat(timespec="seconds"), "fields": chosen}
    if chosen and len(json.dumps(kind, ensure_ascii=False).encode()) <= MAX_BYTES:
        kinds[key] = kind
    newest = sorted(kinds, key=lambda other: str(kinds[other].get("at", "")), reverse=True)
    return {other: kinds[other] for other in newest[:MAX_KINDS]}

"""The statements in `sql/reads/` on the costs of records, `user_id` first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from tally.db import arrays
from tally.db.arrays import KeySpan
from tally.db.span_conditions import reaching, within
from tally.db.sql import run
from tally.domain.calendar import Span
from tally.domain.filters import Filter
from tally.domain.keys import Key
from tally.domain.paid_sums import PaidBefore


def costed_keys(
    db: Connection,
    user_id: UUID,
    matching: Filter,
    span: Span,
    money_units: Sequence[str],
    most: int,
) -> tuple[list[Key], list[dict[str, Any]]]:
    """The types and units whose records in a span have a cost or a price, and all prices.

    Types that are kept in one of `money_units` are included. Of more than `most` any `most` are
    returned.
    """
    rows = run(
        db,
        "reads/costed_keys",
        reaching(db, user_id, matching, span) | {"money_units": list(money_units), "most": most},
    ).all()
    keys = [Key(type_name, unit) for type_name, unit, _ in rows if type_name is not None]
    return sorted(keys), rows[0].prices if rows else []


def costs(
    db: Connection,
    user_id: UUID,
    matching: Filter,
    spans: Iterable[KeySpan],
) -> tuple[dict[Key, dict[date, PaidBefore]], list[dict[str, Any]]]:
    """Running sums of the costs of matching records, and all prices as they are stored.

    Each (type, unit) has them before the first day of each of its spans, before the day after its
    last, and before each day between on which a price of the unit begins. Shares of records of
    several days have 40 decimals; `prices.rounded_half_up` makes exact sums of them.
    """
    rows = run(db, "reads/costs", within(db, user_id, matching, None) | arrays.of_spans(spans))
    stored: list[dict[str, Any]] = []
    paid: dict[Key, dict[date, PaidBefore]] = {}
    for type_name, unit, day, *before, prices in rows:
        stored = stored or prices or []
        paid.setdefault(Key(type_name, unit), {})[day] = PaidBefore(*before)
    return paid, stored

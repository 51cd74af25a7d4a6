"""The conditions of a filter with days of a span in place of its own."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Connection

from tally.db.queries import conditions
from tally.domain.calendar import Span
from tally.domain.fields import MAX_DAYS
from tally.domain.filters import Filter


def within(db: Connection, user_id: UUID, matching: Filter, span: Span | None) -> dict[str, object]:
    """The filter's conditions for records dated within a span; None: on any day."""
    return {
        **conditions(db, user_id, matching),
        "start": span.start if span else None,
        "end": span.end if span else None,
    }


def reaching(
    db: Connection, user_id: UUID, matching: Filter, span: Span, longest: int = MAX_DAYS
) -> dict[str, object]:
    """The filter's conditions for records that cover any day of a span, `longest` days at most."""
    end = min(span.end, date.max - timedelta(days=longest)) + timedelta(days=longest)
    return {
        **conditions(db, user_id, matching),
        "start": span.start,
        "end": end,
        "last_day": span.end,
    }

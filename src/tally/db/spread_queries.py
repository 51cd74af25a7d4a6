"""The statements in `sql/reads/` on records of several days, `user_id` first.

What lies in a part of their days is computed from the sums by `statistics.shares`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from tally.db import arrays
from tally.db.arrays import KeySpan
from tally.db.queries import MAX_USED
from tally.db.span_conditions import reaching, within
from tally.db.sql import run
from tally.domain.calendar import Buckets, Span
from tally.domain.filters import Filter
from tally.domain.keys import Key
from tally.domain.records import first_day


class Spread(NamedTuple):
    """The part of records of several days in one bucket; bucket 0 is the days before the first one.

    ended: the values of those that end in it; crossing: of those that go on, their share up to its
    end, to 40 decimals; touching: the number of records that cover a day of it; begun: the
    number of these that cover no day of an earlier bucket but 0.
    """

    bucket: int
    ended: Decimal
    crossing: Decimal
    touching: int
    begun: int


class SpreadSum(NamedTuple):
    """The part of records of several days in one span of days: see sql/reads/spread_sums.sql."""

    ended: Decimal
    before: Decimal
    beyond: Decimal


class Covering(NamedTuple):
    """Records of one (type, unit) that cover the same several days, the last of them `last`.

    reading: the meter's figure, where they are a single record with one.
    """

    last: date
    days: int
    total: Decimal
    entries: int
    reading: Decimal | None = None

    @property
    def first(self) -> date:
        return first_day(self.last, self.days)


class Unread(NamedTuple):
    """The number of days of a span that matching records cover, and its unread stretches."""

    covered: int
    stretches: list[Span]


def spread(
    db: Connection,
    user_id: UUID,
    matching: Filter,
    buckets: Buckets,
    longest: int,
    keys: Iterable[Key] | None = None,
    most: int = MAX_USED,
) -> dict[Key, list[Spread]]:
    """The part of records of several days in each of the buckets, by type and unit.

    longest: the most days that such a record covers. keys: the types and units to look at; None:
    those with such a record, at most `most`.
    """
    following = buckets.span.end + timedelta(days=1)
    rows = run(
        db,
        "reads/spread",
        reaching(db, user_id, matching, buckets.span, longest)
        | {
            "bucket_starts": [*buckets.starts, following],
            "most": most,
            **arrays.of_keys_or_any(keys),
        },
    )
    return arrays.lists_by_key(rows, Spread)


def spread_sums(
    db: Connection, user_id: UUID, matching: Filter, spans: Iterable[KeySpan]
) -> dict[KeySpan, SpreadSum]:
    """The part of records of several days in the span of each type and unit."""
    about = within(db, user_id, matching, None) | arrays.of_spans(spans)
    rows = run(db, "reads/spread_sums", about)
    return {place: SpreadSum(*columns) for place, columns in arrays.by_span(rows)}


def covering(
    db: Connection,
    user_id: UUID,
    matching: Filter,
    keys: Iterable[Key],
    span: Span,
    most: int,
) -> dict[Key, list[Covering]]:
    """The records of each type and unit that cover several days, with at least one in `span`.

    Records of the same days are one entry. The latest come first, at most `most`.
    """
    rows = run(
        db,
        "reads/covering",
        reaching(db, user_id, matching, span) | arrays.of_keys(keys) | {"most": most},
    )
    return arrays.lists_by_key(rows, Covering)


def unread(
    db: Connection,
    user_id: UUID,
    matching: Filter,
    spans: Iterable[KeySpan],
    read_to: Mapping[Key, date],
) -> dict[KeySpan, Unread]:
    """The unread stretches of each type and unit's span, up to the day to which it is read."""
    spans = list(spans)
    rows = run(
        db,
        "reads/unread",
        within(db, user_id, matching, None)
        | {"read_to": [read_to[key] for key, _ in spans]}
        | arrays.of_spans(spans),
    )
    return {
        place: Unread(covered, list(map(Span, firsts, lasts)))
        for place, (covered, firsts, lasts) in arrays.by_span(rows)
    }

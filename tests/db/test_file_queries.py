"""Amounts of a file beside those that are stored, against slow and obvious Python."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, text

from tally.db import file_queries
from tally.db.arrays import KeySpan
from tally.db.engine import Database
from tally.db.file_queries import SpanBeside
from tally.domain.calendar import Span
from tally.domain.keys import Key
from tally.transfer.rows.identity import FILE_IDS, FileIds

FIRST = date(2026, 1, 1)
KEYS = (Key("gas", "kWh"), Key("gas", "m³"), Key("water", "m³"))


@dataclass(frozen=True)
class Stored:
    """An amount that the account has."""

    key: Key
    span: Span
    of_file: bool


@pytest.fixture
def db(database: Database, new_tables: None) -> Iterator[Connection]:
    with database.engine.begin() as connection:
        yield connection


def drawn(chance: random.Random, number: int) -> list[KeySpan]:
    """Spans of one to six days of a month, of a few types and units."""
    spans: list[KeySpan] = []
    for _ in range(number):
        start = FIRST + timedelta(days=chance.randrange(30))
        end = start + timedelta(days=chance.choice((0, 0, 1, 2, 5)))
        spans.append((chance.choice(KEYS), Span(start, end)))
    return spans


def store(db: Connection, user_id: UUID, records: list[Stored]) -> None:
    db.execute(
        text("INSERT INTO users (id, email, name, password_hash) VALUES (:id, 'm@x.org', 'M', '')"),
        {"id": user_id},
    )
    ids = FileIds()
    for number, one in enumerate(records):
        db.execute(
            text(
                "INSERT INTO consumption_records"
                " (id, user_id, consumption_date, consumption_value, consumption_type, unit, days)"
                " VALUES (:id, :user_id, :day, 1, :type, :unit, :days)"
            ),
            {
                "id": ids.of([str(number)]) if one.of_file else uuid4(),
                "user_id": user_id,
                "day": one.span.end,
                "type": one.key.type,
                "unit": one.key.unit,
                "days": (one.span.end - one.span.start).days + 1,
            },
        )


def slowly(records: list[Stored], spans: list[KeySpan], *, wins: bool) -> list[SpanBeside]:
    """Each span beside each amount."""
    beside: list[SpanBeside] = []
    for place, (key, span) in enumerate(spans, 1):
        own = [one for one in records if one.key == key]
        within = [
            one.of_file
            for one in own
            if span.start < span.end and span.start <= one.span.start and one.span.end <= span.end
            if not (wins and one.of_file and one.span.end == span.end)
        ]
        around = [
            one
            for one in own
            if one.span != span and one.span.start <= span.start and span.end <= one.span.end
        ]
        last_days = [
            max((one.span.end for one in around if one.of_file is of_file), default=None)
            for of_file in (True, False)
        ]
        told = SpanBeside(place, True in within, False in within, *last_days)
        if any(told[1:]):
            beside.append(told)
    return beside


@pytest.mark.parametrize("seed", range(40))
def test_spans_that_hold_amounts_or_lie_within_them(db: Connection, seed: int) -> None:
    chance, user_id, wins = random.Random(seed), uuid4(), bool(seed % 2)
    records = [Stored(*one, of_file=chance.random() < 0.5) for one in drawn(chance, 12)]
    store(db, user_id, records)
    spans = drawn(chance, 12)
    assert file_queries.spans_beside(db, user_id, spans, FILE_IDS, uuid4(), wins=wins) == slowly(
        records, spans, wins=wins
    )

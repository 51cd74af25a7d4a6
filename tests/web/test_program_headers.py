"""Headers of programs are read strictly: a UUID, a moment with its offset."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from tally.errors import HTTPError, Invalid
from tally.web.program_headers import read_key, read_written, sent_once

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
KEY = UUID("0c6f2a7e-7c0d-4b7e-9d55-2f6d7f3c8a11")


def test_a_key_is_a_uuid_with_or_without_quotes() -> None:
    assert read_key(str(KEY)) == read_key(f'"{KEY}"') == read_key(str(KEY).upper()) == KEY


@pytest.mark.parametrize("text", ["", '"', "x", KEY.hex, f"{{{KEY}}}", f"{KEY} ", f'"{KEY}', "é"])
def test_another_key_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_key(text)
    assert refused.value.fields.keys() == {"Idempotency-Key"}


def test_a_repeated_header_is_refused() -> None:
    once, *others = [(b"idempotency-key", text) for text in (b"a", b"a", b"")]
    assert sent_once(Headers(raw=[]), "Idempotency-Key") is None
    assert sent_once(Headers(raw=[once]), "Idempotency-Key") == "a"
    for other in others:
        with pytest.raises(HTTPError) as refused:
            sent_once(Headers(raw=[once, other]), "Idempotency-Key")
        assert (refused.value.status, list(refused.value.fields)) == (422, ["Idempotency-Key"])


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-26T23:50:00+01:00", date(2026, 11, 26)),
        ("2026-11-26T23:50Z", date(2026, 11, 26)),
        ("2026-11-27T12:00:00.123456-10:00", date(2026, 11, 27)),
        ("2026-11-28T02:00:00+14:00", date(2026, 11, 28)),
        ("2025-10-23T12:00:00Z", date(2025, 10, 23)),
        ("2026-11-28T12:00:00Z", date(2026, 11, 28)),
    ],
)
def test_the_day_is_the_one_that_its_own_zone_had(text: str, day: date) -> None:
    assert read_written(text, NOW).date() == day


@pytest.mark.parametrize(
    "text",
    [
        *("", "yesterday", "2026-11-26", "2026-11-26T23:50:00", "1795000000", "20261126T235000Z"),
        *("2026-W48-4T10:00Z", "2026-02-30T10:00Z", "2026-11-26T25:00Z", "2026-11-26T10:00+99:00"),
        *("2026-11-26t10:00z", "2026-11-26 10:00Z", "2026-11-26T10:00:00,5Z", "٢026-11-26T10:00Z"),
        *("2026-11-28T12:00:01Z", "2025-10-23T11:59:59Z", "0001-01-01T00:00+14:00"),
    ],
)
def test_a_time_of_writing_that_is_no_moment_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_written(text, NOW)
    assert refused.value.fields.keys() == {"X-Tally-Written"}


@given(st.timedeltas(timedelta(days=-400), timedelta(days=1)), st.integers(-14 * 60, 14 * 60))
def test_a_moment_within_bounds_reads_back(ago: timedelta, minutes: int) -> None:
    moment = (NOW + ago).astimezone(timezone(timedelta(minutes=minutes)))
    assert read_written(moment.isoformat(), NOW) == moment

"""Tokens for programs as text and as an account keeps them."""

from __future__ import annotations

import hashlib
import string
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tally.accounts import api_tokens
from tally.accounts.api_tokens import ApiToken, TokenText

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
OWNER = UUID("6f1c7a52-0f3e-4a57-9f0a-0d6f8f1d2c3b")
LETTERS = string.ascii_letters + string.digits


def token(
    name: str = "Meter script", ends: api_tokens.Ends = "never", now: datetime = NOW
) -> tuple[ApiToken, TokenText]:
    return api_tokens.new(OWNER, name, "add", ends, now)


@given(st.uuids(), st.uuids(), st.binary(min_size=32, max_size=32))
def test_a_token_says_what_it_was_made_of(user_id: UUID, token_id: UUID, secret: bytes) -> None:
    text = str(TokenText(user_id, token_id, secret))
    assert text.startswith("tally_") and len(text) == 98 and set(text[6:]) <= set(LETTERS)
    assert api_tokens.read(text) == TokenText(user_id, token_id, secret)


@given(st.integers(6, 97), st.sampled_from(LETTERS))
def test_one_wrong_character_is_seen_without_asking_the_database(place: int, other: str) -> None:
    text = str(TokenText(OWNER, OWNER, bytes(32)))
    assume(text[place] != other)
    assert api_tokens.read(text[:place] + other + text[place + 1 :]) is None


@given(st.text() | st.from_regex(r"tally_[0-9A-Za-z]{92}", fullmatch=True))
def test_any_other_text_is_no_token_of_a_program(text: str) -> None:
    known = api_tokens.read(text)
    assert known is None or str(known) == text


@pytest.mark.parametrize("odd", ["", "tally_", " ", "\n", "z" * 86])
def test_near_misses_are_no_tokens(odd: str) -> None:
    text = str(token()[1])
    assert api_tokens.read(text + odd) == (api_tokens.read(text) if not odd else None)
    assert api_tokens.read(f"tally_{'z' * 86}{api_tokens._checksum('z' * 86)}") is None
    assert api_tokens.read(text.upper()) is None


def test_the_account_keeps_a_digest_and_no_secret() -> None:
    kept, shown = token()
    column = api_tokens.with_token({}, kept, NOW)
    assert column[str(kept.token_id)]["hash"] == hashlib.sha256(shown.secret).hexdigest()
    for secret in (str(shown), shown.secret.hex(), str(shown)[-40:]):
        assert secret not in str(column) and secret not in repr(kept) and secret not in repr(shown)
    assert kept.is_proved_by(shown.secret) and not kept.is_proved_by(bytes(32))


def test_two_tokens_share_nothing() -> None:
    (one, shown), (two, other) = token(), token()
    assert one.token_id != two.token_id and shown.secret != other.secret


@pytest.mark.parametrize(
    ("ends", "now", "end"),
    [
        ("never", NOW, None),
        ("30-days", NOW, NOW + timedelta(days=30)),
        ("1-year", NOW, datetime(2027, 11, 27, 12, tzinfo=UTC)),
        ("1-year", datetime(2028, 2, 29, tzinfo=UTC), datetime(2029, 3, 1, tzinfo=UTC)),
    ],
)
def test_a_token_counts_until_its_end(
    ends: api_tokens.Ends, now: datetime, end: datetime | None
) -> None:
    kept, _ = token(ends=ends, now=now)
    assert kept.ends_at == end
    assert kept.is_alive(now)
    if end is not None:
        assert kept.is_alive(end - timedelta(seconds=1)) and not kept.is_alive(end)
        assert kept.ends_soon(end - timedelta(days=6)) and not kept.ends_soon(
            end - timedelta(days=8)
        )


def test_the_newest_stands_first_and_what_has_ended_is_gone() -> None:
    column: dict[str, object] = {}
    for hours, name in enumerate(("first", "second", "third")):
        kept, _ = token(name, "30-days", NOW + timedelta(hours=hours))
        column = api_tokens.with_token(column, kept, NOW)
    assert [kept.name for kept in api_tokens.alive(column, NOW)] == ["third", "second", "first"]
    later = NOW + timedelta(days=30, hours=1)
    assert [kept.name for kept in api_tokens.alive(column, later)] == ["third"]
    last, _ = token("last", now=later)
    column = api_tokens.with_token(column, last, later)
    assert len(column) == 2, "those that have ended leave when another comes"


def test_ending_a_token_twice_differs_from_ending_an_unknown_one() -> None:
    kept, _ = token()
    column = api_tokens.with_token({}, kept, NOW)
    once = api_tokens.without_token(column, kept.token_id, NOW)
    assert once is not None and api_tokens.alive(once, NOW) == []
    assert api_tokens.from_entry(kept.token_id, once[str(kept.token_id)]) is None
    assert "hash" not in str(once) and "Meter" not in str(once)
    assert api_tokens.without_token(once, kept.token_id, NOW) == once
    assert api_tokens.without_token(column, uuid4(), NOW) is None


def test_there_are_fifty_at_most_and_the_ended_ones_pile_up_nowhere() -> None:
    column: dict[str, object] = {}
    for _ in range(api_tokens.MAX_TOKENS):
        column = api_tokens.with_token(column, token()[0], NOW)
    with pytest.raises(ValueError, match="End one first"):
        api_tokens.with_token(column, token()[0], NOW)
    for hours in range(150):
        kept, _ = token()
        ended = api_tokens.without_token(
            column, api_tokens.alive(column, NOW)[0].token_id, NOW + timedelta(hours=hours)
        )
        assert ended is not None
        column = api_tokens.with_token(ended, kept, NOW)
    assert len(api_tokens.alive(column, NOW)) == api_tokens.MAX_TOKENS
    assert len(column) == api_tokens.MAX_TOKENS + api_tokens.MAX_ENDED


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], None),
        (["Basic YTpi"], None),
        (["Bearerx"], None),
        (["Bearer abc"], "abc"),
        (["bearer  abc "], "abc"),
        (["Bearer"], ""),
        (["Bearer abc", "Bearer abc"], ""),
        (["Basic YTpi", "Bearer abc"], ""),
        (["tally_abc"], ""),
        (["Token tally_abc"], ""),
        (["Basic tally_abc"], ""),
    ],
)
def test_the_token_in_the_header(values: list[str], expected: str | None) -> None:
    assert api_tokens.in_header(values) == expected

"""Tokens for programs: their text, their scopes, and the entries that an account keeps of them.

A token is `tally_`, 86 characters for account, token and 32 random bytes, and 6 for a checksum, so
that a scanner for secrets knows one when it sees one. The account keeps the SHA-256 of the random
bytes in `users.tokens` (jsonb): token id → name, scope, made, used, ends, hash. An ended
token keeps `ended`, so that ending it twice differs from ending another user's.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args
from uuid import UUID, uuid4
from zlib import crc32

from tally.domain.fields import MAX_NAME, read_text

Scope = Literal["add", "read", "all"]
Ends = Literal["never", "30-days", "1-year"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
# The words behind "A token that may …" for each scope.
MAY: dict[Scope, str] = {
    "add": "add records",
    "read": "read",
    "all": "read, add and change records",
}
ENDS: tuple[Ends, ...] = get_args(Ends)

PREFIX = "tally_"
SECRET_BYTES = 32
MAX_TOKENS = 50
# The most ended tokens that are remembered: the newest ones.
MAX_ENDED = 50
# How long before its end the list warns of it.
ENDS_SOON = timedelta(days=7)

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BODY_BYTES = 16 + 16 + SECRET_BYTES
_BODY_DIGITS = 86
_CHECKSUM_DIGITS = 6
_BEARER = re.compile(r"bearer(?: |$)", re.IGNORECASE)
_TOKEN = re.compile(
    rf"{PREFIX}([0-9A-Za-z]{{{_BODY_DIGITS}}})([0-9A-Za-z]{{{_CHECKSUM_DIGITS}}})", re.ASCII
)


@dataclass(frozen=True)
class TokenText:
    """The parts of a token's text, unverified: only the account's row proves them."""

    user_id: UUID
    token_id: UUID
    secret: bytes = field(repr=False)

    def __str__(self) -> str:
        """The token as its program sends it."""
        whole = int.from_bytes(self.user_id.bytes + self.token_id.bytes + self.secret)
        body = _base62(whole, _BODY_DIGITS)
        return f"{PREFIX}{body}{_checksum(body)}"


@dataclass(frozen=True)
class ApiToken:
    """A token as its account keeps it. `digest` is the SHA-256 of its secret, in hex."""

    token_id: UUID
    name: str
    scope: Scope
    made_at: datetime
    used_at: datetime | None
    ends_at: datetime | None
    digest: str = field(repr=False)

    def is_alive(self, now: datetime) -> bool:
        """Whether the token has not ended yet."""
        return self.ends_at is None or now < self.ends_at

    def ends_soon(self, now: datetime) -> bool:
        """Whether the token ends so soon that its user should make a new one."""
        return self.ends_at is not None and self.ends_at - now < ENDS_SOON

    def is_proved_by(self, secret: bytes) -> bool:
        """Whether this is its secret, compared in constant time."""
        return hmac.compare_digest(_digest(secret), self.digest)


def new(
    user_id: UUID,
    name: str,
    scope: Scope,
    ends: Ends,
    now: datetime,
    *,
    token_id: UUID | None = None,
) -> tuple[ApiToken, TokenText]:
    """A token as it is stored, and its text, which is shown only once.

    `token_id`: the id of the form that asks for it, so that sending that twice makes one token.
    """
    shown = TokenText(user_id, token_id or uuid4(), secrets.token_bytes(SECRET_BYTES))
    ends_at = _ENDS_AT[ends](now)
    kept = ApiToken(shown.token_id, name, scope, now, None, ends_at, _digest(shown.secret))
    return kept, shown


def read_program(text: str) -> str:
    """The name of the program that a token is for. Raises ValueError with a sentence."""
    return read_text(text, "Name", MAX_NAME, "Write which program it is for.")


def read(text: str) -> TokenText | None:
    """The parts of a token's text, or None for a text that never was a token."""
    match = _TOKEN.fullmatch(text)
    if match is None or _checksum(match[1]) != match[2]:
        return None
    whole = _number(match[1])
    if whole >= 1 << 8 * _BODY_BYTES:
        return None
    content = whole.to_bytes(_BODY_BYTES)
    return TokenText(UUID(bytes=content[:16]), UUID(bytes=content[16:32]), content[32:])


def in_header(values: Sequence[str]) -> str | None:
    """The token of the `Authorization` headers of a request; None if none is of this kind.

    Credentials for a proxy in front (`Basic …`) are ignored. An empty text for a token in another
    form than `Bearer …`, or with a second header.
    """
    if not any(_BEARER.match(value) or PREFIX in value for value in values):
        return None
    is_one = len(values) == 1 and _BEARER.match(values[0])
    return values[0].partition(" ")[2].strip() if is_one else ""


def is_bearer(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether a request with these headers has a token, good or bad; cookies do not count then."""
    sent = [value.decode("latin-1") for name, value in headers if name == b"authorization"]
    return in_header(sent) is not None


# The account's jsonb


def from_entry(token_id: UUID, entry: Mapping[str, Any] | None) -> ApiToken | None:
    """The token of an entry in the column; None if it was ended or never existed."""
    return _entry(token_id, entry) if entry and "hash" in entry else None


def alive(tokens: Mapping[str, Any], now: datetime) -> list[ApiToken]:
    """The tokens of an account's column that count, the newest first."""
    kept = [from_entry(UUID(name), entry) for name, entry in tokens.items()]
    living = [token for token in kept if token is not None and token.is_alive(now)]
    return sorted(living, key=lambda token: (token.made_at, token.token_id), reverse=True)


def with_token(tokens: Mapping[str, Any], token: ApiToken, now: datetime) -> dict[str, Any]:
    """The column with one token more, without those whose end has come.

    Raises ValueError with a sentence when there are too many.
    """
    living = alive(tokens, now)
    if len(living) >= MAX_TOKENS:
        raise ValueError(f"There are {MAX_TOKENS} tokens, the most there can be. End one first.")
    return _column([token, *living]) | _ended(tokens)


def without_token(
    tokens: Mapping[str, Any], token_id: UUID, now: datetime
) -> dict[str, Any] | None:
    """The column with one token ended, also if it was before; None if it never existed."""
    entry = tokens.get(str(token_id))
    if entry is None:
        return None
    if "hash" not in entry:
        return dict(tokens)
    others = {name: kept for name, kept in tokens.items() if name != str(token_id)}
    ended = {str(token_id): {"ended": int(now.timestamp())}}
    return {name: kept for name, kept in others.items() if "hash" in kept} | _ended(others | ended)


def _column(tokens: list[ApiToken]) -> dict[str, Any]:
    return {
        str(token.token_id): {
            "name": token.name,
            "scope": token.scope,
            "made": _seconds(token.made_at),
            "used": _seconds(token.used_at),
            "ends": _seconds(token.ends_at),
            "hash": token.digest,
        }
        for token in tokens
    }


def _entry(token_id: UUID, entry: Mapping[str, Any]) -> ApiToken:
    return ApiToken(
        token_id,
        entry["name"],
        entry["scope"],
        datetime.fromtimestamp(entry["made"], UTC),
        _moment(entry["used"]),
        _moment(entry["ends"]),
        entry["hash"],
    )


def _ended(tokens: Mapping[str, Any]) -> dict[str, Any]:
    """The tokens that were ended last, MAX_ENDED at most."""
    ended = [(name, entry) for name, entry in tokens.items() if "hash" not in entry]
    return dict(sorted(ended, key=lambda pair: pair[1]["ended"], reverse=True)[:MAX_ENDED])


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


# How it is written


def _a_year_on(now: datetime) -> datetime:
    try:
        return now.replace(year=now.year + 1)
    except ValueError:  # 29 February
        return now.replace(year=now.year + 1, month=3, day=1)


_ENDS_AT: dict[Ends, Callable[[datetime], datetime | None]] = {
    "never": lambda _: None,
    "30-days": lambda now: now + timedelta(days=30),
    "1-year": _a_year_on,
}


def _digest(secret: bytes) -> str:
    return hashlib.sha256(secret).hexdigest()


def _checksum(body: str) -> str:
    return _base62(crc32(f"{PREFIX}{body}".encode()), _CHECKSUM_DIGITS)


def _base62(number: int, width: int) -> str:
    digits = []
    for _ in range(width):
        number, rest = divmod(number, len(_DIGITS))
        digits.append(_DIGITS[rest])
    return "".join(reversed(digits))


def _number(text: str) -> int:
    number = 0
    for digit in text:
        number = number * len(_DIGITS) + _DIGITS.index(digit)
    return number

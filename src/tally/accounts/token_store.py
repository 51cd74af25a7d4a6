"""The tokens of an account in the database: made, listed, ended, found by their text."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from contextlib import nullcontext
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Text, bindparam, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select
from starlette.requests import Request

from tally.accounts import account_row, api_tokens, attempts, audit_log, sessions
from tally.accounts.api_tokens import ApiToken, TokenText
from tally.accounts.rate_limit import Throttle
from tally.db.models import ACCOUNTS, Account, User
from tally.domain.zones import zone_or_utc
from tally.errors import AS_BEARER, BEARER_CHALLENGE, HTTPError, SignedOut

MAX_PROVEN = 1024
NO_SUCH_TOKEN = f"This token is not known here, or it has ended. {AS_BEARER}"

_WITH_TOKEN = ACCOUNTS.add_columns(
    col(User.tokens).op("->")(bindparam("token_id", type_=Text)).label("entry")
).where(col(User.id) == bindparam("user_id"))
_NOTE_USE = text(
    "UPDATE users"
    " SET tokens = jsonb_set(tokens, ARRAY[:token_id, 'used'], to_jsonb(CAST(:used AS bigint)))"
    " WHERE id = :user_id AND jsonb_exists(tokens -> :token_id, 'hash')"
)


class ProvenTokens:
    """The owners of the tokens that proved right in this process, by digest. Thread-safe."""

    def __init__(self, most: int = MAX_PROVEN) -> None:
        self._most = most
        self._owners: OrderedDict[bytes, UUID] = OrderedDict()
        self._lock = threading.Lock()

    def remember(self, sent: str, user_id: UUID) -> None:
        """Keep the owner of a token; when memory is full the least recently used one is dropped."""
        with self._lock:
            self._owners[_key(sent)] = user_id
            self._owners.move_to_end(_key(sent))
            while len(self._owners) > self._most:
                self._owners.popitem(last=False)

    def owner(self, sent: str) -> UUID | bytes:
        """The owner of a proven token; for any other its digest, which then counts by itself."""
        with self._lock:
            return self._owners.get(_key(sent), _key(sent))


def member_of(request: Request) -> UUID | bytes | None:
    """The owner of the read slots that a request takes, by token or by cookie, without a query."""
    sent = api_tokens.in_header(request.headers.getlist("authorization"))
    return sessions.member_of(request) if sent is None else _proven(request).owner(sent)


def _proven(request: Request) -> ProvenTokens:
    proven: ProvenTokens = request.app.state.proven_tokens
    return proven


def _key(sent: str) -> bytes:
    return hashlib.sha256(sent.encode()).digest()


class MadeBefore(Exception):
    """The account has a token with this id, or had one that was ended."""


class Bearer(NamedTuple):
    """A token and its account."""

    account: Account
    token: ApiToken


def find(db: Connection, sent: TokenText, now: datetime) -> Bearer | None:
    """The account behind a token, or None when the token is wrong, has ended or has no account."""
    parameters = {"user_id": sent.user_id, "token_id": str(sent.token_id)}
    row = db.execute(_WITH_TOKEN, parameters).one_or_none()
    account = Account(*row[:-1]) if row else None
    entry: dict[str, Any] | None = row.entry if row else None
    token = api_tokens.from_entry(sent.token_id, entry)
    if account is None or token is None or not token.is_proved_by(sent.secret):
        return None
    return Bearer(account, token) if token.is_alive(now) and not account.is_disabled else None


def bearer_of(request: Request, db: Connection, sent: str, now: datetime) -> Bearer:
    """The token of a request, with its account. Raises HTTPError 401 for a text that is no token.

    Wrong ones count against their address; after ten of them they are a 429 there. A right one is
    never refused for the wrong ones of its address.
    """
    read = api_tokens.read(sent)
    bearer = find(db, read, now) if read else None
    if bearer is not None:
        _proven(request).remember(sent, bearer.account.id)
        return bearer
    tries: Throttle = request.app.state.token_tries
    address = sessions.address_of(request)
    attempts.refuse_throttled(request, tries.wait(address, now))
    tries.count(address, now)
    audit_log.note("token refused", request)
    raise HTTPError(401, NO_SUCH_TOKEN, headers=BEARER_CHALLENGE)


def note_use(db: Connection, bearer: Bearer, now: datetime, *, in_transaction: bool) -> None:
    """Store the day of a token's last use, with at most one write a day for each owner."""
    account, token = bearer
    zone = zone_or_utc(account.timezone)
    used = token.used_at
    if used is not None and used.astimezone(zone).date() >= now.astimezone(zone).date():
        return
    parameters = {
        "user_id": account.id,
        "token_id": str(token.token_id),
        "used": int(now.timestamp()),
    }
    try:
        with db.begin_nested() if in_transaction else nullcontext():
            db.execute(_NOTE_USE, parameters)
    except DBAPIError:
        return  # The database is read-only for a moment, say: the request continues.


def alive(db: Connection, user_id: UUID, now: datetime) -> list[ApiToken]:
    """The valid tokens of an account, the newest first."""
    statement = select(User.tokens).where(col(User.id) == user_id)
    return api_tokens.alive(db.execute(statement).scalar() or {}, now)


def add(
    db: Connection, user_id: UUID, token: ApiToken, now: datetime, *, sid: str | None = None
) -> None:
    """Add a token. Raises MadeBefore; ValueError with a sentence when there are too many.

    `sid`: the session that asks for it. Raises SignedOut if it has ended since the request was
    identified: a new password, say, ends the tokens that there are, and this one would outlive it.
    """
    columns = col(User.tokens), col(User.sessions)
    kept, sign_ins = account_row.locked(db, user_id, *columns)
    if sid is not None and sid not in sign_ins:
        raise SignedOut
    if str(token.token_id) in kept:
        raise MadeBefore
    account_row.write(db, user_id, tokens=api_tokens.with_token(kept, token, now))


def end(db: Connection, user_id: UUID, token_id: UUID, now: datetime) -> bool:
    """End a token for good; False if the account never had it. Ending it twice is fine."""
    left = api_tokens.without_token(_locked(db, user_id), token_id, now)
    if left is not None:
        account_row.write(db, user_id, tokens=left)
    return left is not None


def end_all(db: Connection, user_id: UUID, now: datetime) -> int:
    """End every token of an account. Returns how many were valid until now."""
    tokens = _locked(db, user_id)
    living = api_tokens.alive(tokens, now)
    for token in living:
        tokens = api_tokens.without_token(tokens, token.token_id, now) or tokens
    account_row.write(db, user_id, tokens=tokens)
    return len(living)


def _locked(db: Connection, user_id: UUID) -> dict[str, Any]:
    [tokens] = account_row.locked(db, user_id, col(User.tokens))
    return dict(tokens)

"""The user behind a request: the session cookie, the token in it, the session on the users row."""

import secrets
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col
from starlette.requests import Request
from starlette.responses import Response

from tally.accounts import account_row, rate_limit, user_agent
from tally.accounts.api_tokens import ApiToken
from tally.accounts.tokens import SESSION_LASTS, SESSION_TOKEN_LASTS, Keyring, SessionToken
from tally.db.models import ACCOUNTS, Account, User

MAX_SESSIONS = 50

_BY_ID = ACCOUNTS.where(col(User.id) == bindparam("user_id"))
_RENEW = text(
    "UPDATE users"
    " SET sessions = jsonb_set(sessions, ARRAY[:sid, 'used'], to_jsonb(CAST(:used AS bigint)))"
    " WHERE id = :user_id AND jsonb_exists(sessions, :sid)"
)


@dataclass(frozen=True)
class Identity:
    """The account behind a request, as it was read: change it by UPDATE.

    A browser has a session, a program has a token of its own and no session.
    """

    user: Account
    sid: str = ""
    token: SessionToken | None = None
    api_token: ApiToken | None = None


@dataclass(frozen=True)
class SignIn:
    """One of an account's sessions, for its list."""

    sid: str
    started: datetime
    used: datetime
    address: str
    browser: str


def member_of(request: Request) -> UUID | None:
    """The id of the user whose session a cookie names, by its signature alone, without a query.

    The session may have ended meanwhile: `identify` checks that.
    """
    token = _session_token(request, request.app.state.clock())
    return token.user_id if token else None


def identify(request: Request, db: Connection, now: datetime) -> Identity | None:
    """The visitor behind the request's cookie, or None."""
    token = _session_token(request, now)
    if token is None:
        return None
    row = db.execute(_BY_ID, {"user_id": token.user_id}).one_or_none()
    user = Account(*row) if row else None
    if user is None or user.is_disabled or not _is_alive(user.sessions.get(token.sid), now):
        return None
    return Identity(user, token.sid, token)


def renew(
    identity: Identity | None,
    response: Response,
    request: Request,
    db: Connection,
    now: datetime,
    *,
    in_transaction: bool,
) -> None:
    """Put a new token of the same session into the answer when the old one is over 12 hours old.

    A GET writes only the time of this, for the account's list of sessions.
    """
    token = identity.token if identity else None
    if identity is None or token is None or not token.is_due(now):
        return
    if "set-cookie" in response.headers:
        return
    user, sid = identity.user, identity.sid
    values = {"user_id": user.id, "sid": sid, "used": int(now.timestamp())}
    try:
        with db.begin_nested() if in_transaction else nullcontext():
            renewed = db.execute(_RENEW, values).rowcount
    except DBAPIError:
        return  # Read-only for a moment, say. The old token is still good for hours.
    if renewed:
        _set_cookie(response, request, user.id, sid, _started(user.sessions[sid]), now)


def start_session(
    request: Request, response: Response, db: Connection, user_id: UUID, now: datetime
) -> None:
    """Begin a session for a user who has just proved who they are; its cookie replaces any other.

    The proof must hold until the transaction ends (`store.hold`).
    """
    sid = secrets.token_urlsafe(18)
    moment = int(now.timestamp())
    entry = {
        "started": moment,
        "used": moment,
        "address": rate_limit.plain_address(request.client.host if request.client else None),
        "browser": user_agent.name(request.headers.get("user-agent", "")),
    }
    kept = _alive_sessions(_locked(db, user_id), now)
    newest = sorted(kept, key=lambda key: int(kept[key]["used"]), reverse=True)[: MAX_SESSIONS - 1]
    left = {key: kept[key] for key in newest}
    account_row.write(db, user_id, sessions={**left, sid: entry})
    _set_cookie(response, request, user_id, sid, now, now)


def end_session(db: Connection, user_id: UUID, sid: str) -> bool:
    """End one session; False if there was none of that id."""
    sessions = _locked(db, user_id)
    if sessions.pop(sid, None) is None:
        return False
    account_row.write(db, user_id, sessions=sessions)
    return True


def end_sessions(db: Connection, user_id: UUID, *, keep: str | None = None) -> int:
    """End all sessions of a user, or all but one. Returns how many."""
    sessions = _locked(db, user_id)
    kept = {sid: entry for sid, entry in sessions.items() if sid == keep}
    account_row.write(db, user_id, sessions=kept)
    return len(sessions) - len(kept)


def sign_ins(user: Account, now: datetime) -> list[SignIn]:
    """A user's sessions that are still good, the latest used first."""
    return sorted(
        (
            SignIn(
                sid,
                _started(entry),
                datetime.fromtimestamp(entry["used"], UTC),
                str(entry["address"]),
                str(entry["browser"]),
            )
            for sid, entry in _alive_sessions(user.sessions, now).items()
        ),
        key=lambda sign_in: (sign_in.used, sign_in.sid),
        reverse=True,
    )


def forget_cookie(response: Response, request: Request) -> None:
    """Remove the session's cookie from the browser."""
    response.delete_cookie(
        cookie_name(request), path="/", secure=_is_https(request), httponly=True, samesite="lax"
    )


def keyring(request: Request) -> Keyring:
    """The keys of this process."""
    ring: Keyring = request.app.state.keyring
    return ring


def cookie_name(request: Request) -> str:
    """`__Host-session` on https, where nobody but this very host can set it; else `session`."""
    return "__Host-session" if _is_https(request) else "session"


def address_of(request: Request) -> str:
    """The key by which the failed attempts of an address are counted."""
    return rate_limit.address_key(request.client.host if request.client else None)


def _set_cookie(
    response: Response, request: Request, user_id: UUID, sid: str, started: datetime, now: datetime
) -> None:
    ends = min(now + SESSION_TOKEN_LASTS, started + SESSION_LASTS)
    response.set_cookie(
        cookie_name(request),
        keyring(request).session_token(user_id, sid, now, ends),
        max_age=int((ends - now).total_seconds()),
        path="/",
        secure=_is_https(request),
        httponly=True,
        samesite="lax",
    )


def _session_token(request: Request, now: datetime) -> SessionToken | None:
    """The token in the session cookie; None without a good one."""
    value = _cookie(request)
    return keyring(request).read_session_token(value, now) if value else None


def _cookie(request: Request) -> str | None:
    """The session cookie's value; None without one, or with several of the name."""
    prefix = cookie_name(request) + "="
    chunks = ";".join(request.headers.getlist("cookie")).split(";")
    values = [chunk.strip() for chunk in chunks if chunk.strip().startswith(prefix)]
    return values[0].removeprefix(prefix) if len(values) == 1 else None


def _is_https(request: Request) -> bool:
    return bool(request.scope["scheme"] == "https")


def _locked(db: Connection, user_id: UUID) -> dict[str, Any]:
    [sessions] = account_row.locked(db, user_id, col(User.sessions))
    return dict(sessions)


def _alive_sessions(sessions: dict[str, Any], now: datetime) -> dict[str, dict[str, Any]]:
    return {sid: entry for sid, entry in sessions.items() if _is_alive(entry, now)}


def _is_alive(entry: dict[str, Any] | None, now: datetime) -> bool:
    if entry is None:
        return False
    idle = now - datetime.fromtimestamp(entry["used"], UTC)
    return idle < SESSION_TOKEN_LASTS and now - _started(entry) < SESSION_LASTS


def _started(entry: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(entry["started"], UTC)

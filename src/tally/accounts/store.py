"""Accounts in the database: made, found, changed, deleted. Pages and commands share it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    cast,
    delete,
    func,
    literal,
    or_,
    text,
)
from sqlalchemy.dialects import postgresql
from sqlmodel import col, select, update
from starlette.requests import Request

from tally.accounts import audit_log, passwords, rate_limit, sessions
from tally.accounts.rate_limit import Throttle
from tally.accounts.tokens import INVITATION_LASTS, Invitation
from tally.db.models import ACCOUNTS, DISABLED, Account, User
from tally.errors import HTTPError, SignedOut

# In `preferences`. INVITED, of an invited account: its inviter's id; True where nobody had an
# account yet. SPENT, of an inviter: the ids of deleted accounts that must not come again, each with
# the unix time when it may. VOID_BEFORE, of an inviter: the time up to which all its invitations
# have ended. SPENT_FIRST, of the oldest account: such ids without an inviter.
INVITED = "invited"
SPENT = "spent_invitations"
VOID_BEFORE = "invitations_void_before"
SPENT_FIRST = "spent_first_invitations"
MAX_SPENT = 100

# The key of the lock for making the first account; any constant would do.
_FIRST_ACCOUNT_LOCK = 6_021_023


@dataclass(frozen=True)
class NewAccount:
    """The fields of a new account; the password as typed, the invitation if there is one."""

    name: str
    email: str
    password: str
    timezone: str = "UTC"
    invitation: Invitation | None = None


def by_email(db: Connection, email: str) -> Account | None:
    """The account of an email address as `profile.read_email` gives it."""
    return _one(db, col(User.email) == email)


def by_id(db: Connection, user_id: UUID) -> Account | None:
    """The account of an id."""
    return _one(db, col(User.id) == user_id)


def everybody(db: Connection) -> list[Account]:
    """All accounts, by email."""
    return [Account(*row) for row in db.execute(ACCOUNTS.order_by(col(User.email)))]


def oldest(db: Connection) -> UUID | None:
    """The id of the oldest account; None where there is no account."""
    first = select(User.id).order_by(col(User.created_at)).limit(1)
    return db.execute(first).scalar()


def create(db: Connection, account: NewAccount) -> UUID | None:
    """Make an account; None if its email address or its id belongs to an account already."""
    invitation = account.invitation
    statement = (
        postgresql.insert(User)
        .values(
            id=invitation.invited_id if invitation else uuid4(),
            email=account.email,
            name=account.name,
            timezone=account.timezone,
            password_hash=passwords.hash_password(account.password),
            preferences={INVITED: _inviter(invitation)} if invitation else {},
        )
        .on_conflict_do_nothing()
        .returning(col(User.id))
    )
    return db.execute(statement).scalar()


def set_password(
    db: Connection, user: Account, password: str, *, keep_tokens: bool = False
) -> bool:
    """Replace the password that was read with `user`; False if it was replaced before.

    Every session of the account ends, and every token of a program unless `keep_tokens`.
    """
    hashed = passwords.hash_password(password)  # Slow, so before the row is held.
    if not hold(db, user):
        return False
    ended: dict[str, Any] = {"sessions": {}} if keep_tokens else {"sessions": {}, "tokens": {}}
    _update(db, user.id, password_hash=hashed, sign_in_failures={}, **ended)
    return True


def save(
    db: Connection,
    user_id: UUID,
    *,
    name: str | None = None,
    timezone: str | None = None,
    preferences: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """Change an account's settings. Fields that are not given keep their stored value.

    Raises SignedOut if the account is gone.
    """
    given = {"name": name, "timezone": timezone}
    columns = {column: value for column, value in given.items() if value is not None}
    if not _update(db, user_id, **columns, preferences=merged(preferences)):
        raise SignedOut


def merged(preferences: Mapping[str, Any]) -> ColumnElement[Any]:
    """An expression for an UPDATE that adds these preferences to an account's; others stay."""
    return col(User.preferences).op("||")(cast(dict(preferences), postgresql.JSONB))


def disable(db: Connection, user: Account) -> None:
    """Disable an account until it is enabled again; its sessions and tokens end now."""
    is_enabled = ~col(User.password_hash).startswith(DISABLED)
    # In the statement, not from `user`: the password may have been changed since.
    marked = literal(DISABLED) + col(User.password_hash)
    _update(db, user.id, is_enabled, password_hash=marked, sessions={}, tokens={})


def enable(db: Connection, user: Account) -> None:
    """Enable an account: the password from before it was disabled counts again."""
    unmarked = func.ltrim(col(User.password_hash), DISABLED)
    _update(db, user.id, password_hash=unmarked)


def hold(db: Connection, user: Account, *, against_records: bool = False) -> bool:
    """Lock an account's row; returns whether its password is still the one read with `user`.

    A slow hash lies between reading and acting, and meanwhile the account may have been given a new
    password, disabled or deleted. `against_records`: new records wait, too. A deletion must lock
    that much at once, or it and a change that saved a record before could wait for each other.
    """
    latest = select(User.password_hash).where(col(User.id) == user.id)
    held = latest.with_for_update(key_share=not against_records)
    return db.execute(held).scalar() == user.password_hash


def remove(db: Connection, user_id: UUID, now: datetime) -> None:
    """Delete an account and all its records. An invitation that made it stays used."""
    gone = delete(User).where(col(User.id) == user_id).returning(col(User.preferences))
    preferences: dict[str, Any] = db.execute(gone).scalar() or {}
    first = dict(preferences.get(SPENT_FIRST, {}))
    match preferences.get(INVITED):
        case str(inviter_id):
            _remember_spent(db, UUID(inviter_id), user_id, now)
        case True:
            first[str(user_id)] = int((now + INVITATION_LASTS).timestamp())
    if first:
        _remember_first(db, first, now)


def is_spent(db: Connection, invitation: Invitation) -> bool:
    """Whether an invitation gives no account any more.

    It was used, whether or not its account still exists, or it ended with its inviter.
    """
    spent_id = str(invitation.invited_id)
    deleted = [
        func.jsonb_exists(col(User.preferences)[name], spent_id, type_=Boolean)
        for name in (SPENT, SPENT_FIRST)
    ]
    used = select(User.id).where(or_(col(User.id) == invitation.invited_id, *deleted)).limit(1)
    if db.execute(used).first() is not None:
        return True
    if invitation.inviter_id is None:
        return False
    inviter = by_id(db, invitation.inviter_id)
    if inviter is None or inviter.is_disabled:
        return True
    return bool(invitation.made_at.timestamp() < inviter.preferences.get(VOID_BEFORE, 0))


def may_register(db: Connection, registration: str) -> bool:
    """Whether anybody may make an account without an invitation."""
    if registration != "first":
        return registration == "open"
    is_demo = func.jsonb_exists(col(User.preferences), "demo", type_=Boolean)
    return db.execute(select(User.id).where(~is_demo).limit(1)).first() is None


def is_empty(db: Connection) -> bool:
    """Whether there is no account, not even a demo account."""
    return db.execute(select(User.id).limit(1)).first() is None


def lock_first_account(db: Connection) -> None:
    """Make registrations wait for each other, so that only one can be the first."""
    db.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _FIRST_ACCOUNT_LOCK})


def is_password_of(
    db: Connection,
    request: Request,
    user: Account | None,
    password: str,
    email: str,
    now: datetime,
    *,
    to_delete: bool = False,
) -> bool:
    """Whether this is the user's password; a wrong one counts against account and address.

    A right one stays right until the transaction ends. `to_delete`: it is to delete the account.
    `user` None (nobody has that `email`) takes as long and counts alike. Raises HTTPError 429 when
    too many were wrong. The caller must answer, not raise, for a failed attempt to be remembered.
    """
    limits: Throttle = request.app.state.throttle
    address = sessions.address_of(request)
    slow_down(request, limits.wait(address, now))
    suspect = not limits.is_innocent(address, now)
    if user is None:
        slow_down(request, limits.wait(email, now) if suspect else 0)
    elif suspect or rate_limit.failed_from(user.sign_in_failures, address, now):
        # An address without failures may try, or else anybody could lock anybody out.
        slow_down(request, rate_limit.account_wait(user.sign_in_failures, now))
    right = passwords.matches(password, user.password_hash if user else None)
    if right and user is not None and hold(db, user, against_records=to_delete):
        return True
    limits.count(address, now)
    if user is None:
        limits.count(email, now)
    else:
        _count_failure(db, user.id, address, now)
    return False


def count_new(request: Request, now: datetime) -> None:
    """Count an account or an invitation that is made from an address.

    Raises HTTPError 429 after too many of them.
    """
    limits: Throttle = request.app.state.new_accounts
    address = sessions.address_of(request)
    slow_down(request, limits.wait(address, now))
    limits.count(address, now)


def slow_down(request: Request, seconds: int) -> None:
    """Raises HTTPError 429 if there are seconds to wait."""
    if seconds:
        audit_log.note("too many tries", request, wait=seconds)
        minutes = -(-seconds // 60)
        raise HTTPError(
            429,
            f"Too many tries. Wait {minutes} minute{'' if minutes == 1 else 's'}, then try again.",
            headers={"Retry-After": str(seconds)},
        )


def _count_failure(db: Connection, user_id: UUID, address: str, now: datetime) -> None:
    latest = select(User.sign_in_failures).where(col(User.id) == user_id)
    held = latest.with_for_update(key_share=True)
    failures = rate_limit.add_failure(db.execute(held).scalar() or {}, address, now)
    _update(db, user_id, sign_in_failures=failures)


def _inviter(invitation: Invitation) -> str | bool:
    return str(invitation.inviter_id) if invitation.inviter_id else True


def _remember_spent(db: Connection, inviter_id: UUID, invited_id: UUID, now: datetime) -> None:
    """Keep the id of a deleted account on its inviter's row, as long as an invitation lasts.

    With more than a hundred ids, all invitations that the inviter has made until now end instead.
    """
    own = select(User.preferences).where(col(User.id) == inviter_id)
    preferences = db.execute(own.with_for_update(key_share=True)).scalar()
    if preferences is None:  # Its invitations ended with it.
        return
    spent = _still_good(preferences.get(SPENT, {}), now)
    spent[str(invited_id)] = int((now + INVITATION_LASTS).timestamp())
    kept: dict[str, Any] = {SPENT: spent}
    if len(spent) > MAX_SPENT:
        kept = {SPENT: {}, VOID_BEFORE: int(now.timestamp()) + 1}
    _update(db, inviter_id, preferences=preferences | kept)


def _remember_first(db: Connection, first: dict[str, int], now: datetime) -> None:
    """Keep the id on the oldest account, for invitations made before there was any account.

    Without any account left nothing is kept.
    """
    somebody = select(User.id, User.preferences).order_by(col(User.created_at)).limit(1)
    # One that nobody is changing just now, or is about to delete; else whichever there is.
    keeper = (
        db.execute(somebody.with_for_update(key_share=True, skip_locked=True)).first()
        or db.execute(somebody.with_for_update(key_share=True)).first()
    )
    if keeper is None:
        return
    kept = _still_good(keeper.preferences.get(SPENT_FIRST, {}) | first, now)
    newest = dict(sorted(kept.items(), key=lambda entry: entry[1])[-MAX_SPENT:])
    _update(db, keeper.id, preferences=keeper.preferences | {SPENT_FIRST: newest})


def _still_good(spent: dict[str, int], now: datetime) -> dict[str, int]:
    return {spent_id: until for spent_id, until in spent.items() if until > now.timestamp()}


def _one(db: Connection, condition: ColumnElement[bool]) -> Account | None:
    row = db.execute(ACCOUNTS.where(condition)).one_or_none()
    return Account(*row) if row else None


def _update(db: Connection, user_id: UUID, *conditions: ColumnElement[bool], **values: Any) -> bool:
    """Change columns of an account; False where there is none, or not under these conditions."""
    own = update(User).where(col(User.id) == user_id, *conditions)
    return bool(db.execute(own.values(**values)).rowcount)

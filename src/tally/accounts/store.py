"""Accounts in the database: made, found, changed, deleted. Pages and commands share it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Boolean, Connection, delete, func, literal, text
from sqlalchemy.dialects import postgresql
from sqlmodel import col, select

from tally.accounts import account_row, invitations, passwords
from tally.accounts.tokens import Invitation
from tally.db.models import ACCOUNTS, DISABLED, Account, User
from tally.errors import SignedOut

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
    return account_row.find(db, col(User.email) == email)


def by_id(db: Connection, user_id: UUID) -> Account | None:
    """The account of an id."""
    return account_row.find(db, col(User.id) == user_id)


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
            preferences=invitations.preferences_of(invitation),
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
    account_row.write(db, user.id, password_hash=hashed, sign_in_failures={}, **ended)
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
    if not account_row.write(db, user_id, **columns, preferences=account_row.merged(preferences)):
        raise SignedOut


def disable(db: Connection, user: Account) -> None:
    """Disable an account until it is enabled again; its sessions and tokens end now."""
    is_enabled = ~col(User.password_hash).startswith(DISABLED)
    # In the statement, not from `user`: the password may have been changed since.
    marked = literal(DISABLED) + col(User.password_hash)
    account_row.write(db, user.id, is_enabled, password_hash=marked, sessions={}, tokens={})


def enable(db: Connection, user: Account) -> None:
    """Enable an account: the password from before it was disabled counts again."""
    unmarked = func.ltrim(col(User.password_hash), DISABLED)
    account_row.write(db, user.id, password_hash=unmarked)


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
    invitations.remember(db, user_id, db.execute(gone).scalar() or {}, now)


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

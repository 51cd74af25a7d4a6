"""Invitations that make one account each: who invited, and which invitations are used up.

All of it is kept in `preferences`. INVITED, of an invited account: its inviter's id; True where
nobody had an account yet. SPENT, of an inviter: the ids of deleted accounts that must not come
again, each with the unix time when it may. VOID_BEFORE, of an inviter: the time up to which all its
invitations have ended. SPENT_FIRST, of the oldest account: such ids without an inviter.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Connection, func, or_
from sqlmodel import col, select

from tally.accounts import account_row
from tally.accounts.tokens import INVITATION_LASTS, Invitation
from tally.db.models import User

INVITED = "invited"
SPENT = "spent_invitations"
VOID_BEFORE = "invitations_void_before"
SPENT_FIRST = "spent_first_invitations"
MAX_SPENT = 100


def preferences_of(invitation: Invitation | None) -> dict[str, Any]:
    """The first preferences of an account that an invitation makes, or that needs none."""
    if invitation is None:
        return {}
    return {INVITED: str(invitation.inviter_id) if invitation.inviter_id else True}


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
    inviter = account_row.find(db, col(User.id) == invitation.inviter_id)
    if inviter is None or inviter.is_disabled:
        return True
    return bool(invitation.made_at.timestamp() < inviter.preferences.get(VOID_BEFORE, 0))


def remember(db: Connection, user_id: UUID, preferences: Mapping[str, Any], now: datetime) -> None:
    """Record that the invitation of a deleted account stays used.

    `user_id` and `preferences` were those of that account.
    """
    first = dict(preferences.get(SPENT_FIRST, {}))
    match preferences.get(INVITED):
        case str(inviter_id):
            _remember_spent(db, UUID(inviter_id), user_id, now)
        case True:
            first[str(user_id)] = int((now + INVITATION_LASTS).timestamp())
    if first:
        _remember_first(db, first, now)


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
    account_row.write(db, inviter_id, preferences=preferences | kept)


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
    account_row.write(db, keeper.id, preferences=keeper.preferences | {SPENT_FIRST: newest})


def _still_good(spent: dict[str, int], now: datetime) -> dict[str, int]:
    return {spent_id: until for spent_id, until in spent.items() if until > now.timestamp()}

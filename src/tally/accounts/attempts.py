"""Limits on wrong passwords and on new accounts, by account and by address."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection
from sqlmodel import col, select
from starlette.requests import Request

from tally.accounts import account_row, audit_log, passwords, rate_limit, sessions, store
from tally.accounts.rate_limit import Throttle
from tally.db.models import Account, User
from tally.errors import HTTPError


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

    The account's row is locked after a right one, so that it stays right until the transaction ends
    (`to_delete`: new records wait, too, since the account is about to be deleted). For an `email`
    without a `user` the check takes as long, and a wrong password counts the same. Raises HTTPError
    429 after too many wrong ones. The caller must answer, not raise, or the attempt is forgotten.
    """
    throttle: Throttle = request.app.state.throttle
    address = sessions.address_of(request)
    refuse_throttled(request, throttle.wait(address, now))
    suspect = not throttle.is_innocent(address, now)
    if user is None:
        refuse_throttled(request, throttle.wait(email, now) if suspect else 0)
    elif suspect or rate_limit.failed_from(user.sign_in_failures, address, now):
        # An address without failures may try, or else anybody could lock anybody out.
        refuse_throttled(request, rate_limit.account_wait(user.sign_in_failures, now))
    right = passwords.matches(password, user.password_hash if user else None)
    if right and user is not None and store.hold(db, user, against_records=to_delete):
        return True
    throttle.count(address, now)
    if user is None:
        throttle.count(email, now)
    else:
        _count_failure(db, user.id, address, now)
    return False


def count_new_account(request: Request, now: datetime) -> None:
    """Count an account or an invitation that is made from an address.

    Raises HTTPError 429 after too many of them.
    """
    throttle: Throttle = request.app.state.new_accounts
    address = sessions.address_of(request)
    refuse_throttled(request, throttle.wait(address, now))
    throttle.count(address, now)


def refuse_throttled(request: Request, seconds: int) -> None:
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
    account_row.write(db, user_id, sign_in_failures=failures)

"""An account's prices and its currency in the database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select, update
from sqlmodel import col

from tally.accounts import account_row
from tally.db import queries
from tally.db.models import User
from tally.domain.limits import has_limits_in_money
from tally.domain.prices import Price, as_json, is_of_day, read_prices, with_price
from tally.domain.records import UNDO_MINUTES
from tally.errors import SignedOut

CURRENCY = "currency"
# In `preferences`: the currency that the first cost has set, and the id of that cost's change.
CURRENCY_SET = "currency_set"
# In `preferences`: the price that was removed last, as it was stored, and when.
REMOVED = "removed_price"
_UNDO = timedelta(minutes=UNDO_MINUTES)


def change(
    db: Connection, user_id: UUID, become: Callable[[list[Price]], list[Price]]
) -> list[Price]:
    """Replace the prices of an account by what `become` returns for them; returns the new ones.

    Raises SignedOut if the account is gone.
    """
    [stored] = account_row.locked(db, user_id, col(User.prices))
    prices = become(read_prices(stored))
    account_row.write(db, user_id, prices=[as_json(price) for price in prices])
    return prices


def remove(db: Connection, user_id: UUID, price_id: str, now: datetime) -> Price | None:
    """Remove a price and keep it for `put_back`; None if the account has no price of this id.

    Raises SignedOut if the account is gone.
    """
    preferences, stored = account_row.locked(db, user_id, col(User.preferences), col(User.prices))
    prices = read_prices(stored)
    gone = next((price for price in prices if price.price_id == price_id), None)
    if gone is None:
        return None
    account_row.write(
        db,
        user_id,
        preferences=preferences | {REMOVED: as_json(gone) | {"at": now.timestamp()}},
        prices=[as_json(price) for price in prices if price is not gone],
    )
    return gone


def removed(preferences: Mapping[str, Any], now: datetime) -> Price | None:
    """The price that was removed last, as long as it can be put back."""
    entry = preferences.get(REMOVED)
    if not entry or now.timestamp() > entry["at"] + _UNDO.total_seconds():
        return None
    [price] = read_prices([entry])
    return price


def put_back(db: Connection, user_id: UUID, price_id: str, now: datetime) -> Price | None:
    """Put back the price that was removed last; None for any other, or after too long.

    A price that is there again stays as it is. Raises ValueError with a sentence if another price
    counts from its day by now; SignedOut if the account is gone.
    """
    preferences, stored = account_row.locked(db, user_id, col(User.preferences), col(User.prices))
    prices = read_prices(stored)
    there = next((price for price in prices if price.price_id == price_id), None)
    price = removed(preferences, now)
    if there or price is None or price.price_id != price_id:
        return there
    if any(is_of_day(other, price) for other in prices):
        raise ValueError("Another price counts from that day now. Nothing was changed.")
    prices = with_price(prices, price)
    account_row.write(
        db,
        user_id,
        preferences={name: kept for name, kept in preferences.items() if name != REMOVED},
        prices=[as_json(one) for one in prices],
    )
    return price


def set_currency(db: Connection, user_id: UUID, currency: str, change: UUID | None = None) -> str:
    """Set the currency of an account with its first cost or price; returns the one it has then.

    A currency that was chosen meanwhile, during a long import say, stays, and the costs count in it
    like all others. `change`: the change of the cost that sets it; its undo removes the currency
    again. Raises SignedOut if the account is gone.
    """
    preferences: dict[str, Any] = {CURRENCY: currency}
    if change:
        preferences[CURRENCY_SET] = {"change": str(change), "currency": currency}
    own, kept = col(User.id) == user_id, col(User.preferences)[CURRENCY].astext
    without = update(User).where(own, func.coalesce(kept, "") == "")
    if db.execute(without.values(preferences=account_row.merged(preferences))).rowcount:
        return currency
    chosen: str | None = db.execute(select(kept).where(own)).scalar_one_or_none()
    if chosen is None:
        raise SignedOut
    return chosen


def is_set_by(preferences: Mapping[str, Any], change: UUID) -> bool:
    """Whether this change, or the latest undo or redo of it, has set the account's currency."""
    return bool(preferences.get(CURRENCY_SET, {}).get("change") == str(change))


def undo_currency(db: Connection, user_id: UUID, undone: UUID, undo: UUID) -> None:
    """Remove the currency that an undone change had set (see `is_set_by`).

    It stays if other costs, prices or limits in money are left, or another one was chosen since. To
    be called after the records are put back. Raises SignedOut if the account is gone.
    """
    preferences, prices = account_row.locked(db, user_id, col(User.preferences), col(User.prices))
    if not is_set_by(preferences, undone):
        return
    by_cost: str = preferences[CURRENCY_SET]["currency"]
    preferences[CURRENCY_SET] = {"change": str(undo), "currency": by_cost}
    if preferences.get(CURRENCY) == by_cost and not (
        prices or has_limits_in_money(preferences) or queries.has_costs(db, user_id)
    ):
        del preferences[CURRENCY]
    account_row.write(db, user_id, preferences=preferences)


def is_taken_back(preferences: Mapping[str, Any]) -> bool:
    """Whether an undo has removed the currency, and nobody has chosen one since, or none."""
    return CURRENCY_SET in preferences and CURRENCY not in preferences


def bring_back_currency(db: Connection, user_id: UUID) -> str:
    """Set the currency again that an undo has removed, if a cost or price has come back since.

    Returns the account's currency, "" for none. Raises SignedOut if the account is gone.
    """
    preferences, prices = account_row.locked(db, user_id, col(User.preferences), col(User.prices))
    if is_taken_back(preferences) and (prices or queries.has_costs(db, user_id)):
        preferences[CURRENCY] = preferences[CURRENCY_SET]["currency"]
        account_row.write(db, user_id, preferences=preferences)
    return preferences.get(CURRENCY) or ""

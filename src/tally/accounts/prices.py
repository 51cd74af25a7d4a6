"""An account's prices and its currency in the database."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import Connection
from sqlmodel import col, select, update

from tally.accounts import store
from tally.db.models import Account, User
from tally.domain.prices import Price, as_json, read_prices
from tally.errors import SignedOut

CURRENCY = "currency"


def change(
    db: Connection, user_id: UUID, become: Callable[[list[Price]], list[Price]]
) -> list[Price]:
    """Give an account the prices that `become` makes of those it has, and return them."""
    prices = become(read_prices(_locked(db, user_id)))
    own = update(User).where(col(User.id) == user_id)
    db.execute(own.values(prices=[as_json(price) for price in prices]))
    return prices


def set_currency(db: Connection, user: Account, currency: str) -> None:
    """Give an account the currency of its costs and prices. Raises SignedOut when it is gone."""
    preferences = {CURRENCY: currency}
    store.save(db, user.id, name=user.name, timezone=user.timezone, preferences=preferences)


def _locked(db: Connection, user_id: UUID) -> list[dict[str, str]]:
    wanted = select(col(User.prices)).where(col(User.id) == user_id).with_for_update()
    stored: list[dict[str, str]] | None = db.execute(wanted).scalar_one_or_none()
    if stored is None:
        raise SignedOut
    return stored

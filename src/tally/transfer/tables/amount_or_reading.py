"""A pair of columns of which each row fills one: an amount, or a reading of its meter. Pure."""

from __future__ import annotations

from typing import NamedTuple

from tally.transfer.cells.values import is_more_than_zero
from tally.transfer.tables.heading_roles import SAYS, Role, names_role_alone
from tally.transfer.tables.profiles import Profile, TableDraft


class AmountOrReading(NamedTuple):
    """The two columns."""

    amount: Profile
    reading: Profile


def set_amount_or_reading(draft: TableDraft, free: list[Profile]) -> bool:
    """Give the pair among some columns its roles; False without one."""
    pair = _pair(draft, free)
    if pair is None:
        return False
    pair.amount.role, pair.reading.role = "value", "reading"
    are_one = not draft.has("type") and _are_one(draft, pair)
    pair.amount.fills_one = pair.reading.fills_one = are_one
    return True


def _pair(draft: TableDraft, free: list[Profile]) -> AmountOrReading | None:
    """The columns of amounts and readings if each row fills one of them, as its type decides.

    If a meter has a reading only once, in its first row, its amounts are told beside all others.
    Without a column of types the rows are of one, unless the headings name several.
    """
    amount, reading = _only(free, "value", "reading"), _only(free, "reading", "value")
    if amount is None or reading is None:
        return None
    pair = AmountOrReading(amount, reading)
    kinds = next((other.cells for other in draft.profiles if other.role == "type"), None)
    names = [""] * len(amount.cells) if kinds is None else kinds
    filled = (map(is_more_than_zero, column.cells) for column in pair)
    rows = list(zip(names, *filled, strict=True))
    have_amounts = any(has_amount and not has_reading for _, has_amount, has_reading in rows)
    readings_alone = sum(has_reading and not has_amount for _, has_amount, has_reading in rows)
    meters = {
        name.strip().casefold()
        for name, has_amount, has_reading in rows
        if has_amount and has_reading
    }
    if not have_amounts or readings_alone <= len(meters):
        return None
    return pair if kinds is not None or not meters or _are_one(draft, pair) else None


def _only(free: list[Profile], role: Role, other: Role) -> Profile | None:
    """The only column whose heading names a role, and more so than another one; None of several."""
    named = [
        profile
        for profile in free
        if profile.weight(role) >= SAYS and profile.weight(role) > profile.weight(other)
    ]
    return named[0] if len(named) == 1 else None


def _are_one(draft: TableDraft, pair: AmountOrReading) -> bool:
    """Whether an amount and a reading may be of one type, since their headings name none."""
    units = {draft.account.units.find(unit) or unit for unit in map(draft.unit_of, pair) if unit}
    return len(units) < 2 and all(names_role_alone(one.heading.name) for one in pair)

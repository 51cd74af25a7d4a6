"""The columns of money: what was paid and the price of one, in the account's currency. Pure."""

from __future__ import annotations

from tally.transfer.tables.currency_names import is_part_of_money, same_currency
from tally.transfer.tables.profiles import MAX_COMPARED, SAYS, Profile, TableDraft
from tally.transfer.tables.relations import is_product


def set_cost(draft: TableDraft, money: list[Profile]) -> None:
    """Give the one column of money that is a cost in the account's currency its role."""
    paid = _paid_by_price(draft, money)
    if paid is not None:
        paid.role = "cost" if is_ours(draft, paid) else None
        return
    prices = [profile for profile in money if is_unit_price(profile)]
    costs = [
        profile
        for profile in money
        if profile not in prices and is_ours(draft, profile) and not profile.weight("-") >= SAYS
    ]
    best = [
        profile
        for profile in costs
        if profile.weight("cost") == max(p.weight("cost") for p in costs)
    ]
    if len(best) == 1:
        best[0].role = "cost"
    elif not costs and len(prices) == 1 and is_ours(draft, prices[0]):
        prices[0].role = "price"


def is_money(profile: Profile) -> bool:
    """Whether the column holds money, by its heading or the signs in its cells."""
    if profile.heading.is_money or profile.currency:
        return True
    says = max(profile.weight("cost"), profile.weight("price"))
    return says >= SAYS and says > profile.weight("value")


def is_unit_price(profile: Profile) -> bool:
    """Whether the column holds the price of one unit, not what was paid."""
    return profile.heading.is_rate or profile.weight("price") > profile.weight("cost")


def is_ours(draft: TableDraft, profile: Profile) -> bool:
    """Whether money is in the account's currency, or in one that it may get."""
    heading = profile.heading
    rate = heading.unit.partition("/")[0].strip() if heading.is_rate else ""
    currency = profile.currency or rate or draft.currency
    if not currency or not draft.account.currency:
        return not is_part_of_money(currency)
    return same_currency(currency, draft.account.currency)


def _paid_by_price(draft: TableDraft, money: list[Profile]) -> Profile | None:
    """The column of costs that are the amount times a price, whatever the two are called."""
    amounts = [profile for profile in draft.profiles if profile.role == "value"]
    if len(amounts) != 1:
        return None
    free = [profile for profile in draft.profiles if profile.role is None and profile.filled]
    if len(free) > MAX_COMPARED:
        return None
    pairs = ((price, paid) for price in money for paid in free if paid is not price)
    return next(
        (paid for price, paid in pairs if is_product((amounts[0].cells, price.cells), paid.cells)),
        None,
    )

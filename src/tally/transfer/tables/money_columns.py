"""The columns of money: what was paid and the price of one, in the account's currency. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from tally.transfer.cells.names import plain_letters, words
from tally.transfer.tables.currency_names import is_part_of_money, same_currency
from tally.transfer.tables.headings import SAYS
from tally.transfer.tables.price_columns import Beside, money_told
from tally.transfer.tables.profiles import MAX_COMPARED, Profile, TableDraft
from tally.transfer.tables.relations import is_product
from tally.transfer.tables.table_rows import cell_at

# Beside a word for a price these say that it was paid.
_WHOLE = words("total paid sum gesamt bezahlt totaal betaald totale pagado pagato paye pago")


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
        # Beside the price of one it is the other of the two.
        if _means_either(best[0]) and not prices:
            _set_by_numbers(draft, best[0])
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


def _set_by_numbers(draft: TableDraft, money: Profile) -> None:
    """Give a column of costs or of prices the role that its numbers tell, if they do."""
    money.is_either = True
    # Figures of a meter tell nothing of what was used since the one before.
    money.role = None if draft.has("reading") else money_told(_by_type(draft, money))


def _means_either(profile: Profile) -> bool:
    """Whether the heading is one of a price, that may be of one or of all."""
    names = map(plain_letters, profile.heading.name.split())
    return profile.weight("price") >= SAYS and not _WHOLE.intersection(names)


def _by_type(draft: TableDraft, money: Profile) -> Iterable[Beside]:
    """The cells of the first amount, each beside its money, parted by their type and unit."""
    amount = next((other for other in draft.profiles if other.role == "value"), None)
    if amount is None:
        return
    texts = [other for other in draft.profiles if other.role in ("type", "unit")]
    groups: dict[tuple[str, ...], tuple[list[str], list[str]]] = {}
    for row, (cell, paid) in enumerate(zip(amount.cells, money.cells, strict=True)):
        key = tuple(cell_at(text.cells, row).casefold() for text in texts)
        amounts, money_beside = groups.setdefault(key, ([], []))
        amounts.append(cell)
        money_beside.append(paid)
    yield from groups.values()


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

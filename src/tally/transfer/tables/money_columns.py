"""The columns of money: costs, and prices of a unit, in the account's currency. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import product

from tally.domain.units import KNOWN, read_unit
from tally.transfer.cells.names import plain_letters, words
from tally.transfer.cells.values import is_nothing
from tally.transfer.tables.currency_names import (
    currency_told,
    same_currency,
    says_currency,
)
from tally.transfer.tables.heading_roles import AMOUNTS, SAYS, parts_of_name
from tally.transfer.tables.heading_units import is_scaled_money, measure_of_price
from tally.transfer.tables.price_columns import Beside, money_told
from tally.transfer.tables.profiles import MAX_COMPARED, Profile, TableDraft, without_running_totals
from tally.transfer.tables.relations import is_product, is_total

# Words that, beside a word for a price, say that it was paid.
_WHOLE = words(
    """
    total paid sum gesamt bezahlt totaal betaald totale pagado pagato paye pago summe
    """
)
# A heading of at least this weight is one of what was paid, not of a part of it.
_PLAINLY = 0.95
# These name an amount of money, where a currency stands beside it.
_SUMS = words(
    """
    amount betrag bedrag montant importe importo montante belopp belob kwota сумма
    spent spend paid bezahlt betaald pagado pagato paye pago
    """
)
# Words, also at the end of longer ones, for money that was earned or saved: it is no cost.
_EARNED = tuple(
    words(
        """
        revenue revenues income earnings earned savings saved profit erlos erlose einnahme
        einnahmen vergutung ersparnis eingespart gewinn opbrengst opbrengsten inkomsten besparing
        recette recettes revenu revenus ingreso ingresos ganancia ganancias ahorro ahorros ricavo
        ricavi guadagno guadagni risparmio receita receitas poupanca intakt intakter przychod
        przychody oszczednosci доход доходы выручка
        """
    )
)
# Such a word that others end in as well: `Vertrag`.
_YIELD = words("ertrag ertrage solarertrag pvertrag")
# A sum with its cents, or one that was spent.
_LIKE_MONEY = re.compile(r"^[-\u2212(]|[.,][0-9]{2}(?![0-9])")
# The most columns that are searched for a sum, and the most rows of each.
_MAX_ADDED, _ROWS_ADDED = 8, 50


def set_cost(draft: TableDraft, money: list[Profile]) -> None:
    """Give the only column of money that is a cost in the account's currency its role.

    `money`: the columns of money, some of which may be amounts already.
    """
    free = [profile for profile in money if profile.role is None]
    money = without_running_totals(free, _MAX_ADDED)
    paid = _paid_by_price(draft, money)
    if paid is not None:
        paid.role = "cost" if is_ours(draft, paid) and not _is_earned(paid) else None
        return
    money = [profile for profile in money if not _is_earned(profile)]
    ours = [profile for profile in money if is_ours(draft, profile)]
    total = _total(draft, ours)
    prices = [profile for profile in money if is_unit_price(profile)]
    paid = total or _paid([profile for profile in ours if profile not in prices])
    if paid is not None:
        paid.role = "cost"
        # Beside the price of a unit it is what was paid.
        if _means_either(paid) and not prices:
            _set_by_numbers(draft, paid)
    elif (
        len(prices) == 1
        and prices[0] in ours
        and (prices[0].heading.is_rate or ours == prices)
        and _is_of_one(draft, prices[0])
    ):
        is_part = not prices[0].heading.is_rate and money_told(_by_type(draft, prices[0])) == "cost"
        prices[0].role = None if is_part else "price"


def set_unit_of_money(draft: TableDraft) -> None:
    """Give the column of currencies the role of a unit, if the amounts themselves are money.

    Then the amounts have no unit, and no column of costs or prices stands beside them. The unit
    keeps amounts of several currencies out of one sum. If the amounts may as well be counts, such
    as the cups of `coffee 2`, the column asks instead.
    """
    amounts = [profile for profile in draft.profiles if profile.role in AMOUNTS]
    is_paid = draft.has("cost", "price") or any(
        profile.doubt == "money" for profile in draft.profiles
    )
    if is_paid or draft.has("unit", "reading") or any(map(draft.unit_of, amounts)):
        return
    for profile in draft.profiles:
        is_free = profile.role in (None, "-") and says_currency(profile.heading)
        if is_free and profile.share(currency_told) == 1 and not any(one.mark for one in amounts):
            if any(_may_be_counts(draft, amount) for amount in amounts):
                profile.role, profile.doubt = "-", "currencies"
            else:
                profile.role = "unit"
            return


def _may_be_counts(draft: TableDraft, amounts: Profile) -> bool:
    """Whether the figures of a type are not written as money, and no heading names money."""
    is_named = _SUMS.intersection(parts_of_name(amounts.heading.name)) or _is_whole(amounts)
    if amounts.way or is_named or is_money(amounts):
        return False
    figures = ([amounts.cells[row].strip() for row in rows] for rows in draft.rows_by("type"))
    return any(
        not any(map(_LIKE_MONEY.search, cells)) and not all(map(is_nothing, cells))
        for cells in figures
    )


def is_money(profile: Profile) -> bool:
    """Whether the column holds money, by its heading or the signs in its cells."""
    if profile.heading.is_money or profile.currency:
        return True
    price = profile.weight("price")
    # A rate may be that of something else: `Max heart rate`.
    says = max(profile.weight("cost"), price if price >= profile.weight("-") else 0)
    return says >= SAYS and says > profile.weight("value") and not _is_measured(profile)


def _is_measured(profile: Profile) -> bool:
    """Whether amounts are in a known unit by their cells, or by a heading such as `Charge (kWh)`.

    `Kosten m³` are costs of that, and the unit of a price is the one of which it is. `Ft` and `CUP`
    are forints and pesos.
    """
    others = max(profile.weight("price"), profile.weight("-"))
    is_open = profile.weight("cost") < _PLAINLY and others < SAYS
    unit = profile.mark or (profile.heading.unit if is_open else "")
    return read_unit(unit) in KNOWN and not currency_told(unit)


def _is_earned(profile: Profile) -> bool:
    """Whether money was earned or saved with the amount beside it, so that it is no cost."""
    parts = parts_of_name(profile.heading.name)
    return any(part.endswith(_EARNED) or part in _YIELD for part in parts)


def is_unit_price(profile: Profile) -> bool:
    """Whether the column holds the price of a unit, not a cost."""
    if profile.told:
        return profile.told == "price"
    return profile.heading.is_rate or profile.weight("price") > profile.weight("cost")


def _is_of_one(draft: TableDraft, price: Profile) -> bool:
    """Whether a price is that of one unit of the amounts: neither of 100 l nor of MWh among kWh."""
    measure = measure_of_price(price.heading.text)
    if measure is None:
        return True
    find = draft.account.units.find
    unit = find(measure.unit)
    amounts = (find(draft.unit_of(one) or "?") for one in draft.profiles if one.role == "value")
    is_other = any(unit and amount and amount != unit for amount in amounts)
    return measure.times == 1 and not is_other


def is_ours(draft: TableDraft, profile: Profile) -> bool:
    """Whether money is in the account's currency, or in one that it may get."""
    heading = profile.heading
    if heading.times != 1:
        return False
    money, slash, _ = heading.unit.partition("/")
    rate = money.strip() if slash else ""
    currency = profile.currency or rate or draft.currency
    if not currency or not draft.account.currency:
        return not is_scaled_money(currency)
    return same_currency(currency, draft.account.currency)


def _set_by_numbers(draft: TableDraft, money: Profile) -> None:
    """Give a column of costs or of prices the role that its numbers show, if they do."""
    if not _is_of_one(draft, money):
        money.role = None
        return
    money.doubt = "money"
    # A meter's figure does not tell what was used since the one before.
    money.role = None if draft.has("reading") else money_told(_by_type(draft, money))


def _means_either(profile: Profile) -> bool:
    """Whether the heading names a price that may be of a unit or of the whole."""
    return profile.weight("price") >= SAYS and not _WHOLE.intersection(_names(profile))


def _names(profile: Profile) -> list[str]:
    return [plain_letters(word) for word in profile.heading.name.split()]


def _is_plain(profile: Profile) -> bool:
    """Whether the heading is nothing but a word for a cost: `Cost`, `Total`."""
    return profile.weight("cost") >= _PLAINLY or _is_whole(profile)


def _is_whole(profile: Profile) -> bool:
    """Whether the heading says that it is the whole: `Summe`, `Total paid`."""
    return set() < set(_names(profile)) <= _WHOLE


def _paid(money: list[Profile]) -> Profile | None:
    """The only column of costs; None if there are several, each perhaps a part of the cost."""
    if len(money) > 1:
        money = [profile for profile in money if _is_plain(profile)]
    if len(money) > 1:
        money = [profile for profile in money if _WHOLE.intersection(_names(profile))]
    return money[0] if len(money) == 1 and money[0].weight("-") < SAYS else None


def _total(draft: TableDraft, money: list[Profile]) -> Profile | None:
    """The column that is the sum of adjacent columns of money, which are marked as parts.

    If a part is clearly the cost, the sum means something else: `Cost`, `Left`, `Budget`.
    """
    beside = [profile for profile in money if not profile.heading.is_rate]
    free = [
        profile
        for profile in draft.profiles
        if profile in beside or (profile.role is None and _is_whole(profile))
    ][:_MAX_ADDED]
    sums = {
        place: parts
        for place, profile in enumerate(free)
        for parts in _runs_beside(free, place)
        if profile.weight("-") < SAYS
        and (_is_plain(profile) or not any(map(_is_plain, parts)))
        and _is_sum(profile, parts)
    }
    inner = [part for parts in sums.values() for part in parts]
    totals = [place for place in sums if free[place] not in inner]
    if len(totals) != 1:
        return None
    for part in sums[totals[0]]:
        part.told = "part"
    return free[totals[0]]


def _runs_beside(profiles: list[Profile], place: int) -> Iterator[list[Profile]]:
    """The adjacent columns on one side of a place, two or more."""
    for first in range(place - 1):
        yield profiles[first:place]
    for end in range(place + 3, len(profiles) + 1):
        yield profiles[place + 1 : end]


def _is_sum(profile: Profile, parts: list[Profile]) -> bool:
    cells, *others = ([*column.cells[:_ROWS_ADDED]] for column in (profile, *parts))
    return is_total(cells, others)


def _by_type(draft: TableDraft, money: Profile) -> Iterable[Beside]:
    """The cells of the first amount, each beside its money, grouped by their type and unit."""
    amount = next((other for other in draft.profiles if other.role == "value"), None)
    if amount is None:
        return
    for rows in draft.rows_by("type", "unit"):
        yield [amount.cells[row] for row in rows], [money.cells[row] for row in rows]


def _paid_by_price(draft: TableDraft, money: list[Profile]) -> Profile | None:
    """The column of costs that are the amount times a price, whatever both are called."""
    amounts = [profile for profile in draft.profiles if profile.role == "value"]
    if len(amounts) != 1:
        return None
    free = [profile for profile in draft.profiles if profile.role is None and profile.filled]
    if len(free) > MAX_COMPARED:
        return None
    for price, paid in product(money, free):
        if paid is not price and is_product((amounts[0].cells, price.cells), paid.cells):
            price.told = "price"
            return paid
    return None

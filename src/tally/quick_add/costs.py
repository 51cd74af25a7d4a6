"""The cost of a line, from its text: `70.52€`, or a price per unit, `@1.659€`. Pure."""

from dataclasses import replace
from fractions import Fraction

from tally.domain.amounts import MAX_VALUE, grouped, plain
from tally.domain.currencies import currency_of, sign
from tally.domain.units import rounded
from tally.quick_add.line import TWO_VALUES, Days, Line
from tally.quick_add.results import Draft
from tally.quick_add.roles import Roles
from tally.quick_add.values import Amount

NO_CODE = "Write the currency by its code, such as EUR 5."
PRICE_AND_COST = "A price and a cost: keep one of them."
SEVERAL_RECORDS = "One cost for several records: write it on a day of its own, or leave it out."
PRICE_ALONE = "A price needs a value, such as 42.5l @1.659€. A cost stands without @."


def with_cost(line: Line, draft: Draft, roles: Roles, days: Days) -> Draft:
    """The record with its cost: as written, or the price of one times the value."""
    costs, prices = roles.costs, roles.prices
    for other in [*costs[1:], *prices[1:]]:
        line.trouble(other.words, TWO_VALUES)
    money = [*costs, *prices]
    if not money:
        return draft
    currency = _currency(line, money[0])
    if costs and prices:
        line.trouble(costs[0].words, PRICE_AND_COST)
    elif costs and not days.is_span and days.count > 1:
        line.trouble(costs[0].words, SEVERAL_RECORDS)
    if prices:
        _check_price(line, draft, prices[0], roles)
    pieces = Fraction(draft.consumption_value) if prices and not costs else Fraction(1)
    cost = rounded(money[0].value * pieces)
    if cost >= MAX_VALUE:
        line.trouble(money[0].words, f"Costs stay below {grouped(MAX_VALUE)}.")
    return replace(draft, cost=cost, currency="" if line.vocabulary.currency else currency)


def _currency(line: Line, amount: Amount) -> str:
    """The ISO code of an amount of money; one account has one currency."""
    written = amount.unit or ""
    account = line.vocabulary.currency
    currency = currency_of(written, account) or currency_of(sign(written), account)
    if account and currency != account:
        shown = f"{plain(rounded(amount.value))} {sign(account)}"
        line.trouble(
            amount.words,
            f"Costs are in {account} here. Write {shown}, or put it behind a semicolon.",
        )
    elif not currency:
        line.trouble(amount.words, NO_CODE)
    return currency


def _check_price(line: Line, draft: Draft, price: Amount, roles: Roles) -> None:
    """A price is one of the unit that the value is written in, and needs a value."""
    if draft.reading is not None or roles.main is None or roles.main.is_money:
        line.trouble(price.words, PRICE_ALONE)
    if draft.converted_from:
        unit = draft.converted_from.partition(" ")[2]
        message = (
            f"Is that a price for one {draft.unit} or one {unit}? Write the value in the unit"
            " of its price, or the cost without @."
        )
        line.trouble(price.words, message)

"""The cost of a line, from its text: `70.52€`, or a price per unit, `@1.659€`. Pure."""

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from tally.domain.amounts import MAX_VALUE, TIMES, decimal_mark
from tally.domain.currencies import currency_of, is_money, sign
from tally.domain.fields import COST_TOO_LARGE
from tally.domain.units import rounded
from tally.quick_add.amounts.amount import Amount, in_money
from tally.quick_add.lines.line import TWO_VALUES, Days, Line
from tally.quick_add.meanings.roles import Roles
from tally.quick_add.results import Draft

IN_CURRENCY = "Costs are in {currency} here. Write {money}, or put it behind a semicolon."
NO_CODE = "Write the currency by its code, such as EUR 5."
PRICE_AND_COST = "A price and a cost: keep one of them."
SEVERAL_RECORDS = "One cost for several records: write it on a day of its own, or leave it out."
PRICE_ALONE = "A price needs a value, such as 42.5l @1.659€. A cost stands without @."
TWO_AMOUNTS = (
    "{type} is kept in {unit}: {value} {unit}, or {cost}? Keep one of them, and put the other"
    " behind a semicolon."
)
SIGN_BETWEEN = "Write {first}, or {second}. The sign may be of either number."
CENTS_BEHIND = "{whole}, or two amounts? Write {whole}, or the number in front of the money."

# A number that may be the cents of a whole amount of money before it: `8 Euro 50`.
_CENTS = re.compile("[0-9]{2}")
_CENT_UNITS = frozenset({"", "c", "ct", "cent", "cents", "p", "pence", "centimes", "céntimos"})
_CENT_UNITS_OF = {"PLN": frozenset({"gr", "grosz", "groszy"})}


def with_cost(line: Line, draft: Draft, roles: Roles, days: Days) -> Draft:
    """The record with its cost: as written, or the price of a unit times the value."""
    costs, prices = roles.costs, roles.prices
    _ask_thousands(line, draft, roles)
    for other in [*costs[1:], *prices[1:]]:
        line.report(other.words, TWO_VALUES)
    money = [*costs, *prices]
    if not money:
        return draft
    currency = _currency(line, money[0])
    if costs and prices:
        line.report(costs[0].words, PRICE_AND_COST)
    elif costs and not days.is_span and days.count > 1:
        line.report(costs[0].words, SEVERAL_RECORDS)
    if prices:
        _check_price(line, draft, prices[0], roles)
    _check_two_amounts(line, draft, money, roles.main)
    pieces = Fraction(draft.consumption_value) if prices and not costs else Fraction(1)
    cost = rounded(money[0].value * pieces)
    if cost >= MAX_VALUE:
        line.report(money[0].words, COST_TOO_LARGE)
    return replace(
        draft,
        cost=cost,
        currency="" if line.vocabulary.currency else currency,
        remark=" ".join(filter(None, (draft.remark, money[0].remark))),
    )


def _ask_thousands(line: Line, draft: Draft, roles: Roles) -> None:
    """Have a second Enter confirm `1.200€`: no money is written so, but for 1200.

    A price is (`@1.659€`); an account that groups by the dot has a remark instead.
    """
    is_sure = decimal_mark(line.vocabulary.number_format) == "."
    main = roles.main if is_money(draft.unit, line.vocabulary.currency) else None
    for amount in filter(None, (main, *roles.costs)):
        if amount.as_decimal and not amount.remark and not is_sure:
            line.asks.append(amount.as_decimal)


def _check_two_amounts(
    line: Line, draft: Draft, money: Sequence[Amount], main: Amount | None
) -> None:
    """Report a value beside money that may be its cents or its number, or that is money itself."""
    if main is None or main.is_kept:
        return
    whole = _with_cents(money[0], main, line.vocabulary.currency)
    if whole:
        line.report([*money[0].words, *main.words], CENTS_BEHIND.format(whole=whole))
    elif _is_sign_between(money[0], main):
        sign_text = money[0].unit or ""
        first = f"{in_money(money[0].value, sign_text)} {main.written}"
        second = f"{money[0].written} {in_money(main.value, sign_text)}"
        message = SIGN_BETWEEN.format(first=first, second=second)
        line.report([*money[0].words, *main.words], message)
    elif is_money(draft.unit, line.vocabulary.currency):
        message = TWO_AMOUNTS.format(
            type=draft.consumption_type,
            unit=draft.unit,
            value=main.written,
            cost=f"{money[0].written} {money[0].unit}",
        )
        line.report(main.words, message)


def _is_sign_between(money: Amount, main: Amount) -> bool:
    """Whether the sign of `42.5 € 70.52` may be of either number; of `42.5 € x2` it is not."""
    is_apart = money.unit_word is not None and money.unit_word.index > money.number_words[-1].index
    is_number = main.words[0].text[0] not in TIMES
    is_bare = is_number and main.unit is None and not (main.attached or money.mark or main.mark)
    return is_apart and is_bare and main.words[0].index == money.words[-1].index + 1


def _with_cents(money: Amount, main: Amount, currency: str) -> str:
    """`8.50 €` for `8 Euro 50` and `€8 50`; "" if the money and the value are two things."""
    unit = main.unit_word.text.lower().rstrip(".") if main.unit_word else main.unit or ""
    cent_units = _CENT_UNITS | _CENT_UNITS_OF.get(currency, frozenset())
    is_behind = main.words[0].index == money.words[-1].index + 1
    cents = _CENTS.match(main.number_words[0].text)
    is_bare = cents is not None and unit in cent_units and not main.mark
    if not is_behind or not is_bare or money.mark or money.value.denominator != 1:
        return ""
    value = money.written
    return f"{value}.{cents[0]} {money.unit}" if cents and main.value == int(cents[0]) else ""


def _currency(line: Line, amount: Amount) -> str:
    """The ISO code of an amount of money; one account has one currency."""
    written = amount.unit or ""
    account = line.vocabulary.currency
    currency = currency_of(written, account) or currency_of(sign(written), account)
    if account and currency != account:
        money = f"{amount.mark}{in_money(amount.value, sign(account))}"
        line.report(amount.words, IN_CURRENCY.format(currency=account, money=money))
    elif not currency:
        line.report(amount.words, NO_CODE)
    return currency


def _check_price(line: Line, draft: Draft, price: Amount, roles: Roles) -> None:
    """Report a price for another unit than the value's, or without a value."""
    if draft.reading is not None or roles.main is None or roles.main.is_money:
        line.report(price.words, PRICE_ALONE)
    if draft.converted_from:
        message = (
            f"Is that a price for one {draft.unit} or one {draft.unit_written}? Write the value"
            " in the unit of its price, or the cost without @."
        )
        line.report(price.words, message)

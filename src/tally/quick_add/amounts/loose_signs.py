"""The signs × and + as words of their own, beside an amount: `3 x 0.33`, `coffee x 2`. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from tally.domain.currencies import is_money
from tally.quick_add.amounts.amount import Amount
from tally.quick_add.amounts.number_reader import SUM, begins_number
from tally.quick_add.amounts.unit_reader import UnitReader
from tally.quick_add.words.tokens import Problem, Word

LOOSE_PRICE = "Two values. For the price of one write {amount} @{money}; or keep one of them."
TWO_AMOUNTS = "Two values. Keep one of them, or use quotes."
LOOSE_TERMS = "Two values. Write {written} in one word, or keep one, or use quotes."
TIMES_APART = "Write {written} in one word, or {sign} in quotes to make it part of the type."


@dataclass(frozen=True)
class LooseSign:
    """The sentence on a sign that stands alone, and the number of its words from the sign on."""

    problem: Problem
    count: int


def loose_sign(
    words: Sequence[Word], index: int, before: Amount | None, unit_reader: UnitReader
) -> LooseSign | None:
    """The sign that stands at `index`, behind the amount `before` or in front of a number."""
    sign = words[index]
    is_times = sign.lower in ("x", "×", "*")
    if sign.is_quoted or not (is_times or sign.text == "+"):
        return None
    following = words[index + 1] if index + 1 < len(words) else None
    if following is None or not begins_number(following):
        following = None
    if before is None:
        return _in_front(sign, following) if following and is_times and index else None
    if following is not None:
        money = [
            word
            for word in words[index + 2 : index + 3]
            if is_money(unit_reader.find(word.text) or "", unit_reader.currency)
        ]
        second = "".join(word.text for word in (following, *money))
        message = _between(before, sign.text, second, unit_reader.currency)
        own = (*before.words, sign, following, *money)
        return LooseSign(Problem(own, message), 2 + len(money))
    if is_times and before.words == before.number_words and not before.attached:
        message = TIMES_APART.format(written=f"{before.words[-1].text}x", sign=sign.text)
        return LooseSign(Problem((*before.words, sign), message), 1)
    return None


def _in_front(sign: Word, number: Word) -> LooseSign:
    """`coffee x 2`."""
    message = TIMES_APART.format(written=f"x{number.text}", sign=sign.text)
    return LooseSign(Problem((sign, number), message), 2)


def _between(before: Amount, sign: str, following: str, currency: str) -> str:
    """The sentence on an amount, a sign and another amount."""
    amount = "".join(word.text for word in before.words)
    money = SUM.sub("", following, 1)
    if sign != "+" and not before.is_money and is_money(money, currency):
        return LOOSE_PRICE.format(amount=amount, money=following)
    if before.unit is None:
        return LOOSE_TERMS.format(written=f"{amount}{sign}{following}")
    # The factor without a unit goes first: `15kg x 3` is 3x15kg.
    if sign != "+" and SUM.fullmatch(following):
        return LOOSE_TERMS.format(written=f"{following}{sign}{amount}")
    return TWO_AMOUNTS

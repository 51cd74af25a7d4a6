"""Relations between the numbers of columns: products, sums, figures that only rise. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import chain, groupby, pairwise

from tally.transfer.cells.values import MARKS, ValueReader

# A product or a sum has to be right in this share of the rows.
_MIN_RIGHT = Decimal("0.8")
# The number of rows that show a running total.
_ROWS_RUNNING = 3
# A result may be off by this much, or by this share of the number shown: money and the figures of
# meters are rounded.
_ROUNDING, _SHARE = Decimal("0.02"), Decimal("0.01")

# The number of figures that distinguishes a meter from rising amounts, and the largest step as a
# share of the largest figure.
ROWS_OF_COUNTER, _STEP = 8, Decimal("0.05")
# From this many figures a day on, those that start anew tell their own day.
_ROWS_OF_DAY = 6
# From this many figures on, in smaller steps, they may be those of a meter, or amounts.
FEW_ROWS, _SMALL_STEP = 3, Decimal("0.01")


def is_product(factors: tuple[Sequence[str], Sequence[str]], products: Sequence[str]) -> bool:
    """Whether a column is the product of two others, such as litres by the price of one."""
    # A factor of 0 or 1 proves nothing.
    rows = [row for row in numbers_of(*factors, products) if not {0, 1} & set(row[:2])]
    return are_most([is_near(one * other, product) for one, other, product in rows])


def is_total(totals: Sequence[str], parts: Sequence[Sequence[str]]) -> bool:
    """Whether a column is the sum of the others."""
    rows = [row for row in numbers_of(totals, *parts) if row[0]]
    return are_most([is_near(sum(others, Decimal(0)), total) for total, *others in rows])


def is_running_total(totals: Sequence[str], amounts: Sequence[str]) -> bool:
    """Whether a column is the running sum of another one, in either direction of the rows."""
    rows = numbers_of(amounts, totals)
    return len(rows) >= _ROWS_RUNNING and any(
        all(
            is_near(before + amount, total) and amount
            for (_, before), (amount, total) in pairwise(ordered)
        )
        and is_near(*ordered[0])
        for ordered in (rows, rows[::-1])
    )


def is_multiple(multiples: Sequence[str], numbers: Sequence[str]) -> bool:
    """Whether a column is a constant multiple of another one, such as kW beside kWh."""
    rows = [row for row in numbers_of(multiples, numbers) if all(row)]
    if len({number for _, number in rows}) < FEW_ROWS:
        return False
    multiple, number = max(rows, key=lambda row: abs(row[1]))
    times = multiple / number
    return are_most([abs(other - one * times) <= abs(other) * _STEP for other, one in rows])


def is_difference(
    used: Sequence[str], before: Sequence[str], after: Sequence[str], *, is_exact: bool
) -> bool:
    """Whether a column is the difference of two figures of a meter, none of which is zero.

    `is_exact`: figures are rounded by less than one of their last decimal, of which whole ones have
    none; else it may be counted in another unit than they are.
    """
    rows = numbers_of(used, before, after)
    decimals = max((_decimals(figure) for row in rows for figure in row[1:]), default=0)
    rounding = Decimal(1).scaleb(-decimals)
    return all(row[1] > 0 for row in rows) and are_most(
        [
            is_near(end - start, amount) or abs(end - start - amount) < rounding
            if is_exact
            else is_near(start + amount, end)
            for amount, start, end in rows
        ]
    )


def _decimals(number: Decimal) -> int:
    """The number of decimals of a number, 0 or more."""
    return max(0, -int(number.normalize().as_tuple().exponent))


def are_steps(meters: Iterable[tuple[Sequence[str], Sequence[str]]], least: int) -> bool:
    """Whether amounts are the steps of a meter from the row before, or to the next one.

    `meters`: the cells of the amounts and of the figures, of each meter; `least`: the least number
    of rows in which it moved, and of those whose amounts say so.
    """
    rows = [numbers_of(*meter) for meter in meters]
    decimals = (min(map(_decimals, row)) for row in chain(*rows))
    rounding = min(_ROUNDING, 2 * Decimal(1).scaleb(-max(decimals, default=0)))
    pairs = [pair for meter in rows for pair in pairwise(meter)]
    steps = [(abs(later[1] - earlier[1]), earlier[0], later[0]) for earlier, later in pairs]
    return any(
        sum(bool(row[0] and row[place]) for row in steps) >= least
        and are_most([_is_step(row[0], row[place], rounding) for row in steps])
        for place in (1, 2)
    )


def _is_step(step: Decimal, amount: Decimal, rounding: Decimal) -> bool:
    """Whether a meter moved by an amount, except for its rounding."""
    return abs(step - amount) <= max(rounding, abs(amount) * _SHARE)


def are_before(meters: Iterable[tuple[Sequence[str], Sequence[str]]]) -> bool:
    """Whether figures are those that a meter showed at the end of the row before.

    `meters`: the cells of the figures before and after, of each meter. It has to have moved between
    two rows at least.
    """
    rows = [numbers_of(*meter) for meter in meters]
    pairs = [pair for meter in rows for pair in pairwise(meter)]
    return all(before <= after for before, after in chain(*rows)) and any(
        any(end != start for start, end in (one for one, _ in links))
        and are_most([one[1] == other[0] for one, other in links])
        for links in (pairs, [pair[::-1] for pair in pairs])
    )


def is_counter(cells: Sequence[str], least: int = ROWS_OF_COUNTER) -> bool:
    """Whether a column is the figures of a meter: it runs one way, mostly moves, in small steps.

    Fewer than `least` rows do not decide: amounts may rise by chance.
    """
    numbers = [row[0] for row in numbers_of(cells)]
    if len(numbers) < least or not runs_one_way(cells):
        return False
    steps = [abs(later - earlier) for earlier, later in pairwise(numbers)]
    return sum(map(bool, steps)) * 2 >= len(steps) and max(steps) <= max(numbers) * _STEP


def leaps(cells: Sequence[str]) -> bool:
    """Whether one step between figures is more than half of the largest of them."""
    numbers = [row[0] for row in numbers_of(cells)]
    steps = (abs(later - earlier) for earlier, later in pairwise(numbers))
    return max(steps, default=Decimal(0)) * 2 > max(numbers, default=Decimal(0))


def may_be_counter(cells: Sequence[str]) -> bool:
    """Whether a few figures may be those of a meter: each is a little more than the one before.

    A meter that mostly stands still has few different ones in many rows. Amounts rise by chance.
    """
    numbers = [number for number, _ in groupby(row[0] for row in numbers_of(cells))]
    if len(numbers) < FEW_ROWS or not runs_one_way(cells):
        return False
    steps = [abs(later - earlier) for earlier, later in pairwise(numbers)]
    return max(steps) <= max(numbers) * _SMALL_STEP


def starts_anew(cells: Sequence[str], days: Sequence[str]) -> bool:
    """Whether figures run one way on each of several days, mostly move, and start anew with each.

    Those of a single day may do so on the next one. `days`: that of each figure; a few figures do
    not tell. Many a day do wherever their own day begins: with the figure behind midnight, or at
    the midnight of another time zone.
    """
    figures = [row[0] for row in numbers_of(cells)]
    count = len(set(days))
    pairs = list(pairwise(figures))
    of_day = [
        pair for pair, (one, other) in zip(pairs, pairwise(days), strict=False) if one == other
    ]
    ways = [(of_day, 0)]
    if len(figures) >= (count - 1) * _ROWS_OF_DAY:
        ways.append((pairs, count))
    return runs_one_way(cells) == (count == 1) and any(
        _start_anew(own, most, sign) for own, most in ways for sign in (1, -1)
    )


def _start_anew(pairs: Sequence[tuple[Decimal, Decimal]], most: int, sign: int) -> bool:
    """Whether figures mostly move on, and fall by half and more, no more often than so."""
    steps = [(later - earlier) * sign for earlier, later in pairs]
    kept = [step for step in steps if step >= 0]
    falls = [sorted(pair) for pair, step in zip(pairs, steps, strict=True) if step < 0]
    return (
        len(falls) <= most
        and (not falls or are_most([low * 2 <= high for low, high in falls]))
        and len(kept) >= ROWS_OF_COUNTER
        and sum(map(bool, kept)) * 2 >= len(kept)
    )


def runs_one_way(cells: Sequence[str]) -> bool:
    """Whether the numbers of a column never fall, or never rise."""
    numbers = [row[0] for row in numbers_of(cells)]
    steps = [later - earlier for earlier, later in pairwise(numbers)]
    return bool(steps) and (min(steps) >= 0 or max(steps) <= 0)


def keeps_moving(cells: Sequence[str], least: int) -> bool:
    """Whether a column never falls, or never rises, over at least so many different numbers."""
    return runs_one_way(cells) and len({row[0] for row in numbers_of(cells)}) >= least


def numbers_of(*columns: Sequence[str]) -> list[tuple[Decimal, ...]]:
    """The rows in which each column has a number; none if no single decimal mark fits them all.

    A number with both marks, such as `1.234,5`, decides the one of all.
    """
    both = [cell for column in columns for cell in column if all(mark in cell for mark in MARKS)]
    told = {max(MARKS, key=cell.rfind) for cell in both}
    for mark in told or MARKS:
        reader = ValueReader(mark)
        try:
            amounts = [[reader.read(cell) for cell in column] for column in columns]
        except ValueError:
            continue
        return [
            tuple(amount.value for amount in row if amount is not None)
            for row in zip(*amounts, strict=True)
            if None not in row
        ]
    return []


def is_near(result: Decimal, shown: Decimal) -> bool:
    """Whether a number is a result, except for its rounding."""
    return abs(result - shown) <= max(_ROUNDING, abs(shown) * _SHARE)


def are_most(right: Sequence[bool]) -> bool:
    """Whether enough of the rows are right."""
    return bool(right) and sum(right) >= len(right) * _MIN_RIGHT

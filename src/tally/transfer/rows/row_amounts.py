"""The amounts in the cells of a table, and their costs. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from tally.domain import amounts
from tally.domain.amounts import MAX_VALUE, plain
from tally.domain.fields import COST_TOO_LARGE
from tally.transfer.cells.values import NO, YES, CellAmount, as_kept, is_mark, is_nothing
from tally.transfer.plans.amount_names import ENERGY
from tally.transfer.plans.plan import Plan
from tally.transfer.rows.entries import Counts
from tally.transfer.rows.spellings import Spelling, Spellings
from tally.transfer.tables.currency_names import same_currency
from tally.transfer.tables.table_rows import cell_at

BELOW_ZERO = "A meter shows 0 or more."

# The most different amounts of a file that are cached.
_CACHED = 8192


class MeasuredAmount(NamedTuple):
    """An amount as its cell holds it.

    `kept`: the value of its record, None if it is left out; `text`: the same in the key of an
    entry.
    """

    amount: CellAmount
    kept: Decimal | None
    text: str
    unit: Spelling


class RowAmounts:
    """Reads the amounts and costs of the rows of a plan; `counts` are kept on the way."""

    def __init__(self, plan: Plan, spellings: Spellings, counts: Counts) -> None:
        self._plan = plan
        self._counts = counts
        self._unit_of = spellings.unit_of
        self._values = plan.values()
        # A number of a workbook is read another way than a text with the same characters.
        self.measured = lru_cache(_CACHED, typed=True)(self._measure)
        places = plan.columns.amount_places
        self._factors = {place: plan.names.factor_of(plan.columns[place]) for place in places}
        self._usual_units = {place: plan.names.unit_of(plan.columns[place]) for place in places}
        self._marks = {
            place: all(
                is_mark(cell) or is_nothing(cell)
                for row in plan.first_rows
                for cell in row[place : place + 1]
            )
            for place in places
        }
        self._cost, self._price = plan.columns.place("cost"), plan.columns.place("price")
        self._are_several = len(plan.columns.amounts) > 1
        self.have_costs = self._cost is not None or self._price is not None
        self._currency, self._currencies_place = plan.money.currency, plan.money.currencies_place
        self._money = plan.money.column.currency if plan.money.column else ""

    def number(self, text: str) -> Decimal | None:
        """The number in a text; None where nothing was measured. Raises ValueError."""
        amount = self._values.read(text)
        return None if amount is None else amount.value

    def _measure(
        self, text: str, place: int, unit_text: str, is_reversed: bool = False
    ) -> MeasuredAmount | None:
        """The amount in a cell of a column; None where nothing was measured."""
        amount = self._amount(text, place, unit_text)
        if amount is None:
            return None
        if is_reversed:
            amount = amount._replace(value=-amount.value)
        unit = self._unit_of(amount.unit or unit_text)
        if self._plan.columns[place].role == "reading":
            if amount.value < 0:
                raise ValueError(BELOW_ZERO)
            return MeasuredAmount(amount, amount.value, f"reading {plain(amount.value)}", unit)
        kept = self._signed(amount.value)
        return MeasuredAmount(amount, kept, "" if kept is None else plain(kept), unit)

    def _amount(self, text: str, place: int, unit: str) -> CellAmount | None:
        if self._marks[place]:
            mark = text.strip().casefold()
            if mark in YES:
                return CellAmount(Decimal(1))
            if mark in NO:
                return None
        known = self._unit_of(unit).text if unit else ""
        amount = self._values.read(text, known)
        if self._plan.notation.mark is None and not self._counts.dotted:
            self._counts.dotted = amounts.remark(text, self._plan.reader.number_format)
        if amount is None:
            return None
        factor, own = self._factors[place], amount.unit or unit
        if own and own != self._usual_units[place]:
            factor, own = self._in_own_unit(place, own)
            amount = amount._replace(unit=own)
        if factor != 1:
            amount = amount._replace(value=as_kept(amount.value * factor).value)
        return amount

    def _in_own_unit(self, place: int, unit: str) -> tuple[Decimal, str]:
        """The factor of an amount with a unit of its own, and the unit that it gets."""
        column, names = self._plan.columns[place], self._plan.names
        factor = names.plain_factor_of(column)
        energy = None if column.role == "reading" else names.energy_in(column, unit)
        if energy is None:
            return factor, unit
        self._counts.power = unit
        return factor * energy, ENERGY

    def _signed(self, value: Decimal) -> Decimal | None:
        """The amount as it is stored; None if it is left out."""
        match self._plan.negative:
            case "flip":
                return -value if value <= 0 else None
            case "split":
                return abs(value)
            case _:
                return value if value >= 0 else None

    def cost(self, cells: Sequence[str], amount: Decimal, *, is_reading: bool) -> Decimal | None:
        """The cost of a row; None without one, in another currency, or for a returned amount.

        `amount`: as it is in the file; a price of a unit is multiplied by it, but not by the figure
        of a reading. Money that is paid back is no cost. Raises ValueError.
        """
        text = cell_at(cells, self._cost)
        per_unit = cell_at(cells, self._price) if not text and not is_reading else ""
        money = self._values.read(text or per_unit)
        if money is None:
            return None
        if self._is_foreign(cells, money.unit):
            self._counts.foreign += 1
            return None
        cost = money.value if text else money.value * amount
        if amount < 0:
            if cost and self._plan.negative == "split":
                self._counts.paid_back += 1
                return None
            cost = abs(cost)
        if cost < 0 and self._are_several:
            # More was paid for what was returned than for what was used beside it.
            self._counts.paid_back += 1
            return None
        if cost < 0:
            raise ValueError("A cost is 0 or more.")
        if cost >= MAX_VALUE:
            raise ValueError(COST_TOO_LARGE)
        self._counts.costs += 1
        return as_kept(cost).value

    def _is_foreign(self, cells: Sequence[str], unit: str) -> bool:
        """Whether the money of a row is in another currency than costs are.

        A sign beside the amount takes precedence over the row's own column of currencies, and that
        over the heading.
        """
        written = unit.partition("/")[0]
        place = self._currencies_place
        if not written and place is not None and place < len(cells):
            written = cells[place].strip()
        written = written or self._money
        return written != "" and not same_currency(written, self._currency)

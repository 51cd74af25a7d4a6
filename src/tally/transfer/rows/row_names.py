"""The type and the unit of each amount in a row, by its cells or by the plan. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from tally.domain.text import fold
from tally.transfer.plans.plan import Plan
from tally.transfer.tables.currency_names import same_currency
from tally.transfer.tables.table_rows import cell_at


class RowNames:
    """Reads the types and units of the rows of a plan, as they are written.

    `usual_units`: of the amount at each place, where no cell names one.
    """

    def __init__(self, plan: Plan) -> None:
        columns, names = plan.columns, plan.names
        amounts = columns.amount_places
        self._usual_types = {place: names.type_of(columns[place]) for place in amounts}
        self.usual_units = {place: names.unit_of(columns[place]) for place in amounts}
        self._type_place, self._unit_place = columns.place("type"), columns.place("unit")
        self._meter_places = columns.places("meter")
        self._usual_money = plan.money.currency_of_amounts
        self._unitless = plan.reader.unitless

    def type_in(self, cells: Sequence[str], place: int) -> str:
        """The type of an amount, with the number of its meter; "" if nothing names it.

        Several columns may tell meters apart: their numbers, their directions and their registers.
        """
        name = cell_at(cells, self._type_place) or self._usual_types[place]
        if not name or not self._meter_places:
            return name
        behind = (cell_at(cells, meter) for meter in self._meter_places)
        return " ".join(filter(None, (name, *behind)))

    def unit_in(self, cells: Sequence[str], place: int, name: str) -> str:
        """The unit of the amount at a place, of the type with this name."""
        return self._written(cells, name) or self.usual_units[place]

    def _written(self, cells: Sequence[str], name: str) -> str:
        """The unit in the cells of a row, as it is written; "" for none.

        The usual currency is no unit for a type that the account keeps without one, so that a file
        imported before currencies were read still matches its records.
        """
        written = cell_at(cells, self._unit_place)
        if written in ("-", "–"):
            return ""
        is_usual = self._usual_money and same_currency(written, self._usual_money)
        return "" if is_usual and fold(name) in self._unitless else written

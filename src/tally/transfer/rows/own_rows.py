"""The rows of files that Tally wrote, or in its columns: they keep their ids and times. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

from tally.domain.fields import check_span, read_days, read_id, read_meter
from tally.domain.text import quoted
from tally.transfer.cells.values import is_nothing
from tally.transfer.plans.plan import Plan
from tally.transfer.rows.entries import RowEntry, RowProblem, refused
from tally.transfer.rows.row_amounts import BELOW_ZERO
from tally.transfer.rows.row_days import CoveredDays
from tally.transfer.rows.row_parser import RowParser
from tally.transfer.tables.table_rows import Cells, cell_at

_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?", re.ASCII
)


class OwnRowParser(RowParser):
    """Reads files that Tally wrote: ids and times are kept, texts are read as the forms do.

    The ids and times of another program's file with the same columns are ignored.
    """

    def __init__(self, plan: Plan, types: Mapping[str, str]) -> None:
        super().__init__(plan, types)
        self._at = {name: place for place, name in enumerate(plan.table.header)}

    def _row(self, row: Cells) -> Iterator[RowEntry | RowProblem]:
        return super()._row(self._with_value(row))

    def _with_value(self, row: Cells) -> Cells:
        """The row with a value if it has only a reading, which is enough."""
        place = self._at["consumption_value"]
        has_value = not is_nothing(cell_at(row.cells, place))
        if has_value or is_nothing(cell_at(row.cells, self._at.get("reading"))):
            return row
        cells = [*row.cells, *[""] * (place + 1 - len(row.cells))]
        cells[place] = "0"
        return row._replace(cells=cells)

    def _entry(
        self, row: Cells, place: int, text: str, span: CoveredDays | None
    ) -> RowEntry | RowProblem | None:
        entry = super()._entry(row, place, text, span)
        if not isinstance(entry, RowEntry):
            return entry
        try:
            return self._own(row, entry)
        except ValueError as error:
            return refused(row, str(error))

    def _own(self, row: Cells, entry: RowEntry) -> RowEntry:
        def cell(name: str) -> str:
            return cell_at(row.cells, self._at.get(name))

        record_id, moment = self._id(cell("id")), self._moment(cell("created_at"))
        figure = self._amounts.number(cell("reading"))
        days = read_days(cell("days")) if cell("days") and figure is None else entry.days
        check_span(entry.day, days)
        if figure is not None and figure < 0:
            raise ValueError(BELOW_ZERO)
        if cell("meter") and figure is None:
            raise ValueError("A meter has a number only where there is a reading.")
        meter = read_meter(cell("meter")) if cell("meter") else None
        return entry._replace(
            record_id=record_id,
            created_at=moment,
            days=days,
            reading=figure,
            meter=meter,
        )

    def _id(self, text: str) -> UUID | None:
        record_id = read_id(text) if text else None
        if text and record_id is None and self.plan.table.own:
            raise ValueError(f"{quoted(text)} is not an id of Tally's. Leave the id empty.")
        return record_id

    def _moment(self, text: str) -> datetime | None:
        try:
            return self._created(text)
        except ValueError:
            if self.plan.table.own:
                raise
            return None

    def _created(self, text: str) -> datetime | None:
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text) if _MOMENT.fullmatch(text) else None
            if moment is not None and 1900 <= moment.year < 9999:
                moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
            else:
                moment = None
        except ValueError:
            moment = None
        if moment is None:
            raise ValueError("Write created_at as 2026-10-05T18:30:00Z, or leave it empty.")
        if moment.date() > self.plan.reader.today + timedelta(days=1):
            raise ValueError("created_at reaches to tomorrow. Leave it empty for now.")
        return moment


def parser_of(plan: Plan, types: Mapping[str, str]) -> RowParser:
    """The parser for a plan."""
    return OwnRowParser(plan, types) if plan.table.named else RowParser(plan, types)

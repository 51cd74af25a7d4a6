"""The rows of a table as entries (amounts that will be records) or problems. Pure.

Here a row is read by itself; arrange.py does the work that needs other rows as well, such as daily
sums or the order of readings.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice

from tally.domain.fields import read_notes
from tally.domain.text import is_storable
from tally.transfer.cells.values import CellAmount, is_more_than_zero, is_nothing, looks_like_amount
from tally.transfer.faults import UnreadableFile
from tally.transfer.files.sources import MAX_ROWS, TOO_MANY_ROWS
from tally.transfer.plans.plan import Plan
from tally.transfer.rows.entries import Counts, ReadingSeries, RowEntry, RowProblem, refused
from tally.transfer.rows.questions import question_of
from tally.transfer.rows.row_amounts import RowAmounts
from tally.transfer.rows.row_days import CoveredDays, RowDays
from tally.transfer.rows.row_names import RowNames
from tally.transfer.rows.spellings import Spellings
from tally.transfer.tables.table_rows import Cells, cell_at, is_sum_row

# The name of a type for amounts below zero, in which this stands for their former type.
EACH_TYPE = "…"
RETURNED = f"{EACH_TYPE} returned"
ODD_CHARACTER = (
    "A character in this line cannot be read. Choose another encoding, or save the file as UTF-8."
)
ASK_TYPE = "Write what it is, such as coffee, or say the type of all rows."
ASK_WAY = "Write which way this went, such as Debit or Credit, in the column that says so."
BOTH = (
    "This row has an amount and a reading of {}, and both would be counted. Empty one of the two, "
    "or leave one of the columns out."
)
_TAGS = re.compile(r"[\s,;|]+")


class RowParser:
    """Reads the rows of a plan. `types`: folded → as the account spells it."""

    def __init__(self, plan: Plan, types: Mapping[str, str]) -> None:
        self.plan = plan
        self.counts = Counts()
        spellings = Spellings(plan, types, self.counts)
        self._type_of = spellings.type_of
        self._days = RowDays(plan)
        self._amounts = RowAmounts(plan, spellings, self.counts)
        self._amount_places = plan.columns.amount_places
        self._names = RowNames(plan)
        self._type_place = plan.columns.place("type")
        self._notes_place, self._tag_place = plan.columns.place("notes"), plan.columns.place("tag")
        self._has_notes = self._notes_place is not None or self._tag_place is not None
        self._sums = plan.rows.sums
        amounts = plan.columns.amounts
        ways = [column.way for column in amounts if column.way is not None]
        self._has_ways = plan.columns.have("direction") or any(
            way.comes_in or way.is_negated for way in ways
        )
        # What came in and what went out have a column each: one of the two counts.
        self._are_ways = len(ways) == len(amounts) == 2
        # A row may have an amount and a reading of one type: one of the two counts.
        self._may_have_both = len({column.role for column in amounts}) > 1
        # Each row fills one column of a pair: the empty one is no gap.
        self._fills_one = plan.columns.fill_one or (
            len(amounts) == 2
            and self._type_place is not None
            and (self._may_have_both or self._has_ways)
        )
        # The sum of the amounts read so far in each column, and their number.
        self._totals: defaultdict[int, Decimal] = defaultdict(Decimal)
        self._added: defaultdict[int, int] = defaultdict(int)
        self._question = question_of(plan)

    def read(self, most: int | None = None) -> Iterator[RowEntry | RowProblem]:
        """The entries and problems of all rows of the table, or of the first `most`.

        Raises UnreadableFile.
        """
        counts = self.counts
        for row in islice(self.plan.lines(), most):
            counts.rows += 1
            if counts.rows > MAX_ROWS:
                raise UnreadableFile(TOO_MANY_ROWS)
            for entry in self._row(row):
                if isinstance(entry, RowEntry):
                    counts.see(entry)
                yield entry

    def _row(self, row: Cells) -> Iterator[RowEntry | RowProblem]:
        cells = row.cells
        if row.fault:
            yield refused(row, row.fault)
            return
        width = len(self.plan.columns)
        if (
            len(cells) > width
            and any(cell.strip() for cell in cells[width:])
            and self.plan.table.layout != "dates across"
        ):
            yield refused(row, f"This line has {len(cells)} cells, the table has {width} columns.")
            return
        if self._question is not None:
            yield refused(row, self._question.sentence, self._question.asks)
            return
        if row.number in self.plan.rows.periods.sums:
            self._leave_out(cells)
            return
        try:
            span = self._days.of(row)
        except ValueError as error:
            if not self._is_no_row(cells):
                yield refused(row, str(error), getattr(error, "asks", ""))
            return
        entries = self._entries(row, span)
        yield from _one_each(row, list(entries)) if self._may_have_both else entries

    def _entries(self, row: Cells, span: CoveredDays | None) -> Iterator[RowEntry | RowProblem]:
        """The entries and problems of the amounts of a row."""
        cells = row.cells
        is_odd = not is_storable("".join(cells))
        empty = sum(is_nothing(cell_at(cells, place)) for place in self._amount_places)
        if self._fills_one:
            empty = empty == len(self._amount_places)
        self.counts.nothing += empty
        for place in self._ways_gone(cells):
            text = cells[place] if place < len(cells) else ""
            if is_nothing(text):
                continue
            if is_odd:
                yield refused(row, ODD_CHARACTER)
            else:
                entry = self._entry(row, place, text, span)
                if entry is not None:
                    yield entry

    def _ways_gone(self, cells: Sequence[str]) -> Sequence[int]:
        """The places of the amounts: of two ways only the one that counts; the other may hold 0."""
        if not self._are_ways:
            return self._amount_places
        gone = [place for place in self._amount_places if is_more_than_zero(cell_at(cells, place))]
        return gone or self._amount_places

    def _is_no_row(self, cells: Sequence[str]) -> bool:
        """Whether a line without a day is a sum or a text, so that nothing is missing."""
        amounts = [
            place
            for place in self._amount_places
            if looks_like_amount(text := cell_at(cells, place)) and text
        ]
        is_alone = sum(bool(cell.strip()) for cell in cells) == 1
        if is_sum_row(cells) or (is_alone and amounts and self._is_total(cells, amounts[0])):
            self._leave_out(cells)
            return True
        if is_alone and not amounts:
            self.counts.texts += 1
        return not amounts and (is_alone or not self._days.text_of(cells))

    def _is_total(self, cells: Sequence[str], place: int) -> bool:
        """Whether an amount is the sum of those above it in its column."""
        try:
            measured = self._amounts.measured(cells[place], place, self._names.usual_units[place])
        except ValueError:
            return False
        return measured is not None and measured.amount.value == self._totals[place]

    def _is_dated_sum(self, cells: Sequence[str], place: int, amount: Decimal) -> bool:
        """Whether a row with a day is the sum of several above it, as a word of it says.

        Types that are sums are found by all their rows, and Tally's own rows are no sums.
        """
        if not amount or amount != self._totals[place] or self._added[place] < 2:
            return False
        others = (cell for at, cell in enumerate(cells) if at != self._type_place)
        return not self.plan.table.named and is_sum_row([*others])

    def _leave_out(self, cells: Sequence[str]) -> None:
        """Count the amounts of a row that is a sum of others."""
        self.counts.left_out += sum(
            not is_nothing(cells[place]) for place in self._amount_places if place < len(cells)
        )

    def _entry(
        self, row: Cells, place: int, text: str, span: CoveredDays | None
    ) -> RowEntry | RowProblem | None:
        """The entry of an amount, or its problem; None if it is left out.

        `span`: the days of the row; None if each column has its own.
        """
        if self._sums and cell_at(row.cells, self._type_place) in self._sums:
            self.counts.left_out += 1
            return None
        try:
            return self._read(row, text, place, self._days.of_amount(row.cells, place, span))
        except ValueError as error:
            return refused(row, str(error), getattr(error, "asks", ""))

    def _read(
        self, row: Cells, text: str, place: int, span: CoveredDays
    ) -> RowEntry | RowProblem | None:
        """The same, of an amount on these days. Raises ValueError with a sentence, Ambiguous."""
        cells = row.cells
        name = self._names.type_in(cells, place)
        if not name:
            return refused(row, ASK_TYPE, "type")
        is_reading = self.plan.columns[place].role == "reading"
        is_reversed = self._has_ways and not is_reading and self.plan.is_reversed(cells, place)
        if is_reversed is None:
            return refused(row, ASK_WAY)
        unit_text = self._names.unit_in(cells, place, name)
        measured = self._amounts.measured(text, place, unit_text, is_reversed)
        if measured is None:
            self.counts.nothing += 1
            return None
        amount, value, unit = measured.amount, measured.kept, measured.unit
        if not is_reading and self._is_dated_sum(cells, place, amount.value):
            self.counts.left_out += 1
            return None
        self._totals[place] += amount.value
        self._added[place] += 1
        self.counts.rounded += amount.rounded
        kind = self._type_of(name)
        if not is_reading:
            self._count_sign(amount, kind.text)
            if amount.value < 0 and self.plan.negative == "split":
                kind = self._type_of(self._returned(kind.text))
        if value is None:
            self.counts.left_out += 1
            return None
        notes = self._notes(cells) if self._has_notes else ""
        has_cost = self._amounts.have_costs and place == self._first_amount(cells)
        return RowEntry(
            row.number,
            span.last,
            span.days,
            span.second,
            kind.text,
            unit.text,
            value,
            notes,
            self._amounts.cost(cells, amount.value, is_reading=is_reading) if has_cost else None,
            value if is_reading else None,
            ReadingSeries(kind.folded, unit.folded),
            (*span.key, span.time, kind.folded, unit.folded, measured.text, notes),
        )

    def _first_amount(self, cells: Sequence[str]) -> int | None:
        """The place of the first amount of a row, which gets the cost of the row."""
        filled = (place for place in self._amount_places if not is_nothing(cell_at(cells, place)))
        return next(filled, None)

    def _count_sign(self, amount: CellAmount, consumption_type: str) -> None:
        if amount.value < 0:
            counts = self.counts
            counts.negative += 1
            counts.first_negative = counts.first_negative or amount.value
            # A single type is named, several are not.
            if len(counts.negative_types) < 2:
                counts.negative_types.add(consumption_type)

    def _returned(self, name: str) -> str:
        return (self.plan.choices.returned or RETURNED).replace(EACH_TYPE, name)

    def _notes(self, cells: Sequence[str]) -> str:
        notes = cell_at(cells, self._notes_place)
        tags = cell_at(cells, self._tag_place)
        if tags:
            marked = ("#" + tag.lstrip("#") for tag in _TAGS.split(tags) if tag.strip("#"))
            notes = " ".join(filter(None, (notes, *marked)))
        return read_notes(notes) if notes else ""


def _one_each(
    row: Cells, entries: Sequence[RowEntry | RowProblem]
) -> Iterator[RowEntry | RowProblem]:
    """The entries of a row; of an amount and a reading of one type and unit the one above zero.

    Otherwise both would count, though the reading includes the amount.
    """
    kept = [entry for entry in entries if isinstance(entry, RowEntry)]
    series = {
        is_reading: {
            (entry.consumption_type, entry.unit): entry
            for entry in kept
            if (entry.reading is not None) == is_reading
        }
        for is_reading in (False, True)
    }
    for key in series[False].keys() & series[True].keys():
        amount, reading = series[False][key], series[True][key]
        if bool(amount.value) == bool(reading.value):
            yield refused(row, BOTH.format(amount.consumption_type))
            return
        cost = amount.cost if reading.cost is None else reading.cost
        one, other = (amount, reading) if amount.value else (reading, amount)
        entries = [
            entry._replace(cost=cost) if entry is one else entry
            for entry in entries
            if entry is not other
        ]
    yield from entries

"""The remarks on how a file was read, as sentences for its reader."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import islice

from tally.domain import currencies
from tally.domain.amounts import plain
from tally.domain.formatting import Formatter, in_unit, kept_in_unit
from tally.domain.keys import Key, folded
from tally.domain.records import last_use
from tally.domain.text import fold
from tally.domain.units import MAX_DECIMALS
from tally.transfer.cells.dates import shape_of
from tally.transfer.cells.values import is_nothing
from tally.transfer.imports import Imported
from tally.transfer.merging.report import Report, SpansTold
from tally.transfer.plans.plan import Plan
from tally.transfer.rows.entries import Counts
from tally.transfer.tables.columns import Column
from tally.transfer.tables.date_columns import has_other_days
from tally.transfer.tables.heading_roles import AMOUNTS, SAYS
from tally.transfer.tables.meter_numbers import DATES
from tally.transfer.tables.table_rows import cell_at
from tally.transfer.writers import COLUMNS

# The most remarks of one kind, and the most names in one remark.
MAX_TOLD = 5
# A heading of at least this weight names nothing but a number of something, as does `Odometer`.
_WHOLLY = 0.9
UNKNOWN_ZONE = "This Tally does not know your time zone, {}: days are those of UTC."


def remarks_of(imported: Imported, formatter: Formatter) -> list[str]:
    """The remarks on how a file was read, each once; none where it could not be read."""
    plan, counts = imported.plan, imported.counts
    if plan is None:
        return []
    return [
        *_of_zone(imported),
        *_of_no_rows(plan),
        *_of_tables(plan),
        *_of_cells(counts, formatter),
        *_of_ids(plan),
        *_of_sums(imported.report, plan, formatter),
        *_of_spans(imported.report, formatter),
        *_of_spellings(counts),
        *islice(_of_units(plan), MAX_TOLD),
        *_of_multiples(plan),
        *_of_percentages(plan),
        *islice(_of_other_units(imported, plan), MAX_TOLD),
        *islice(_of_meters(imported, plan), MAX_TOLD),
        *_of_periods(plan, formatter),
        *_of_own_columns(plan),
        *_of_ways(plan),
        *_of_numbers_left_out(plan),
        *_of_days_left_out(plan),
        *_of_marks(plan),
        *_of_figures(plan),
        *_of_money(imported, plan, formatter),
        *_of_power(counts, plan, formatter),
    ]


def _of_zone(imported: Imported) -> Iterator[str]:
    """The remark on a time zone that this machine does not know."""
    if imported.lost_zone:
        yield UNKNOWN_ZONE.format(imported.lost_zone)


def _of_no_rows(plan: Plan) -> Iterator[str]:
    """The remark on a file that ends with its heading."""
    if not plan.rows.count:
        yield "There is no row below the heading: there is nothing to import."


def _of_tables(plan: Plan) -> Iterator[str]:
    """The remark on further tables of the file, where nobody said which one to read."""
    others = [name for name in plan.table.names if name != plan.table.name]
    if others and not plan.choices.table:
        yield f"Only “{plan.table.name}” is read, not {_some(others)}."


def _of_cells(counts: Counts, formatter: Formatter) -> Iterator[str]:
    """The remarks on numbers with dots, on lines of text, and on rounded values."""
    if counts.dotted:
        yield counts.dotted
    if counts.texts:
        yield f"{formatter.count(counts.texts, 'line')} of text without a record left out."
    if counts.rounded:
        yield f"{formatter.count(counts.rounded, 'value')} rounded to {MAX_DECIMALS} decimals."


def _of_ids(plan: Plan) -> Iterator[str]:
    """The remark on rows with ids of their own, which daily sums leave as they are."""
    place = plan.table.header.index("id") if "id" in plan.table.header else None
    has_ids = plan.table.named and any(cell_at(row, place) for row in plan.first_rows)
    if plan.choices.daily and has_ids:
        yield "Rows that have an id stay records of their own: they are not summed."


def _of_sums(report: Report, plan: Plan, formatter: Formatter) -> Iterator[str]:
    """The remark on records of earlier files that count beside new sums, or sums beside rows."""
    if report.beside:
        are = "is" if report.beside == 1 else "are"
        these = "sums" if plan.choices.daily else "rows"
        yield (
            f"{formatter.count(report.beside, 'record')} of an earlier file {are} of the types and"
            f" days of these {these}, and both would count. “One value for a type and day: the file"
            " wins” replaces what was there."
        )


def _of_spans(report: Report, formatter: Formatter) -> Iterator[str]:
    """The remarks on new records that hold the days of stored ones, or lie within them."""
    holding, within = report.holding, report.within
    if holding.rows:
        hold = "holds" if holding.rows == 1 else "hold"
        yield (
            f"{formatter.count(holding.rows, 'record')} {hold} the days of others that are there "
            f"already, {_origin(holding)}, and both count."
        )
    if within.rows:
        lie = "lies" if within.rows == 1 else "lie"
        yield (
            f"{formatter.count(within.rows, 'record')} {lie} within the days of others that are"
            f" there already, {_origin(within)}, and both count."
        )


def _origin(told: SpansTold) -> str:
    """Where stored records come from."""
    if not told.of_files:
        return "noted by hand"
    return "from an earlier file or noted by hand" if told.of_none else "from an earlier file"


def _of_spellings(counts: Counts) -> Iterator[str]:
    """The remarks on units and types that the file spells in another way than the account."""
    for written, known in islice(counts.units.items(), MAX_TOLD):
        yield f"“{written}” is read as “{known}”."
    for written, known in islice(counts.spellings.items(), MAX_TOLD):
        yield f"“{written}” is your type “{known}”."


def _of_units(plan: Plan) -> Iterator[str]:
    """The remarks on words in headings that may be units and are not read as any."""
    if plan.columns.have("unit"):
        return
    for column in plan.columns.amounts:
        if column.heading.aside and not plan.names.unit_of(column):
            yield f"“{column.heading.aside}” in “{column.heading.text}” is not read as a unit."


def _of_multiples(plan: Plan) -> Iterator[str]:
    """The remark on amounts whose headings have a multiple of their unit."""
    for column in plan.columns.amounts[:MAX_TOLD]:
        times = plan.names.times_of(column)
        if times != 1:
            yield f"“{column.heading.text}”: each amount is {times} times the figure."


def _of_percentages(plan: Plan) -> Iterator[str]:
    """The remarks on percentages that may be shares of one, beside amounts in other units."""
    if plan.share is None or plan.choices.factor is not None or "factor" in plan.asks:
        return
    yield (
        f"{plain(plan.share)} is read as {plain(plan.share)} %. Where the sheet shows "
        f"{plain(plan.share * 100)} %, save it as CSV."
    )


def _of_other_units(imported: Imported, plan: Plan) -> Iterator[str]:
    """The remarks on types that the account keeps in other units than the file has."""
    kept: dict[str, list[str]] = {}
    for use in sorted(imported.used, key=last_use, reverse=True):
        kept.setdefault(fold(use.type), []).append(use.unit)
    for (name, unit), are_readings in imported.counts.series.items():
        own = kept.get(fold(name), [])
        if plan.table.own or not own or unit in own:
            continue
        amounts = "readings" if are_readings else "amounts"
        apart = "are those of a meter of their own" if are_readings else "are counted apart"
        yield f"{name} {kept_in_unit(own)}: {amounts} {in_unit(unit)} {apart}."


def _of_meters(imported: Imported, plan: Plan) -> Iterator[str]:
    """The remarks on meters that a column tells apart, and on amounts beside readings of a type.

    Whether a type has amounts or is read from a meter, the account or this file says.
    """
    if plan.table.own:
        return
    for meter in plan.columns.places("meter"):
        name = plan.columns[meter].heading.text
        cells = "".join(cell_at(row, meter) for row in plan.first_rows)
        if any(map(str.isdigit, cells)):
            yield f"“{name}” tells meters apart: each is a type with its number."
        else:
            yield f"“{name}” tells the amounts of a type apart: each is a type with its word."
    counts = imported.counts
    for (name, unit), are_readings in counts.series.items():
        is_metered = not are_readings and folded(Key(name, unit)) in imported.metered
        if is_metered or (name, unit) in counts.mixed:
            yield f"{name} is read from a meter: the amounts beside its readings are added to it."
        elif are_readings and folded(Key(name, unit)) in _noted(imported):
            yield f"{name} has amounts already: what the readings show is added to them."


def _noted(imported: Imported) -> Collection[Key]:
    """The types and units of the account before the file that are not read from meters, folded."""
    return {folded(Key(use.type, use.unit)) for use in imported.used} - {*imported.metered}


def _of_periods(plan: Plan, formatter: Formatter) -> Iterator[str]:
    """The remark on rows that hold the days of others, and are not their sums."""
    longer = len(plan.rows.periods.others)
    if longer:
        rows = formatter.count(longer, "row")
        yield f"{rows} of longer periods: rows within their days count as well."


def _of_own_columns(plan: Plan) -> Iterator[str]:
    """The remarks on Tally's own columns in a file, and on those beside them."""
    header = plan.table.header
    read = [name for name in ("days", "reading", "meter") if name in header]
    if plan.table.named and not plan.table.own and read:
        yield f"Read as in Tally's own files: {', '.join(read)}."
    beside = [
        column.heading.text
        for place, column in enumerate(plan.columns)
        if column.role == "-" and column.heading.text not in COLUMNS and _is_filled(plan, place)
    ]
    if plan.table.named and beside:
        yield f"Left out, since Tally has no such column: {_some(beside)}."


def _of_ways(plan: Plan) -> Iterator[str]:
    """The remark on columns of names that are left out, since directions of money are the types."""
    kind = plan.columns.place("type")
    ways = [column for column in plan.columns if column.way and column.role in ("type", *AMOUNTS)]
    if not ways or (kind is not None and plan.columns[kind].way is None):
        return
    beside = [
        column.heading.text
        for place, column in enumerate(plan.columns)
        if column.role == "-"
        and column.heading.weight("type") >= SAYS
        and not column.facts.has_numbers
        and _is_filled(plan, place)
    ]
    if beside:
        names = " and ".join(f"“{column.heading.text}”" for column in ways)
        yield f"Left out, since the type is told by {names}: {_some(beside)}."


def _of_numbers_left_out(plan: Plan) -> Iterator[str]:
    """The remark on columns of numbers beside amounts.

    It names columns that nobody chose to leave out, and whose headings name nothing else.
    """
    if plan.table.own or plan.table.named or not plan.columns.amount_places:
        return
    amounts = plan.columns.amounts
    are_names = not any(one.heading.weight(role) >= SAYS for one in amounts for role in AMOUNTS)
    in_dates = {place for column in plan.columns if column.split for place in column.split.rest}
    names = [
        column.heading.text or f"“{cell_at(plan.first_rows[0], place)}”"
        for place, column in enumerate(plan.columns)
        if column.role == "-"
        and place not in in_dates
        and column.facts.has_numbers
        and not (column.is_open or column.money_left_out or plan.is_chosen(place))
        and (
            _may_be_amounts(column, beside_names=are_names)
            or (_lacks_heading(plan, place) and _is_filled(plan, place))
        )
    ]
    if names:
        yield f"Numbers left out: {_some(names)}."


def _lacks_heading(plan: Plan, place: int) -> bool:
    """Whether a column has no heading; in front of all others it may number the rows."""
    return not plan.table.has_header or (place > 0 and not plan.columns[place].heading.text)


def _of_days_left_out(plan: Plan) -> Iterator[str]:
    """The remarks on columns of other days among the amounts, which may be the days of some."""
    own = plan.columns.place("date")
    if own is None or not plan.columns.amount_places:
        return
    counted = [cell_at(row, own) for row in plan.first_rows]
    amounts = plan.columns.amount_places
    for place in range(max(own, amounts[0]) + 1, amounts[-1]):
        if plan.columns[place].role != "-" or plan.is_chosen(place):
            continue
        days = [cell_at(row, place) for row in plan.first_rows]
        days = ["" if is_nothing(day) else day for day in days]
        are_days = all(shape_of(day, plan.reader.today) for day in filter(None, days))
        if are_days and has_other_days(counted, days):
            name, day = (plan.columns[one].heading.text for one in (place, own))
            yield f"“{name}” is left out: all amounts of a row count on its day in “{day}”."


def _may_be_amounts(column: Column, *, beside_names: bool) -> bool:
    """Whether the heading of a column of numbers names no other role, and no number of something.

    `Levering dal` names amounts as well as a date (`dal` is the low tariff in Dutch, “from” in
    Italian), and numbers are no dates. `City water` may be amounts beside those of `Rain water`.
    """
    weights = column.heading.weights
    own = (*AMOUNTS, *DATES) if any(role in weights for role in AMOUNTS) else AMOUNTS
    others = (weight for role, weight in weights.items() if role not in (*own, "-"))
    is_out = weights.get("-", 0) >= _WHOLLY if beside_names else "-" in weights
    return bool(column.heading.text) and not is_out and max(others, default=0) < SAYS


def _of_marks(plan: Plan) -> Iterator[str]:
    """The remarks on columns of only 0 and 1 beside other amounts, which may mark those."""
    if plan.columns.have("type"):
        return
    marks = [place for place in plan.columns.amount_places if plan.columns[place].facts.are_bits]
    for place in marks if len(marks) < len(plan.columns.amount_places) else []:
        if not plan.is_chosen(place):
            name = plan.columns[place].heading.text
            yield f"“{name}” is read as amounts of 0 and 1. Leave it out if it marks the others."


def _of_figures(plan: Plan) -> Iterator[str]:
    """The remark on amounts that run as the figures of a meter do, unless somebody chose that."""
    within = "" if not plan.columns.have("type") else " within a type"
    for place in plan.columns.amount_places:
        column = plan.columns[place]
        if column.facts.moves_on and column.role == "value" and not plan.is_chosen(place):
            yield (
                f"“{column.heading.text}” moves one way only{within}, as a meter does. Where it is"
                " what a meter shows, say that it is Reading."
            )


def _of_money(imported: Imported, plan: Plan, formatter: Formatter) -> Iterator[str]:
    """The remarks on costs: their currency, and the number left out."""
    money = [column for column in plan.columns if column.money_left_out and column.role == "-"]
    yield from _of_money_left_out(plan, money)
    types = {column.consumption_type for column in plan.columns.amounts}
    paid = plan.money.column
    if paid is not None and len(types) > 1 and not plan.columns.amounts[0].fills_one:
        yield f"“{paid.heading.text}” is of the first amount in each row."
    price = plan.columns.place("price")
    if price is not None and plan.columns.have("reading"):
        name = plan.columns[price].heading.text
        yield f"“{name}” is left out beside readings: a price needs an amount used."
    elif price is not None and plan.columns[price].doubt == "money":
        name = plan.columns[price].heading.text
        yield f"“{name}” is read as the price of one: each cost is that times the amount."
    if imported.new_currency:
        sign = currencies.sign(imported.new_currency)
        yield f"Costs are in {sign}: it becomes the currency of the account."
    if imported.chosen_currency:
        sign = currencies.sign(imported.chosen_currency)
        yield f"Costs count in {sign}: it was chosen while this file was read."
    if imported.counts.paid_back:
        paid_back = formatter.count(imported.counts.paid_back, "cost")
        yield f"{paid_back} of what was returned left out: what is paid back is no cost."
    left_out = formatter.count(imported.counts.foreign, "cost")
    if imported.counts.foreign and plan.money.currency:
        yield f"{left_out} in another currency left out."
    elif imported.counts.foreign:
        yield f"{left_out} left out: choose the currency in the account first, then send the file."


def _of_money_left_out(plan: Plan, money: Sequence[Column]) -> Iterator[str]:
    """The remarks on columns of money that are not read, and why."""
    foreign = [column.heading.text for column in money if column.money_left_out == "foreign"]
    others = [column.heading.text for column in money if column.money_left_out == "ours"]
    if foreign:
        why = "it is in parts or multiples of a currency"
        if plan.reader.currency:
            why = "no cost in your currency is in it"
        yield f"Left out, since {why}: {_some(foreign)}."
    in_money = (column for column in plan.columns.amounts if column.heading.is_money)
    read = plan.money.column or next(in_money, None)
    if others and read is not None:
        yield f"Left out beside “{read.heading.text}”: {_some(others)}."
    elif others:
        yield f"Left out, since it is not plainly a cost: {_some(others)}."


def _of_power(counts: Counts, plan: Plan, formatter: Formatter) -> Iterator[str]:
    """The remark on the first column of power that is read as energy, or on rows of power."""
    power = next(filter(plan.names.is_energy, plan.columns.amounts), None)
    minutes = formatter.count((plan.rows.step or 0) // 60, "minute")
    if power is not None:
        yield f"“{power.heading.text}” is power; its means over {minutes} are read as kWh."
    elif counts.power:
        yield f"Amounts in {counts.power} are power; their means over {minutes} are read as kWh."


def _some(names: Sequence[str]) -> str:
    """The first of these names, and the number of the others."""
    others = len(names) - MAX_TOLD
    return ", ".join(names[:MAX_TOLD]) + (f" and {others} more" if others > 0 else "")


def _is_filled(plan: Plan, place: int) -> bool:
    """Whether the first rows have anything in a column."""
    return any(not is_nothing(cell) for row in plan.first_rows for cell in row[place : place + 1])

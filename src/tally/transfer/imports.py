"""The import of a file into an account, or a try of it: for the page, programs and the command."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, BinaryIO

from sqlalchemy import Connection

from tally.db import meter_queries, queries
from tally.db.models import Account
from tally.domain import currencies
from tally.domain.amounts import plain
from tally.domain.formatting import Words, in_unit, usual_unit
from tally.domain.keys import Key, folded
from tally.domain.prices import usual_currency
from tally.domain.records import UsedType, last_use
from tally.domain.text import fold
from tally.domain.units import MAX_DECIMALS, Units
from tally.domain.zones import zone_named, zone_or_utc
from tally.transfer import readers
from tally.transfer.cells.calendar_days import ORDERS
from tally.transfer.cells.values import is_nothing
from tally.transfer.faults import UnreadableFile
from tally.transfer.merging import merge
from tally.transfer.merging.merge import Policy, Report
from tally.transfer.plans.choices import Choices
from tally.transfer.plans.plan import Plan, Reader
from tally.transfer.readers import Opened
from tally.transfer.rows.arrange import DayCounts
from tally.transfer.rows.entries import Counts, RowProblem, refused
from tally.transfer.rows.row_parser import EACH_TYPE, RETURNED
from tally.transfer.tables.columns import Column
from tally.transfer.tables.headings import AMOUNTS, SAYS
from tally.transfer.writers import COLUMNS

# Remarks of one kind, and names in one remark.
MAX_TOLD = 5
UNKNOWN_ZONE = "This Tally does not know your time zone, {}: days are those of UTC."


@dataclass
class Imported:
    """The import of a file, or the result of a try.

    `plan`: None where the file could not be read at all. `is_head`: only its beginning was read.
    `used`: the types that the account had before it; `metered`: those of them that are read from
    meters, folded. `lost_zone`: the account's time zone, where this machine has none of that name.
    `chosen_currency`: the account's currency, where another one than the file's was chosen
    meanwhile.
    """

    report: Report
    plan: Plan | None = None
    counts: Counts = field(default_factory=Counts)
    days: DayCounts = field(default_factory=DayCounts)
    is_head: bool = False
    used: Sequence[UsedType] = ()
    metered: Collection[Key] = ()
    lost_zone: str = ""
    chosen_currency: str = ""

    @property
    def understood(self) -> dict[str, Any]:
        """The choices and guesses, as the fields that choose them."""
        return self.plan.understood() if self.plan else {}

    @property
    def asks(self) -> list[str]:
        """The fields that only the person can fill."""
        asks = set(self.plan.asks) if self.plan else set()
        return sorted(asks | self.report.questions)

    @property
    def new_currency(self) -> str:
        """The currency that the account gets by the costs of this file; "" where it has one."""
        if self.plan is None or self.plan.reader.currency or not self.counts.costs:
            return ""
        return "" if self.chosen_currency else self.plan.currency

    def keep(self, currency: str) -> None:
        """Note the currency that the account has now that the file is saved."""
        if currency != self.new_currency:
            self.chosen_currency = currency

    @property
    def left_out(self) -> int:
        return self.counts.left_out + self.report.left_out

    def will_write(self, updates: bool, omits_alike: bool) -> int:
        """The number of records that would be new or take other content."""
        counts = self.report.counts
        changed = counts["changed"] if updates else self.report.updated
        return counts["new"] + changed + (0 if omits_alike else counts["alike"])

    @property
    def proposes_daily(self) -> bool:
        """Whether daily sums are proposed, since the rows of a day are many."""
        return self.plan is not None and not self.plan.own and self.days.proposes_sums

    @property
    def returned_type(self) -> str:
        """The type proposed for amounts below zero, where they become a type of their own."""
        types = self.counts.negative_types
        return RETURNED.replace(EACH_TYPE, next(iter(types))) if len(types) == 1 else RETURNED


def reader_of(account: Account, today: date, used: Sequence[UsedType]) -> Reader:
    """The settings and habits of an account that help to read its files."""
    order = str(account.preferences.get("date_order", ""))
    in_money = {fold(use.type) for use in used if currencies.currency_of(use.unit)}
    return Reader(
        today=today,
        zone=zone_or_utc(account.timezone),
        number_format=str(account.preferences.get("number_format", "auto")),
        order=order if order in ORDERS else None,
        currency=str(account.preferences.get("currency") or ""),
        usual_currency=usual_currency(used),
        units=Units(use.unit for use in used),
        types=frozenset(fold(use.type) for use in used),
        unitless=frozenset(fold(use.type) for use in used if not use.unit) - in_money,
    )


def import_file(
    db: Connection,
    account: Account,
    file: BinaryIO,
    choices: Choices,
    policy: Policy,
    now: datetime,
    *,
    head: bool = False,
) -> Imported:
    """Save the records of a file, or without `policy.save` report what an import would do.

    `head`: it is only the beginning of the file. Raises BadChoice.
    """
    used = queries.used(db, account.id)
    in_use = meter_queries.in_use(db, account.id)
    metered = {folded(Key(meter.type, meter.unit)) for meter in in_use}
    try:
        with _opened(account, used, file, choices, now, head=head, go_on=policy.go_on) as opened:
            report = _merged(db, account, opened, policy)
            lost_zone = "" if zone_named(account.timezone) else account.timezone
            return Imported(
                report, opened.plan, opened.counts, opened.days, head, used, metered, lost_zone
            )
    except UnreadableFile as error:
        report = Report()
        report.refuse(RowProblem(error.line, str(error)))
        return Imported(report)


def problems_of(
    db: Connection,
    account: Account,
    file: BinaryIO,
    choices: Choices,
    policy: Policy,
    now: datetime,
) -> tuple[tuple[str, ...], list[RowProblem]]:
    """The header of a file and its rows that an import would not take, each once, in their order.

    Raises UnreadableFile, BadChoice.
    """
    used = queries.used(db, account.id)
    every = replace(policy, save=False, max_problems=sys.maxsize)
    with _opened(account, used, file, choices, now, go_on=policy.go_on) as opened:
        report = _merged(db, account, opened, every)
        return opened.plan.table.header, list(_by_line(report.problems))


def _merged(db: Connection, account: Account, opened: Opened, policy: Policy) -> Report:
    """The report on the rows of a file, its problems with what their lines say."""
    report = merge.merge(db, account.id, opened.rows, policy, has_readings=opened.plan.has_readings)
    report.problems = _with_cells(opened.plan, report.problems)
    return report


def _with_cells(plan: Plan, problems: list[RowProblem]) -> list[RowProblem]:
    """The problems with what their lines say, which those of readings do not know yet."""
    lines = {problem.line for problem in problems if not problem.cells}
    if not lines:
        return problems
    cells = {row.number: row for row in plan.lines() if row.number in lines}
    return [
        refused(cells[problem.line], problem.message, problem.asks)
        if problem.line in cells and not problem.cells
        else problem
        for problem in problems
    ]


def _by_line(problems: Iterable[RowProblem]) -> Iterator[RowProblem]:
    """The problems in the order of their lines, those of one line together."""
    lines: dict[int, list[RowProblem]] = {}
    for problem in problems:
        lines.setdefault(problem.line, []).append(problem)
    for _, own in sorted(lines.items()):
        messages = dict.fromkeys(problem.message for problem in own)
        yield replace(own[0], message=" ".join(messages))


def _opened(
    account: Account,
    used: Sequence[UsedType],
    file: BinaryIO,
    choices: Choices,
    now: datetime,
    *,
    head: bool = False,
    go_on: Callable[[], None] = lambda: None,
) -> AbstractContextManager[Opened]:
    reader = reader_of(account, now.astimezone(zone_or_utc(account.timezone)).date(), used)
    types: dict[str, str] = {}
    for use in sorted(used, key=lambda use: use.created_at):
        types[fold(use.type)] = use.type
    return readers.opened(file, choices, reader, types, now, head=head, go_on=go_on)


def remarks_of(imported: Imported, say: Words) -> list[str]:
    """The remarks on how a file was read, each made once."""
    plan, counts = imported.plan, imported.counts
    if plan is None:
        return []
    remarks = []
    if imported.lost_zone:
        remarks.append(UNKNOWN_ZONE.format(imported.lost_zone))
    if not plan.rows:
        remarks.append("There is no row below the heading: there is nothing to import.")
    remarks += _of_tables(plan)
    if counts.dotted:
        remarks.append(counts.dotted)
    if counts.texts:
        remarks.append(f"{say.count(counts.texts, 'line')} of text without a record left out.")
    if counts.rounded:
        remarks.append(f"{say.count(counts.rounded, 'value')} rounded to {MAX_DECIMALS} decimals.")
    remarks += [
        f"“{written}” is read as “{known}”."
        for written, known in list(counts.units.items())[:MAX_TOLD]
    ]
    remarks += [
        f"“{written}” is your type “{known}”."
        for written, known in list(counts.spellings.items())[:MAX_TOLD]
    ]
    remarks += list(_of_units(plan))[:MAX_TOLD]
    remarks += _of_percentages(plan)
    remarks += list(_of_other_units(imported, plan))[:MAX_TOLD]
    remarks += list(_of_meters(imported, plan))[:MAX_TOLD]
    remarks += _of_periods(plan, say)
    remarks += _of_own_columns(plan)
    remarks += _of_ways(plan)
    remarks += _of_numbers_left_out(plan)
    remarks += _of_marks(plan)
    remarks += _of_money(imported, plan, say)
    for place in plan.amounts:
        column = plan.columns[place]
        if plan.is_energy(column):
            remarks.append(
                f"“{column.heading.text}” is power; its means over "
                f"{say.count((plan.step or 0) // 60, 'minute')} are read as kWh."
            )
            break
    return remarks


def _of_tables(plan: Plan) -> Iterator[str]:
    """The remark on further tables of the file, where nobody said which one to read."""
    others = [name for name in plan.table_names if name != plan.table_name]
    if others and not plan.choices.table:
        yield f"Only “{plan.table_name}” is read, not {', '.join(others[:MAX_TOLD])}."


def _of_units(plan: Plan) -> Iterator[str]:
    """The remarks on words in headings that may be units and are not read as any."""
    if plan.place("unit") is not None:
        return
    for column in (plan.columns[place] for place in plan.amounts):
        if column.heading.aside and not plan.unit_of(column):
            yield f"“{column.heading.aside}” in “{column.heading.text}” is not read as a unit."


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
        if plan.own or not own or unit in own:
            continue
        amounts = "readings" if are_readings else "amounts"
        apart = "are those of a meter of their own" if are_readings else "are counted apart"
        yield f"{name} {usual_unit(own)}: {amounts} {in_unit(unit)} {apart}."


def _of_meters(imported: Imported, plan: Plan) -> Iterator[str]:
    """The remarks on meters that a column tells apart, and on amounts of types with meters.

    Whether a type is read from a meter, the account or this file says.
    """
    if plan.own:
        return
    meter = plan.place("meter")
    if meter is not None:
        name = plan.columns[meter].heading.text
        yield f"“{name}” tells meters apart: each is a type with its number."
    counts = imported.counts
    for (name, unit), are_readings in counts.series.items():
        is_metered = not are_readings and folded(Key(name, unit)) in imported.metered
        if is_metered or (name, unit) in counts.mixed:
            yield f"{name} is read from a meter: the amounts beside its readings are added to it."


def _of_periods(plan: Plan, say: Words) -> Iterator[str]:
    """The remark on rows that hold the days of others, and are not their sums."""
    longer = len(plan.periods.others)
    if longer:
        yield f"{say.count(longer, 'row')} of longer periods: rows within their days count as well."


def _of_own_columns(plan: Plan) -> Iterator[str]:
    """The remarks on Tally's own columns in a file, and on those beside them."""
    header = plan.table.header
    read = [name for name in ("days", "reading", "meter") if name in header]
    if plan.named and not plan.own and read:
        yield f"Read as in Tally's own files: {', '.join(read)}."
    beside = [
        column.heading.text
        for place, column in enumerate(plan.columns)
        if column.role == "-" and column.heading.text not in COLUMNS and _is_filled(plan, place)
    ]
    if plan.named and beside:
        yield f"Left out, since Tally has no such column: {', '.join(beside[:MAX_TOLD])}."


def _of_ways(plan: Plan) -> Iterator[str]:
    """The remark on columns that name what amounts were of, beside the ways that they went."""
    kind = plan.place("type")
    ways = [
        column for column in plan.columns if column.is_way and column.role in ("type", *AMOUNTS)
    ]
    if not ways or (kind is not None and not plan.columns[kind].is_way):
        return
    beside = [
        column.heading.text
        for place, column in enumerate(plan.columns)
        if column.role == "-"
        and column.heading.weights.get("type", 0) >= SAYS
        and not column.has_numbers
        and _is_filled(plan, place)
    ]
    if beside:
        names = " and ".join(f"“{column.heading.text}”" for column in ways)
        yield f"Left out, since the type is told by {names}: {', '.join(beside[:MAX_TOLD])}."


def _of_numbers_left_out(plan: Plan) -> Iterator[str]:
    """The remark on columns of numbers beside amounts that have their type from their heading.

    It is about those that nobody left out, and whose headings do not say that they are none.
    """
    if plan.own or plan.named or not plan.amounts or plan.place("type") is not None:
        return
    names = [
        column.heading.text
        for place, column in enumerate(plan.columns)
        if column.role == "-"
        and column.has_numbers
        and not (column.is_open or column.money or plan.is_chosen(place))
        and _may_be_amounts(column)
    ]
    if names:
        yield f"Numbers left out: {', '.join(names[:MAX_TOLD])}."


def _may_be_amounts(column: Column) -> bool:
    """Whether the heading of a column names no other role, and no number of something."""
    weights = column.heading.weights
    others = (weight for role, weight in weights.items() if role not in AMOUNTS)
    return bool(column.heading.text) and "-" not in weights and max(others, default=0) < SAYS


def _of_marks(plan: Plan) -> Iterator[str]:
    """The remarks on columns of only 0 and 1 beside other amounts, which may mark those."""
    if plan.place("type") is not None:
        return
    marks = [place for place in plan.amounts if plan.columns[place].are_bits]
    for place in marks if len(marks) < len(plan.amounts) else []:
        if not plan.is_chosen(place):
            name = plan.columns[place].heading.text
            yield f"“{name}” is read as amounts of 0 and 1. Leave it out if it marks the others."


def _is_filled(plan: Plan, place: int) -> bool:
    """Whether the first rows have anything in a column."""
    return any(not is_nothing(cell) for row in plan.first_rows for cell in row[place : place + 1])


def _of_money_left_out(plan: Plan, money: Sequence[Column]) -> Iterator[str]:
    """The remarks on columns of money that are not read, and why."""
    foreign = [column.money for column in money if column.is_foreign]
    others = [column.money for column in money if not column.is_foreign]
    if foreign and plan.reader.currency:
        yield f"Left out, since no cost in your currency is in it: {', '.join(foreign[:MAX_TOLD])}."
    elif foreign:
        yield f"Left out, since it is in parts of a currency: {', '.join(foreign[:MAX_TOLD])}."
    amounts = (plan.columns[place] for place in plan.amounts)
    read = plan.money or next((column for column in amounts if column.heading.is_money), None)
    if others and read is not None:
        yield f"Left out beside “{read.heading.text}”: {', '.join(others[:MAX_TOLD])}."
    elif others:
        yield f"Left out, since it is not plainly a cost: {', '.join(others[:MAX_TOLD])}."


def _of_money(imported: Imported, plan: Plan, say: Words) -> Iterator[str]:
    """The remarks on costs: their currency, and the number left out."""
    money = [column for column in plan.columns if column.money and column.role == "-"]
    yield from _of_money_left_out(plan, money)
    types = {plan.columns[place].consumption_type for place in plan.amounts}
    if plan.money is not None and len(types) > 1 and not plan.columns[plan.amounts[0]].fills_one:
        yield f"“{plan.money.heading.text}” is of the first amount in each row."
    price = plan.place("price")
    if price is not None and plan.place("reading") is not None:
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
        paid_back = say.count(imported.counts.paid_back, "cost")
        yield f"{paid_back} of what was returned left out: what is paid back is no cost."
    left_out = say.count(imported.counts.foreign, "cost")
    if imported.counts.foreign and plan.currency:
        yield f"{left_out} in another currency left out."
    elif imported.counts.foreign:
        yield f"{left_out} left out: choose the currency in the account first, then send the file."

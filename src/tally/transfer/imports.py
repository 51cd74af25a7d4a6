"""The import of a file into an account, or a try of it: for the page, programs and the command.

`readers` opens the file, with the settings and habits of the account, and gives its rows;
`merging` saves them among the records of the account, or only counts what would change. The
result is an `Imported`, and `remarks` says in sentences how the file was read.
"""

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
from tally.domain.currencies import usual_currency
from tally.domain.keys import Key, folded
from tally.domain.records import UsedType
from tally.domain.text import fold
from tally.domain.units import Units
from tally.domain.zones import zone_named, zone_or_utc
from tally.transfer import readers
from tally.transfer.cells.calendar_days import ORDERS
from tally.transfer.faults import UnreadableFile
from tally.transfer.merging import merge
from tally.transfer.merging.merge import Policy
from tally.transfer.merging.report import Report
from tally.transfer.plans.choices import Choices
from tally.transfer.plans.plan import Plan
from tally.transfer.plans.reader import Reader
from tally.transfer.plans.understood import understood_fields
from tally.transfer.readers import Opened
from tally.transfer.rows.arrange import DayCounts
from tally.transfer.rows.entries import Counts, RowProblem, printable, refused
from tally.transfer.rows.row_parser import EACH_TYPE, RETURNED


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
        return understood_fields(self.plan) if self.plan else {}

    @property
    def asks(self) -> list[str]:
        """The fields that only the person can fill."""
        asks = set(self.plan.asks) if self.plan else set()
        return sorted(asks | self.report.questions)

    @property
    def new_currency(self) -> str:
        """The currency that the account gets by the costs of this file; "" where it has one.

        A file that changes nothing sets none.
        """
        if self.plan is None or self.plan.reader.currency or not self.counts.costs:
            return ""
        is_nothing_saved = self.report.saved and self.report.change is None
        if is_nothing_saved or not self.will_write(updates=True, omits_alike=False):
            return ""
        return "" if self.chosen_currency else self.plan.money.currency

    def keep(self, currency: str) -> None:
        """Note the account's currency after saving, where it is not the one that the file gave."""
        if currency != self.new_currency:
            self.chosen_currency = currency

    @property
    def left_out(self) -> int:
        """The number of cells and readings that were left out."""
        return self.counts.left_out + self.report.left_out

    def will_write(self, updates: bool, omits_alike: bool) -> int:
        """The number of records that would be new or take other content."""
        counts = self.report.counts
        changed = counts["changed"] if updates else self.report.updated
        return counts["new"] + changed + (0 if omits_alike else counts["alike"])

    @property
    def proposes_daily(self) -> bool:
        """Whether daily sums are proposed, since the rows of a day are many."""
        return self.plan is not None and not self.plan.table.own and self.days.proposes_sums

    @property
    def returned_type(self) -> str:
        """The type proposed for amounts below zero, where they become a type of their own."""
        types = self.counts.negative_types
        return RETURNED.replace(EACH_TYPE, next(iter(types))) if len(types) == 1 else RETURNED


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
    """Save the records of a file; without `policy.save` report what an import would do.

    `head`: it is only the beginning of the file. Raises BadChoice.
    """
    used = queries.used(db, account.id)
    in_use = meter_queries.in_use(db, account.id)
    metered = {folded(Key(meter.type, meter.unit)) for meter in in_use}
    try:
        with _opened(account, used, file, choices, now, head=head, go_on=policy.go_on) as opened:
            report = _merged(db, account, opened, policy)
            return Imported(
                report,
                opened.plan,
                opened.counts,
                opened.days,
                is_head=head,
                used=used,
                metered=metered,
                lost_zone="" if zone_named(account.timezone) else account.timezone,
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
    """The header of a file, and each row that an import would refuse, in the order of the lines.

    Raises UnreadableFile, BadChoice.
    """
    used = queries.used(db, account.id)
    every = replace(policy, save=False, max_problems=sys.maxsize)
    with _opened(account, used, file, choices, now, go_on=policy.go_on) as opened:
        report = _merged(db, account, opened, every)
        header = tuple(map(printable, opened.plan.table.header))
        return header, list(_by_line(report.problems))


def _opened(
    account: Account,
    used: Sequence[UsedType],
    file: BinaryIO,
    choices: Choices,
    now: datetime,
    *,
    go_on: Callable[[], None],
    head: bool = False,
) -> AbstractContextManager[Opened]:
    """The file as the settings and habits of the account read it."""
    reader = reader_of(account, now.astimezone(zone_or_utc(account.timezone)).date(), used)
    types = spellings_of(used)
    return readers.opened(file, choices, reader, types, now, head=head, go_on=go_on)


def spellings_of(used: Sequence[UsedType]) -> dict[str, str]:
    """Each folded type as the account spells it: as in the record that was written last."""
    return {fold(use.type): use.type for use in sorted(used, key=lambda use: use.created_at)}


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


def _merged(db: Connection, account: Account, opened: Opened, policy: Policy) -> Report:
    """Merge the rows of a file into the account; each problem has the cells of its line."""
    report = merge.merge(db, account.id, opened.rows, policy, has_readings=opened.plan.has_readings)
    report.problems = _with_cells(opened.plan, report.problems)
    return report


def _with_cells(plan: Plan, problems: list[RowProblem]) -> list[RowProblem]:
    """The problems, each with the cells of its line; those of readings come without them."""
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

"""`tally import FILE --email …`: import a file without a browser, from cron say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tally.cli.accounts import find
from tally.cli.options import DataDir, as_parameters
from tally.server import bootstrap

if TYPE_CHECKING:
    from tally.settings import Settings
    from tally.transfer.imports import Imported

MAX_PROBLEMS_SHOWN = 20
# The names of the dialog's choices on the command line; docs/import.md has their values.
CHOICES = "Another choice of docs/import.md, such as negative=split; repeatable."
REPLACE = "Replace the records that earlier files brought for the same days."
ANOTHER_RUNS = "An export or import of this account is still running: try again when it is done."


@dataclass(frozen=True)
class ImportOptions:
    """The options of an import: the file, the account, how to read it, which records to save."""

    file: Annotated[Path, typer.Argument(help="The file to read.", exists=True, dir_okay=False)]
    email: Annotated[str, typer.Option(help="The email of the account that gets the records.")]
    consumption_type: Annotated[str, typer.Option("--type", help="The type of all rows.")] = ""
    unit: Annotated[str, typer.Option(help="The unit of all rows.")] = ""
    columns: Annotated[str, typer.Option(help="The role of each column: date,value,-")] = ""
    order: Annotated[
        str, typer.Option(help="The order of dates: day-first, month-first or year-first.")
    ] = ""
    daily: Annotated[bool, typer.Option("--daily", help="Save one record a day.")] = False
    replace: Annotated[bool, typer.Option("--replace", help=REPLACE)] = False
    update: Annotated[
        bool, typer.Option("--update", help="Give changed records the content of the file.")
    ] = False
    skip_problems: Annotated[
        bool, typer.Option("--skip-problems", help="Save the good rows of a file with bad ones.")
    ] = False
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Save nothing; print what an import would do.")
    ] = False
    further: Annotated[list[str] | None, typer.Option("--set", help=CHOICES)] = None
    data_dir: DataDir = None

    def choices(self) -> dict[str, str]:
        """The choices of the import dialog that say how to read the file. Raises BadParameter."""
        from tally.transfer.plans.choices import FIELDS

        options = {
            "type": self.consumption_type,
            "unit": self.unit,
            "columns": self.columns,
            "order": self.order,
            "daily": "1" if self.daily else "",
            "replace": "1" if self.replace else "",
        }
        chosen = {name: value for name, value in options.items() if value}
        for pair in self.further or ():
            name, sign, value = pair.partition("=")
            if name not in FIELDS:
                raise typer.BadParameter(f"There is no choice {name}.")
            if not sign:
                raise typer.BadParameter(f"Write a value behind {name}: --set {name}=VALUE.")
            if chosen.setdefault(name, value) != value:
                raise typer.BadParameter(f"The choice {name} is given twice, with two values.")
        return chosen


@as_parameters(ImportOptions)
def import_file(options: ImportOptions) -> None:
    """Read FILE as the import dialog does, and save its records. Ends with 1 if it saves none."""
    choices = options.choices()
    with (
        bootstrap.refusing(),
        bootstrap.reached(bootstrap.read_settings(options.data_dir), make=False) as settings,
    ):
        imported = _import(settings, options, choices)
    _tell(imported)
    if not (imported.report.saved or (options.dry_run and not imported.report.bad)):
        raise typer.Exit(1)


def _import(settings: Settings, options: ImportOptions, choices: dict[str, str]) -> Imported:
    """Import the file; the result as for the page. Raises StartRefused."""
    from datetime import UTC, datetime

    from tally.accounts import prices
    from tally.db.engine import take_exchange_turn
    from tally.transfer import imports
    from tally.transfer.merging.merge import Policy
    from tally.transfer.plans.choices import BadChoice, read_choices

    try:
        chosen = read_choices(choices)
        policy = Policy.of(
            chosen,
            save=not options.dry_run,
            update=options.update,
            skip_problems=options.skip_problems,
        )
        with bootstrap.changing(settings) as db, options.file.open("rb") as stream:
            user, now = find(db, options.email), datetime.now(UTC)
            if not take_exchange_turn(db, user.id):
                raise bootstrap.StartRefused(ANOTHER_RUNS)
            imported = imports.import_file(db, user, stream, chosen, policy, now)
            if imported.report.saved and imported.new_currency:
                change = imported.report.change
                imported.keep(prices.set_currency(db, user.id, imported.new_currency, change))
            return imported
    except BadChoice as error:
        raise bootstrap.StartRefused(f"{error.field}: {error}") from error


def _tell(imported: Imported) -> None:
    from tally.transfer.remarks import UNKNOWN_ZONE

    report = imported.report
    counts = ", ".join(f"{count} {kind}" for kind, count in report.counts.items())
    print(
        f"{counts}, {imported.counts.nothing} nothing measured, {imported.left_out} left out, "
        f"{report.bad} {'problem' if report.bad == 1 else 'problems'}"
    )
    if imported.lost_zone:
        print(UNKNOWN_ZONE.format(imported.lost_zone))
    for problem in report.problems[:MAX_PROBLEMS_SHOWN]:
        print(f"Line {problem.line}: {problem.message}")
    if imported.new_currency:
        print(f"Costs are in {imported.new_currency}.")
    if imported.asks:
        print(f"Say: {', '.join(imported.asks)}")

"""`tally import FILE --email …`: a file brought in without a browser, from cron say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tally.cli.users import DataDir, find
from tally.server import bootstrap

if TYPE_CHECKING:
    from tally.transfer.imports import Imported

# What a choice of the dialog is called here; docs/import.md tells what each may be.
CHOICES = "A choice as in docs/import.md, NAME=VALUE; repeatable: --set negative=split"


def import_file(
    file: Annotated[Path, typer.Argument(help="The file.", exists=True, dir_okay=False)],
    email: Annotated[str, typer.Option(help="Whose records they become.")],
    consumption_type: Annotated[str, typer.Option("--type", help="The type of all rows.")] = "",
    unit: Annotated[str, typer.Option(help="The unit of all rows.")] = "",
    columns: Annotated[str, typer.Option(help="What each column is: date,value,-")] = "",
    order: Annotated[str, typer.Option(help="day-first, month-first or year-first.")] = "",
    daily: Annotated[bool, typer.Option("--daily", help="One record a day.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="The file wins its days.")] = False,
    skip_problems: Annotated[
        bool, typer.Option("--skip-problems", help="Take the good rows.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Save nothing.")] = False,
    further: Annotated[list[str] | None, typer.Option("--set", help=CHOICES)] = None,
    data_dir: DataDir = None,
) -> None:
    """Read FILE as the import dialog does, and save its records. Ends with 1 where it was not."""
    fields = {
        "type": consumption_type,
        "unit": unit,
        "columns": columns,
        "order": order,
        "daily": "1" if daily else "",
        "replace": "1" if replace else "",
    } | _further(further or [])
    with bootstrap.refusing(), bootstrap.reached(bootstrap.read_settings(data_dir)) as settings:
        saved = _import(settings.database_url or "", file, email, fields, skip_problems, dry_run)
    if not saved:
        raise typer.Exit(1)


def _further(pairs: list[str]) -> dict[str, str]:
    from tally.transfer.choices import FIELDS

    fields = dict(pair.partition("=")[::2] for pair in pairs)
    unknown = sorted(set(fields) - set(FIELDS))
    if unknown:
        raise typer.BadParameter(f"There is no choice {unknown[0]}.")
    return fields


def _import(
    url: str, file: Path, email: str, fields: dict[str, str], skip_problems: bool, dry_run: bool
) -> bool:
    """Whether the file was saved, or would be."""
    from datetime import UTC, datetime

    from tally.db.engine import Database, lift_time_limit
    from tally.transfer import imports
    from tally.transfer.choices import BadChoice, read_choices
    from tally.transfer.merge import Policy

    database = Database(url)
    try:
        chosen = read_choices(fields)
        policy = Policy(
            save=not dry_run,
            skip_problems=skip_problems,
            replace=chosen.replace,
            omit_alike=chosen.omit_alike,
            falls=chosen.falls,
        )
        with database.changing() as db, file.open("rb") as stream:
            lift_time_limit(db)
            now = datetime.now(UTC)
            imported = imports.import_file(db, find(db, email), stream, chosen, policy, now)
    except BadChoice as error:
        raise bootstrap.Refused(f"{error.field}: {error}") from error
    finally:
        database.close()
    _tell(imported)
    return imported.report.saved or (dry_run and not imported.report.bad)


def _tell(imported: Imported) -> None:
    report = imported.report
    counts = ", ".join(f"{count} {kind}" for kind, count in report.counts.items())
    print(
        f"{counts}, {imported.counts.nothing} nothing measured, {imported.left_out} left out, "
        f"{report.bad} problems"
    )
    for problem in report.problems[:20]:
        print(f"Line {problem.line}: {problem.message}")
    if imported.asks:
        print(f"Say: {', '.join(imported.asks)}")

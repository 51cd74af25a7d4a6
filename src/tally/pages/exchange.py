"""Taking records away as a file, and bringing a file of records in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, BinaryIO, cast
from uuid import UUID

from starlette.responses import Response

from tally import exports, imports, merging, queries, render
from tally.database import Database
from tally.downloads import Download, take_turn
from tally.errors import Invalid, Refusal
from tally.exports import csv_chunks, json_chunks
from tally.filters import Filter
from tally.listing import read_filter
from tally.merging import Report
from tally.pages import latest
from tally.pages import list as list_page
from tally.row_reader import ORDERS, Choices, Order, Problem, UnreadableFile
from tally.units import Units
from tally.visit import Visit
from tally.words import NUMBER_FORMATS

MOST_PROBLEMS_SHOWN = 200


def export(
    visit: Visit, wanted: Filter | None = None, ids: Sequence[UUID] | None = None
) -> Response:
    """Every record of the filter in the query string, or of `wanted` and `ids`, as a file.

    Raises FilterError; Refusal 429 while another export or import of this user runs, 503 while many
    exports run.
    """
    wanted = wanted or read_filter(visit)
    if visit.wants == "json":
        write, media_type, name = json_chunks, "application/json", "tally.json"
    else:
        write, media_type, name = csv_chunks, "text/csv", "tally.csv"
    if visit.request.method == "HEAD":
        return Response(headers=_attachment(name), media_type=media_type)
    state = visit.request.app.state
    database: Database = state.database
    return Download(
        database.engine,
        state.exporting,
        visit.user.id,
        "export",
        {**wanted.parameters(), "ids": None if ids is None else list(ids)},
        write,
        headers=_attachment(name),
        media_type=media_type,
    )


def import_form(visit: Visit) -> Response:
    """The dialog that takes a file; without htmx over the list."""
    return _form(visit, None)


def import_file(visit: Visit) -> Response:
    """Save the records of a file, or with `dry_run=1` say what would become of it.

    A dry run is always a 200. A file with problems is a 422 and saves nothing, unless
    `skip_problems=1` takes its good rows.
    """
    dry_run, update = _flag(visit, "dry_run"), _flag(visit, "update")
    skip_problems = _flag(visit, "skip_problems")
    file = _file(visit)
    take_turn(visit.db, visit.user.id)
    try:
        with imports.opened(file, _choices(visit)) as table:
            report = merging.merge(
                visit.db,
                visit.user.id,
                table.rows,
                save=not dry_run,
                update=update,
                skip_problems=skip_problems,
            )
            report.ignored = table.ignored
    except UnreadableFile as error:
        report = Report(problems=[Problem(1, str(error))])
    status = 200 if dry_run or report.saved else 422
    if visit.wants != "html":
        return _report_json(report, status)
    return _done(visit, report) if report.saved else _form(visit, report, status)


def import_problems(visit: Visit) -> Response:
    """The rows of a file that cannot be taken, each with its reason: to be mended, then sent."""
    file = _file(visit)
    take_turn(visit.db, visit.user.id)
    try:
        with imports.opened(file, _choices(visit)) as table:
            header = [exports.REASON, *table.header]
            problems = [[row.message, *row.cells] for row in table.rows if isinstance(row, Problem)]
    except UnreadableFile as error:
        raise Invalid({"file": str(error)}) from error
    body = b"".join(csv_chunks([problems], header))
    return Response(body, headers=_attachment("tally-problems.csv"), media_type="text/csv")


def refused(visit: Visit, refusal: Refusal) -> Response:
    """Why a file was not even read, in the form that sent it."""
    return _form(visit, None, refusal.status, refusal.sentence)


def _file(visit: Visit) -> BinaryIO:
    """The file that was sent. Raises Invalid."""
    sent = visit.files.get("file")
    if sent is None or not (sent.filename or sent.size):
        raise Invalid({"file": "Choose a file."})
    return sent.file


def _choices(visit: Visit) -> Choices:
    """What the file does not say about itself. Raises Invalid."""
    used = queries.used(visit.db, visit.user.id)
    return Choices(
        today=visit.today,
        number_format=_choice(visit, "numbers", NUMBER_FORMATS) or visit.number_format,
        order=cast(Order, _choice(visit, "order", ORDERS)),
        units=Units(use.unit for use in used),
    )


def _flag(visit: Visit, name: str) -> bool:
    """`1` or not: whoever writes `dry_run=true` must not find the file saved."""
    return _choice(visit, name, ("1", "0")) == "1"


def _choice(visit: Visit, name: str, choices: Sequence[str]) -> str:
    text = visit.form.text(name)
    if text and text not in choices:
        raise Invalid({name: f"Choose one of {', '.join(choices)}."})
    return text


def _form(visit: Visit, report: Report | None, status: int = 200, sentence: str = "") -> Response:
    """The form, with what its file would bring once it was read, or the sentence why it was not."""
    sent = visit.files.get("file")
    context: dict[str, Any] = {
        "report": report,
        "most_problems": MOST_PROBLEMS_SHOWN,
        "filename": (sent.filename or "") if sent else "",
        "chosen": {name: visit.form.text(name) for name in ("order", "numbers", "update")},
        "sentence": sentence,
    }
    if not visit.is_fragment:
        return list_page.beneath(visit, "fragments/import.html", status, **context)
    template = "fragments/import_report.html" if report else "fragments/import.html"
    return render.fragment(visit, template, status, **context)


def _done(visit: Visit, report: Report) -> Response:
    """The list, with the undo."""
    if visit.is_fragment and render.shown_page(visit.request)[0] == "/list":
        return render.fragment(
            visit, "fragments/imported.html", trigger=render.records_changed(), report=report
        )
    return latest.back(visit, changed=report.change)


def _report_json(report: Report, status: int) -> Response:
    problems = [{"line": problem.line, "message": problem.message} for problem in report.problems]
    content: dict[str, Any] = {
        "new": report.counts["new"],
        "unchanged": report.counts["unchanged"],
        "changed": report.counts["changed"],
        "problems": problems,
        "saved": report.saved,
        "change": report.change,
    }
    if status != 200:
        sentence = f"Line {problems[0]['line']}: {problems[0]['message']}"
        content |= {"error": sentence, "fields": {"file": sentence}}
    return render.data(content, status)


def _attachment(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}

"""Taking records away as a file, and bringing a file of records in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, BinaryIO, cast
from uuid import UUID

from starlette.responses import Response

from tally.db import queries
from tally.db.engine import Database
from tally.domain.filters import Filter
from tally.domain.formatting import NUMBER_FORMATS
from tally.domain.units import Units
from tally.errors import HTTPError, Invalid
from tally.transfer import merge, readers, writers
from tally.transfer.merge import Report
from tally.transfer.row_parser import ORDERS, Choices, Order, Problem, UnreadableFile
from tally.transfer.writers import csv_chunks, json_chunks
from tally.views import last_change
from tally.views import list as list_page
from tally.views.record_list import read_filter
from tally.web import htmx, responses
from tally.web.context import RequestContext
from tally.web.streaming import Download, take_turn

MAX_PROBLEMS_SHOWN = 200


def export(
    context: RequestContext, wanted: Filter | None = None, ids: Sequence[UUID] | None = None
) -> Response:
    """Every record of the filter in the query string, or of `wanted` and `ids`, as a file.

    Raises FilterError; HTTPError 429 while another export or import of this user runs, 503 while
    many exports run.
    """
    wanted = wanted or read_filter(context)
    if context.wants == "json":
        write, media_type, name = json_chunks, "application/json", "tally.json"
    else:
        write, media_type, name = csv_chunks, "text/csv", "tally.csv"
    if context.request.method == "HEAD":
        return Response(headers=_attachment(name), media_type=media_type)
    state = context.request.app.state
    database: Database = state.database
    return Download(
        database.engine,
        state.exporting,
        context.user.id,
        "reads/export",
        {
            **queries.conditions(context.db, context.user.id, wanted),
            "ids": None if ids is None else list(ids),
        },
        write,
        headers=_attachment(name),
        media_type=media_type,
    )


def import_form(context: RequestContext) -> Response:
    """The dialog that takes a file; without htmx over the list."""
    return _form(context, None)


def import_file(context: RequestContext) -> Response:
    """Save the records of a file, or with `dry_run=1` say what would become of it.

    A dry run is always a 200. A file with problems is a 422 and saves nothing, unless
    `skip_problems=1` takes its good rows.
    """
    dry_run, update = _flag(context, "dry_run"), _flag(context, "update")
    skip_problems = _flag(context, "skip_problems")
    file = _file(context)
    take_turn(context.db, context.user.id)
    try:
        with readers.opened(file, _choices(context)) as table:
            report = merge.merge(
                context.db,
                context.user.id,
                table.rows,
                save=not dry_run,
                update=update,
                skip_problems=skip_problems,
            )
            report.ignored = table.ignored
    except UnreadableFile as error:
        report = Report(problems=[Problem(1, str(error))])
    status = 200 if dry_run or report.saved else 422
    if context.wants != "html":
        return _report_json(report, status)
    return _done(context, report) if report.saved else _form(context, report, status)


def import_problems(context: RequestContext) -> Response:
    """The rows of a file that cannot be taken, each with its reason: to be mended, then sent."""
    file = _file(context)
    take_turn(context.db, context.user.id)
    try:
        with readers.opened(file, _choices(context)) as table:
            header = [writers.REASON, *table.header]
            problems = [[row.message, *row.cells] for row in table.rows if isinstance(row, Problem)]
    except UnreadableFile as error:
        raise Invalid({"file": str(error)}) from error
    body = b"".join(csv_chunks([problems], header))
    return Response(body, headers=_attachment("tally-problems.csv"), media_type="text/csv")


def refused(context: RequestContext, refusal: HTTPError) -> Response:
    """Why a file was not even read, in the form that sent it."""
    return _form(context, None, refusal.status, refusal.sentence)


def _file(context: RequestContext) -> BinaryIO:
    """The file that was sent. Raises Invalid."""
    sent = context.files.get("file")
    if sent is None or not (sent.filename or sent.size):
        raise Invalid({"file": "Choose a file."})
    return sent.file


def _choices(context: RequestContext) -> Choices:
    """What the file does not say about itself. Raises Invalid."""
    used = queries.used(context.db, context.user.id)
    return Choices(
        today=context.today,
        number_format=_choice(context, "numbers", NUMBER_FORMATS) or context.number_format,
        order=cast(Order, _choice(context, "order", ORDERS)),
        units=Units(use.unit for use in used),
    )


def _flag(context: RequestContext, name: str) -> bool:
    """`1` or not: whoever writes `dry_run=true` must not find the file saved."""
    return _choice(context, name, ("1", "0")) == "1"


def _choice(context: RequestContext, name: str, choices: Sequence[str]) -> str:
    text = context.form.text(name)
    if text and text not in choices:
        raise Invalid({name: f"Choose one of {', '.join(choices)}."})
    return text


def _form(
    context: RequestContext, report: Report | None, status: int = 200, sentence: str = ""
) -> Response:
    """The form, with what its file would bring once it was read, or the sentence why it was not."""
    sent = context.files.get("file")
    values: dict[str, Any] = {
        "report": report,
        "most_problems": MAX_PROBLEMS_SHOWN,
        "filename": (sent.filename or "") if sent else "",
        "chosen": {name: context.form.text(name) for name in ("order", "numbers", "update")},
        "sentence": sentence,
    }
    if not context.is_fragment:
        return list_page.beneath(context, "fragments/import.html", status, **values)
    template = "fragments/import_report.html" if report else "fragments/import.html"
    return responses.fragment(context, template, status, **values)


def _done(context: RequestContext, report: Report) -> Response:
    """The list, with the undo."""
    if context.is_fragment and htmx.shown_page(context.request)[0] == "/list":
        return responses.fragment(
            context, "fragments/imported.html", trigger=htmx.records_changed(), report=report
        )
    return last_change.back(context, changed=report.change)


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
    return responses.data(content, status)


def _attachment(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}

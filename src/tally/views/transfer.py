"""The export of records as a file, and the import of a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, BinaryIO
from uuid import UUID

from starlette.responses import Response

from tally.accounts import remembered_imports
from tally.db import queries
from tally.db.engine import Database
from tally.domain.fields import choose_one_of
from tally.domain.filters import Filter
from tally.errors import HTTPError, Invalid
from tally.transfer import imports, writers
from tally.transfer.faults import UnreadableFile
from tally.transfer.files import sources
from tally.transfer.imports import Imported
from tally.transfer.merging.merge import Policy
from tally.transfer.merging.report import WRITTEN
from tally.transfer.plans import choices, remembered
from tally.transfer.plans.choices import BadChoice, Choices, read_choices
from tally.transfer.remarks import remarks_of
from tally.transfer.writers import csv_chunks, json_chunks
from tally.views import list as list_page
from tally.views.checks import currency
from tally.views.list_parts.import_choices import chosen_columns, view_of
from tally.views.record_list import read_filter
from tally.views.words import flash
from tally.web import htmx, responses
from tally.web.context import RequestContext
from tally.web.forms import Fields
from tally.web.parameters import takes
from tally.web.refused_form import CORRECTED, RefusedForm, refused_form
from tally.web.streaming import Download, Streamed, take_turn

MAX_PROBLEMS_SHOWN = 200
# The fields over the dialog's columns.
OVER_COLUMNS = ("guessed", "role", "column_type", "column_unit")
# The fields beside a file: what to do with it, the choices, and those over the columns.
FILE = (
    *("file", "dry_run", "skip_problems", "update", "back", "head", "anew"),
    *choices.FIELDS,
    *OVER_COLUMNS,
)


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
        # As a file that is streamed, so that the headers are the same; it is not made.
        return Streamed(iter([b""]), headers=_attachment(name), media_type=media_type)
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


@takes(*FILE)
def import_file(context: RequestContext) -> Response:
    """Save the records of a file, or with `dry_run=1` report what an import would do.

    A dry run is always a 200. A file with problems is a 422 and saves nothing, unless
    `skip_problems=1` takes its good rows.
    """
    chosen = _choices(context)
    policy, file = _policy(context, chosen), _file(context)
    head = _flag(context, "head")
    if head and policy.save:
        raise Invalid({"head": "Send the whole file to save it."})
    if not head:
        take_turn(context.db, context.user.id)
    try:
        imported = imports.import_file(
            context.db, context.user, file, chosen, policy, context.now, head=head
        )
    except BadChoice as error:
        raise Invalid({error.field: str(error)}) from error
    imported, recalled = _as_last_time(context, imported, policy, head=head)
    if imported.report.saved and context.wants == "html":
        _remember(context, imported)
    if imported.report.saved and imported.new_currency:
        imported.keep(currency.set_first(context, imported.new_currency, imported.report.change))
    status = 200 if not policy.save or imported.report.saved else 422
    if context.wants != "html":
        return _report_json(context, imported, status)
    if imported.report.saved:
        return _done(context, imported)
    return _form(context, imported, status, recalled=recalled)


@takes(*FILE)
def import_problems(context: RequestContext) -> Response:
    """A file of the rows that an import would refuse, each with its reason, to be corrected."""
    chosen = _choices(context)
    policy, file = _policy(context, chosen), _file(context)
    take_turn(context.db, context.user.id)
    try:
        header, problems = imports.problems_of(
            context.db, context.user, file, chosen, policy, context.now
        )
    except UnreadableFile as error:
        raise Invalid({"file": str(error)}) from error
    except BadChoice as error:
        raise Invalid({error.field: str(error)}) from error
    rows = [[problem.message, *problem.cells] for problem in problems]
    body = b"".join(csv_chunks([rows], [writers.REASON, *header]))
    return Response(body, headers=_attachment("tally-problems.csv"), media_type="text/csv")


@takes("back")
def forget_imports(context: RequestContext) -> Response:
    """Forget the choices for kinds of files: each file is guessed again."""
    remembered_imports.change(context.db, context.user.id, lambda _: {})
    return flash.redirect(context, saved=flash.FORGOTTEN)


def refused(context: RequestContext, refusal: HTTPError) -> Response:
    """The form again, with the reason why the file was not read, and with its choices."""
    form = _choices_again(context, refusal.fields)
    return _form(context, None, refusal.status, refusal.sentence, refused=form)


def _choices_again(context: RequestContext, faults: Mapping[str, str]) -> RefusedForm:
    """The choices to send again with the file, those at fault to be corrected.

    Those over the columns go where they are at fault: they stand beside the columns alone.
    """
    gone = ("columns", *OVER_COLUMNS) if "columns" in faults else ()
    names = {*choices.FIELDS, *OVER_COLUMNS, "update"}.difference(gone)
    kept = Fields(pair for pair in context.form.items_list() if pair[0] in names)
    return refused_form(kept, CORRECTED, faults) or RefusedForm((), tuple(kept.items_list()))


def _file(context: RequestContext) -> BinaryIO:
    """The file that was sent. Raises Invalid."""
    sent = context.files.get("file")
    if sent is None or not (sent.filename or sent.size):
        raise Invalid({"file": "Choose a file."})
    return sent.file


def _choices(context: RequestContext) -> Choices:
    """The choices of the form that say how to read the file. Raises Invalid."""
    # What amounts below zero mean is guessed only for the dialog, which shows it before anything is
    # saved. For programs such rows are left out unless they choose.
    guesses = context.wants == "html" and not _is_saving(context)
    if _flag(context, "anew"):
        return Choices(guess_negative=guesses)
    try:
        fields = {name: context.form.text(name) for name in choices.FIELDS}
        chosen = read_choices(fields | {"columns": chosen_columns(context.form)})
        return replace(chosen, guess_negative=guesses)
    except BadChoice as error:
        raise Invalid({error.field: str(error)}) from error


def _policy(context: RequestContext, chosen: Choices) -> Policy:
    """The policy for rows that meet a record, from the form. Raises Invalid."""
    policy = Policy.of(
        chosen,
        save=_is_saving(context),
        update=_flag(context, "update"),
        skip_problems=_flag(context, "skip_problems"),
    )
    return replace(policy, go_on=context.refuse_if_left)


def _is_saving(context: RequestContext) -> bool:
    return not (_flag(context, "dry_run") or _flag(context, "anew"))


def _flag(context: RequestContext, name: str) -> bool:
    """Whether the field is `1`. Raises Invalid for other texts: `dry_run=true` must not save."""
    text = context.form.text(name)
    if text not in ("", "1", "0"):
        raise Invalid({name: choose_one_of(("1", "0"))})
    return text == "1"


def _as_last_time(
    context: RequestContext, imported: Imported, policy: Policy, *, head: bool
) -> tuple[Imported, dict[str, str]]:
    """Read a file once more with the choices for its kind, when the dialog first shows it."""
    form, plan = context.form, imported.plan
    is_first = not any(form.text(name) for name in (*choices.FIELDS, "guessed", "anew"))
    if (
        context.wants != "html"
        or policy.save
        or head
        or not is_first
        or plan is None
        or plan.table.own
    ):
        return imported, {}
    kinds = remembered_imports.load(context.db, context.user.id)
    fields = remembered.recalled(kinds, remembered.fingerprint(plan))
    if not fields:
        return imported, {}
    try:
        as_before = replace(read_choices(fields), guess_negative=True)
        again = imports.import_file(
            context.db, context.user, _file(context), as_before, policy, context.now
        )
    except BadChoice:
        return imported, {}
    return again, fields


def _remember(context: RequestContext, imported: Imported) -> None:
    """Keep the choices for files of this kind."""
    plan = imported.plan
    if plan is None or plan.table.own:
        return
    fields = {name: context.form.text(name) for name in choices.FIELDS}
    fields["columns"] = chosen_columns(context.form)
    key = remembered.fingerprint(plan)
    remembered_imports.change(
        context.db,
        context.user.id,
        lambda kinds: remembered.remember(kinds, key, fields, context.now),
    )


def _form(
    context: RequestContext,
    imported: Imported | None,
    status: int = 200,
    sentence: str = "",
    recalled: dict[str, str] | None = None,
    refused: RefusedForm | None = None,
) -> Response:
    """The form, with the result of a try, or the sentence why its file was not read.

    `refused`: the choices of a refused form, which no report shows.
    """
    file = context.files.get("file")
    values: dict[str, Any] = {
        "imported": imported,
        "report": imported and imported.report,
        "remarks": remarks_of(imported, context.formatter) if imported else [],
        "most_problems": MAX_PROBLEMS_SHOWN,
        "filename": (file.filename or "") if file else "",
        "refused": refused,
        "chosen": _sent(context) | (recalled or {}),
        "recalled": bool(recalled),
        **_view(context, imported),
        "sentence": sentence,
        "max_megabytes": sources.MAX_BYTES // 2**20,
    }
    if not context.is_fragment:
        return list_page.page_with_dialog(context, "fragments/import.html", status, **values)
    template = "fragments/import_report.html" if imported else "fragments/import.html"
    return responses.fragment(context, template, status, **values)


def _sent(context: RequestContext) -> dict[str, str]:
    """The choices as they were sent."""
    names = (*choices.FIELDS, "update")
    is_anew = context.form.text("anew") == "1"
    return {name: "" if is_anew else context.form.text(name) for name in names}


def _view(context: RequestContext, imported: Imported | None) -> dict[str, Any]:
    """The values for the dialog: the file as it was read, and the types to choose from."""
    if imported is None:
        return {"view": None, "types": []}
    names = imports.spellings_of(queries.used(context.db, context.user.id))
    return {"view": view_of(imported, names, context.formatter), "types": sorted(names.values())}


def _done(context: RequestContext, imported: Imported) -> Response:
    """The answer after saving: the list, with a message that offers the undo."""
    report = imported.report
    if context.is_fragment and htmx.shown_page(context.request).path == "/list":
        new = (seen.record.id for kind in WRITTEN for seen in report.shown[kind])
        return responses.fragment(
            context,
            "fragments/imported.html",
            headers=htmx.records_changed(*new, shows=True),
            report=report,
            remark=imported.new_currency and currency.in_words(imported.new_currency),
        )
    return flash.redirect(context, changed=report.change)


def _report_json(context: RequestContext, imported: Imported, status: int) -> Response:
    report = imported.report
    problems = [{"line": problem.line, "message": problem.message} for problem in report.problems]
    content: dict[str, Any] = {
        **{str(kind): count for kind, count in report.counts.items()},
        "nothing": imported.counts.nothing,
        "left_out": imported.left_out,
        "understood": imported.understood,
        "asks": imported.asks,
        "remarks": remarks_of(imported, context.formatter),
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

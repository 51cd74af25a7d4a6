"""The records as a resource that the pages share: rows, totals, one record, undo."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from starlette.responses import Response

from tally.accounts import type_settings
from tally.db import change_queries, changes, queries, stored_records
from tally.db.change_queries import ChangeState
from tally.db.engine import snapshot
from tally.domain import filter_query
from tally.domain.fields import read_id
from tally.domain.filters import DEFAULT_LIMIT, Filter
from tally.domain.records import StoredRecord
from tally.errors import Invalid
from tally.views import last_change, record_rows, transfer
from tally.views.checks import currency
from tally.views.last_change import Confirmation
from tally.views.record_json import record_json, totals_json
from tally.views.record_list import (
    count_fitting,
    list_address,
    page_of_rows,
    read_filter,
    shown_filter,
    totals_after,
    totals_of,
)
from tally.views.words import flash
from tally.views.words.record_fields import in_words
from tally.web import responses
from tally.web.context import RequestContext
from tally.web.parameters import FILTER, RECORD, takes

# The largest size of a page of JSON with more records than usual.
MAX_JSON_BYTES = 2_000_000


@takes(*FILTER, "download")
def index(context: RequestContext) -> Response:
    """The matching records: rows for htmx, JSON or CSV for programs, else the list page."""
    if context.wants == "csv" or (context.wants == "json" and context.query.flag("download")):
        return transfer.export(context)
    wanted = read_filter(context)
    if context.wants != "html":
        return responses.data(_page_json(context, wanted))
    if not context.is_fragment:
        return responses.redirect(context, list_address(filter_query.query(wanted)))
    return responses.fragment(context, "fragments/rows.html", **page_of_rows(context, wanted))


@takes(*FILTER, "totals_after")
def totals(context: RequestContext) -> Response:
    """Count and totals of the filter, by themselves: the rows never wait for them."""
    wanted = read_filter(context)
    if context.wants != "html":
        passed_over = totals_after(context)
        rows = queries.totals(context.db, context.user.id, wanted, passed_over)
        return responses.data(totals_json(rows, passed_over))
    if not context.is_fragment:
        return responses.redirect(context, list_address(filter_query.query(wanted, view="totals")))
    template = "totals_more" if totals_after(context) else "totals"
    return responses.fragment(context, f"fragments/{template}.html", **totals_of(context, wanted))


@takes()
def show(context: RequestContext) -> Response:
    """One record as a row of the list."""
    record = record_in_path(context)
    if context.wants != "html":
        return responses.data(record_json(record))
    if not context.is_fragment:
        return responses.redirect(context, "/list")
    return responses.fragment(context, "fragments/row.html", **as_row(context, record))


@takes(*RECORD, "back", "duplicate", "ids")
def delete(context: RequestContext) -> Response:
    """Delete one record for 30 days, and offer to undo it. Deleting twice is fine."""
    record_id = context.path_id()
    change = changes.delete(context.db, context.user.id, record_id)
    return _changed_one(context, record_id, change, "Deleted")


@takes(*RECORD, "back", "duplicate", "ids")
def restore(context: RequestContext) -> Response:
    """Bring a deleted record back."""
    record_id = context.path_id()
    change = changes.restore(context.db, context.user.id, record_id)
    currency.bring_back(context)
    return _changed_one(context, record_id, change, "Restored")


@takes("change", "id", "back", "confirm", "redo")
def undo(context: RequestContext) -> Response:
    """Undo all of a change of the last 10 minutes; the page asks first if the change is large.

    The field `redo` names the change instead of `change` if it is itself an undo.
    """
    is_redo = "redo" in context.form
    change = read_id(context.form.text("redo" if is_redo else "change"))
    if change is None:
        raise Invalid({"change": "Say which change to undo."})
    if context.wants == "html" and not context.form.flag("confirm"):
        state = change_queries.state(context.db, context.user.id, change)
        if last_change.is_large(state):
            return _ask_whether(context, change, state)
    is_renaming = last_change.is_renaming(context, change)
    page_before = last_change.page_before_renaming(context, change) if is_renaming else ""
    count = changes.undo(context.db, context.user.id, change)
    if is_renaming:
        type_settings.undo_renaming(context.db, context.user.id, change)
    currency.follow_undo(context, change)
    if context.wants != "html":
        # The settings of a type are not kept for a redo.
        redo = {} if is_renaming or not count else {"change": change_queries.undo_of(change)}
        return responses.data({"undone": count, **redo})
    if page_before:
        return responses.redirect(context, page_before)
    if is_renaming and not context.is_fragment:
        return flash.redirect(context, saved=flash.TYPE_BACK)
    return _undone(context, change, is_redo=is_redo)


def _ask_whether(context: RequestContext, change: UUID, state: ChangeState) -> Response:
    """The question whether a large undo is meant."""
    if not context.is_fragment:
        return flash.redirect(context, asks=change)
    return last_change.show(context, last_change.question(context, change, state))


def _undone(context: RequestContext, change: UUID, *, is_redo: bool) -> Response:
    """The message about an undo or a redo; without htmx on the page that it came from."""
    if context.is_fragment:
        described = last_change.after_redo if is_redo else last_change.after_undo
        confirmation = described(context, change)
        return last_change.answer(context, confirmation, *_ids_of(confirmation))
    if is_redo:
        return flash.redirect(context, changed=change_queries.undo_of(change))
    return flash.redirect(context, undone=change)


# The parts of the answers


def _page_json(context: RequestContext, wanted: Filter) -> dict[str, Any]:
    """A page of records: as many as the limit says, fewer where they have very long notes.

    How many match in all, and their totals, stand on the first page alone.
    """
    db, user_id = context.db, context.user.id
    wanted = queries.spelled(db, user_id, wanted)
    sums: dict[str, Any] = {"count": None, "totals": None}
    if wanted.after:
        rows = queries.records(db, user_id, wanted)
    else:
        with snapshot(db):
            rows = queries.records(db, user_id, wanted)
            sums = totals_json(queries.totals(db, user_id, wanted))
    records = [record_json(row) for row in rows[: wanted.limit]]
    fitting = _how_many_fit(records)
    following = record_rows.cursor(rows, wanted.sort, fitting)
    return {"records": records[:fitting], "next": following and following.encode(), **sums}


def _how_many_fit(records: list[dict[str, Any]]) -> int:
    """The number of records with which a page of JSON stays below its largest size."""
    if len(records) <= DEFAULT_LIMIT:
        return len(records)  # However long their notes are.
    return count_fitting((len(responses.encode(record)) for record in records), MAX_JSON_BYTES)


def record_in_path(context: RequestContext) -> StoredRecord:
    """The record in the path. Raises NoSuchRecord, for deleted ones too."""
    return stored_records.live(context.db, context.user.id, context.path_id())


def as_row(context: RequestContext, record: StoredRecord) -> dict[str, Any]:
    """The values for the template of a single row, in the shape of the page around it."""
    wanted = shown_filter(context)
    return {"wanted": wanted, "line": record_rows.line(record, wanted, context.formatter)}


def _changed_one(
    context: RequestContext, record_id: UUID, change: UUID | None, done: str
) -> Response:
    [record] = stored_records.find(context.db, context.user.id, [record_id])
    if context.wants != "html":
        return responses.data({**record_json(record), "change": change})
    editable = None if record.deleted_at else str(record_id)
    text = f"{done} {in_words(record, context.formatter)}"
    return last_change.answer(context, Confirmation(text, change, editable), record_id)


def _ids_of(confirmation: Confirmation) -> list[UUID]:
    return [UUID(confirmation.touched)] if confirmation.touched else []

"""The records as a resource that the pages share: rows, totals, one record, undo."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID, uuid4

from pydantic import ValidationError
from sqlalchemy import Row
from starlette.responses import Response

from tally import changes, numbers, queries, render, rows
from tally.changes import NewRecord
from tally.errors import Invalid, NotFound, Refusal, field_sentences
from tally.filters import Filter
from tally.listing import list_address, page_of_rows, read_filter, shown_filter, totals_of
from tally.models import FIELDS, RecordForm, read_id
from tally.pages import exchange, latest
from tally.pages import list as list_page
from tally.records_json import record_json, totals_json
from tally.visit import Visit


def index(visit: Visit) -> Response:
    """The matching records: rows for htmx, JSON or CSV for programs, else the list page."""
    if visit.wants == "csv" or (visit.wants == "json" and visit.query.text("download")):
        return exchange.export(visit)
    wanted = read_filter(visit)
    if visit.wants == "json":
        return render.data(_page_json(visit, wanted))
    if not visit.is_fragment:
        return render.redirect(visit, list_address(wanted.query()))
    return render.fragment(visit, "fragments/rows.html", **page_of_rows(visit, wanted))


def totals(visit: Visit) -> Response:
    """Count and totals of the filter, by themselves: the rows never wait for them."""
    wanted = read_filter(visit)
    if visit.wants == "json":
        return render.data(totals_json(queries.totals(visit.db, visit.user.id, wanted)))
    if not visit.is_fragment:
        return render.redirect(visit, list_address(wanted.query(view="totals")))
    return render.fragment(visit, "fragments/totals.html", **totals_of(visit, wanted))


def show(visit: Visit) -> Response:
    """One record as a row of the list."""
    record = _record(visit)
    if visit.wants != "html":
        return render.data(record_json(record))
    if not visit.is_fragment:
        return render.redirect(visit, "/list")
    return render.fragment(visit, "fragments/row.html", **_as_row(visit, record))


def edit(visit: Visit) -> Response:
    """One record as a form: in place of its row; without htmx in a dialog over the list."""
    return _form(visit, _record(visit))


def save(visit: Visit) -> Response:
    """Save the edit. A `version` that is not the newest is a 409 that shows both versions."""
    # What is not sent stays as it is: as it is now, not as it was before somebody else's edit.
    record = changes.locked(visit.db, visit.user.id, visit.path_id())
    given = {name: visit.form[name] for name in FIELDS if name in visit.form}
    try:
        version = _version(visit.form.text("version"))
        read = RecordForm.model_validate(_content(record) | given, context=_context(visit))
        new = NewRecord(id=record.id, **read.model_dump())
        change = changes.edit(visit.db, visit.user.id, record, new, version)
    except ValidationError as error:
        return _refuse(visit, record, 422, field_sentences(error), given)
    except Refusal as refused:
        if refused.status not in (409, 422):
            raise
        return _refuse(visit, record, refused.status, refused.fields, given, refused.sentence)
    [saved] = changes.find(visit.db, visit.user.id, [record.id])
    if visit.wants != "html":
        return render.data({**record_json(saved), "change": change})
    if not visit.is_fragment:
        return latest.back(visit, changed=change)
    remark = numbers.remark(given.get("consumption_value", ""), visit.number_format)
    return render.fragment(
        visit,
        "fragments/row.html",
        trigger=render.records_changed(record.id),
        **_as_row(visit, saved),
        message=with_remark(f"Saved {in_words(visit, saved)}", remark),
        change=change or "",
    )


def delete(visit: Visit) -> Response:
    """Delete one record for 30 days, and offer to undo it. Deleting twice is fine."""
    id = visit.path_id()
    change = changes.delete(visit.db, visit.user.id, id)
    return _changed_one(visit, id, change, "Deleted")


def restore(visit: Visit) -> Response:
    """Bring a deleted record back."""
    id = visit.path_id()
    change = changes.restore(visit.db, visit.user.id, id)
    return _changed_one(visit, id, change, "Restored")


def undo(visit: Visit) -> Response:
    """Take a change of the last 10 minutes back, all of it."""
    change = read_id(visit.form.text("change"))
    if change is None:
        raise Invalid({"change": "Say which change to undo."})
    count = changes.undo(visit.db, visit.user.id, change)
    if visit.wants != "html":
        return render.data({"undone": count})
    if not visit.is_fragment:
        return latest.back(visit, undone=change)
    return answer(visit, *latest.after_undo(visit, count))


# The parts of the answers


def _page_json(visit: Visit, wanted: Filter) -> dict[str, Any]:
    found = queries.records(visit.db, visit.user.id, wanted)
    following = rows.cursor(found, wanted)
    return {
        "records": [record_json(record) for record in found[: wanted.limit]],
        "next": following and following.encode(),
        **totals_json(queries.totals(visit.db, visit.user.id, wanted)),
    }


def _record(visit: Visit) -> Row[Any]:
    """The record in the path. Raises NotFound, for deleted ones too."""
    found = changes.find(visit.db, visit.user.id, [visit.path_id()])
    if not found or found[0].deleted_at is not None:
        raise NotFound
    return found[0]


def _content(record: Row[Any]) -> dict[str, str]:
    """The fields of a record as a form sends them."""
    return {name: str(getattr(record, name)) for name in FIELDS}


def _context(visit: Visit) -> dict[str, Any]:
    units = {kind.unit for kind in queries.used(visit.db, visit.user.id)}
    return {"today": visit.today, "number_format": visit.number_format, "units": units}


def _version(text: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch("[0-9]{1,9}", text):
        raise Invalid({"version": "The version is a whole number."})
    return int(text)


def _as_row(visit: Visit, record: Row[Any]) -> dict[str, Any]:
    """What the template of a single row needs, in the shape that the page around it has."""
    wanted = shown_filter(visit)
    return {"wanted": wanted, "line": rows.line(record, wanted, visit.say)}


def _form(
    visit: Visit,
    record: Row[Any],
    status: int = 200,
    faults: dict[str, str] | None = None,
    given: dict[str, str] | None = None,
    conflict: str = "",
) -> Response:
    shown = _content(record) | {"consumption_value": visit.say.typed(record.consumption_value)}
    context: dict[str, Any] = {
        "record": record,
        "fields": shown | (given or {}),
        "faults": faults or {},
        "conflict": conflict,
        "newest": in_words(visit, record),
        "back": render.address(*latest.opened_from(visit)),
    }
    if not visit.is_fragment:
        return list_page.beneath(visit, "fragments/edit_dialog.html", status, **context)
    columns = 5 if shown_filter(visit).by_day else 6
    return render.fragment(visit, "fragments/edit.html", status, **context, columns=columns)


def _refuse(
    visit: Visit,
    record: Row[Any],
    status: int,
    faults: dict[str, str],
    given: dict[str, str],
    sentence: str = "",
) -> Response:
    """The form again with what was typed; a conflict with the newest version beside it."""
    if visit.wants != "html":
        content: dict[str, Any] = {
            "error": sentence or next(iter(faults.values())),
            "fields": faults,
        }
        if status == 409:
            content |= {"record": record_json(record), "yours": given}
        return render.data(content, status)
    return _form(visit, record, status, faults, given, sentence if status == 409 else "")


def _changed_one(visit: Visit, id: UUID, change: UUID | None, done: str) -> Response:
    [record] = changes.find(visit.db, visit.user.id, [id])
    if visit.wants != "html":
        return render.data({**record_json(record), "change": change})
    return answer(visit, f"{done} {in_words(visit, record)}", change, id)


def answer(visit: Visit, message: str, change: UUID | None = None, *ids: UUID) -> Response:
    """A message with an undo; whoever shows records reads them again."""
    if not visit.is_fragment:
        return latest.back(visit, changed=change)
    return render.fragment(
        visit,
        "fragments/changed.html",
        trigger=render.records_changed(*ids),
        message=message,
        change=change or "",
        fresh_id=uuid4(),
    )


def in_words(visit: Visit, record: Row[Any]) -> str:
    """`coffee 2 cup, Sunday 22 November`."""
    amount = f"{visit.say.number(record.consumption_value)} {record.unit}".strip()
    return f"{record.consumption_type} {amount}, {visit.say.day(record.consumption_date)}"


def with_remark(message: str, remark: str) -> str:
    """The message and, where there is one, what to say of the value as it was written."""
    return f"{message}. {remark}" if remark else message

"""The records as a resource that the pages share: rows, totals, one record, many at once, undo."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID, uuid4, uuid5

from pydantic import ValidationError
from sqlalchemy import Row
from starlette.responses import Response

from tally import changes, filters, models, queries, render, rows
from tally.changes import Alike, NewRecord
from tally.errors import Invalid, NotFound, Refusal, field_sentences
from tally.filters import Filter
from tally.forms import read_pairs
from tally.models import MOST_TYPE, RecordForm, read_date, read_text
from tally.pages import exchange
from tally.units import read_unit
from tally.visit import UUID_PATTERN, Visit

# A change of a million records takes its time; the person who asked for it waits.
BULK_SECONDS = 120.0
FIELDS = tuple(RecordForm.model_fields)
BULK_ACTIONS = ("set-type", "set-unit", "set-date", "add-tag", "delete", "restore", "export")


def index(visit: Visit) -> Response:
    """The matching records: rows for htmx, JSON or CSV for programs, else the list page."""
    if visit.wants == "csv" or (visit.wants == "json" and visit.query.text("download")):
        return exchange.export(visit)
    wanted = read_filter(visit)
    if visit.wants == "json":
        return _as_json(visit, wanted)
    if not visit.is_fragment:
        return render.redirect(visit, list_address(wanted.query()))
    return render.fragment(visit, "fragments/rows.html", **page_of_rows(visit, wanted))


def totals(visit: Visit) -> Response:
    """Count and totals of the filter, by themselves: the rows never wait for them."""
    wanted = read_filter(visit)
    if visit.wants == "json":
        return render.data(_totals_json(queries.totals(visit.db, visit.user.id, wanted)))
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
    """One record as a form: in place of its row, or on a page of its own."""
    return _form(visit, _record(visit))


def save(visit: Visit) -> Response:
    """Save the edit. A `version` that is not the newest is a 409 that shows both versions."""
    record = _record(visit)
    given = {name: visit.form[name] for name in FIELDS if name in visit.form}
    try:
        version = _version(visit.form.text("version"))
        read = RecordForm.model_validate(_content(record) | given, context=_context(visit))
        new = NewRecord(id=record.id, **read.model_dump())
        change = changes.edit(visit.db, visit.user.id, new, version)
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
        return _back(visit, change)
    return render.fragment(
        visit,
        "fragments/row.html",
        trigger=render.records_changed(record.id),
        **_as_row(visit, saved),
        message=f"Saved {in_words(visit, saved)}",
        change=change,
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
    text = visit.form.text("change")
    if not UUID_PATTERN.fullmatch(text):
        raise Invalid({"change": "Say which change to undo."})
    count = changes.undo(visit.db, visit.user.id, UUID(text))
    if visit.wants != "html":
        return render.data({"undone": count})
    message = f"Undone: {visit.say.count(count, 'record')}" if count else "This is undone already"
    return _answer(visit, message)


def bulk(visit: Visit) -> Response:
    """Change many records alike, or copy one to today: one change, one undo."""
    if copied := visit.form.text("duplicate"):
        return _duplicate(visit, copied)
    action = visit.form.text("action")
    if action not in BULK_ACTIONS:
        raise Invalid({"action": f"Choose one of {', '.join(BULK_ACTIONS)}."})
    wanted, ids = _chosen(visit, deleted=action == "restore")
    if action == "export":
        return exchange.export(visit, wanted, ids)
    alike = _alike(visit, action, visit.form.text(action) or visit.form.text("value"))
    change, count = changes.change_alike(visit.db, visit.user.id, wanted, ids, alike)
    if visit.wants != "html":
        return render.data({"changed": count, "change": change})
    done = {"delete": "Deleted", "restore": "Restored"}.get(action, "Changed")
    return _answer(
        visit,
        f"{done} {visit.say.count(count, 'record')}",
        change if count else None,
        *(ids or ())[:20],
    )


# What other pages use


def read_filter(visit: Visit) -> Filter:
    """The filter in the query string. Raises FilterError."""
    return filters.read_filter(
        visit.query.items_list(), visit.today, number_format=visit.number_format
    )


def shown_filter(visit: Visit) -> Filter:
    """The filter of the list that asks; the usual one for any other page."""
    path, query = render.shown_page(visit.request)
    pairs = read_pairs(query.encode()) if path == "/list" else []
    return filters.read_leniently(pairs, visit.today, number_format=visit.number_format)[0]


def list_address(query: str) -> str:
    """The list page with this query string."""
    return f"/list?{query}" if query else "/list"


def page_of_rows(visit: Visit, wanted: Filter, at_least: int = 0) -> dict[str, Any]:
    """What the template of rows needs: a page of them, and where the next one is.

    `at_least`: so many rows, where that is more than a page.
    """
    usual, wanted = wanted, replace(wanted, limit=max(wanted.limit, at_least))
    found = queries.records(visit.db, visit.user.id, wanted)
    cut = rows.cut_day(found, wanted)
    whole_day = (
        queries.totals(visit.db, visit.user.id, replace(wanted, start=cut, end=cut)) if cut else ()
    )
    following = rows.cursor(found, wanted)
    return {
        "wanted": usual,
        "lines": rows.lines(found, wanted, visit.say, whole_day),
        "following": usual.next_page(following) if following else "",
    }


def totals_of(visit: Visit, wanted: Filter) -> dict[str, Any]:
    """What the template of totals needs."""
    found = queries.totals(visit.db, visit.user.id, wanted)
    return {
        "wanted": wanted,
        "count": sum(total.entries for total in found),
        "totals": found,
    }


# The parts of the answers


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
    units = _used_units(visit)
    return {"today": visit.today, "number_format": visit.number_format, "units": units}


def _used_units(visit: Visit) -> set[str]:
    return {kind.unit for kind in queries.used(visit.db, visit.user.id)}


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
    return render.either(
        visit,
        "pages/edit.html",
        "fragments/edit.html",
        status,
        record=record,
        fields=shown | (given or {}),
        faults=faults or {},
        conflict=conflict,
        newest=in_words(visit, record),
        columns=5 if shown_filter(visit).by_day else 6,
    )


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


def _changed_one(visit: Visit, id: UUID, change: UUID, done: str) -> Response:
    [record] = changes.find(visit.db, visit.user.id, [id])
    if visit.wants != "html":
        return render.data({**record_json(record), "change": change})
    return _answer(visit, f"{done} {in_words(visit, record)}", change, id)


def _answer(visit: Visit, message: str, change: UUID | None = None, *ids: UUID) -> Response:
    """A message with an undo; whoever shows records reads them again."""
    if not visit.is_fragment:
        return _back(visit, change)
    return render.fragment(
        visit,
        "fragments/changed.html",
        trigger=render.records_changed(*ids),
        message=message,
        change=change or "",
        fresh_id=uuid4(),
    )


def _back(visit: Visit, change: UUID | None) -> Response:
    """Without JavaScript: the page that the form was on, with the undo."""
    path, query = render.shown_page(visit.request)
    if path not in ("/", "/add", "/list"):
        path, query = "/list", ""
    pairs = [pair for pair in parse_qsl(query) if pair[0] != "changed"]
    if change:
        pairs.append(("changed", str(change)))
    return render.redirect(visit, f"{path}?{urlencode(pairs)}" if pairs else path)


def in_words(visit: Visit, record: Row[Any]) -> str:
    """`coffee 2 cup, Sunday 22 November`."""
    amount = f"{visit.say.number(record.consumption_value)} {record.unit}".strip()
    return f"{record.consumption_type} {amount}, {visit.say.day(record.consumption_date)}"


# Many at once


def _chosen(visit: Visit, *, deleted: bool) -> tuple[Filter, list[UUID] | None]:
    """Which records: the ids that were sent, or with `all=1` every one that the filter finds."""
    if visit.form.text("all") == "1":
        sent = [*visit.query.items_list(), *visit.form.items_list()]
        wanted = filters.read_filter(sent, visit.today, number_format=visit.number_format)
        return wanted.everything(), None
    texts = [id for text in visit.form.many("ids") for id in re.split("[, ]+", text) if id]
    if not texts:
        raise Invalid({"ids": "Select at least one record."})
    if not all(map(UUID_PATTERN.fullmatch, texts)):
        raise NotFound
    return Filter(today=visit.today, deleted=deleted), [UUID(text) for text in texts]


def _alike(visit: Visit, action: str, value: str) -> Alike:
    """What a bulk action does. Raises Invalid with a sentence for its value."""
    try:
        match action:
            case "set-type":
                return Alike(type=read_text(value, "Type", MOST_TYPE, "Write the new type."))
            case "set-unit":
                unit = "" if value == filters.WITHOUT_UNIT else value
                return Alike(unit=read_unit(models.read_unit(unit), _used_units(visit)))
            case "set-date":
                return Alike(day=read_date(value, visit.today))
            case "add-tag":
                return Alike(tag=_tag(value))
            case "delete":
                return Alike(delete=True)
            case _:
                return Alike(restore=True)
    except ValueError as error:
        raise Invalid({action: str(error)}) from error


def _tag(text: str) -> str:
    word = read_text(text, "A tag", MOST_TYPE, "Write a tag, such as #late.").lstrip("#")
    tag = f"#{word}"
    if filters.tags_in(tag) != {filters.fold(tag)}:
        raise ValueError("A tag is one word, such as #late.")
    return tag


def _duplicate(visit: Visit, text: str) -> Response:
    """Copy a record to today. The form's own id makes a doubled click one copy."""
    if not UUID_PATTERN.fullmatch(text):
        raise NotFound
    found = changes.find(visit.db, visit.user.id, [UUID(text)])
    if not found or found[0].deleted_at is not None:
        raise NotFound
    form_id = visit.form.text("id")
    base = UUID(form_id) if UUID_PATTERN.fullmatch(form_id) else uuid4()
    original = found[0]
    copy = NewRecord(
        uuid5(base, text),
        visit.today,
        original.consumption_type,
        original.consumption_value,
        original.unit,
        original.notes,
    )
    added = changes.add(visit.db, visit.user.id, [copy])
    [record] = changes.find(visit.db, visit.user.id, [copy.id])
    if visit.wants != "html":
        return render.data({**record_json(record), "change": added.change}, 201)
    return _answer(visit, f"Noted {in_words(visit, record)}", added.change, copy.id)


# For programs


def _as_json(visit: Visit, wanted: Filter) -> Response:
    found = queries.records(visit.db, visit.user.id, wanted)
    following = rows.cursor(found, wanted)
    return render.data(
        {
            "records": [record_json(record) for record in found[: wanted.limit]],
            "next": following and following.encode(),
            **_totals_json(queries.totals(visit.db, visit.user.id, wanted)),
        }
    )


def _totals_json(found: Sequence[Row[Any]]) -> dict[str, Any]:
    return {
        "count": sum(total.entries for total in found),
        "totals": [
            {
                "type": total.consumption_type,
                "unit": total.unit,
                "total": total.total,
                "entries": total.entries,
            }
            for total in found
        ],
    }


def record_json(record: Row[Any]) -> dict[str, Any]:
    return {
        "id": record.id,
        "consumption_date": record.consumption_date,
        "consumption_value": record.consumption_value,
        "consumption_type": record.consumption_type,
        "unit": record.unit,
        "notes": record.notes,
        "created_at": record.created_at,
        "version": record.version,
    }

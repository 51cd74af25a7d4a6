"""Many records at once, and one copied to today: one change, one undo."""

from __future__ import annotations

import re
from uuid import UUID

from starlette.responses import Response

from tally import changes, filters, queries, render
from tally.changes import Alike
from tally.errors import Invalid, NotFound
from tally.filters import Filter
from tally.models import MOST_TYPE, read_date, read_id, read_text, read_unit_text
from tally.pages import create, exchange
from tally.pages.consumption import answer
from tally.units import read_unit
from tally.visit import Visit

SETTERS = ("set-type", "set-unit", "set-date", "add-tag")
ACTIONS = (*SETTERS, "delete", "restore", "export")


def bulk(visit: Visit) -> Response:
    """Change many records alike, or copy one to today: one change, one undo."""
    if visit.form.text("duplicate"):
        return create.duplicate(visit)
    action = visit.form.text("action")
    if action == "typed":
        action = _typed(visit)
    if action not in ACTIONS:
        raise Invalid({"action": f"Choose one of {', '.join(ACTIONS)}."})
    wanted, ids = _chosen(visit, action)
    if action == "export":
        return exchange.export(visit, wanted, ids)
    alike = _alike(visit, action, visit.form.text(action) or visit.form.text("value"))
    change, count = changes.change_alike(visit.db, visit.user.id, wanted, ids, alike)
    if visit.wants != "html":
        return render.data({"changed": count, "change": change})
    done = {"delete": "Deleted", "restore": "Restored"}.get(action, "Changed")
    return answer(
        visit,
        f"{done} {visit.say.count(count, 'record')}",
        change,
        *(ids or ())[:20],
    )


def _typed(visit: Visit) -> str:
    """The action of the one field that is filled in: Enter in it, in a browser without scripts.

    Raises Invalid.
    """
    typed = [action for action in SETTERS if visit.form.text(action)]
    if len(typed) != 1:
        raise Invalid({"action": "Fill in one field, or press Apply beside the one you mean."})
    return typed[0]


def _chosen(visit: Visit, action: str) -> tuple[Filter, list[UUID] | None]:
    """Which records: the ids that were sent, or with `all=1` every one that the filter finds.

    Raises NotFound when none of the ids is there, as for a single record; deleting what is deleted
    and restoring what is there is fine.
    """
    if visit.form.text("all") == "1":
        sent = [*visit.query.items_list(), *visit.form.items_list()]
        wanted = filters.read_filter(sent, visit.today, number_format=visit.number_format)
        return wanted.everything(), None
    texts = [id for text in visit.form.many("ids") for id in re.split("[, ]+", text) if id]
    if not texts:
        raise Invalid({"ids": "Select at least one record."})
    ids = [id for id in map(read_id, texts) if id]
    found = changes.find(visit.db, visit.user.id, ids)
    is_there = [row.deleted_at is None or action in ("delete", "restore") for row in found]
    if len(ids) < len(texts) or not any(is_there):
        raise NotFound
    return Filter(today=visit.today, deleted=action == "restore"), ids


def _alike(visit: Visit, action: str, value: str) -> Alike:
    """What a bulk action does. Raises Invalid with a sentence for its value."""
    try:
        match action:
            case "set-type":
                return Alike(type=read_text(value, "Type", MOST_TYPE, "Write the new type."))
            case "set-unit":
                unit = "" if value == filters.WITHOUT_UNIT else value
                used = {kind.unit for kind in queries.used(visit.db, visit.user.id)}
                return Alike(unit=read_unit(read_unit_text(unit), used))
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

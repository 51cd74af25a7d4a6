"""Renaming, merging, converting, colouring and hiding a type."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from starlette.responses import Response

from tally.accounts import type_settings
from tally.db import bulk_edits, changes, queries
from tally.db.bulk_edits import BulkEdit
from tally.db.changes import ChangeRefused
from tally.domain import renaming
from tally.domain.fields import MAX_TYPE, FieldReader, read_flag, read_text, read_unit_text
from tally.domain.filters import Filter
from tally.domain.formatting import in_unit
from tally.domain.keys import Key, folded, missing_unit
from tally.domain.marks import MAX_MARKED, TYPE_COLOURS
from tally.domain.records import UNDO_MINUTES
from tally.domain.renaming import (
    Renaming,
    renamed_limits,
    renamed_prices,
    rounded_prices,
    told_of_dropped,
)
from tally.domain.text import capital, fold
from tally.domain.units import read_unit
from tally.errors import Invalid, NotFound
from tally.views.checks import measures
from tally.views.record_json import told_json
from tally.views.words import flash
from tally.web import responses
from tally.web.context import RequestContext
from tally.web.parameters import takes

MARKS = ("colour", "hidden", "place")


@takes("type", "unit", "to_type", "to_unit", "dry_run", *MARKS, "back", "query", "was")
def update(context: RequestContext) -> Response:
    """Rename, merge or convert a type (`to_type`, `to_unit`, `dry_run`), or mark it.

    Raises Invalid with a sentence at its field; NotFound where the account has no such type.
    """
    form = context.form
    key = _existing(context)
    marks = [name for name in MARKS if name in form]
    is_trial = form.flag("dry_run")
    if "to_type" in form or "to_unit" in form:
        if marks:
            raise Invalid(dict.fromkeys(marks, "Send this by itself, without a name or a unit."))
        plan = _planned(context, key)
        return _preview(context, plan) if is_trial else _rename(context, plan)
    if marks and is_trial:
        raise Invalid({"dry_run": "Only a name or a unit can be tried."})
    if marks:
        return _mark(context, key)
    raise Invalid({"to_type": "Say what becomes of it: a name, a unit, a colour, or hidden."})


class RenamingPlan(NamedTuple):
    """The effect of a renaming: how many records it moves, and how many the target has already.

    limit_goes, prices_go: whether the target keeps its own limit or prices and these are dropped.
    rounded: a sentence if a price has too many decimals in the new unit.
    """

    renaming: Renaming
    records: int
    target_records: int
    limit_goes: bool = False
    prices_go: bool = False
    rounded: str = ""

    @property
    def warnings(self) -> list[str]:
        """Sentences if a limit or prices are dropped or rounded; none if they follow unchanged."""
        source, target = self.renaming.source, self.renaming.target
        told = told_of_dropped(source, target, limit=self.limit_goes, prices=self.prices_go)
        return [*told, self.rounded] if self.rounded else told


def _existing(context: RequestContext) -> Key:
    """The type that is meant, as the account spells it. Raises Invalid; NotFound."""
    name, unit = context.form.text("type"), context.form.text("unit")
    if not name.strip():
        raise Invalid({"type": "Say which type is meant."})
    keys = [kind.key for kind in context.used_with(name)]
    if sentence := missing_unit(context.form, keys):
        raise Invalid({"unit": sentence})
    meant = Key(fold(" ".join(name.split())), unit)
    own = [key for key in keys if folded(key) == meant]
    if not own:
        raise NotFound("You have no such type, or not any more.")
    return next((key for key in own if key.type == name), own[0])


def _planned(context: RequestContext, key: Key) -> RenamingPlan:
    """The effect of the renaming that the form asks for. Raises Invalid."""
    form, reader = context.form, FieldReader()
    used = context.used_with(key.type, form.get("to_type", ""))
    name = reader.read("to_type", _read_new_name, form.get("to_type", key.type), key.type)
    own = {fold(kind.type): kind.type for kind in used if fold(kind.type) != fold(key.type)}
    units = {kind.unit for kind in used}
    limits, prices = context.user.preferences.get("limits", []), _prices(context)

    def read_renaming(text: str) -> Renaming:
        target = Key(own.get(fold(name), name), read_unit(read_unit_text(text), units))
        chosen = measures.for_conversion(context, key.unit, target.unit)
        become = renaming.between(key, target, chosen)
        renamed_limits(limits, become)
        renamed_prices(prices, become)
        return become

    unchanged = Renaming(key, key)
    become = reader.read("to_unit", read_renaming, form.get("to_unit", key.unit), unchanged)
    if not reader.faults and become.target == key:
        reader.faults["to_type"] = "It is called that already."
    if reader.faults:
        raise Invalid(reader.faults)
    there = 0 if become.respells else _count(context, become.target)
    limit_goes, prices_go = _are_dropped(limits, become), _are_dropped(prices, become)
    rounded = "" if prices_go else _told_of_rounding(context, prices, become)
    return RenamingPlan(become, _count(context, key), there, limit_goes, prices_go, rounded)


def _read_new_name(text: str) -> str:
    return read_text(text, "Type", MAX_TYPE, "Write its new name.")


def _are_dropped(entries: Sequence[Mapping[str, Any]], become: Renaming) -> bool:
    """Whether limits or prices of the renamed type give way to those that the target has."""
    return any(map(become.has_target, entries)) and any(map(become.has, entries))


def _prices(context: RequestContext) -> Sequence[dict[str, Any]]:
    """The prices of the account as they are stored; none without a currency."""
    return queries.prices(context.db, context.user.id) if context.currency else ()


def _told_of_rounding(
    context: RequestContext, prices: Sequence[dict[str, Any]], become: Renaming
) -> str:
    """A sentence if a price has too many decimals in the new unit, else ""."""
    rounded = rounded_prices(prices, become)
    if not rounded:
        return ""
    formatter, latest = context.formatter, rounded[-1]
    before = f"{formatter.number(latest.before)} a {become.source.unit}"
    after = f"{formatter.number(latest.after)} a {become.target.unit}"
    if len(rounded) == 1:
        return f"A price is rounded: {before} becomes {after}."
    prices_rounded = formatter.count(len(rounded), "price")
    return f"{prices_rounded} are rounded; the latest, {before}, becomes {after}."


def _count(context: RequestContext, key: Key) -> int:
    return queries.count(context.db, context.user.id, Filter.of_key(key, context.today))


def _preview(context: RequestContext, plan: RenamingPlan) -> Response:
    """What a renaming would change. Raises Invalid for a conversion that is then refused."""
    source, factor = plan.renaming.source, plan.renaming.factor
    if factor:
        db, user_id, today = context.db, context.user.id, context.today
        try:
            bulk_edits.refuse_conversion(db, user_id, source, today, factor)
        except ChangeRefused as error:
            raise Invalid({"to_unit": str(error)}) from error
    content = {**_json(plan), "saved": False}
    if context.wants != "html":
        return responses.data(content)
    words = _words(context, plan)
    if context.is_fragment:
        return responses.fragment(context, "fragments/type_preview.html", words=words)
    return responses.page(
        context,
        "pages/type_preview.html",
        words=words,
        sent=[pair for pair in context.form.items_list() if pair[0] != "dry_run"],
        address=flash.type_address(context, source),
    )


def _rename(context: RequestContext, plan: RenamingPlan) -> Response:
    source, target = plan.renaming.source, plan.renaming.target
    change = changes.new_change()
    factors = {source.unit: plan.renaming.factor} if plan.renaming.factor else None
    try:
        edited = bulk_edits.apply(
            context.db,
            context.user.id,
            Filter.of_key(source, context.today),
            None,
            BulkEdit(
                type=target.type,
                unit=target.unit if target.unit != source.unit else None,
                factors=factors,
            ),
            change,
        )
        type_settings.rename_type(context.db, context.user.id, plan.renaming, change, context.now)
    except (ChangeRefused, ValueError) as error:
        raise Invalid({"to_unit": str(error)}) from error
    context.note("type renamed", user=context.user.id)
    if context.wants != "html":
        # Another renaming may have come first.
        moved = _json(plan._replace(records=edited.records))
        return responses.data({**moved, "saved": True, "change": edited.change})
    address = flash.type_address(context, target, changed=edited.change or "")
    return responses.redirect(context, address)


def _json(plan: RenamingPlan) -> dict[str, Any]:
    return {
        "type": plan.renaming.target.type,
        "unit": plan.renaming.target.unit,
        "from": plan.renaming.source._asdict(),
        "records": plan.records,
        "merged_with": plan.target_records,
        "converted": plan.renaming.factor is not None,
        **told_json(plan.warnings),
    }


def _words(context: RequestContext, plan: RenamingPlan) -> str:
    source, target = plan.renaming.source, plan.renaming.target
    count = context.formatter.count(plan.records, "record")
    become, values = ("becomes", "its value") if plan.records == 1 else ("become", "their values")
    became = f"{count} of {_named(source)} {become} {_named(target)}"
    if plan.renaming.factor:
        became += f", {values} converted"
    elif source.unit != target.unit:
        became += f", {values} unchanged"
    if plan.target_records:
        there = context.formatter.count(plan.target_records, "record")
        became += f", one with the {there} that {_named(target)} has already"
    kept = {"limits": not plan.limit_goes, "prices": not plan.prices_go}
    follow = " and ".join(name for name, follows in kept.items() if follows)
    undone = f"you can undo it for {UNDO_MINUTES} minutes."
    sentence = f"{follow} follow; {undone}" if follow else undone
    return " ".join((f"{became}.", capital(sentence), *plan.warnings))


def _named(key: Key) -> str:
    return f"{key.type} {in_unit(key.unit)}"


def _mark(context: RequestContext, key: Key) -> Response:
    """Save the marks of a type that a form changes."""
    changed = _changed_marks(context)
    try:
        mark = type_settings.mark_type(context.db, context.user.id, key, **changed)
    except ValueError as error:
        raise Invalid({next(iter(changed), "colour"): str(error)}) from error
    if context.wants != "html":
        told = (
            mark._asdict()
            if "place" in context.form
            else {"colour": mark.colour, "hidden": mark.hidden}
        )
        return responses.data({**key._asdict(), **told})
    return responses.redirect(context, flash.type_address(context, key, saved=flash.TYPE))


def _changed_marks(context: RequestContext) -> dict[str, Any]:
    """The marks that the form changes, by name: a number, None for none, or whether it is hidden.

    Raises Invalid.
    """
    form, reader = context.form.changed(MARKS), FieldReader()
    changed = {name: reader.read(name, _MARK_READERS[name], form[name], None) for name in form}
    if reader.faults:
        raise Invalid(reader.faults)
    return changed


def _read_colour(text: str) -> int | None:
    text = text.strip()
    if text and text not in map(str, range(TYPE_COLOURS)):
        raise ValueError(f"Choose a colour from 0 to {TYPE_COLOURS - 1}, or none.")
    return int(text) if text else None


def _read_place(text: str) -> int | None:
    text = text.strip()
    if text and not (re.fullmatch("[0-9]{1,3}", text) and 1 <= int(text) <= MAX_MARKED):
        raise ValueError(f"Write a place from 1 to {MAX_MARKED}, or none.")
    return int(text) if text else None


_MARK_READERS: Mapping[str, Callable[[str], int | None]] = {
    "colour": _read_colour,
    "hidden": read_flag,
    "place": _read_place,
}

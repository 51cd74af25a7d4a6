"""A plan as the fields of the form that choose it. Pure."""

from __future__ import annotations

from typing import Any

from tally.transfer.plans.plan import Plan
from tally.transfer.tables.columns import Column
from tally.transfer.tables.heading_roles import AMOUNTS


def understood_fields(plan: Plan) -> dict[str, Any]:
    """The choices and guesses, as the fields that choose them."""
    names = plan.names
    types = {names.type_of(column) for column in plan.columns.amounts}
    units = {names.unit_of(column) for column in plan.columns.amounts}
    is_one = len(types) == 1 and not plan.columns.have("type")
    return {
        "columns": [_entry(plan, column) for column in plan.columns],
        "type": next(iter(types)) if is_one else names.table_type,
        "unit": plan.reader.known_unit(next(iter(units))) if len(units) == 1 else plan.choices.unit,
        "decimal": plan.notation.mark or "",
        "order": plan.notation.order or "",
        "encoding": plan.table.source.encoding,
        "table": plan.table.name,
    }


def _entry(plan: Plan, column: Column) -> str:
    """The entry of a column in the field `columns`."""
    names = plan.names
    if column.is_open:
        # A choice that is asked for is left out, or it would be sent back as an answer.
        return ""
    if column.role not in AMOUNTS:
        return column.role
    if column in names.twins:
        # With its type it would be sent back as a choice of the person.
        return column.role
    several = len(plan.columns.amounts) > 1 and not plan.columns.have("type") and not plan.table.own
    name = names.type_of(column)
    if column.day or not several or not name or plan.columns.fill_one:
        return column.role
    return f"{column.role}:{name}:{names.known_unit_of(column)}"

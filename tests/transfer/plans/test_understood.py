"""A plan as the fields of the form that choose it."""

from __future__ import annotations

from tally.transfer.plans.understood import understood_fields
from tests.transfer.planned import plan_of, sent_back


def test_a_chosen_type_is_told_beside_columns_whose_headings_name_it() -> None:
    text = "Date;kWh;kWh;kWh\n2026-10-05;1;2;3\n"
    plan = plan_of(text, columns=",value:kWh:kWh,,")
    assert understood_fields(plan)["columns"] == ["date", "value:kWh:kWh", "value", "value"]
    again = plan_of(text, **sent_back(understood_fields(plan)))
    assert understood_fields(again) == understood_fields(plan)
    assert again.asks == plan.asks == ("columns",)
    assert again.names.alike_headings == plan.names.alike_headings == "kWh, kWh"

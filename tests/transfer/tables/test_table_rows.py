"""The rows of a table among the lines of its file."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.transfer.planned import planned


@given(st.lists(st.sampled_from(["row", "blank", "header", "cells", "rule"]), max_size=20))
def test_the_lines_of_a_table_are_its_rows_without_blank_ones_rules_and_repeated_headers(
    kinds: list[str],
) -> None:
    texts = {
        "row": "2026-10-05;1", "blank": "", "header": "Day;kWh", "cells": ";", "rule": "---;:---:",
    }  # fmt: skip
    lines = ["Day;kWh", "2026-10-01;1", *(texts[kind] for kind in kinds)]
    plan_file = "\n".join(lines) + "\n"
    with planned(plan_file) as plan:
        numbers = [line.number for line in plan.lines()]
        assert [line.number for line in plan.lines()] == numbers
        assert plan.rows.count == len(numbers)
    assert numbers == [number for number, line in enumerate(lines, 1) if line.startswith("2026")]


def test_days_above_rows_may_stand_without_any_heading() -> None:
    with planned("Jan 2026\n1,5\n2,7\nFeb 2026\n1,6\n") as plan:
        assert [(line.number, line.above) for line in plan.lines()] == [
            (2, "Jan 2026"), (3, "Jan 2026"), (5, "Feb 2026"),
        ]  # fmt: skip

"""What all rows of a file tell together."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from tally.transfer.files import sources
from tally.transfer.plans.choices import read_choices
from tally.transfer.plans.planner import make_plan
from tally.transfer.plans.reader import Reader
from tests.transfer.planned import BERLIN, TODAY, plan_of


def test_the_order_of_dates_is_that_of_all_rows_or_else_of_the_account() -> None:
    text = "day;type;value\n05/10/2026;tea;1\n"
    assert (plan_of(text).notation.order, plan_of(text).notation.dated) == (None, "05/10/2026")
    assert plan_of(text, Reader(TODAY, BERLIN, order="day-first")).notation.order == "day-first"
    assert plan_of(text + "10/13/2026;tea;1\n").notation.order == "month-first"


def test_dates_of_a_column_that_is_left_out_tell_the_order_of_the_others() -> None:
    text = "bill date;from;to;kWh\n10/15/2026;09/10/2026;10/09/2026;4\n"
    assert plan_of(text).notation.order == "month-first"
    assert plan_of(text.replace("10/15", "10/11")).notation.order is None


def test_dates_that_fit_no_order_together_tell_none() -> None:
    text = "day;type;value\n13/10/2026;tea;1\n10/13/2026;tea;1\n"
    assert plan_of(text).notation.order is None
    assert plan_of(text, order="month-first").notation.order == "month-first"


def test_the_first_number_with_a_decimal_mark_is_kept_as_an_example() -> None:
    plan = plan_of("day\ttype\tvalue\n2026-10-05\ttea\t1,500\n2026-10-05\ttea\t2,5\n")
    assert (plan.notation.mark, plan.notation.marked) == (",", "2,5")


def test_numbers_that_contradict_each_other_tell_no_mark() -> None:
    assert (
        plan_of("day\ttype\tvalue\n2026-10-05\ttea\t1.5\n2026-10-05\ttea\t1,5\n").notation.mark
        is None
    )
    assert plan_of("day;type;value\n2026-10-05;tea;1,500\n").notation.mark == ","


def test_the_meaning_of_amounts_below_zero_is_guessed_only_where_that_is_wanted() -> None:
    text = "day;type;value\n2026-10-05;tea;-5\n"
    file = io.BytesIO(text.encode())
    choices = read_choices({})
    with sources.opened(file) as source:
        reader = Reader(TODAY, BERLIN)
        guessing = replace(choices, guess_negative=True)
        assert make_plan(source, guessing, reader).negative == "flip"
        assert make_plan(source, choices, reader).negative == "omit"
    assert plan_of(text, negative="split").negative == "split"


@pytest.mark.parametrize(
    ("times", "step", "descending"),
    [
        ("00:00 00:15 00:30 00:45", 900, False),
        ("23:00 22:00 21:00 20:00", 3600, True),
        ("00:00 00:15 00:30 00:45 01:00 01:30", 900, False),
        ("00:00 00:07 01:30 05:00", None, False),
        ("08:00", None, False),
    ],
)
def test_the_step_of_the_rows_and_which_way_they_run(
    times: str, step: int | None, descending: bool
) -> None:
    rows = "".join(f"2026-10-05 {time};1\n" for time in times.split())
    plan = plan_of(f"Time;Power (W)\n{rows}")
    assert (plan.rows.step, plan.rows.descending) == (step, descending)


def test_ends_that_are_the_next_starts_meet() -> None:
    meeting = "From;To;kWh\n2026-01-01;2026-02-01;3\n2026-02-01;2026-03-01;4\n"
    assert plan_of(meeting).rows.meets
    assert not plan_of(meeting.replace("2026-02-01;3", "2026-01-31;3")).rows.meets


LONG = "day;type;kWh\n2026-10-05;tea;1\n2026-10-05;gas;2\n2026-10-05;Total;3\n"


@pytest.mark.parametrize(
    "text",
    [LONG, "type;2026-01;2026-02\ntea;1;2\ngas;3,5;4\nTotal;4,5;6\n",
     "5 Oct 2026\ntype;kWh\ntea;1\ngas;2\nTotal;3\n6 Oct 2026\ntea;2\ngas;2\nTotal;4\n"],
)  # fmt: skip
def test_a_type_that_is_the_sum_of_the_others_is_known(text: str) -> None:
    assert plan_of(text).rows.sums == {"Total"}


def test_a_type_of_the_account_and_one_that_tally_wrote_are_no_sums() -> None:
    reader = Reader(TODAY, BERLIN, types=frozenset(("total",)))
    assert plan_of(LONG, reader).rows.sums == frozenset()
    own = LONG.replace("day;type;kWh", "consumption_date;consumption_type;consumption_value")
    assert plan_of(own).rows.sums == frozenset()
    assert plan_of(LONG.replace("Total;3", "Total;4")).rows.sums == frozenset()


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("Month;gas\n2026-01-01;250\n2026-02-01;240\n", "month"),
        ("Monat;gas\n01.01.2026 00:00;250\n01.02.2026 00:00;240\nSumme;490\n", "month"),
        ("Month;type;kWh\n2026-01-01;gas;2\n2026-01-01;power;2\n2026-02-01;gas;3\n", "month"),
        ("Year;gas\n2025-01-01;250\n2026-01-01;240\n", "year"),
        ("Year;gas\n2025-01-01;250\n2026-02-01;240\n", None),
        ("Month;gas\n2026-01-01;250\n2026-02-02;240\n", None),
        ("Month;gas\n2026-01-01 08:30;250\n2026-02-01 08:30;240\n", None),
        ("Month;gas\n2026-01-01;250\n", None),
        ("Month;gas\n2026-01-01;250\n2026-01-01;240\n2026-02-01;3\n", None),
        ("Date;gas\n2026-01-01;250\n2026-02-01;240\n", None),
        # A reading stands on its day.
        ("Month;Meter reading\n2026-01-01;250\n2026-02-01;340\n", None),
    ],
)
def test_firsts_of_months_below_a_heading_of_months_are_whole(text: str, whole: str | None) -> None:
    assert plan_of(text).rows.whole == whole
    assert plan_of(text, since="1").rows.whole is None

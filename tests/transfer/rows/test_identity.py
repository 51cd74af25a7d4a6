"""Ids for rows that have none."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tally.transfer.rows.identity import FILE_IDS, FileIds, day_sum_id, day_sum_key

CONTENTS = st.lists(st.tuples(st.text("ab"), st.text("ab")), max_size=12)


@given(CONTENTS)
def test_the_same_rows_have_the_same_ids_and_equal_rows_are_apart(
    contents: list[tuple[str, str]],
) -> None:
    first, second = FileIds(), FileIds()
    ids = [first.of(content) for content in contents]
    assert [second.of(content) for content in contents] == ids
    assert len(set(ids)) == len(ids)


@given(CONTENTS.flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))))
def test_the_order_of_the_rows_does_not_matter(
    orders: tuple[list[tuple[str, str]], list[tuple[str, str]]],
) -> None:
    first, second = FileIds(), FileIds()
    assert {first.of(row) for row in orders[0]} == {second.of(row) for row in orders[1]}


@given(st.lists(st.text(st.characters()), max_size=4))
def test_an_id_tells_that_it_came_from_a_file(parts: list[str]) -> None:
    made = FileIds().of(parts)
    assert FILE_IDS.first <= made <= FILE_IDS.last
    assert made.version == 5


def test_the_sum_of_a_day_has_one_id_in_every_file() -> None:
    key = day_sum_key("2026-10-05", "1", "café", "kwh")
    assert day_sum_id(date(2026, 10, 5), "Café", "kWh") == FileIds().of(key)
    assert day_sum_id(date(2026, 10, 6), "Café", "kWh") != FileIds().of(key)


def test_parts_do_not_run_into_each_other() -> None:
    assert FileIds().of(["ab", "c"]) != FileIds().of(["a", "bc"])


def test_the_ids_are_those_of_every_version() -> None:
    """Else a file that an earlier version has imported would be doubled by the next one."""
    ids = FileIds()
    row = ("2026-10-05", "08:30", "café", "cup", "1")
    assert [str(ids.of(row)) for _ in range(2)] == [
        "7a11f11e-1631-52e8-959b-3f8b5c0f6825",
        "7a11f11e-5702-5581-9cf6-98d17b2644ca",
    ]
    assert str(day_sum_id(date(2026, 10, 5), "Café", "kWh")) == (
        "7a11f11e-5dce-5acf-a25e-83809ae8f073"
    )

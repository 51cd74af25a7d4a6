"""The nearest known type, against the slow definition of a slip."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tally.quick_add.types import similar
from tally.quick_add.types.similar import nearest
from tally.quick_add.vocabulary import KnownType
from tests.quick_add.kept_types import all_kept


def known(*names: str) -> dict[str, KnownType]:
    return all_kept(dict.fromkeys(names, ""))


@cache
def slips(one: str, other: str) -> int:
    """Letters left out, added, exchanged or turned round, by trying all of them."""
    if not one or not other:
        return len(one) + len(other)
    ways = [slips(one[:-1], other) + 1, slips(one, other[:-1]) + 1]
    ways.append(slips(one[:-1], other[:-1]) + (one[-1] != other[-1]))
    if len(one) > 1 and len(other) > 1 and one[-2:] == other[-1] + other[-2]:
        ways.append(slips(one[:-2], other[:-2]) + 1)
    return min(ways)


letters = st.text("abc", min_size=3, max_size=8).map(lambda text: f"x{text}")


@given(letters, letters)
def test_near_is_one_slip_in_a_short_name_and_two_in_a_long_one(typed: str, name: str) -> None:
    most = 2 if len(typed) >= 6 else 1
    is_near = slips(typed, name) <= most or name.startswith(typed)
    assert nearest(typed, known(name)) == (name if is_near else "")


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("cofee", "Coffee"),
        ("coffe", "Coffee"),
        ("cofffee", "Coffee"),
        ("cfofee", "Coffee"),
        ("KOFFEE", ""),
        ("co", "Coffee"),
        ("c", ""),
        ("cx", ""),
        ("offee", ""),
        ("electrcitiy", "electricity"),
        ("elctrcitiy", ""),
        ("breda", "bread"),
        ("brad", "bread"),
        ("berda", ""),
        ("x" * 65, ""),
        # A word that dates are made of is no name with a slip, on either side.
        ("monday", ""),
        ("mondau", ""),
    ],
)
def test_a_slip_is_found(typed: str, near: str) -> None:
    types = known("Coffee", "electricity", "bread", "monday", "")
    assert nearest(typed, types) == near


def test_of_equals_the_newest_is_meant_and_a_nearer_one_before_it() -> None:
    assert nearest("teaa", known("teab", "teac")) == "teac"
    assert nearest("coffe", known("coffee", "coffa")) == "coffee"
    assert nearest("coffex", known("coffey", "coffffex", "coffzz")) == "coffey"
    assert nearest("tea", {}) == ""


def test_of_very_many_types_only_the_newest_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """500 lines beside 2 000 types of 60 letters took two minutes."""
    monkeypatch.setattr(similar, "MAX_COMPARED", 2)
    assert nearest("cofee", known("coffee", "cxxxx", "cyyyy")) == ""
    assert nearest("cofee", known("coffee", "cxxxx")) == "coffee"
    # Those of another letter or another length do not count, nor does a beginning need comparing.
    assert nearest("cofee", known("coffee", "cxxxx", "tea", "c" * 20)) == "coffee"
    assert nearest("coff", known("coffee", "cxxxx", "cyyyy")) == "coffee"


def test_long_names_are_compared_no_further_than_needed() -> None:
    """Of each letter at most five are looked at, and none behind the third slip."""
    one, other = "x" + "ab" * 31, "x" + "cd" * 31
    looked: list[int] = []

    class Counted(str):
        def __getitem__(self, place: Any) -> str:
            looked.append(place)
            return super().__getitem__(place)

    assert similar._slips(one, Counted(other), 2) > 2
    assert len(looked) < 40

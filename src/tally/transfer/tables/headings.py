"""The meaning of a column's heading: its role, its unit, a zone, a time of day. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, tzinfo
from functools import lru_cache
from typing import NamedTuple

from tally.transfer.cells.clocks import is_clock, read_clock
from tally.transfer.cells.dates import shape_of
from tally.transfer.cells.names import plain_letters, zone_of
from tally.transfer.tables.heading_roles import (
    AMOUNTS,
    SAYS,
    TARIFFS,
    Role,
    parts_of_name,
    role_weights,
)
from tally.transfer.tables.heading_units import (
    aside_in,
    is_in_money,
    is_price_of_one,
    one_of_several,
    parted,
    with_symbols,
    without_multiple,
)
from tally.transfer.tables.other_units import may_be_missed, may_be_unit

# `Until (exclusive)`, `bis (inkl.)`, `to (not included)`.
_EXCLUDED = re.compile(r"\b(?:excl|exkl|ausschl|esclu|(?:not|nicht|non|no|niet) in[ck])")
# And `Til og med`, `Till och med` or `T.o.m.`, `Tot en met` or `T/m`.
_INCLUDED = re.compile(r"\b(?:in[ck]l|einschl|till? o(?:g|ch) med|t\.?o\.?m\b|tot en met|t/m\b)")
_EDGES = re.compile(r'^[\s#"\'=]+|[\s"\':*]+$')
_INTERVALS = {24: 3600, 25: 3600, 48: 1800, 96: 900, 100: 900, 288: 300}


class Heading(NamedTuple):
    """A heading: its name without the unit, the unit, and the weight of each role.

    The name keeps which one of several it is: `Energy (L1)`.

    `zone`: of the times below it; `clock`: seconds since midnight where the heading is a time of
    day. `times`: each amount is that many times the figure below. `aside`: a word in brackets after
    it that may be a unit, but was not recognised as one.
    """

    text: str
    name: str
    unit: str
    weights: dict[Role, float]
    zone: tzinfo | None
    clock: int | None
    is_money: bool
    is_rate: bool
    aside: str = ""
    times: int = 1

    def weight(self, role: Role) -> float:
        """The weight with which it names a role, from `SAYS` on clearly; 0 if it does not."""
        return self.weights.get(role, 0)


@lru_cache(1024)
def read_heading(text: str) -> Heading:
    """The role, unit, zone and time of day that one heading names."""
    text = " ".join(text.split())
    bare, times = without_multiple(with_symbols(_EDGES.sub("", text)))
    name, unit = parted(bare)
    parts = parts_of_name(name)
    is_money = is_in_money(unit, name)
    weights = dict(role_weights(name, bare))
    if weights.get("cost") and is_price_of_one(bare):
        weights["price"] = 1.0
    if unit and not is_money and ("meter" in parts[:-1] or TARIFFS.intersection(parts)):
        # The number of a meter and the name of a tariff have no unit; their figures do.
        weights.pop("-", None)
    is_rate = (
        "/" in unit
        or not {"per", "pro"}.isdisjoint(plain_letters(bare).split(" "))
        or (bool(unit) and is_price_of_one(name))
    )
    aside = "" if unit else aside_in(bare)
    if may_be_unit(aside) and _is_amount(weights):
        unit, aside = aside, ""
    elif unit and not is_money:
        name = f"{name} {one_of_several(bare)}".rstrip()
    return Heading(
        text,
        name,
        unit,
        weights,
        zone=UTC if _names_utc(bare) else None,
        clock=read_clock(bare)[0] if is_clock(bare) else None,
        is_money=is_money,
        is_rate=is_rate,
        aside=aside if may_be_missed(aside) else "",
        times=times,
    )


def _names_utc(text: str) -> bool:
    """Whether a word of the heading is a time zone at UTC."""
    words_in = re.split(r"[\s()\[\]]+", text)
    zones = [zone_of(word) for word in words_in if word.isalpha() and len(word) > 1]
    return any(zone and zone.utcoffset(None) == UTC.utcoffset(None) for zone in zones)


def _is_amount(weights: Mapping[Role, float]) -> bool:
    """Whether the heading names amounts or readings more than anything else."""
    most = max(weights.values(), default=0)
    return most >= SAYS and most == max(weights.get(role, 0) for role in AMOUNTS)


def series_of_hours(headings: list[str]) -> list[int] | None:
    """Seconds since midnight for headings that count a day's hours, halves or quarters.

    `1` to `24`, `H01` to `H24`, `0` to `23`; None for any others.
    """
    numbers = [
        re.fullmatch(
            r"(?:hour|hr|he|h|stunde|uur|heure|hora|ora|interval|period)?[\s_]?0*(\d{1,3})",
            plain_letters(heading),
        )
        for heading in headings
    ]
    counted = [int(number[1]) if number else -1 for number in numbers]
    step = _INTERVALS.get(len(headings))
    if (
        step is None
        or counted != list(range(counted[0], counted[0] + len(counted)))
        or counted[0] not in (0, 1)
    ):
        return None
    return [min(place * step, 86_399) for place in range(len(headings))]


def excludes_end(text: str) -> bool | None:
    """Whether the heading of ends says that they are not included; None if it says neither."""
    plain = plain_letters(text)
    if _EXCLUDED.search(plain):
        return True
    return False if _INCLUDED.search(plain) else None


def is_day(text: str, today: date) -> bool:
    """Whether the heading is itself a day or a month."""
    bare = _EDGES.sub("", text)
    return len(bare) > 4 and shape_of(bare, today) in ("day", "month", "range")

"""Readings in words, and why one does not fit."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tally.domain import meter_words, meters
from tally.domain.formatting import Formatter
from tally.domain.meters import BrokenChain, Consumption, TooManyMeters
from tests.domain.readings import at

SAY = Formatter("auto", date(2026, 11, 27))


def test_a_lower_reading_names_both() -> None:
    with pytest.raises(BrokenChain) as broken:
        meters.consumption_between(at("48213", 30), at("47900"))
    error = broken.value
    assert meter_words.why(error, SAY, at("47900")) == "Lower than 48\u202f213 on 28 September."
    assert "47\u202f900 on 28 October would be lower than the reading before it, 48\u202f213" in (
        meter_words.why(error, SAY)
    )
    assert meter_words.why(error, SAY, at("48213", 30)) == (
        "Higher than the next reading, 47\u202f900 on 28 October."
    )


def test_each_break_has_its_sentence() -> None:
    earlier, later = at("48213", 30), at("48400.5")
    sentences = {
        "long": "Over 3660 days lie between 48\u202f213 on 28 September and 48\u202f400.5 on"
        " 28 October: begin a new meter.",
        "amid": "The meter before is read after that, 48\u202f400.5 on 28 October:"
        " a new one begins later.",
        "left": "48\u202f400.5 on 28 October was noted since, and would be left as the start of a"
        " meter: delete it first.",
        "first": "There is no reading before it: leave rolled over out.",
        "unturned": "Not lower than 48\u202f213 on 28 September: the meter did not roll over.",
    }
    for kind, sentence in sentences.items():
        error = BrokenChain(earlier, later, kind)  # type: ignore[arg-type]
        assert meter_words.why(error, SAY) == sentence
        assert str(error) == "48400.5 on 2026-10-28 after 48213 on 2026-09-28"
    assert meter_words.why(BrokenChain(earlier, later, "amid"), SAY, later) == (
        "A new meter begins with 48\u202f213 on 28 September, before 48\u202f400.5 on 28 October"
        " of the meter before it."
    )
    assert meter_words.why(TooManyMeters(), SAY) == "A type and unit can have 999 meters."


def test_a_consumption_in_words() -> None:
    assert (
        meter_words.consumption_in_words(Consumption(Decimal("212.5"), 30), "kWh", SAY)
        == "212.5 kWh in 30 days"
    )
    assert meter_words.consumption_in_words(Consumption(Decimal(7), 1), "", SAY) == "7 in 1 day"
    assert meter_words.consumption_in_words(meters.START, "kWh", SAY) == "start"
    assert meter_words.reading_in_words(at("48001"), SAY) == "48\u202f001 on 28 October"

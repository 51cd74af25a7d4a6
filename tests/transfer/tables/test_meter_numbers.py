"""Numbers that tell several meters of one type apart, and those that do not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tally.domain.amounts import plain
from tally.transfer.plans.understood import understood_fields
from tally.transfer.rows.entries import RowEntry
from tally.transfer.tables.guessed_columns import ROWS_TO_SEE
from tally.transfer.tables.headings import read_heading
from tally.transfer.tables.meter_numbers import names_meters
from tests.transfer.guessed import below, roles
from tests.transfer.parsed import entries, parsed
from tests.transfer.planned import plan_of, sent_back

DAYS = ("2026-10-01", "2026-10-08", "2026-10-15")
SHOWN = {"4711001": (1000, 1050, 1100), "4711002": (500, 510, 520)}
CHOSEN = {"type": "electricity", "unit": "kWh"}


def rows(*meters: str) -> list[str]:
    """The readings of two meters that are read on the same days."""
    own = dict(zip(meters, SHOWN.values(), strict=True)) if meters else SHOWN
    return [
        f"{day};{meter};{figures[place]}"
        for place, day in enumerate(DAYS)
        for meter, figures in own.items()
    ]


def told(kept: Sequence[RowEntry]) -> set[str]:
    return {
        f"{entry.consumption_type} {'@' if entry.reading is not None else ''}{plain(entry.value)}"
        for entry in kept
    }


@pytest.mark.parametrize(
    "heading",
    ["Meter", "Meter number", "meterId", "Meter Serial Number", "Serial", "Zählernummer",
     "Zähler-Nr.", "MPAN", "Messlokation", "Målepunkt-ID", "N° compteur", "Numéro de compteur",
     "Device serial", "CUPS", "POD", "MålepunktsID", "MeteringPointGSRN", "Metering point ID",
     "Anläggnings-id"],
)  # fmt: skip
def test_headings_name_meters(heading: str) -> None:
    assert names_meters(read_heading(heading))


@pytest.mark.parametrize(
    "heading",
    ["Meter reading", "Meter status", "Number", "Device", "Meter 1 (kWh)", "Account number", ""],
)
def test_other_headings_name_none(heading: str) -> None:
    assert not names_meters(read_heading(heading))


def test_meters_side_by_side_are_types_apart_by_their_numbers() -> None:
    right = {f"electricity {meter} @{figure}" for meter, own in SHOWN.items() for figure in own}
    for heading in ("Meter number", "Zählernummer", "Serial", "No", "Apartment"):
        text = below(f"Date;{heading};Reading", *rows())
        assert told(entries(text, **CHOSEN)) == right
        assert {problem.asks for problem in parsed(text)[1]} == {"type"}
        again = sent_back(understood_fields(plan_of(text, **CHOSEN)))
        assert told(entries(text, **again)) == right
        # Somebody may say that they are one.
        assert len({e.consumption_type for e in entries(text, columns=",-,", **CHOSEN)}) == 1


def test_amounts_of_several_meters_are_no_one_sum_either() -> None:
    amounts = [row.replace(";1", ";0.1").replace(";5", ";0.5") for row in rows()]
    kept = entries(below("Date;MPAN;kWh", *amounts), type="electricity")
    assert {entry.consumption_type for entry in kept} == {f"electricity {meter}" for meter in SHOWN}


def test_meters_below_one_another_are_side_by_side_where_their_days_overlap() -> None:
    apart = ["01.10.2026;A1;1000", "08.10.2026;A1;1050", "02.10.2026;B2;5", "09.10.2026;B2;7"]
    assert roles(below("Datum;Zähler;Stand", *apart)) == "date meter reading"
    # Of dates that may be two days nothing is told by their order.
    unclear = [row.replace(".", "/") for row in apart]
    assert roles(below("Datum;Zähler;Stand", *unclear)) == "date - reading"


def test_a_meter_that_replaces_another_is_of_the_same_type() -> None:
    after = ["2026-10-01;1;48000", "2026-10-08;1;48213", "2026-10-08;2;0", "2026-10-15;2;12"]
    assert roles(below("Date;Meter number;Reading", *after)) == "date - reading"
    assert roles(below("Date;Meter number;Reading", *after[::-1])) == "date - reading"


def test_one_meter_of_each_type_needs_no_number() -> None:
    one = ["2026-10-01;Strom;1;48000", "2026-10-01;Gas;3;100",
           "2026-10-08;Strom;1;48213", "2026-10-08;Gas;3;120"]  # fmt: skip
    header = "Datum;Art;Zählernummer;Stand"
    assert roles(below(header, *one)) == "date type - reading"
    several = [*one, "2026-10-01;Strom;2;5", "2026-10-08;Strom;2;9"]
    assert told(entries(below(header, *several), unit="kWh")) == {
        "Strom 1 @48000", "Strom 1 @48213", "Strom 2 @5", "Strom 2 @9", "Gas 3 @100", "Gas 3 @120",
    }  # fmt: skip


def test_words_below_meters_are_types() -> None:
    text = below("Datum;Zähler;Stand", *rows("Strom", "Gas"))
    assert roles(text) == "date type reading"
    assert {entry.consumption_type for entry in entries(text)} == {"Strom", "Gas"}


def test_numbers_that_say_nothing_of_meters_are_left_out() -> None:
    running = [f"2026-10-{day:02};{day};{1000 + day}" for day in range(1, 8)]
    for heading in ("No", "Lfd", "Entry"):
        assert roles(below(f"Date;{heading};Reading", *running)) == "date - reading"
        assert roles(below(f"Date;{heading};Reading", *running[::-1])) == "date - reading"
    flags = [f"2026-10-{day:02};{day % 2};{1000 + day}" for day in range(1, 8)]
    assert roles(below("Date;Estimated;Reading", *flags)) == "date - reading"


def test_figures_below_the_word_meter_are_no_numbers_of_meters() -> None:
    twice = [f"2026-10-{day:02};{1000 + 2 * day + half}" for day in range(1, 9) for half in (0, 1)]
    assert roles(below("Date;Meter", *twice)) == "date -"
    assert roles(below("Date;Meter;kWh", *(f"{row};1" for row in twice))) == "date - value"


def test_meters_that_are_read_on_one_day_alone_are_side_by_side() -> None:
    assert roles(below("Date;Meter;Reading", *rows()[:2])) == "date meter reading"


def test_meters_below_the_first_rows_of_a_long_file_are_seen() -> None:
    hours = [f"2026-10-{1 + hour // 24:02} {hour % 24:02}:00" for hour in range(ROWS_TO_SEE + 50)]
    long = [f"{hour};{meter};0.5" for meter in ("A1", "B2") for hour in hours]
    kept = entries(below("Time;Meter;kWh", *long), type="power")
    assert {entry.consumption_type for entry in kept} == {"power A1", "power B2"}


@pytest.mark.parametrize(
    ("header", "codes"),
    [
        ("Date;Meter;Minutes", ("500", "1000")),
        ("Date;nmi;Fuel (l)", ("12", "10")),
        ("Date;EAN;Quantity", ("4001234567890", "4001234567891")),
        ("Date;Serial;Prints", ("P1", "P2")),
        ("Date;Pod;Espresso", ("Lungo 8", "Lungo 9")),
        ("Fecha;Contador;Tazas", ("1", "2")),
    ],
)
def test_a_heading_of_meters_beside_what_no_meter_counts(
    header: str, codes: tuple[str, str]
) -> None:
    rows = [f"2026-10-{13 + n // 2};{codes[n % 2]};{5 + n % 3}" for n in range(6)]
    assert "meter" not in roles(below(header, *rows))


@pytest.mark.parametrize("kind", ["", "power;"])
def test_registers_of_several_meters_have_readings_of_their_own(kind: str) -> None:
    shown = {"4711001;T1": 1000, "4711001;T2": 500, "4711002;T1": 80}
    lines = [
        f"{day};{kind}{register};{figure + 7 * place}"
        for place, day in enumerate(DAYS)
        for register, figure in shown.items()
    ]
    header = f"Date;{'Commodity;' if kind else ''}Meter number;Tariff;Reading"
    name = kind.strip(";") or "electricity"
    assert told(entries(below(header, *lines), **CHOSEN)[:3]) == {
        f"{name} 4711001 T1 @1000", f"{name} 4711001 T2 @500", f"{name} 4711002 T1 @80"
    }  # fmt: skip


def test_a_person_may_name_several_columns_that_tell_meters_apart() -> None:
    text = below("Date;House;Flat;kWh", "2026-10-01;A;1;5", "2026-10-01;A;;6")
    kept = entries(text, columns="date,meter,meter,value", **CHOSEN)
    assert told(kept) == {"electricity A 1 5", "electricity A 6"}

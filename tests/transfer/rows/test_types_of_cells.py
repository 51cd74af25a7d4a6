"""A type in the cells of a row, beside several amounts: two of one unit are never one series."""

from __future__ import annotations

from tally.domain.amounts import plain
from tally.transfer.rows.questions import ASK_TYPED
from tests.transfer.guessed import below, roles
from tests.transfer.parsed import entries, parsed

PGE = below(
    "TYPE;DATE;IMPORT (kWh);EXPORT (kWh)",
    "Electric usage;2026-09-05;1.5;0.25", "Electric usage;2026-09-06;2.5;0.75",
)  # fmt: skip
TWO = PGE.replace("Electric usage;2026-09-06", "Other usage;2026-09-06")


def told(text: str, **fields: str) -> list[str]:
    return [f"{entry.consumption_type} {plain(entry.value)}" for entry in entries(text, **fields)]


def test_one_type_in_all_rows_tells_nothing_where_headings_do() -> None:
    assert roles(PGE) == "- date value value"
    assert told(PGE) == ["IMPORT 1.5", "EXPORT 0.25", "IMPORT 2.5", "EXPORT 0.75"]


def test_several_types_beside_two_amounts_of_one_unit_ask() -> None:
    kept, problems, _ = parsed(TWO)
    assert kept == []
    assert {problem.message for problem in problems} == {
        ASK_TYPED.format("TYPE", "IMPORT (kWh), EXPORT (kWh)")
    }
    assert told(TWO, columns="-")[:2] == ["IMPORT 1.5", "EXPORT 0.25"]
    assert told(TWO, columns=",,,-") == ["Electric usage 1.5", "Other usage 2.5"]
    # Who names them says that they are one.
    assert len(told(TWO, columns=",,value:use:kWh*")) == 4


def test_amounts_of_several_units_keep_the_type_of_their_row() -> None:
    text = PGE.replace("EXPORT (kWh)", "Gas (m³)")
    assert told(text)[:2] == ["Electric usage 1.5", "Electric usage 0.25"]


def test_accounts_of_a_ledger_are_types_and_its_counts_no_amounts() -> None:
    text = below(
        "txnidx;date;code;description;account;amount;total",
        "1;2026-09-01;;Shop;expenses:food;€3.50;€3.50",
        "2;2026-09-02;;Rent;expenses:rent;€9.10;€12.60",
    )
    assert roles(text) == "- date - notes type value -"
    assert told(text) == ["expenses:food 3.5", "expenses:rent 9.1"]
    people = below("date;account;type;kWh", "2026-09-01;4711;gas;3", "2026-09-02;4711;gas;4")
    assert roles(people) == "date - type value"
    rows = ("2026-09-01;Shop;Expenses:Food;3.50 EUR", "2026-09-02;Shop;Expenses:Rent;9.10 EUR")
    assert roles(below("date;narration;account;position", *rows)).startswith("date - type value")


def test_what_meters_count_by_codes_is_never_one_sum() -> None:
    rows = ("01.09.2026;1-1:1.29.0;0,5;kWh", "01.09.2026;1-1:2.29.0;0,2;kWh")
    header = "Datum;Obis-Code;Verbrauch;Einheit"
    assert told(below(header, *rows), type="Strom") == ["1-1:1.29.0 0.5", "1-1:2.29.0 0.2"]
    assert told(below(header, rows[0]), type="Strom") == ["Strom 0.5"]


def test_statistics_of_home_assistant_have_the_type_of_their_row() -> None:
    rows = [
        f"sensor:gas;m³;2026-09-01 {hour:02}:00;{500 + hour * 0.25};{hour * 0.25}"
        for hour in range(24)
    ]
    assert roles(below("statistic_id;unit;start;state;sum", *rows)) == "type unit start reading -"

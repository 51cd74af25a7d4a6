"""Types as the account spells them, and units by their known names."""

from __future__ import annotations

from tests.transfer.parsed import parsed


def test_types_fold_to_the_spelling_of_the_account_else_to_the_first_of_the_file() -> None:
    text = "date;type;value\n2026-10-05;COFFEE;1\n2026-10-06;Tea;1\n2026-10-07;tea;1\n"
    kept, _, counts = parsed(text, {"coffee": "Coffee"})
    assert [entry.consumption_type for entry in kept] == ["Coffee", "Tea", "Tea"]
    assert counts.spellings == {"COFFEE": "Coffee", "tea": "Tea"}


def test_a_unit_in_the_cell_counts_before_that_of_its_column() -> None:
    text = "date;type;value;unit\n2026-10-05;gas;3 m³;kWh\n2026-10-05;gas;3;litres\n"
    kept, _, counts = parsed(text)
    assert [entry.unit for entry in kept] == ["m³", "l"]
    assert counts.units == {"litres": "l"}

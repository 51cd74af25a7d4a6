"""The words of rows that are sums, and their numbers."""

from decimal import Decimal

import pytest

from tally.transfer.tables.sums import NamedAmounts, is_sum, sum_names


@pytest.mark.parametrize("cell", ["Total", "Summe:", "TOTAAL kWh", "Итого", "Grand total"])
def test_words_for_sums(cell: str) -> None:
    assert is_sum(["", cell]) and not is_sum(["2026-10-05", "1", "coffee"])


def rows(text: str) -> list[NamedAmounts]:
    """Of lines such as `5 tea 1 2`: the day, the name, the amounts."""
    return [
        NamedAmounts(name, day, [None if cell == "-" else Decimal(cell) for cell in cells])
        for day, name, *cells in map(str.split, text.split(","))
    ]


@pytest.mark.parametrize(
    ("text", "sums"),
    [
        # Of all rows above, in each column that has one.
        ("0 gas 10 20 30,0 water 1 2 -,0 Total 11 22 30", {"Total"}),
        ("0 gas 10 20,0 water 1 2,0 Total 11 22,0 Average 5.5 11", {"Total", "Average"}),
        # Of the rows since the one before, and of all.
        ("0 a 1,0 b 2,0 Subtotal 3,0 c 4,0 d 5,0 Subtotal 9,0 Total 12", {"Subtotal", "Total"}),
        # Of a day, above its rows and below them.
        ("5 tea 1,5 coffee 2,5 Total 3,6 tea 4,6 Total 4", {"Total"}),
        ("5 Total 3,5 tea 1,5 coffee 2,6 Total 7,6 tea 4,6 coffee 3", {"Total"}),
        # A sum that stands on the last day, of all days.
        ("5 tea 1,6 coffee 2,7 Total 3", {"Total"}),
        ("5 tea 1,5 coffee 2,5 Total 4,6 tea 4,6 coffee 3,6 Total 9", set()),
        ("5 tea 1,5 Total 1,6 tea 2,6 Total 2", set()),
        ("5 Total 3,6 Total 4", set()),
        ("5 tea 1,5 coffee 2,5 both 3", set()),
        ("5 tea 0,5 coffee 0,5 Total 0", set()),
    ],
)
def test_a_type_that_is_called_a_sum_is_one_where_its_numbers_are(
    text: str, sums: set[str]
) -> None:
    assert sum_names(rows(text)) == sums

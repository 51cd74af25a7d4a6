"""The words of rows that are sums."""

import pytest

from tally.transfer.tables.sums import is_sum


@pytest.mark.parametrize("cell", ["Total", "Summe:", "TOTAAL kWh", "Итого", "Grand total"])
def test_words_for_sums(cell: str) -> None:
    assert is_sum(["", cell]) and not is_sum(["2026-10-05", "1", "coffee"])

"""The words with which rows begin that are sums of others. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tally.transfer.cells.names import plain_letters, words

SUMS = words(
    """
    total totals sum sums subtotal summe gesamt gesamtsumme zwischensumme totaal
    subtotaal somme sous-total totale subtotale suma razem ogolem summa totalt итого
    всего сумма grand gesamtverbrauch average avg mean durchschnitt mittelwert
    gemiddelde moyenne media promedio medel srednia среднее min max minimum maximum
    """
)
_WORD = re.compile(r"[^\s:;.,()]+")


def is_sum(cells: Iterable[str]) -> bool:
    """Whether one of the cells begins with a word for a sum."""
    for cell in cells:
        if cell and not cell[0].isdigit():
            word = _WORD.search(cell)
            if word and plain_letters(word[0]) in SUMS:
                return True
    return False

"""The two directions of money: in one column that names it, or in a column for each. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tally.transfer.cells.names import plain_letters, words
from tally.transfer.cells.values import sign_of
from tally.transfer.tables.profiles import LETTERED, Profile, TableDraft

_PAIRS = [
    words(pair)
    for pair in (
        "debit credit", "debits credits", "debited credited", "dr cr", "soll haben", "af bij",
        "debet credit", "debet kredit", "debito credito", "dare avere", "debe haber", "cargo abono",
        "winien ma", "withdrawal deposit", "withdrawals deposits", "lastschrift gutschrift",
        "ausgabe einnahme", "ausgaben einnahmen", "ausgang eingang", "expense income",
        "abgang zugang", "abgange zugange",
        "expenses income", "out in", "outflow inflow", "outgoing incoming", "spent received",
        "uitgaven inkomsten", "uscite entrate", "gastos ingresos", "depenses recettes",
        "дебет кредит", "расход приход",
    )
]  # fmt: skip
# Letters that mean the two ways only below a heading that names both.
_LETTERS = [words(pair) for pair in ("s h", "d c", "d h", "d k")]
# `Paid in` and `Money out` are ways that money went; without these words it may be anything.
_IN_OUT, _OF_IN_OUT = words("in out"), words("paid money")
# The words of what came in, the second of each pair.
_COMES_IN = words(
    """
    credit credits credited cr haben bij kredit credito avere haber abono ma deposit deposits
    gutschrift einnahme einnahmen eingang zugang zugange income in inflow incoming received
    inkomsten entrate ingresos recettes кредит приход h c k
    """
)
# Words for the two ways of a stock, such as the oil in a tank.
_OF_STOCK = words("abgang zugang abgange zugange")
# Words that say which way anything went, not only money.
_OF_ANYTHING = words("in out ausgang eingang")
_CATEGORIES = words(
    """
    category categorie categoria kategori kategorie kategoria категория rubriek rubrik rubrique
    budget
    """
)
_WORD = re.compile(r"[^\W\d_]+")


def says_way(draft: TableDraft, profile: Profile) -> bool:
    """Whether the cells name the direction of each amount, and no sign of an amount does."""
    cells = {plain_letters(cell.strip(" .")) for cell in profile.filled}
    is_told = any(pair <= _words(profile) for pair in (*_PAIRS, *_LETTERS))
    pairs = [*_PAIRS, *_LETTERS] if is_told else _PAIRS
    return any(
        cells and cells <= pair and (is_told or cells == pair) for pair in pairs
    ) and not any(
        sign_of(cell) < 0 for other in draft.profiles if _is_amount(other) for cell in other.filled
    )


def way_in(cell: str) -> bool | None:
    """True if a cell says that an amount came in, False if it went out; None for other cells."""
    way = plain_letters(cell.strip(" ."))
    if way in _COMES_IN:
        return True
    return False if any(way in pair for pair in (*_PAIRS, *_LETTERS)) else None


def are_of_stock(profiles: Sequence[Profile]) -> bool:
    """Whether the ways are those of a stock, by the cells of a column or by the headings of two."""
    if len(profiles) > 1:
        return all(_OF_STOCK & _words(profile) for profile in profiles)
    return any(_OF_STOCK.issuperset(map(plain_letters, profile.filled)) for profile in profiles)


def comes_in(profile: Profile) -> bool:
    """Whether the heading of one of the two columns is that of what came in."""
    return not _COMES_IN.isdisjoint(_words(profile))


def category_of(draft: TableDraft, way: Profile | None) -> Profile | None:
    """The column of categories beside directions of money (also in columns); None without one."""
    if way and not _OF_ANYTHING.isdisjoint(map(plain_letters, way.filled)):
        return None
    return next(
        (
            profile
            for profile in draft.profiles
            if profile.role is None
            and profile.letters >= LETTERED
            and not _CATEGORIES.isdisjoint(_words(profile))
        ),
        None,
    )


def columns_of_ways(draft: TableDraft) -> list[Profile]:
    """The two columns that each hold the amounts of one direction; empty without both."""
    amounts = [profile for profile in draft.profiles if _is_amount(profile)]
    for pair in _PAIRS:
        ways = [profile for profile in amounts if len(pair & _words(profile)) == 1]
        if len(ways) == 2 and pair <= _words(ways[0]) | _words(ways[1]):
            return ways
    return []


def _words(profile: Profile) -> set[str]:
    named = set(map(plain_letters, _WORD.findall(profile.heading.name)))
    return named if named & _OF_IN_OUT else named - _IN_OUT


def _is_amount(profile: Profile) -> bool:
    return profile.role is None and profile.may_be_amounts

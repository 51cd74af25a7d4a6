"""Dates in parts: the year, the month and the day in separate columns. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from tally.transfer.cells.calendar_days import YEAR
from tally.transfer.cells.names import WEEKS, month_of, plain_letters, words

_YEARS = words("year jahr jaar annee ano anno ar rok год")
_MONTHS = words("month monat maand mois mes mese manad miesiac месяц")
_DAYS = words("day tag dag jour dia giorno dzien день")
_BESIDE_WEEKS = words("iso number no nr nummer of year")
# Names of weeks that may be a unit as well: `KW`.
_SHORT_WEEKS = frozenset(("w", "kw", "v"))
# No month has fewer days.
DAYS_OF_MONTH = 28


class SplitDate(NamedTuple):
    """The columns of a date in parts, by their places.

    `rest`: those of the month and the day; of the month alone if each row is a whole month; of the
    week with `is_week`.
    """

    year: int
    rest: tuple[int, ...]
    is_week: bool = False


def split_date(columns: Sequence[tuple[str, Sequence[str]]]) -> SplitDate | None:
    """The columns of a date in parts, by their names and cells; None without a year and a month."""
    year = month = day = week = None
    several = _are_several_a_year(columns)
    for place, (name, cells) in enumerate(columns):
        heading = plain_letters(name)
        if heading in _YEARS and year is None and are_years(cells):
            year = place
        elif heading in _MONTHS and month is None and _are_most(cells, _is_month):
            month = place
        elif heading in _DAYS and day is None and _are_most(cells, _is_day):
            day = place
        elif week is None and _names_week(name, several=several) and _are_most(cells, _is_week):
            week = place
    if year is None or (month is None and week is None):
        return None
    if month is None:
        return SplitDate(year, (week or 0,), is_week=True)
    return SplitDate(year, (month,) if day is None else (month, day))


def period_named(name: str) -> Literal["month", "year"] | None:
    """Whether a heading is a word for months or for years."""
    heading = plain_letters(name)
    return "month" if heading in _MONTHS else "year" if heading in _YEARS else None


def are_years(cells: Sequence[str]) -> bool:
    """Whether the cells are years, except a few such as `Total`."""
    return _are_most(cells, is_year)


def is_year(text: str) -> bool:
    return bool(YEAR.fullmatch(text.strip()))


def are_days(cells: Sequence[str]) -> bool:
    """Whether the cells are days of a month, `1.` included, except a few such as `Total`."""
    return _are_most(cells, lambda cell: day_number(cell) > 0)


def day_number(cell: str) -> int:
    """The day of a month in a cell; 0 if there is none."""
    text = cell.strip().removesuffix(".")
    return int(text) if _is_number(text, 31) else 0


def rising_days(cells: Sequence[str]) -> list[list[int]]:
    """The days of a month in each of the cells, in runs that rise; empty if a cell has none."""
    runs: list[list[int]] = []
    for day in map(day_number, cells):
        if not day:
            return []
        if runs and day > runs[-1][-1]:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def series_of_days(headings: Sequence[str]) -> dict[int, int]:
    """The days of a month by the places of the headings that count them; empty for others.

    They begin with 1 and go up to the 28th at least.
    """
    numbers = [day_number(heading) for heading in headings]
    if 1 not in numbers:
        return {}
    first = numbers.index(1)
    days = {place: day for place, day in enumerate(numbers) if place >= first and day}
    are_next = all(day == place - first + 1 for place, day in days.items())
    return days if are_next and len(days) >= DAYS_OF_MONTH else {}


def joined(*parts: str, is_week: bool = False) -> str:
    """A year, a month and perhaps a day, or a week, as one text; "" where one is missing."""
    if not all(parts):
        return ""
    if is_week:
        return f"{parts[0]}-W{parts[1].zfill(2)}"
    return "-".join(part.zfill(2) if part.isdecimal() else part for part in parts)


def count_weeks(name: str, cells: Sequence[str]) -> bool:
    """Whether numbers below a word for weeks count those of a year that stands elsewhere."""
    return _names_week(name, several=True) and _are_most(cells, _is_week)


def in_year(text: str, year: int) -> str:
    """A part of a year, with that year: `Jan`, `3`, `Q1`, `KW 40`, `05.10.`; "" of none."""
    if not text:
        return ""
    month = month_of(text)
    if month or text.isdecimal():
        return f"{year}-{month or text}"
    return f"{text}{year}" if text.endswith(".") else f"{text} {year}"


def _are_most(cells: Sequence[str], test: Callable[[str], bool]) -> bool:
    return sum(map(test, cells)) * 3 >= len(cells) * 2 > 0


def _is_month(cell: str) -> bool:
    return _is_number(cell, 12) or month_of(cell.strip()) > 0


def _is_day(cell: str) -> bool:
    return _is_number(cell, 31)


def _are_several_a_year(columns: Sequence[tuple[str, Sequence[str]]]) -> bool:
    """Whether a year has several rows."""
    years = (cells for name, cells in columns if plain_letters(name) in _YEARS)
    return any(len(set(cells)) < len(cells) for cells in years)


def _names_week(name: str, *, several: bool) -> bool:
    """Whether a heading is `ISO week` or `Week no.`; or `KW` where a year has several rows."""
    parts = plain_letters(name).replace(".", " ").split()
    if name == "kW" or (_SHORT_WEEKS.issuperset(parts) and not several):
        return False
    return bool(WEEKS & set(parts)) and all(part in WEEKS | _BESIDE_WEEKS for part in parts)


def _is_week(cell: str) -> bool:
    return _is_number(cell, 53)


def _is_number(cell: str, largest: int) -> bool:
    text = cell.strip()
    return text.isascii() and text.isdecimal() and len(text) <= 2 and 1 <= int(text) <= largest

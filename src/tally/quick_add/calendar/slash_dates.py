"""Dates with slashes: `10/5`, `10/05/2026`, where `1/2` may be a fraction. Pure."""

import re
from collections.abc import Sequence
from datetime import date
from math import gcd

from tally.domain.amounts import MAX_PARTS, Unreadable
from tally.domain.calendar_names import MONTHS, month_name
from tally.quick_add.calendar.calendar_dates import (
    DayRange,
    calendar_day,
    check_days,
    check_short_year,
)
from tally.quick_add.calendar.date_place import DatePlace, NoDate

# The parts of everyday fractions behind a whole number: `1 3/4`.
_USUAL_PARTS = frozenset({2, 3, 4, 8})
_ZERO_IN_FRONT = re.compile(r"\b0[0-9]")


def slashed_day(match: re.Match[str], place: DatePlace) -> DayRange:
    """`10/5`, `10/05/2026`: by the account's order of dates, else if only one order is possible."""
    one, other, year = int(match[1]), int(match[2]), match[3]
    existing = _in_each_order(match, place.today)
    possible = {order: day for order, day in existing.items() if _is_within(day, place.today)}
    if not year and 0 < one < other <= MAX_PARTS:
        _check_fraction(match[0], one, other, place, list(possible.values()))
    wanted = place.around.date_order
    if wanted in possible:
        possible = {wanted: possible[wanted]}
    days = sorted(set(possible.values()), reverse=True)
    if not year and not place.has_value():
        _ask_fraction(match[0], one, other, days)
    if not days:
        for day in existing.values():
            check_days(day, day, place.today)
        raise ValueError
    if not year and wanted == "day-first":
        _ask_month(one, other, days[0], place.today)
    if len(days) > 1:
        in_years = len({day.year for day in days}) > 1
        either = " or ".join(
            f"{day.day} {month_name(day)}{f' {day.year}' if in_years else ''}" for day in days
        )
        raise Unreadable(f"{either}? Write {' or '.join(map(str, days))}.")
    check_short_year(year, days[0], place.today)
    return DayRange(days[0], days[0])


def _ask_month(one: int, other: int, day: date, today: date) -> None:
    """Raises Unreadable for `10/26`, which bills write for the month where the day comes first."""
    is_month_first = day.month == one and day.day == other
    for year in (today.year, today.year - 1):
        if is_month_first and other == year % 100 and (year, one) <= (today.year, today.month):
            name = MONTHS[one - 1]
            raise Unreadable(
                f"{other} {name}, or {name} {year}? Write {day}, or over {year}-{one:02}."
            )


def _check_fraction(
    text: str, one: int, other: int, place: DatePlace, days: Sequence[date]
) -> None:
    """Raises NoDate for `1/2 l` and `1 1/2`, Unreadable for `2 11/13`, which may be a day."""
    before = place.neighbour(-1)
    is_whole = before is not None and not before.is_quoted and before.text.isdecimal()
    # `05/11` is how people write days; parts have no zero in front.
    is_mixed = is_whole and not _ZERO_IN_FRONT.search(text)
    is_usual = other in _USUAL_PARTS and gcd(one, other) == 1
    if place.unit_follows() or (is_mixed and (is_usual or not days)):
        raise NoDate
    if is_mixed and before is not None:
        either = " or ".join(map(str, sorted(set(days), reverse=True)))
        mixed = f"{before.text} {text}"
        raise Unreadable(f"{mixed}, or a day? Write the value in decimals, or {either}.")


def _in_each_order(match: re.Match[str], today: date) -> dict[str, date]:
    """The day in each order of dates that gives an existing day."""
    one, other, year = match[1], match[2], match[3]
    orders = {"day-first": (one, other, year), "month-first": (other, one, year)}
    if year is None:
        orders["year-first"] = (other, one, year)
    elif len(year) == len(one) == 2:
        orders["year-first"] = (year, other, one)
    days = {}
    for order, (day, month, written_year) in orders.items():
        try:
            days[order] = calendar_day(int(day), int(month), written_year, today)
        except (ValueError, OverflowError):
            continue
    return days


def _is_within(day: date, today: date) -> bool:
    """Whether a record may be of that day: not before dates begin, nor after tomorrow."""
    try:
        check_days(day, day, today)
    except Unreadable:
        return False
    return True


def _ask_fraction(text: str, one: int, other: int, days: Sequence[date]) -> None:
    """Ask whether a fraction is a day or an amount. Always raises Unreadable."""
    day = f"Write {days[0]} for the day" if days else "For a day write 2026-10-05 or 5 oct"
    if not 0 < one < other <= MAX_PARTS:
        raise Unreadable(f"{day}, a value beside it, or {text} in quotes. It is no fraction.")
    part = f"{one / other:.3f}".rstrip("0")
    raise Unreadable(f"A fraction or a day? Write {part} for the value. {day}.")

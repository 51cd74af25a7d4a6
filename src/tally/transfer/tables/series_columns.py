"""The columns of amounts in a series of one type: days, months, or the hours of a day. Pure."""

from __future__ import annotations

from tally.transfer.cells.dates import is_month
from tally.transfer.cells.names import month_of
from tally.transfer.cells.split_dates import are_years, is_year, series_of_days
from tally.transfer.tables.columns import SeriesPart
from tally.transfer.tables.headings import is_day, series_of_hours
from tally.transfer.tables.profiles import MOSTLY, Profile, TableDraft


def set_amounts_of_days(draft: TableDraft) -> None:
    """Give the columns whose headings are days, months or years the role of amounts."""
    for profile in draft.profiles:
        if is_day(profile.heading.text, draft.today) or is_year(profile.heading.text):
            profile.role = "value"
            draft.series[profile.place] = SeriesPart("day", text=profile.heading.text)


def set_series(draft: TableDraft, free: list[Profile]) -> None:
    """Give the columns of hours, of months and of days of a month their roles."""
    draft.series = _days(draft) | _months(draft, free) | _hours(free)
    for place in draft.series:
        draft.profiles[place].role = "value"


def _hours(free: list[Profile]) -> dict[int, SeriesPart]:
    """The columns whose headings are times of day, or count its hours, by their places."""
    clocks = {
        profile.place: profile.heading.clock
        for profile in free
        if profile.heading.clock is not None
    }
    if len(clocks) < 2:
        clocks = _counted_hours(free)
    return {place: SeriesPart("second", second) for place, second in clocks.items()}


def _counted_hours(free: list[Profile]) -> dict[int, int]:
    """Seconds since midnight of the last columns, if they count the hours of a day."""
    for start in range(len(free)):
        counted = free[start:]
        hours = series_of_hours([profile.heading.text for profile in counted])
        if hours is not None:
            return {profile.place: second for profile, second in zip(counted, hours, strict=True)}
    return {}


def _months(draft: TableDraft, free: list[Profile]) -> dict[int, SeriesPart]:
    """The columns of months beside one of years or below years, by their places."""
    dates = [profile for profile in draft.profiles if profile.role == "date"]
    are_below = draft.table.layout == "dates above" and not dates
    if not are_below and not any(are_years(profile.filled) for profile in dates):
        return {}
    numbers = {profile.place: month_of(profile.heading.name) for profile in free}
    months = {place: month for place, month in numbers.items() if month}
    if len(set(months.values())) < max(len(months), 2):
        return {}
    return {place: SeriesPart("month", month) for place, month in months.items()}


def _days(draft: TableDraft) -> dict[int, SeriesPart]:
    """The columns that count the days of the months in front of them, by their places.

    A month may be written as its first day.
    """
    days = series_of_days([profile.heading.text for profile in draft.profiles])
    dates = next((profile for profile in draft.profiles if profile.role == "date"), None)
    if not days or dates is None or not _are_months(draft, dates):
        return {}
    return {place: SeriesPart("day of month", day) for place, day in days.items()}


def _are_months(draft: TableDraft, dates: Profile) -> bool:
    """Whether each row is of a month: the next column names it, or the date is one or its first."""
    if draft.split is not None:
        return len(draft.split.rest) == 1 and not draft.split.is_week
    return dates.share(lambda cell: is_month(cell.strip(), draft.today)) >= MOSTLY

"""The columns of days, of intervals and of times of day. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import combinations

from tally.transfer.cells.calendar_days import ORDERS
from tally.transfer.cells.clocks import is_hour
from tally.transfer.cells.dates import first_days, lacks_year, shape_of
from tally.transfer.cells.names import plain_letters
from tally.transfer.cells.split_dates import (
    DAYS_OF_MONTH,
    are_days,
    count_weeks,
    day_number,
    is_year,
    rising_days,
    split_date,
)
from tally.transfer.tables.heading_roles import SAYS, Role
from tally.transfer.tables.profiles import LETTERED, MOSTLY, SURELY, Profile, TableDraft
from tally.transfer.tables.sums import is_sum

# Headings of columns that count the hours of a day.
_HOURS = frozenset(
    ("hour", "hora", "heure", "ora", "stunde", "uur", "std", "godzina", "timme", "час", "he", "hr",
     "hour ending", "hour of day", "hour beginning")
)  # fmt: skip
# The names of days in headings, and times that only mark the end of a day.
_DAYS = ("date", "datum", "data", "fecha", "дата", "day", "tag", "dia", "jour", "dag")
_WITH_TIME = re.compile(r"\d[T ]\d{1,2}:\d{2}")
_MIDNIGHT = re.compile(r"[ T]0?0:00(?::00(?:\.0+)?)?$")


def set_dates(draft: TableDraft) -> None:
    """Give the column of dates its role, or those of the start and the end of an interval."""
    dated = _written([profile for profile in draft.profiles if _may_be_date(draft, profile)])
    dated = _without_tables_beside(draft, dated)
    starts = [profile for profile in dated if profile.weight("start") >= SAYS]
    ends = [profile for profile in dated if profile.weight("end") >= SAYS]
    if _are_of_query(draft, dated, starts, ends):
        for profile in (*starts, *ends):
            profile.role = "-"
        dated = [profile for profile in dated if profile.role is None]
        starts, ends = [], []
    if starts and ends:
        starts[0].role, ends[0].role = "start", "end"
        return
    plain = [profile for profile in dated if profile not in ends] or dated
    plain = plain or [
        profile for profile in draft.profiles if _date_weight(draft, profile) >= SURELY
    ]
    if not plain:
        return
    split = split_date([(profile.heading.name, profile.filled) for profile in draft.profiles])
    if split is not None and {profile.place for profile in dated} <= {split.year, *split.rest}:
        draft.split = split
        for place in split.rest:
            draft.profiles[place].role = "-"
        draft.profiles[split.year].role = "date"
        return
    best = max(plain, key=lambda profile: (_date_weight(draft, profile), -profile.place))
    best.role = "start" if starts == [best] else "end" if _is_end_alone(best) else "date"
    if ends and best not in ends:
        best.role, ends[0].role = "start", "end"


def _without_tables_beside(draft: TableDraft, dated: list[Profile]) -> list[Profile]:
    """The columns of dates but for those of tables that stand beside the first, which are left out.

    Their headings are the same, amounts stand between them, and their days are others. Without
    amounts between them they are two days of the same row.
    """
    for first, second in combinations(dated, 2):
        name = first.heading.name.casefold()
        is_same = name and name == second.heading.name.casefold()
        is_apart = any(map(_may_be_amount, draft.profiles[first.place + 1 : second.place]))
        if is_same and is_apart and has_other_days(first.cells, second.cells):
            for profile in draft.profiles[second.place :]:
                profile.role = "-"
            return [profile for profile in dated if profile.role is None]
    return dated


def has_other_days(first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether a row of the second column has a day that the first does not have there."""
    rows = zip(first, second, strict=True)
    return any(day.strip() and day.strip() != own.strip() for own, day in rows)


def _may_be_amount(profile: Profile) -> bool:
    """Whether a column is of numbers that are no dates, times of day or ids."""
    is_time = profile.clocks >= MOSTLY and _is_time(profile)
    is_left_out = is_time or profile.is_id or profile.weight("-") >= SAYS
    return profile.numbers >= LETTERED > profile.dated and not is_left_out


def _are_of_query(
    draft: TableDraft, dated: Sequence[Profile], starts: Sequence[Profile], ends: Sequence[Profile]
) -> bool:
    """Whether start and end are bounds of the whole file: equal in all rows, around their own days.

    If days lie behind the end, they are no days of the rows, but those on which a bill was written.
    """
    bounds = [*starts, *ends]
    days = {
        profile.place: {cell for cell in profile.filled if shape_of(cell, draft.today)}
        for profile in dated
    }
    if not starts or not ends or any(len(days[profile.place]) != 1 for profile in bounds):
        return False
    [start], [end] = days[starts[0].place], days[ends[0].place]
    others = [days[profile.place] for profile in dated if profile not in bounds]
    return any(len(own) > 1 and _lie_between(own, start, end, draft.today) for own in others)


def _lie_between(days: Iterable[str], start: str, end: str, today: date) -> bool:
    """Whether there is an order of dates in which these days lie between a first and a last one."""
    read = [first_days(cell, today) for cell in (start, *days, end)]
    return any(
        all(order in own for own in read)
        and all(read[0][order] <= own[order] <= read[-1][order] for own in read)
        for order in ORDERS
    )


def set_days_of_month(draft: TableDraft) -> None:
    """Give the column of days its role if the months stand across, or above their rows.

    If years stand there it is the column of their months, or of their quarters, weeks or days.
    """
    may_be_years = draft.table.layout == "dates above" or any(
        is_year(profile.heading.text) for profile in draft.profiles
    )
    for profile in draft.profiles:
        is_named = profile.weight("date") >= SAYS and are_days(profile.filled)
        if is_named or (may_be_years and _are_parts_of_years(profile, draft.today)):
            profile.role = "date"
            return
    if draft.table.layout == "dates across":
        _set_days_without_heading(draft)
    else:
        _set_days_below_months(draft)


def _are_parts_of_years(profile: Profile, today: date) -> bool:
    """Whether most cells are dates but for their year, or the numbers of weeks."""
    are_dates = profile.share(lambda cell: lacks_year(cell.strip(), today)) >= MOSTLY
    return are_dates or count_weeks(profile.heading.name, profile.filled)


def _set_days_without_heading(draft: TableDraft) -> None:
    """Give a column of 1, 2, 3 … before months the role of their days, if it has enough of them.

    With fewer it may number the rows instead, which is asked.
    """
    months = [p for p in draft.profiles if shape_of(p.heading.text, draft.today) == "month"]
    for profile in draft.profiles[: months[0].place] if months else []:
        days = [day_number(cell) for cell in profile.filled if not is_sum([cell.strip()])]
        if not profile.heading.name and len(days) > 1 and days == list(range(1, len(days) + 1)):
            if len(days) >= DAYS_OF_MONTH:
                profile.role = "date"
            else:
                profile.doubt = "days"
            return


def _set_days_below_months(draft: TableDraft) -> None:
    """Give a column without a heading, in front of amounts, the role of the days of the months.

    They rise within each month. If none goes up to the 28th they may be amounts, which is asked.
    """
    first, *others = draft.profiles
    runs = rising_days([cell for cell in first.filled if not is_sum([cell.strip()])])
    if (
        first.heading.name
        or shape_of(draft.table.above, draft.today) != "month"
        or max(map(len, runs), default=0) < 2
        or not any(other.numbers >= LETTERED for other in others)
    ):
        return
    if max(run[-1] for run in runs) >= DAYS_OF_MONTH:
        first.role = "date"
    else:
        first.doubt = "days"


def set_clocks(draft: TableDraft) -> None:
    """Give the column of times its role: the first one after the date that it belongs to."""
    taken = has_time = False
    has_end = draft.has("end")
    has_date = draft.table.layout != "rows" or draft.has("date", "start", "end")
    for profile in draft.profiles:
        if profile.role in ("date", "start", "end"):
            taken, has_time = False, _has_times(profile)
        elif profile.role is None and (
            (profile.clocks >= MOSTLY and _is_time(profile) and not has_time)
            or _is_hour(draft, profile)
        ):
            is_end = profile.weight("end") >= SAYS and not has_end
            profile.role = "-" if taken or is_end or not has_date else "time"
            taken = True


def _has_times(profile: Profile) -> bool:
    """Whether dates have times of their own, so that those behind them are durations.

    At midnight they are the days of a spreadsheet.
    """
    times = profile.share(_WITH_TIME.search)
    return times >= MOSTLY and profile.share(_MIDNIGHT.search) < times


def _may_be_date(draft: TableDraft, profile: Profile) -> bool:
    """Whether most cells are dates, and the heading does not contradict."""
    says = _says_when(profile)
    if profile.dated < MOSTLY:
        return False
    if profile.is_digits:
        # Numbers are dates only if the heading says so, or if nothing else can be one.
        kinds = {kind for kind in profile.shapes if kind}
        if "day number" in kinds and says < SAYS:
            return False
        if says < SAYS and (draft.table.has_header or profile.place != draft.table.place):
            return False
        if kinds == {"month"} and says < SAYS:
            return False
    elif profile.clocks > MOSTLY:
        return False
    return not (profile.numbers == 1 and says < 0.3 and profile.heading.unit)


def _written(dated: list[Profile]) -> list[Profile]:
    """The columns of dates, without numbers that may be days if others are written as days."""
    numbers = [profile for profile in dated if set(profile.shapes) <= {"day number", None}]
    others = [profile for profile in dated if profile not in numbers]
    return others if any(profile.weight("-") < SAYS for profile in others) else dated


def _is_end_alone(profile: Profile) -> bool:
    """Whether the only dates are ends of periods: one at midnight belongs to the day before.

    If the heading says that they are dates and all are at midnight, they are the days as written.
    """
    if profile.weight("end") < SAYS or profile.weight("end") < profile.weight("date"):
        return False
    is_day = any(word in plain_letters(profile.heading.name) for word in _DAYS)
    return not (is_day and profile.share(_MIDNIGHT.search) == 1)


def _date_weight(draft: TableDraft, profile: Profile) -> float:
    """The weight of a column as the date of its rows, by its heading, its place and its cells."""
    out = profile.weight("-")
    date_like = max(profile.weight("date"), profile.weight("start"), 0.95 * profile.weight("time"))
    return (
        date_like
        - (1.5 if out >= SAYS and out > date_like else 0)
        + 0.05 * (profile.place == draft.table.place)
        # The days that a row covers count for more than the day on which it was written.
        + 0.5 * (profile.shapes["range"] * 2 > len(profile.filled))
        # A few days beside the rows say something else, such as when the file was written.
        - 0.5 * (0 < len(profile.filled) * 2 < len(profile.cells))
    )


def _is_hour(draft: TableDraft, profile: Profile) -> bool:
    """Whether a column counts the hours of a day: 1 to 24, beside an amount."""
    return (
        plain_letters(profile.heading.text) in _HOURS
        and profile.share(is_hour) == 1
        and any(
            other.numbers >= LETTERED and other.role is None
            for other in draft.profiles
            if other is not profile
        )
    )


def _is_time(profile: Profile) -> bool:
    """Whether the times in a column are those of its rows, not durations."""
    return _says_when(profile) > profile.weight("value") or (
        not profile.weight("value") and not profile.heading.unit and not _is_duration(profile)
    )


def _is_duration(profile: Profile) -> bool:
    """Whether the heading says that the column holds durations."""
    name = plain_letters(profile.heading.name)
    return "dura" in name or "dauer" in name


def _says_when(profile: Profile) -> float:
    """The weight with which the heading names dates or times."""
    roles: tuple[Role, ...] = ("date", "time", "start", "end")
    return max(map(profile.weight, roles))

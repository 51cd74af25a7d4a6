"""The columns of a table with facts about their cells, while their roles are decided. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal

from tally.domain.units import Units
from tally.transfer.cells.clocks import is_clock
from tally.transfer.cells.dates import shape_of
from tally.transfer.cells.durations import duration_of
from tally.transfer.cells.split_dates import SplitDate
from tally.transfer.cells.values import (
    LONG_SIGNS,
    SHORT_SIGNS,
    is_mark,
    is_nothing,
    looks_like_amount,
)
from tally.transfer.tables.columns import ColumnDoubt, SeriesPart, Way
from tally.transfer.tables.currency_names import says_currency
from tally.transfer.tables.heading_roles import Role
from tally.transfer.tables.headings import Heading
from tally.transfer.tables.relations import is_counter, is_running_total
from tally.transfer.tables.structure import FoundTable

# From this weight on the role holds whatever the cells are, so that each faulty cell has its error.
SURELY = 0.85
# A column holds words, or numbers, if this share of its cells does.
LETTERED = 0.5
# A column holds dates, or times, if this share of its cells does.
MOSTLY = 0.6
# The most columns that are compared with each other: the time grows with their square.
MAX_COMPARED = 20

# A column holds units if more than this share of its cells does.
_UNITS = 0.8
# The characters of numbers.
_OF_NUMBERS = "0123456789.,'’+- \t\u00a0\u202f"


@dataclass(frozen=True)
class ReaderAccount:
    """The parts of an account that help to read a file of its user.

    `unit`: the one that its user chose for all amounts of the file that have none.
    """

    currency: str = ""
    units: Units = field(default_factory=Units)
    unit: str = ""


@dataclass
class Profile:
    """A column while its role is decided, with facts about its cells.

    `way`: the way that money went; `fills_one`: each row fills this column or its partner, of one
    type; `moves_on`: its amounts run as the figures of a meter do; `told`: its numbers show that it
    is the price of a unit (`price`), or one of several columns that add up to the cost (`part`).
    """

    place: int
    heading: Heading
    cells: list[str]
    today: date
    role: Role | None = None
    doubt: ColumnDoubt | None = None
    way: Way | None = None
    fills_one: bool = False
    moves_on: bool = False
    told: Literal["", "price", "part"] = ""

    @cached_property
    def filled(self) -> list[str]:
        """The cells that are not empty."""
        return [cell for cell in self.cells if not is_nothing(cell)]

    def share(self, test: Callable[[str], object]) -> float:
        """The share of the filled cells that pass a test, from 0 to 1."""
        return sum(1 for cell in self.filled if test(cell)) / len(self.filled) if self.filled else 0

    @cached_property
    def shapes(self) -> Counter[str | None]:
        """The number of cells with each shape of a date; None counts the other cells."""
        return Counter(shape_of(cell.strip(), self.today) for cell in self.filled)

    @cached_property
    def is_digits(self) -> bool:
        """Whether most cells are bare numbers."""
        return self.share(lambda cell: cell.replace(".", "", 1).isdecimal()) > MOSTLY

    @cached_property
    def dated(self) -> float:
        """The share of the cells that may be dates."""
        return 1 - self.shapes[None] / len(self.filled) if self.filled else 0

    @cached_property
    def numbers(self) -> float:
        """The share of the cells that may be amounts."""
        return self.share(looks_like_amount)

    @cached_property
    def may_be_amounts(self) -> bool:
        """Whether most cells may be amounts, of which `2000` may be a year as well."""
        return self.numbers >= LETTERED and self.dated * 0.99 < MOSTLY + 0.4 * self.numbers

    @cached_property
    def clocks(self) -> float:
        """The share of the cells that are times of day."""
        return self.share(is_clock)

    @cached_property
    def letters(self) -> float:
        """The share of the cells with a letter."""
        return self.share(lambda cell: any(map(str.isalpha, cell)))

    @cached_property
    def is_flag(self) -> bool:
        """Whether all cells are marks: 0 and 1, crosses, yes and no."""
        return bool(self.filled) and (set(self.filled) <= {"0", "1"} or self.share(is_mark) == 1)

    @cached_property
    def lasts(self) -> bool:
        """Whether the cells are durations in words, so that `45m` beside `1h 05m` is minutes."""
        return any("m" in cell and duration_of(cell) for cell in self.filled) and all(
            cell.strip()[-1:].isalpha() for cell in self.filled
        )

    @cached_property
    def is_counter(self) -> bool:
        """Whether the numbers look like those of a meter."""
        return is_counter(self.filled)

    @cached_property
    def is_id(self) -> bool:
        """Long numbers, or the same number in each of several rows."""
        digits = [cell.strip("=\"' ") for cell in self.filled]
        return self.share(
            lambda cell: cell.strip("=\"' ").isdecimal() and len(cell) >= 9
        ) > MOSTLY or (
            len(digits) > 5
            and len(set(digits)) == 1
            and digits[0].isdecimal()
            and len(digits[0]) > 4
        )

    @cached_property
    def currency(self) -> str:
        """The sign or code in the heading or in most cells."""
        signs = Counter(_sign_in(cell) for cell in self.filled)
        del signs[""]
        if signs and signs.most_common(1)[0][1] > len(self.filled) / 2:
            return signs.most_common(1)[0][0]
        if not self.heading.is_money:
            return ""
        return self.heading.unit.partition("/")[0].strip()

    @property
    def mark(self) -> str:
        """The letters that stand beside the numbers of most cells: `kr`, `Kč`."""
        beside = Counter(cell.strip(_OF_NUMBERS) for cell in self.filled)
        text, times = next(iter(beside.most_common(1)), ("", 0))
        return text if times * 2 > len(self.filled) else ""

    def weight(self, role: Role) -> float:
        """The weight with which the heading names a role; 0 if it does not."""
        return self.heading.weight(role)


@dataclass
class TableDraft:
    """A table whose columns get their roles one after the other: the profile of each.

    `units`: the unit under each heading, "" without one; `series`: the columns whose headings say
    a time, by their places; `split`: the columns of a date in parts.
    """

    table: FoundTable
    account: ReaderAccount
    today: date
    profiles: list[Profile]
    units: list[str]
    series: dict[int, SeriesPart] = field(default_factory=dict)
    split: SplitDate | None = None

    def has(self, *roles: Role) -> bool:
        """Whether a column has one of these roles already."""
        return any(profile.role in roles for profile in self.profiles)

    def unit_of(self, profile: Profile) -> str:
        """The unit of an amount as it is written; "" without one."""
        unit = profile.heading.unit or self.units[profile.place]
        return unit or ("h" if profile.lasts else "")

    def rows_by(self, *roles: Role) -> list[list[int]]:
        """The rows, grouped by their cells in the columns of these roles, in their order."""
        columns = [profile for profile in self.profiles if profile.role in roles]
        rows: dict[tuple[str, ...], list[int]] = {}
        for row in range(len(self.profiles[0].cells)):
            key = tuple(column.cells[row].strip().casefold() for column in columns)
            rows.setdefault(key, []).append(row)
        return list(rows.values())

    def holds_units(self, profile: Profile) -> bool:
        """Whether the cells are names of units."""
        find = self.account.units.find
        return profile.share(lambda cell: find(cell.strip()) is not None) > _UNITS

    @cached_property
    def currency(self) -> str:
        """The currency in a column of its own, if it is the same in all rows."""
        for profile in self.profiles:
            if says_currency(profile.heading) and len(set(profile.filled)) == 1:
                return profile.filled[0].strip()
        return ""


def _sign_in(cell: str) -> str:
    """The sign of money in a cell; "" without one."""
    return next((sign for sign in (*LONG_SIGNS, *SHORT_SIGNS) if sign in cell), "")


def without_running_totals(profiles: list[Profile], most: int) -> list[Profile]:
    """The columns without those that are the running sum of another one.

    With more than `most` columns none is compared, and all stay.
    """
    if len(profiles) > most:
        return profiles
    return [
        profile
        for profile in profiles
        if not any(
            is_running_total(profile.cells, other.cells)
            for other in profiles
            if other is not profile
        )
    ]

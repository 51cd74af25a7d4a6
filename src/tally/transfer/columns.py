"""The role of each column of a table, guessed from its heading and its content together. Pure."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from tally.domain import currencies
from tally.domain.currencies import currency_of
from tally.domain.units import Units
from tally.transfer.dates import is_clock, is_hour, shape_of
from tally.transfer.headings import Heading, Role, day_in, read_heading, series_of_hours
from tally.transfer.names import month_of, plain_letters, words
from tally.transfer.relations import is_counter, is_difference, is_product, is_total, runs_one_way
from tally.transfer.split_dates import are_years, split_date
from tally.transfer.structure import FoundTable, is_sum
from tally.transfer.values import (
    CURRENCIES,
    duration_of,
    is_mark,
    is_nothing,
    looks_like_amount,
)

# The number of rows that decide the role of a column.
ROWS_TO_SEE = 400

_LETTERED = 0.5
_MOSTLY = 0.6
# A heading says a role from this weight on.
_SAYS = 0.5
# A cell is the name of an amount from this weight on: `Surplus generation`.
_FLOWS = 0.3
# More columns are not compared with each other: it takes the square of their number.
_MOST_COMPARED = 20
# Units of what meters count.
_METERED = frozenset(("kWh", "Wh", "MWh", "m³", "l", "ft³", "gal", "CCF", "therm", "MJ", "GJ"))
# From this weight on the role holds whatever the cells are, so that each bad cell has its error.
_SURELY = 0.85

# The characters of numbers.
_OF_NUMBERS = "0123456789.,'’+- \t\u00a0\u202f"

# Units of measurements that are no consumption.
_NOT_AMOUNTS = frozenset(("%", "°C", "°F", "K", "km", "mi"))


@dataclass(frozen=True)
class Column:
    """A column as it is read: its role, and for an amount its type and unit, as far as known.

    `second`: the time of day that its heading says; `day`: the heading itself is the date;
    `month`: the heading is that of the row's year; `rest`: the columns of the month and the day
    that belong to this one, of years.
    `money`: it holds money that is left out, and why; `currency`: of its money, as it is written.
    """

    role: Role
    heading: Heading
    consumption_type: str = ""
    unit: str = ""
    second: int | None = None
    day: str = ""
    month: int = 0
    rest: tuple[int, ...] = ()
    money: str = ""
    currency: str = ""


@dataclass
class _Profile:
    """A column and the figures of its cells."""

    place: int
    heading: Heading
    cells: list[str]
    today: date
    role: Role | None = None

    @cached_property
    def filled(self) -> list[str]:
        return [cell for cell in self.cells if not is_nothing(cell)]

    def share(self, test: Callable[[str], object]) -> float:
        return sum(1 for cell in self.filled if test(cell)) / len(self.filled) if self.filled else 0

    @cached_property
    def shapes(self) -> Counter[str | None]:
        return Counter(shape_of(cell.strip(), self.today) for cell in self.filled)

    @cached_property
    def is_digits(self) -> bool:
        return self.share(lambda cell: cell.replace(".", "", 1).isdecimal()) > _MOSTLY

    @cached_property
    def dated(self) -> float:
        return 1 - self.shapes[None] / len(self.filled) if self.filled else 0

    @cached_property
    def numbers(self) -> float:
        return self.share(looks_like_amount)

    @cached_property
    def clocks(self) -> float:
        return self.share(is_clock)

    @cached_property
    def letters(self) -> float:
        return self.share(lambda cell: any(map(str.isalpha, cell)))

    @cached_property
    def is_flag(self) -> bool:
        return bool(self.filled) and (set(self.filled) <= {"0", "1"} or self.share(is_mark) == 1)

    @cached_property
    def lasts(self) -> bool:
        """Whether the cells are durations in words, so that `45m` beside `1h 05m` is minutes."""
        return any("m" in cell and duration_of(cell, "") for cell in self.filled) and all(
            cell.strip()[-1:].isalpha() for cell in self.filled
        )

    @cached_property
    def is_counter(self) -> bool:
        return is_counter(self.filled)

    @cached_property
    def is_id(self) -> bool:
        """Long numbers, or the same number in each of several rows."""
        digits = [cell.strip("=\"' ") for cell in self.filled]
        return self.share(
            lambda cell: cell.strip("=\"' ").isdecimal() and len(cell) >= 9
        ) > _MOSTLY or (
            len(digits) > 5
            and len(set(digits)) == 1
            and digits[0].isdecimal()
            and len(digits[0]) > 4
        )

    @cached_property
    def currency(self) -> str:
        """The sign or code that the heading or most cells have."""
        signs = Counter(sign for cell in self.filled for sign in CURRENCIES if sign in cell)
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
        return self.heading.weights.get(role, 0)


@dataclass(frozen=True)
class Account:
    """The parts of an account that help to read a file of its user."""

    currency: str = ""
    units: Units = field(default_factory=Units)


def _width(table: FoundTable, rows: list[Sequence[str]]) -> int:
    """How many columns there are: those of the header, or more where most rows have more.

    Digits alone behind a full header are no column: a decimal comma parted the numbers there.
    """
    width = max(map(len, rows), default=0)
    named = len(table.header)
    if not table.has_header or width < named:
        return max(width, named) if table.has_header else width
    behind = [row[named:] for row in rows if any(row[named:])]
    is_parted = all(table.header) and all("".join(cells).isdecimal() for cells in behind)
    return named if is_parted or len(behind) * 2 <= len(rows) else width


def guess_columns(
    table: FoundTable, rows: Iterable[Sequence[str]], today: date, account: Account
) -> list[Column]:
    """The columns of a table whose first rows these are."""
    return _Guess(table, list(rows), today, account).columns()


class _Guess:
    """The roles of a table, given one after the other: dates, texts, money, amounts."""

    def __init__(
        self, table: FoundTable, rows: list[Sequence[str]], today: date, account: Account
    ) -> None:
        width = _width(table, rows)
        header = [*table.header, *[""] * (width - len(table.header))]
        self.table = table
        self.account = account
        self.today = today
        self.profiles = [
            _Profile(
                place,
                read_heading(heading),
                [row[place] if place < len(row) else "" for row in rows],
                today,
            )
            for place, heading in enumerate(header)
        ]
        while self.profiles and not self.profiles[-1].heading.text and not self.profiles[-1].filled:
            self.profiles.pop()
        self.units = [*table.units, *[""] * width]
        self.clocks: dict[int, int] = {}
        self.months: dict[int, int] = {}
        self.rest: tuple[int, ...] = ()
        self.currencies = self._currencies_told()

    def columns(self) -> list[Column]:
        if self.table.layout == "dates across":
            self._across()
        else:
            if self.table.layout == "rows":
                self._dates()
            self._clocks()
            self._texts()
            self._amounts()
        return [
            replace(
                self._column(profile), currency=profile.currency or self.currencies or profile.mark
            )
            for profile in self.profiles
        ]

    # Dates --------------------------------------------------------------------------------------

    def _dates(self) -> None:
        dated = [profile for profile in self.profiles if self._may_be_date(profile)]
        starts = [profile for profile in dated if profile.weight("start") >= _SAYS]
        ends = [profile for profile in dated if profile.weight("end") >= _SAYS]
        if starts and ends:
            starts[0].role, ends[0].role = "start", "end"
            return
        plain = [profile for profile in dated if profile not in ends or not starts]
        plain = [profile for profile in plain if profile not in ends] or plain
        plain = plain or [
            profile for profile in self.profiles if self._date_weight(profile) >= _SURELY
        ]
        if not plain:
            return
        split = split_date([(profile.heading.name, profile.filled) for profile in self.profiles])
        if split is not None and {profile.place for profile in dated} <= {split.year, *split.rest}:
            self.rest = split.rest
            for place in split.rest:
                self.profiles[place].role = "-"
            self.profiles[split.year].role = "date"
            return
        best = max(plain, key=lambda profile: (self._date_weight(profile), -profile.place))
        best.role = "start" if starts == [best] else "date"
        if ends and best not in ends:
            best.role, ends[0].role = "start", "end"

    def _may_be_date(self, profile: _Profile) -> bool:
        says = max(
            profile.weight("date"),
            profile.weight("time"),
            profile.weight("start"),
            profile.weight("end"),
        )
        if profile.dated < _MOSTLY:
            return False
        if profile.is_digits:
            # Numbers are dates only where the heading says so, or nothing else can be one.
            kinds = {kind for kind in profile.shapes if kind}
            if "day number" in kinds and says < _SAYS:
                return False
            if says < _SAYS and (self.table.has_header or profile.place != self.table.place):
                return False
            if kinds == {"month"} and says < _SAYS:
                return False
        elif profile.clocks > _MOSTLY:
            return False
        return not (profile.numbers == 1 and says < 0.3 and profile.heading.unit)

    def _date_weight(self, profile: _Profile) -> float:
        out = profile.weight("-")
        date_like = max(
            profile.weight("date"), profile.weight("start"), 0.95 * profile.weight("time")
        )
        return (
            date_like
            - (1.5 if out >= _SAYS and out > date_like else 0)
            + 0.05 * (profile.place == self.table.place)
            # The days that a row covers say more than the day on which it was written.
            + 0.5 * (profile.shapes["range"] * 2 > len(profile.filled))
        )

    def _clocks(self) -> None:
        """A time of day belongs to the date on its left; the first behind each counts."""
        taken = False
        has_end = any(profile.role == "end" for profile in self.profiles)
        has_date = self.table.layout != "rows" or any(
            profile.role in ("date", "start") for profile in self.profiles
        )
        for profile in self.profiles:
            if profile.role in ("date", "start", "end"):
                taken = False
            elif profile.role is None and (
                (profile.clocks >= _MOSTLY and self._is_time(profile)) or self._is_hour(profile)
            ):
                is_end = profile.weight("end") >= _SAYS and not has_end
                profile.role = "-" if taken or is_end or not has_date else "time"
                taken = True

    def _is_hour(self, profile: _Profile) -> bool:
        """Whether it counts the hours of a day: 1 to 24, beside an amount."""
        return (
            plain_letters(profile.heading.text) in _HOURS
            and profile.share(is_hour) == 1
            and any(
                other.numbers >= _LETTERED and other.role is None
                for other in self.profiles
                if other is not profile
            )
        )

    def _is_time(self, profile: _Profile) -> bool:
        says = max(
            profile.weight("time"),
            profile.weight("start"),
            profile.weight("end"),
            profile.weight("date"),
        )
        return says > profile.weight("value") or (
            not profile.weight("value") and not profile.heading.unit and not self._lasts(profile)
        )

    def _lasts(self, profile: _Profile) -> bool:
        return any(
            "dura" in word or "dauer" in word for word in (plain_letters(profile.heading.name),)
        )

    # Texts --------------------------------------------------------------------------------------

    def _texts(self) -> None:
        self._best("unit", 0.7, lambda profile: not profile.filled or profile.numbers < 0.3)
        self._best("type", _SAYS, self._may_be_type)
        self._best("notes", _SAYS, lambda profile: profile.numbers < 0.9 or not profile.filled)
        self._best("tag", _SAYS, lambda profile: profile.numbers < 0.9 or not profile.filled)
        self._directions()
        if not self.table.has_header:
            self._texts_without_headings()

    def _directions(self) -> None:
        """Without a column of types, one that says which way each amount went is it."""
        if any(profile.role == "type" for profile in self.profiles):
            return
        for profile in self.profiles:
            if (
                profile.role is None
                and len(set(profile.filled)) > 1
                and profile.letters == 1
                and profile.share(_is_flow) == 1
            ):
                profile.role = "type"
                return

    def _may_be_type(self, profile: _Profile) -> bool:
        """Whether its cells are words, not codes or marks; without cells its heading decides."""
        is_said = profile.weight("type") >= _SURELY
        if not profile.filled:
            return is_said
        return profile.letters >= _LETTERED and (is_said or not profile.is_flag)

    def _best(self, role: Role, least: float, fits: Callable[[_Profile], bool]) -> None:
        free = [
            profile
            for profile in self.profiles
            if profile.role is None
            and profile.weight(role) >= least
            and profile.weight(role) >= profile.weight("-")
            and profile.dated < _MOSTLY
            and fits(profile)
        ]
        if free:
            max(free, key=lambda profile: profile.weight(role)).role = role

    def _texts_without_headings(self) -> None:
        texts = [
            profile
            for profile in self.profiles
            if profile.role is None
            and profile.letters >= _LETTERED
            and profile.numbers < 0.3
            and profile.filled
        ]
        for profile in texts:
            if profile.share(lambda cell: self.account.units.find(cell.strip()) is not None) > 0.8:
                profile.role = "unit"
                texts.remove(profile)
                break
        roles: list[Role] = ["type", "notes"]
        for profile, role in zip(texts, roles, strict=False):
            profile.role = role

    # Amounts ------------------------------------------------------------------------------------

    def _amounts(self) -> None:
        free = [profile for profile in self.profiles if profile.role is None]
        numeric = [
            profile
            for profile in free
            if (
                profile.numbers >= _LETTERED
                and profile.dated * 0.99 < _MOSTLY + 0.4 * profile.numbers
            )
            or (
                not profile.filled
                and max(profile.weight("value"), profile.weight("reading")) >= _SAYS
            )
        ]
        money = [profile for profile in numeric if self._is_money(profile)]
        others = [
            profile for profile in numeric if profile not in money and not self._is_out(profile)
        ]
        self._hours(others)
        self._months(others)
        if self.clocks or self.months:
            return
        chosen = self._chosen(others)
        is_spent = not chosen and bool(money)
        if is_spent:
            spent = [profile for profile in money if not self._is_unit_price(profile)]
            chosen = (
                [max(spent, key=lambda p: (p.weight("value"), p.weight("cost"), -p.place))]
                if spent
                else []
            )
        if not chosen:
            chosen = [p for p in numeric if plain_letters(p.heading.name) in _AVERAGES][:1]
        if not chosen:
            chosen = [profile for profile in free if profile.filled and profile.share(is_mark) == 1]
        if not chosen:
            chosen = [profile for profile in free if self._told(profile) >= 0.7][:1]
        if len(chosen) > 1 and any(profile.role == "type" for profile in self.profiles):
            chosen = self._one_or_series(chosen)
        chosen = self._without_ends(self._without_totals(chosen))
        for profile in chosen:
            profile.role = "reading" if self._is_reading(profile, chosen) else "value"
        if not is_spent:
            self._money([profile for profile in money if profile.role is None])

    def _is_money(self, profile: _Profile) -> bool:
        if profile.heading.is_money or profile.currency:
            return True
        says = max(profile.weight("cost"), profile.weight("price"))
        return says >= _SAYS and says > profile.weight("value")

    def _is_unit_price(self, profile: _Profile) -> bool:
        return profile.heading.is_rate or profile.weight("price") > profile.weight("cost")

    def _is_out(self, profile: _Profile) -> bool:
        says = max(profile.weight("value"), profile.weight("reading"))
        return (
            (profile.weight("-") >= 0.4 and profile.weight("-") >= says)
            or (profile.is_id and says < _SAYS)
            or profile.heading.is_rate
        )

    def _hours(self, free: list[_Profile]) -> None:
        """Headings that are times of day: one series."""
        clocked = [profile for profile in free if profile.heading.clock is not None]
        if len(clocked) >= 2:
            self.clocks = {profile.place: profile.heading.clock or 0 for profile in clocked}
        else:
            for start in range(len(free)):
                hours = series_of_hours([profile.heading.text for profile in free[start:]])
                if hours is not None:
                    clocked = free[start:]
                    self.clocks = {
                        profile.place: second
                        for profile, second in zip(clocked, hours, strict=True)
                    }
                    break
        for profile in self.profiles:
            if profile.place in self.clocks:
                profile.role = "value"

    def _months(self, free: list[_Profile]) -> None:
        """Headings that are months beside a column of years: one series."""
        if not any(
            are_years(profile.filled) for profile in self.profiles if profile.role == "date"
        ):
            return
        months = {profile.place: month_of(profile.heading.name) for profile in free}
        self.months = {place: month for place, month in months.items() if month}
        if len(set(self.months.values())) < max(len(self.months), 2):
            self.months = {}
        for place in self.months:
            self.profiles[place].role = "value"

    def _chosen(self, free: list[_Profile]) -> list[_Profile]:
        """The columns that are amounts."""
        told = [profile for profile in free if profile.weight("value") >= _SAYS]
        if not any(profile.weight("value") >= 0.8 for profile in told):
            told += [
                profile
                for profile in free
                if profile.weight("reading") >= _SAYS and profile not in told
            ]
        if told and all(self._is_reading(profile, []) for profile in told):
            return told + [
                other for other in free if other not in told and runs_one_way(other.filled)
            ]
        series = [profile for profile in free if self._measures(profile)]
        best = max((self._told(profile) for profile in told), default=0)
        if series and not any(
            self._told(profile) >= 0.95 and profile not in series for profile in told
        ):
            return series
        if told:
            return [profile for profile in told if self._told(profile) == best]
        plain = [profile for profile in free if not profile.is_flag and not profile.is_id]
        return plain or [profile for profile in free if not profile.is_id]

    def _told(self, profile: _Profile) -> float:
        return max(profile.weight("value"), profile.weight("reading"))

    def _measures(self, profile: _Profile) -> bool:
        """Whether the heading has a unit of consumption."""
        unit = self.account.units.find(self._unit(profile)) if self._unit(profile) else None
        return unit is not None and unit not in _NOT_AMOUNTS

    def _one_or_series(self, chosen: list[_Profile]) -> list[_Profile]:
        """Beside a column of types there is one amount, unless each has a unit of its own."""
        if all(map(self._unit, chosen)):
            return chosen
        # One that is the same in every row says something else of it, such as its length.
        varying = [profile for profile in chosen if len(set(profile.filled)) > 1]
        return (varying or chosen)[:1]

    def _without_totals(self, chosen: list[_Profile]) -> list[_Profile]:
        """The amounts but for one that is called the sum of the others and is."""
        totals = [profile for profile in chosen if is_sum([profile.heading.name])]
        others = [profile for profile in chosen if profile not in totals]
        is_one = len(totals) == 1 and len(others) > 1
        if is_one and is_total(totals[0].cells, [profile.cells for profile in others]):
            return others
        return chosen

    def _without_ends(self, chosen: list[_Profile]) -> list[_Profile]:
        """The amounts but for the figures of the meter that one of them is the difference of."""
        ends = [
            profile
            for profile in chosen
            if max(profile.weight("start"), profile.weight("end"), profile.weight("reading"))
            >= _SAYS
            and runs_one_way(profile.filled)
        ]
        if len(ends) > _MOST_COMPARED:
            return chosen
        for used in chosen:
            for before, after in itertools.permutations(ends, 2):
                if used not in (before, after) and is_difference(
                    used.cells, before.cells, after.cells
                ):
                    return [other for other in chosen if other not in (before, after)]
        return chosen

    def _is_reading(self, profile: _Profile, chosen: list[_Profile]) -> bool:
        """Whether an amount is what a meter shows, by its heading, its figures or the others."""
        says = profile.weight("reading") >= _SAYS and profile.weight("reading") > profile.weight(
            "value"
        )
        if says or self._counts(profile):
            return True
        # One of several that rise together says it for all.
        if profile.weight("value") >= (_SURELY if self._has_counters else _SAYS):
            return False
        is_told = (self._has_counters and self._is_metered(profile)) or any(
            other.weight("reading") >= _SAYS for other in chosen
        )
        return len(chosen) > 1 and is_told and runs_one_way(profile.filled)

    @cached_property
    def _has_counters(self) -> bool:
        return any(map(self._counts, self.profiles))

    def _counts(self, profile: _Profile) -> bool:
        """Whether the figures are those of a meter, though the heading does not say so."""
        is_sure = profile.weight("value") >= _SURELY
        return not is_sure and self._is_metered(profile) and profile.is_counter

    def _is_metered(self, profile: _Profile) -> bool:
        """Whether the heading has a unit that meters count."""
        return self.account.units.find(self._unit(profile) or "?") in _METERED

    def _money(self, money: list[_Profile]) -> None:
        """The one column of money that is a cost in the account's currency."""
        paid = self._paid_by_price(money)
        if paid is not None:
            paid.role = "cost" if self._is_ours(paid) else None
            return
        prices = [profile for profile in money if self._is_unit_price(profile)]
        costs = [
            profile
            for profile in money
            if profile not in prices and self._is_ours(profile) and not profile.weight("-") >= _SAYS
        ]
        best = [
            profile
            for profile in costs
            if profile.weight("cost") == max(p.weight("cost") for p in costs)
        ]
        if len(best) == 1:
            best[0].role = "cost"
        elif not costs and len(prices) == 1 and self._is_ours(prices[0]):
            prices[0].role = "price"

    def _paid_by_price(self, money: list[_Profile]) -> _Profile | None:
        """The column of costs that are the amount times a price, whatever the two are called."""
        amounts = [profile for profile in self.profiles if profile.role == "value"]
        if len(amounts) != 1:
            return None
        free = [profile for profile in self.profiles if profile.role is None and profile.filled]
        if len(free) > _MOST_COMPARED:
            return None
        pairs = ((price, paid) for price in money for paid in free if paid is not price)
        return next(
            (
                paid
                for price, paid in pairs
                if is_product((amounts[0].cells, price.cells), paid.cells)
            ),
            None,
        )

    def _is_ours(self, profile: _Profile) -> bool:
        heading = profile.heading
        rate = heading.unit.partition("/")[0].strip() if heading.is_rate else ""
        currency = profile.currency or rate or self.currencies
        if not currency or not self.account.currency:
            return plain_letters(currency) not in _PARTS_OF_MONEY
        return same_currency(currency, self.account.currency)

    def _currencies_told(self) -> str:
        """The currency that a column of its own names, where it is the same in all rows."""
        for profile in self.profiles:
            if says_currency(profile.heading) and len(set(profile.filled)) == 1:
                return profile.filled[0].strip()
        return ""

    # Dates across the top -----------------------------------------------------------------------

    def _across(self) -> None:
        named = [
            profile for profile in self.profiles if not day_in(profile.heading.text, self.today)
        ]
        for profile in self.profiles:
            if profile not in named:
                profile.role = "value"
        texts = [profile for profile in named if profile.letters >= _LETTERED and profile.filled]
        for profile in texts:
            if len(texts) > 1 and (
                profile.weight("unit") >= _SAYS
                or profile.share(lambda cell: self.account.units.find(cell.strip()) is not None)
                > 0.8
            ):
                profile.role = "unit"
                texts.remove(profile)
                break
        if texts:
            max(texts, key=lambda profile: (profile.weight("type"), -profile.place)).role = "type"

    def _column(self, profile: _Profile) -> Column:
        heading = profile.heading
        role: Role = profile.role or "-"
        if role not in ("value", "reading"):
            money = ""
            if (
                role == "-"
                and profile.filled
                and (heading.is_money or profile.weight("cost") >= _SAYS)
                and profile.numbers > 0.5
                and not (self._has_cost and self._is_ours(profile))
            ):
                money = heading.text
            return Column(role, heading, money=money, rest=self.rest if role == "date" else ())
        if profile.place in self.clocks:
            return Column(
                role, heading, second=self.clocks[profile.place], unit=self.units[profile.place]
            )
        if self.table.layout == "dates across":
            return Column(role, heading, day=heading.text)
        if profile.place in self.months:
            month = self.months[profile.place]
            return Column(role, heading, month=month, unit=self.units[profile.place])
        return Column(
            role,
            heading,
            heading.name if not self._is_nameless(profile) else "",
            self._unit(profile),
        )

    @property
    def _has_cost(self) -> bool:
        return any(profile.role in ("cost", "price") for profile in self.profiles)

    def _is_nameless(self, profile: _Profile) -> bool:
        """Whether the heading says no more than that these are amounts."""
        return not self.table.has_header

    def _unit(self, profile: _Profile) -> str:
        unit = profile.heading.unit or self.units[profile.place]
        return unit or ("h" if profile.lasts else "")


# Beside amounts these are no amounts; alone they are the result of a query.
_AVERAGES = words("average avg mean")
_HOURS = frozenset(
    ("hour", "hora", "heure", "ora", "stunde", "uur", "std", "godzina", "timme", "час", "he", "hr",
     "hour ending", "hour of day", "hour beginning")
)  # fmt: skip
_PARTS_OF_MONEY = words(
    """
    p pence ct cent cents cts ¢ penny øre ore grosz gr rappen rp haler filler kopek paise sen
    """
)
_CURRENCY_HEADINGS = words(
    """
    currency wahrung valuta devise moneda moeda waluta валюта
    """
)
_SIGNS = {
    "EUR": "€",
    "USD": "$",
    "GBP": "£",
    "JPY": "¥",
    "INR": "₹",
    "RUB": "₽",
    "UAH": "₴",
    "TRY": "₺",
    "KRW": "₩",
    "CZK": "Kč",
    "PLN": "zł",
    "SEK": "kr",
    "NOK": "kr",
    "DKK": "kr",
}
_WORDS = {
    "euro": "EUR",
    "euros": "EUR",
    "dollar": "USD",
    "dollars": "USD",
    "pound": "GBP",
    "pounds": "GBP",
}


def _is_flow(cell: str) -> bool:
    """Whether a cell is what an amount may be called: `Consumption`, `Surplus generation`."""
    return read_heading(cell).weights.get("value", 0) >= _FLOWS


def says_currency(heading: Heading) -> bool:
    """Whether the cells below name the currency of their row."""
    return plain_letters(heading.name) in _CURRENCY_HEADINGS


def currency_told(written: str) -> str:
    """The currency code of a sign, a code or a name; "" for several currencies, such as kr."""
    written = written.strip().rstrip(".")
    code = _WORDS.get(plain_letters(written)) or currency_of(written)
    if code or written.upper() in currencies.CURRENCIES:
        return code or written.upper()
    signs = currencies.CURRENCIES.items()
    codes = [code for code, sign in signs if sign.casefold() == written.casefold()]
    return codes[0] if len(codes) == 1 else ""


def same_currency(written: str, code: str) -> bool:
    """Whether a sign, a code or a name is the currency with this code."""
    written = written.strip().rstrip(".")
    if written.upper() == code or _WORDS.get(plain_letters(written)) == code:
        return True
    if written == "$":
        return code in ("USD", "CAD", "AUD", "NZD", "MXN", "SGD", "HKD")
    return _SIGNS.get(code, "").casefold() == written.casefold() != ""

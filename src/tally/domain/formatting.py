"""Numbers, days, types and filters as text, in the formats of one reader. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from types import MappingProxyType
from unicodedata import bidirectional

from tally.domain import currencies
from tally.domain.amounts import NUMBER_MARKS, SPACES, NumberMarks, plain
from tally.domain.calendar import USUAL_STARTS, Starts, containing, week_of
from tally.domain.calendar_names import WEEKDAYS, month_name, short_month, short_weekday
from tally.domain.filter_query import query
from tally.domain.filters import RESTORE_DAYS, SORTS, Filter, is_tag
from tally.domain.marks import type_colour

# Wide enough for every number that is kept, and for the products of them.
_WIDE = Context(prec=100, rounding=ROUND_HALF_UP)
NARROW_SPACE = "\u202f"
MINUS = "\u2212"
FIRST_STRONG_ISOLATE = "\u2068"
POP_ISOLATE = "\u2069"

# The number formats of accounts. The automatic one groups by a narrow space and has a decimal dot.
NUMBER_FORMATS = ("auto", *NUMBER_MARKS)


@dataclass(frozen=True)
class Chip:
    """One condition of a filter in words, and the query string without it."""

    text: str
    without: str


class Formatter:
    """Writes numbers, days and money as one visitor reads them.

    `today` and `starts` are the visitor's own day and calendar. `colours`: the chosen colours by
    type. `currency`: the account's code, "" for none.
    """

    def __init__(
        self,
        number_format: str,
        today: date,
        starts: Starts = USUAL_STARTS,
        colours: Mapping[str, int] = MappingProxyType({}),
        currency: str = "",
    ) -> None:
        marks = NUMBER_MARKS.get(number_format, NumberMarks(SPACES, "."))
        self.thousands = NARROW_SPACE if marks.group == SPACES else marks.group
        self.decimal_mark = marks.decimal
        self.today = today
        self.starts = starts
        self.colours = colours
        self.currency = currency

    def colour(self, consumption_type: str) -> str:
        """The class of a type's colour: the account's own choice, else the usual one."""
        return type_colour(consumption_type, self.colours)

    def number(self, value: Decimal | int, decimals: int | None = None) -> str:
        """`1234.5` as `1 234.5`; never an exponent, trailing zeros trimmed.

        `decimals` rounds half away from zero to at most that many.
        """
        if decimals is not None:
            value = _WIDE.quantize(Decimal(value), Decimal(1).scaleb(-decimals))
        whole, fraction = self.split(value)
        return whole + fraction

    def rough(self, value: Decimal, decimals: int) -> str:
        """A number with at most this many decimals; one that would become 0 keeps two digits."""
        is_zero = not _WIDE.quantize(value, Decimal(1).scaleb(-decimals))
        return self.number(value, 1 - value.adjusted() if is_zero else decimals)

    def fixed(self, value: Decimal, decimals: int) -> str:
        """A number with exactly this many decimals, as money is written: `318.40`."""
        rounded = _WIDE.quantize(value, Decimal(1).scaleb(-decimals))
        whole, _ = self.split(rounded)
        digits = f"{rounded:f}".partition(".")[2]
        return whole + (self.decimal_mark + digits if digits else "")

    def money(self, value: Decimal, currency: str = "") -> str:
        """`70.52 €`: money in this currency, else the account's; a plain number without one.

        It has the decimals of the currency, and its sign behind a space that does not break.
        """
        currency = currency or self.currency
        if not currency:
            return self.number(value)
        number = self.fixed(value, currencies.decimals(currency))
        return f"{number}\u00a0{currencies.sign(currency)}"

    def price(self, value: Decimal, currency: str = "") -> str:
        """`0.37 €`, `0.0012 €`: the price of a unit; a small price keeps two of its digits."""
        currency = currency or self.currency
        if not currency:
            return self.number(value)
        return f"{self.price_number(value, currency)}\u00a0{currencies.sign(currency)}"

    def price_number(self, value: Decimal, currency: str) -> str:
        """The number of such a price, without the sign of its currency."""
        places = currencies.decimals(currency)
        if value and value.adjusted() < 1 - places:
            digits = _WIDE.quantize(value, Decimal(1).scaleb(value.adjusted() - 1)).normalize()
            places = max(places, -int(digits.as_tuple().exponent))
        return self.fixed(value, places)

    def typed(self, value: Decimal) -> str:
        """A number as a field shows it, `1234.5` or `1234,5`; it reads back as the same number."""
        return plain(value).replace(".", self.decimal_mark)

    def split(self, value: Decimal | int) -> tuple[str, str]:
        """A number as (whole, decimal mark and fraction): a column aligns them at the mark."""
        text = plain(value) if isinstance(value, Decimal) else str(value)
        sign, digits = (MINUS, text[1:]) if text[0] == "-" else ("", text)
        whole, mark, fraction = digits.partition(".")
        # Four digits stay together, as in a ledger; five are grouped.
        if len(whole) > 4 or self.thousands != NARROW_SPACE:
            whole = f"{int(whole):,}".replace(",", self.thousands)
        return sign + whole, self.decimal_mark + fraction if mark else ""

    def percent(self, value: Decimal) -> str:
        """`-12.4` as `12 %`: without sign, since words beside it say more or less."""
        return f"{self.number(abs(value), 0)}{NARROW_SPACE}%"

    def share(self, share: Decimal) -> str:
        """`0.72` as `72 %`. Only a share of 0 is `0 %`, only one of 1 `100 %`.

        Near them are `under 1 %`, `over 99 %` and `over 100 %`.
        """
        for whole, near in ((0, "under 1"), (1, "over 99" if share < 1 else "over 100")):
            if share != whole and self.percent(share * 100) == self.percent(Decimal(whole * 100)):
                return f"{near}{NARROW_SPACE}%"
        return self.percent(share * 100)

    def count(self, number: int, one: str, many: str = "") -> str:
        """`1 record`, `12 records`."""
        return f"{self.number(number)} {one if number == 1 else many or one + 's'}"

    def day(self, day: date) -> str:
        """`Sunday 22 November`, with the year when it is another one."""
        return f"{WEEKDAYS[day.weekday()]} {self.date_name(day)}"

    def date_name(self, day: date) -> str:
        """`22 November`, with the year when it is another one."""
        return f"{day.day} {month_name(day)}{self._other_year(day)}"

    def moment(self, moment: datetime) -> str:
        """`Sunday 22 November, 14:05`, in the zone that it comes in."""
        return f"{self.day(moment.date())}, {moment:%H:%M}"

    def brief_day(self, day: date) -> str:
        """`22 Nov`, with the year when it is another one."""
        return f"{day.day} {short_month(day)}{self._other_year(day)}"

    def short_day(self, day: date) -> str:
        """`Sun 22`, or `Sun 22 Nov` in another month than today's."""
        text = f"{short_weekday(day)} {day.day}"
        if (day.year, day.month) != (self.today.year, self.today.month):
            text += f" {short_month(day)}"
        return text + self._other_year(day)

    def _other_year(self, day: date) -> str:
        return "" if day.year == self.today.year else f" {day.year}"

    def month(self, day: date) -> str:
        """`November 2026`."""
        return f"{month_name(day)} {day.year}"

    def account_month(self, day: date, *, short: bool = False) -> str:
        """The account's month that holds `day`: `November`, `15 October to 14 November`.

        With the year when it is another one, and always where `short`: `Nov 2026`,
        `15 Oct to 14 Nov 2026`.
        """
        month = containing("month", day, self.starts)
        name_of = short_month if short else month_name
        year = f" {month.end.year}" if short or month.end.year != self.today.year else ""
        if month.start.day == 1:
            return name_of(day) + year
        first, last = (f"{end.day} {name_of(end)}" for end in (month.start, month.end))
        return f"{first} to {last}{year}"

    def week(self, day: date) -> str:
        """`Week 46`: the account's week that holds `day`."""
        return f"Week {week_of(day, self.starts)[1]}"

    def relative_day(self, day: date) -> str:
        """`today`, `yesterday`, `tomorrow`, or nothing."""
        return {0: "today", -1: "yesterday", 1: "tomorrow"}.get((day - self.today).days, "")

    def span(self, start: date, end: date) -> str:
        """`1 to 22 November 2026`, `28 October to 3 November 2026`, `5 October 2026`.

        `October 2026` for all of it, where the account's months begin on the 1st.
        """
        last = f"{end.day} {month_name(end)} {end.year}"
        if start == end:
            return last
        if start.year != end.year:
            return f"{start.day} {month_name(start)} {start.year} to {last}"
        if start.month != end.month:
            return f"{start.day} {month_name(start)} to {last}"
        is_whole_month = start.day == 1 and (end + timedelta(days=1)).day == 1
        if self.starts.has_calendar_months and is_whole_month:
            return self.month(start)
        return f"{start.day} to {last}"

    def ordinal(self, number: int) -> str:
        """`30th`."""
        endings = {} if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}
        return f"{number}{endings.get(number % 10, 'th')}"

    def chips(self, wanted: Filter) -> list[Chip]:
        """The conditions of a filter, each in words; empty where it leaves no record out."""
        words = wanted.search.split()
        chips = [
            Chip(_quoted(word), query(wanted, q=" ".join(words[:place] + words[place + 1 :])))
            for place, word in enumerate(words)
        ]
        chips += [
            Chip(name, query(wanted, type=[other for other in wanted.types if other != name]))
            for name in wanted.types
        ]
        if wanted.unit is not None:
            chips.append(Chip(in_unit(wanted.unit), query(wanted, unit=None)))
        if days := self.days_of(wanted):
            chips.append(Chip(days, query(wanted, period=None)))
        if values := self._values_of(wanted):
            chips.append(Chip(values, query(wanted, min=None, max=None)))
        if wanted.deleted:
            chips.append(Chip("deleted", query(wanted, deleted=None)))
        return chips

    def describe(self, wanted: Filter) -> str:
        """A whole filter in words, such as "1 to 22 November 2026, all types, newest first"."""
        parts = [
            f"deleted in the last {RESTORE_DAYS} days" if wanted.deleted else "",
            self.days_of(wanted) or "all days",
            ", ".join(map(isolated, wanted.types)) or "all types",
            in_unit(wanted.unit) if wanted.unit is not None else "",
            self._values_of(wanted),
            *(isolated(_quoted(word)) for word in wanted.search.split()),
            SORTS[wanted.sort],
        ]
        return ", ".join(filter(None, parts))

    def days_of(self, wanted: Filter) -> str:
        """`November 2026`, `up to 5 October 2026`; nothing when a filter takes every day."""
        if wanted.dates is None or wanted.dates.kind == "all":
            return ""
        if wanted.start is None:
            return f"up to {self.span(wanted.dates.end, wanted.dates.end)}"
        if wanted.dates.kind == "year" and wanted.start.day == 1:
            return str(wanted.start.year)
        return self.span(wanted.start, wanted.dates.end)

    def _values_of(self, wanted: Filter) -> str:
        match wanted.minimum, wanted.maximum:
            case None, None:
                return ""
            case Decimal() as least, None:
                return f"at least {self.number(least)}"
            case None, Decimal() as most:
                return f"at most {self.number(most)}"
            case Decimal() as least, Decimal() as most:
                return f"{self.number(least)} to {self.number(most)}"
        raise AssertionError("every pair is covered")


def _quoted(word: str) -> str:
    return word if is_tag(word) else f"“{word}”"


def isolated(text: str) -> str:
    """Text of a person within a sentence; its letters written from right to left stay together.

    Without the two characters around it a number behind Arabic is drawn in front of it.
    """
    is_leftward = any(bidirectional(letter) in ("R", "AL") for letter in text)
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}" if is_leftward else text


def in_unit(unit: str) -> str:
    """`in kWh`, or `without a unit`."""
    return f"in {unit}" if unit else "without a unit"


def kept_in_unit(own: Sequence[str]) -> str:
    """`is kept in kWh`: a phrase on the units of a type, the one used last first."""
    last_unit = next(filter(None, own), "")
    return f"is kept in {last_unit}" if last_unit else "was kept without a unit so far"

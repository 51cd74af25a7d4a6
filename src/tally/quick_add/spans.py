"""`over` and a period: one record for all its days. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tally.domain.amounts import Unreadable
from tally.domain.fields import MAX_DAYS
from tally.domain.periods import DAY, USUAL_STARTS, Calendar, Starts, containing
from tally.quick_add.dates import (
    MAX_DATE_WORDS,
    MAX_LINE_DAYS,
    MONTH,
    MONTH_NUMBERS,
    NO_SUCH_DAY,
    WEEKDAY,
    WEEKDAY_NUMBERS,
    FirstLast,
    Found,
    Surroundings,
    check_days,
    days_at,
    may_begin_date,
    month_named,
    months_ago,
)
from tally.quick_add.number_words import COUNT, spoken
from tally.quick_add.separators import DASHES
from tally.quick_add.tokens import Trouble, Word
from tally.quick_add.unread_dates import FULL_YEAR, SHORT_YEAR

_MAX_PERIOD_WORDS = 4
# The words of two days in which a dash is looked for: `from oct 15-nov 14`.
_MAX_APART = 5

# Words in front of a period that is meant to be covered; those that begin one, and end it.
_LEADS = frozenset({"in", "for", "during"})
_IN_DAYS = _LEADS | {"per", "within"}
_WHICH = frozenset({"last", "this"})
_CALENDARS: dict[str, Calendar] = {
    "week": "week",
    "month": "month",
    "quarter": "quarter",
    "year": "year",
}
# Words in front of the first of several days, and between it and the last; between two periods.
_BETWEEN = frozenset({"between", "zwischen"})
_FROM = frozenset({"from", "von", "vom", "du", "del", "van", "od"}) | _BETWEEN
_AND = frozenset({"and", "und"})
_UP_TO = DASHES | {"to", "until", "till", "through", "thru", "bis", "au", "al", "tot", "t/m", "do"}
_TO_DAY = _UP_TO | {"-", "..", "...", "…"}
_ISO_DAY = "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
_TWO_DAYS = re.compile(rf"{_ISO_DAY}(?P<dash>[-–—/…]){_ISO_DAY}")
_TWO_MONTHS = re.compile(r"([a-z]+)(?:[-–—…]|\.{2,3})([a-z]+)")
_DASHED = re.compile(
    r"(?=.*[0-9])(?:[0-9./]+|[a-z]+)(?P<dash>[-–—…]|\.{2,3})(?:[0-9/][0-9./]*|[a-z]+)"
)
_YEAR_ALONE = re.compile("(?:19|20)[0-9]{2}")
_TO = _UP_TO | _AND | {"or", "+", "&"}

WITHOUT_OVER = "Write over {period}, a day such as 2026-10-05, or the words in quotes."
FROM_TO = "Write one period, such as over {days}, or the words in quotes."
DAYS_FROM_TO = "Write over {days} for all of it, or {days} for each day; or the words in quotes."
AT_LEAST_A_DAY = "A period has one day at least. Write over 30 days, or the words in quotes."
OVER_PERIOD = "Write over {period}, or the words in quotes."
OVER_DAY = "Write {day} for that day, or a period such as over oct; or the words in quotes."
OVER_LAST = "Write over last {0}, or over {1} for the days up to the date; or the words in quotes."
AFTER_OVER = "Write a period behind over, such as over oct or over 30 days; or the words in quotes."


@dataclass(frozen=True)
class Over:
    """The words of a span with its days, or with how many they are up to the line's date."""

    words: tuple[Word, ...]
    days: FirstLast | None
    count: int = 0
    unit: str = ""

    def until(self, day: date) -> FirstLast:
        """The days, which end with `day` where they are only counted. Raises OverflowError."""
        if self.days:
            return self.days
        if self.unit in ("month", "year"):
            count = self.count * (12 if self.unit == "year" else 1)
            return months_ago(count, day) + timedelta(days=1), day
        return day - timedelta(days=self.count * (7 if self.unit == "week" else 1) - 1), day


def take_over(
    words: Sequence[Word], around: Surroundings, starts: Starts
) -> tuple[Over | None, list[Trouble]]:
    """The first `over` with its period, and troubles of each other one."""
    taken: Over | None = None
    troubles = []
    for index, word in enumerate(words):
        if word.lower != "over":
            continue
        try:
            over = _over_at(words, index, around, starts)
        except Unreadable as trouble:
            count = 3 if str(trouble) == AT_LEAST_A_DAY else 2
            troubles.append(Trouble(tuple(words[index : index + count]), str(trouble)))
            continue
        several = _from_to(words, index + 1, around)
        further = _further(words, index, over, around, starts) if over else None
        if several is not None and (over is None or several.words[-1] not in over.words):
            days = FROM_TO.format(days=f"{several.first}..{several.last}")
            troubles.append(Trouble((word, *several.words), days))
        elif over is None:
            troubles.append(_no_period(words, index, around))
        elif further is not None:
            troubles.append(further)
        elif taken is not None:
            troubles.append(Trouble(over.words, "Two periods. Keep one of them."))
        else:
            taken = over
    return taken, troubles


def _no_period(words: Sequence[Word], index: int, around: Surroundings) -> Trouble:
    """`over Oktober`, `over the last month`, `over 5 oct`, each with what to write."""
    behind = words[index + 1 : index + 4]
    text = " ".join(word.lower for word in behind)
    for pattern, message in _NEARLY:
        match = pattern.match(text)
        if match is not None:
            own = words[index : index + 2 + match[0].count(" ")]
            return Trouble(tuple(own), message.format(*match.groups()))
    months = _TWO_MONTHS.fullmatch(behind[0].lower) if behind else None
    if months and month_named(months[1]) and month_named(months[2]):
        # `over oct-nov` in one word.
        first, last = (_named(name, around.today, USUAL_STARTS) for name in months.groups())
        if first and last and first[0] <= last[1]:
            days = FROM_TO.format(days=f"{first[0]}..{last[1]}")
            return Trouble(tuple(words[index : index + 2]), days)
    month = month_named(behind[0].lower.rstrip(",")) if behind else ""
    if month:
        year = behind[1].lower if len(behind) > 1 and _YEAR_ALONE.fullmatch(behind[1].lower) else ""
        own = words[index : index + (3 if year else 2)]
        return Trouble(tuple(own), OVER_PERIOD.format(period=f"{month} {year}".strip()))
    day = _day_at(words, index + 1, around)
    if day is not None:
        return Trouble((words[index], *day.words), OVER_DAY.format(day=day.last))
    return Trouble(tuple(words[index : index + 2]), AFTER_OVER)


def _further(
    words: Sequence[Word], index: int, over: Over, around: Surroundings, starts: Starts
) -> Trouble | None:
    """`over oct '25`; `over september to october`, and the days to write for them."""
    behind = index + len(over.words)
    if over.days is None or behind >= len(words):
        return None
    if SHORT_YEAR.fullmatch(words[behind].lower):
        return Trouble((*over.words, words[behind]), FULL_YEAR)
    # `over september october` is one of both, too.
    is_joined = words[behind].lower in _TO
    if not is_joined and not month_named(words[behind].lower):
        return None
    other = _over_at(words, behind if is_joined else behind - 1, around, starts)
    if other is None or other.days is None:
        return None
    days = f"{min(over.days[0], other.days[0])}..{max(over.days[1], other.days[1])}"
    return Trouble((*over.words, *other.words), FROM_TO.format(days=days))


def without_over(words: Sequence[Word], around: Surroundings, starts: Starts) -> list[Trouble]:
    """Periods that lack their `over`: `in october`, `this month`, `from oct 1 to oct 31`."""
    troubles = []
    for index, word in enumerate(words):
        several = _from_to(words, index, around)
        if several is not None:
            is_few = (several.last - several.first).days < MAX_LINE_DAYS
            message = DAYS_FROM_TO if is_few else FROM_TO
            days = message.format(days=f"{several.first}..{several.last}")
            troubles.append(Trouble(several.words, days))
            continue
        if index and words[index - 1].lower in WEEKDAY_NUMBERS:
            continue  # `monday last week` is a day.
        is_led = word.lower in _LEADS
        counted = _counted_at(words, index, around)
        if counted is not None:
            text = " ".join(other.lower for other in counted[-2:])
            troubles.append(Trouble(counted, WITHOUT_OVER.format(period=text)))
            continue
        if not is_led and word.lower not in _WHICH:
            continue
        period = _period_at(words, index + is_led, around, starts)
        if period and (is_led or period[-1].lower in _CALENDARS):
            text = " ".join(word.lower for word in period)
            own = (word, *period) if is_led else period
            troubles.append(Trouble(own, WITHOUT_OVER.format(period=text)))
    return troubles


def _from_to(words: Sequence[Word], index: int, around: Surroundings) -> Found | None:
    """The days of `from oct 1 to oct 31`, `mon to fri` or `10/1-10/31`; None of anything else."""
    joined = _joined(_apart(words[index : index + _MAX_APART]), 0, around)
    if joined is None:
        return _joined(words, index, around)
    own = {word.index for word in joined.words}
    whole = tuple(word for word in words[index:] if word.index in own)
    return Found(whole, joined.first, joined.last)


def _apart(words: Sequence[Word]) -> list[Word]:
    """The words with a dash inside of one as a word of its own; none where there is no such."""
    parts: list[Word] = []
    for word in words:
        match = _DASHED.fullmatch(word.lower) or _TWO_DAYS.fullmatch(word.lower)
        if match is None:
            parts.append(word)
        else:
            first, last = match.span("dash")
            parts += [word.part(0, first), word.part(first, last), word.part(last)]
    return parts if len(parts) > len(words) else []


def _joined(words: Sequence[Word], index: int, around: Surroundings) -> Found | None:
    lead = words[index].lower if index < len(words) else ""
    start = index + (lead in _FROM)
    first = _day_at(words, start, around)
    place = start + len(first.words) if first else len(words)
    joins = _TO_DAY | _AND if lead in _BETWEEN else _TO_DAY
    if first is None or place >= len(words) or words[place].lower not in joins:
        return None
    last = _day_at(words, place + 1, around)
    if last is None or last.last <= first.first:
        return None
    return Found((*words[index : place + 1], *last.words), first.first, last.last)


def _day_at(words: Sequence[Word], index: int, around: Surroundings) -> Found | None:
    """The single day that begins at this word; None without one, or where it asks."""
    if index >= len(words) or not may_begin_date(words[index]):
        return None
    for length in range(MAX_DATE_WORDS, 0, -1):
        own = tuple(words[index : index + length])
        if len(own) < length or any(word.is_quoted for word in own):
            continue
        try:
            days = days_at(words, index, length, around)
        except Unreadable:
            return None
        if days is not None:
            return Found(own, *days) if days[0] == days[1] else None
    return None


def _counted_at(words: Sequence[Word], index: int, around: Surroundings) -> tuple[Word, ...] | None:
    """`for 90 days`, `the last 30 days`, of a line with an amount beside it."""
    for length in range(_MAX_PERIOD_WORDS + 1, 1, -1):
        own = tuple(words[index : index + length])
        text = " ".join(word.lower for word in own)
        if len(own) == length and _DAYS_COUNTED.fullmatch(text) and around.has_value(own):
            return own
    return None


def _period_at(
    words: Sequence[Word], index: int, around: Surroundings, starts: Starts
) -> tuple[Word, ...]:
    """The words of the named period that begins here and is no day; none."""
    for length in range(_MAX_PERIOD_WORDS, 0, -1):
        own = tuple(words[index : index + length])
        if len(own) < length or any(word.is_quoted for word in own):
            continue
        text = " ".join(word.lower for word in own)
        try:
            if days_at(words, index, length, around):
                return ()
            if not text[0].isdecimal() and _named(text, around.today, starts):
                return own
        except Unreadable:
            return ()
    return ()


def _over_at(
    words: Sequence[Word], index: int, around: Surroundings, starts: Starts
) -> Over | None:
    """The longest period behind the `over` at that index. Raises Unreadable."""
    for length in range(_MAX_PERIOD_WORDS, 0, -1):
        following = words[index + 1 : index + 1 + length]
        if len(following) < length or any(word.is_quoted for word in following):
            continue
        text = " ".join(word.text for word in following).lower()
        taken = tuple(words[index : index + 1 + length])
        counted = _COUNTED.fullmatch(text)
        if counted:
            count = _count(counted["count"])
            if not count:
                raise Unreadable(AT_LEAST_A_DAY)
            return Over(taken, None, count, _UNITS[counted["unit"][0]])
        if text.isdecimal() and around.unit_follows(index + 1 + length):
            continue
        days = _named(text, around.today, starts)
        if days is None and _IS_RANGE.search(text):
            days = days_at(words, index + 1, length, around, MAX_DAYS)
        if days:
            return Over(taken, days)
    return None


def _count(text: str) -> int:
    """The number of days, weeks, months or years: `30`, `two`, `the`."""
    return int(text if text.isdecimal() else spoken(text) or 1)


def _named(text: str, today: date, starts: Starts) -> FirstLast | None:
    for pattern, period in _NAMED:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        try:
            first, last = period(match, today, starts)
        except (ValueError, OverflowError):
            raise Unreadable(NO_SUCH_DAY) from None
        check_days(first, last, today, MAX_DAYS)
        return first, last
    return None


def _month(match: re.Match[str], today: date, starts: Starts) -> FirstLast:
    """The calendar's month of that name, without a year the latest that has begun."""
    month, years = MONTH_NUMBERS[match["month"]], _years(match["year"], today)
    return _latest("month", [date(year, month, 1) for year in years], today)


def _iso_month(match: re.Match[str], today: date, starts: Starts) -> FirstLast:
    """The account's month, as `2026-10` is on every page."""
    first = date(int(match[1]), int(match[2]), starts.month_day)
    return _latest("month", [first], today, starts)


def _quarter(match: re.Match[str], today: date, starts: Starts) -> FirstLast:
    """The account's quarter."""
    month = int(match["quarter"]) * 3 - 2
    years = _years(match["before"] or match["after"], today)
    firsts = [date(year, month, starts.month_day) for year in years]
    return _latest("quarter", firsts, today, starts)


def _year(match: re.Match[str], today: date, starts: Starts) -> FirstLast:
    """The account's year."""
    return _latest("year", [date(int(match[0]), 1, starts.month_day)], today, starts)


def _week(match: re.Match[str], today: date, starts: Starts) -> FirstLast:
    """The account's week that holds the Thursday of the ISO week."""
    number = int(match["week"])
    # The first week of a year may begin in the one before.
    years = [*([] if match["year"] else [today.year + 1]), *_years(match["year"], today)]
    # A week 53 is only in some of them; 28 December is in the last of its year.
    with_it = [year for year in years if number <= date(year, 12, 28).isocalendar().week]
    if not with_it:
        raise ValueError
    thursdays = [date.fromisocalendar(year, number, 4) for year in with_it]
    return _latest("week", thursdays, today, starts)


def _years(written: str | None, today: date) -> list[int]:
    """The years that may be meant, the latest first."""
    return [int(written)] if written else [today.year, today.year - 1]


def _latest(
    calendar: Calendar, days: Sequence[date], today: date, starts: Starts = USUAL_STARTS
) -> FirstLast:
    """The latest of the periods that hold these days which has begun; to today where it goes on."""
    spans = [containing(calendar, day, starts) for day in days]
    span = next((span for span in spans if span.start <= today), spans[-1])
    return span.start, max(span.start, min(span.end, today))


def _period(match: re.Match[str], today: date, starts: Starts) -> FirstLast:
    """`last month`, `this week`: the account's own."""
    calendar = _CALENDARS[match["unit"]]
    this = containing(calendar, today, starts)
    if match["which"] == "this":
        return this.start, today
    last = containing(calendar, this.start - DAY, starts)
    return last.start, last.end


def _one_day(match: re.Match[str], today: date, starts: Starts) -> FirstLast:
    day = today - timedelta(days=match[0] == "yesterday")
    return day, day


_UNITS = {"d": "day", "w": "week", "m": "month", "y": "year"}
_COUNTED = re.compile(
    rf"(?:the )?(?:(?:last|past) )?(?P<count>[0-9]{{1,5}}|the|{COUNT})"
    r" (?P<unit>day|week|month|year)s?"
)
_SO_MANY = rf"(?:[0-9]{{1,5}}|{COUNT}) (?:day|week|month|year)s?"
_DAYS_COUNTED = re.compile(
    rf"(?:(?:{'|'.join(_IN_DAYS)}) )?(?:the )?(?:last|past) {_SO_MANY}"
    rf"|(?:{'|'.join(_IN_DAYS)}) {_SO_MANY}"
)
_NAMED = tuple(
    (re.compile(pattern), period)
    for pattern, period in (
        (rf"{MONTH}(?: (?P<year>[0-9]{{4}}))?", _month),
        (r"([0-9]{4})-(0?[1-9]|1[0-2])", _iso_month),
        (r"(?:(?P<before>[0-9]{4})[- ])?q(?P<quarter>[1-4])(?: (?P<after>[0-9]{4}))?", _quarter),
        (r"(?:(?P<year>[0-9]{4})-)?w(?P<week>[0-9]{1,2})", _week),
        (r"(?:19|20)[0-9]{2}", _year),
        (rf"(?P<which>last|this)[- ](?P<unit>{'|'.join(_CALENDARS)})", _period),
        ("today|yesterday", _one_day),
    )
)
# What is nearly a period, and the sentence that says how to write one.
_NEARLY = tuple(
    (re.compile(rf"(?:the |an? )?{pattern}(?= |$)"), message)
    for pattern, message in (
        ("fortnight", OVER_PERIOD.format(period="2 weeks")),
        ("([0-9]{1,5})d(?:ays?)?", OVER_PERIOD.format(period="{0} days")),
        *(
            (
                f"(?:last|past|previous) {unit}",
                OVER_LAST.format(unit, "3 months" if unit == "quarter" else f"1 {unit}"),
            )
            for unit in _CALENDARS
        ),
    )
)
# Days of their own are a period only where they are several.
_IS_RANGE = re.compile(rf"\.\.|(?:{WEEKDAY})-|[0-9]-[0-9]{{1,2}}(?![0-9-])")

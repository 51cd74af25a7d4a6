"""Words that look like dates but are not read as one, each with what to write. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta

from tally.quick_add.amounts.number_words import COUNT, COUNTS
from tally.quick_add.calendar import foreign_dates
from tally.quick_add.calendar.calendar_dates import ISO, MONTH_NUMBERS, WEEKDAY, YEAR
from tally.quick_add.dates import WrittenDays
from tally.quick_add.words.separators import ANY_DASH
from tally.quick_add.words.tokens import Problem, Word, leave_out, lower_text_of, phrases_at

DAY_AS = "Write the day as 2026-10-05 or 5 oct, or the word in quotes."
DAYS_AS = "Write days as mon..fri or 2026-10-01..2026-10-05, or the word in quotes."
DAYS_EACH = "Write a line for each day, or days as mon..fri; or the word in quotes."
MONTHS_AS = "Write days such as over 2026-01-01..2026-03-31, or the word in quotes."
PERIOD_AS = "Write over {0}, a day such as 2026-10-05, or the word in quotes."
WORD_ALONE = "Write {0} as a word of its own, or the word in quotes."
AGO_AS = "Write {0} {1} ago, or the words in quotes."
PART_OF_DAY = "Parts of a day are not kept. Write {date} alone, or the words in quotes."
TIME_AGO = "Times of day are not kept: leave it out, or put it behind a semicolon."
A_DATE = "Write a date such as 2026-10-05, or the words in quotes."
WITHOUT_MARK = "Write the date without its mark ({0}), or the word in quotes."
FULL_YEAR = "Write the year with four digits, or the word in quotes."

PARTS_OF_DAY = frozenset(
    {"morning", "afternoon", "evening", "night", "noon", "midday", "lunchtime"}
)
# Words before a date that change its meaning: it is the first day of a period, or its last.
_SINCE = frozenset({"since", "from", "after"})
_LEADS = _SINCE | {"until", "till", "to", "by", "at", "for", "before", "through", "thru"}
# Words before a date that leave its meaning as it is.
_WHICH = frozenset({"this", "past", "previous", "the", "dated", "ending"}) | foreign_dates.ON
_ORDINAL = re.compile(r"[0-9]{1,2}\.")
_A_WEEK = timedelta(days=6)
SHORT_YEAR = re.compile("['’][0-9]{2}")
_SPANS = re.compile(r"([0-9]{1,6}) ?(weeks?|months?|years?)")


def problems_in(
    words: Sequence[Word], dates: Sequence[WrittenDays], is_own: Callable[[str], bool]
) -> list[Problem]:
    """The words that look like a date but were not read as one, each with a hint.

    is_own: whether a text is a type or a unit of the account.
    """
    taken = {word.index: days for days in dates for word in days.words}
    problems = [*_led(words, dates), *_behind(words, dates, is_own)]
    is_foreign = any(foreign_dates.may_hold(word.lower) for word in words)
    for index, word in enumerate(words):
        alike = _alike(words, index, taken, is_own)
        if alike is None and is_foreign:
            alike = _in_foreign(words, index, taken, is_own)
        if alike is not None:
            problems.append(alike)
            continue
        if word.is_quoted or word.index in taken:
            continue
        following = words[index + 1] if index + 1 < len(words) else None
        problem = _span_alone(word, following, is_own)
        message = _marked_date(word)
        if problem is None and message:
            problem = Problem((word,), message)
        if problem is not None:
            problems.append(problem)
    return problems


def _led(words: Sequence[Word], dates: Iterable[WrittenDays]) -> list[Problem]:
    """`since oct 1`, `up to january 30th`; `am 5.10.`, where `am` is no time of day."""
    by_index = {word.index: word for word in words}
    problems = []
    for days in dates:
        lead = by_index.get(days.words[0].index - 1)
        if lead is not None and lead.lower == "am" and _ORDINAL.match(days.words[0].text):
            problems.append(Problem((lead,), leave_out(lead.text)))
        elif lead is not None and lead.lower in _WHICH:
            message = f"Write the date alone, such as {days.last}; or the words in quotes."
            problems.append(Problem((lead, *days.words), message))
        elif lead is not None and lead.lower in _LEADS | foreign_dates.LEADS:
            is_first = lead.lower in _SINCE or lead.lower in foreign_dates.SINCE
            first = days.first if is_first else days.first - _A_WEEK
            end = "today" if is_first else days.last
            message = (
                f"Write the date alone, or a period such as over {first}..{end};"
                " or the words in quotes."
            )
            problems.append(Problem((lead, *days.words), message))
    return problems


def _behind(
    words: Sequence[Word], dates: Iterable[WrittenDays], is_own: Callable[[str], bool]
) -> list[Problem]:
    """`yesterday morning`, `monday night`, `5 oct '25`."""
    by_index = {word.index: word for word in words}
    problems = []
    for days in dates:
        end = days.words[-1].index + 1
        part = by_index.get(end)
        # `monday night shift` may be a type of the account.
        name = [word.text for word in words if word.index >= end]
        is_name = any(is_own(" ".join(name[:length])) for length in range(2, len(name) + 1))
        if part is not None and part.lower in PARTS_OF_DAY and not is_name:
            message = PART_OF_DAY.format(date=lower_text_of(days.words))
            problems.append(Problem((*days.words, part), message))
        if part is not None and SHORT_YEAR.fullmatch(part.lower):
            problems.append(Problem((part,), FULL_YEAR))
    return problems


def _span_alone(
    word: Word, following: Word | None, is_own: Callable[[str], bool]
) -> Problem | None:
    """`1 week` without `ago` or `over`."""
    pair = (word, following) if following is not None and not following.is_quoted else None
    for words in filter(None, (pair, (word,))):
        text = lower_text_of(words)
        match = _SPANS.fullmatch(text)
        if match and not is_own(match[2]):
            message = f"Write {text} ago, over {text}, or the words in quotes."
            return Problem(words, message)
    return None


def _alike(
    words: Sequence[Word],
    index: int,
    taken: Mapping[int, WrittenDays],
    is_own: Callable[[str], bool],
) -> Problem | None:
    """Words that people read as a day: `20-11-2026`, `nov 20, 2026`, `-3 days`; longest first."""
    if not _MAY_BE_ALIKE.match(words[index].lower):
        return None
    for own in phrases_at(words, index, _MAX_ALIKE):
        text = lower_text_of(own)
        if is_own(text) or (len(own) == 1 and words[index].index in taken):
            continue
        behind = taken.get(own[-1].index)
        if behind is not None and behind.words[-1] not in own:
            continue  # The `2 day before` of `2 day before yesterday`.
        for pattern, message in _ALIKE:
            match = pattern.fullmatch(text)
            if match:
                return Problem(own, message.format(*match.groups()))
    return None


def _in_foreign(
    words: Sequence[Word],
    index: int,
    taken: Mapping[int, WrittenDays],
    is_own: Callable[[str], bool],
) -> Problem | None:
    """A day or a period in another language, the longest first: `hier soir`, `vor 3 Tagen`."""
    if not foreign_dates.may_begin(words[index].lower):
        return None
    for own in phrases_at(words, index, foreign_dates.MAX_WORDS):
        text = lower_text_of(own)
        if not any(word.index in taken for word in own) and not is_own(text):
            message = foreign_dates.advice_for(text)
            if message:
                return Problem(own, message)
    return None


_MARKED = re.compile(
    rf"[(\[]?(?P<date>today|yesterday|{WEEKDAY}|{ISO})[\]):,.!?]+|[(\[](?P<other>today|yesterday|{WEEKDAY}|{ISO})"
)
_POSSESSIVE = re.compile("(today|yesterday)['’]s")
_DASHED = re.compile(rf"(?:{WEEKDAY}){ANY_DASH}.*|(?:.*[^.])?\.\.[^.].*")


def _marked_date(word: Word) -> str:
    """A hint for `yesterday's`, `fri,` or `mo..fr`; "" for other words."""
    possessive = _POSSESSIVE.fullmatch(word.lower)
    if possessive:
        return f"Write {possessive[1]}, or the word in quotes."
    marked = _MARKED.fullmatch(word.lower)
    if marked:
        name = marked["date"] or marked["other"]
        return WITHOUT_MARK.format(name)
    if _DASHED.fullmatch(word.lower):
        return DAYS_AS
    return ""


_NAME = f"(?:{'|'.join(MONTH_NUMBERS)})"
_NUMBER = "[0-9]{1,2}"
_TH = "(?:st|nd|rd|th)"
_YEAR = "(?:[0-9]{4}|[0-9]{2})"
_IN_NUMBERS = rf"(?:{ISO}|{_NUMBER}\.(?:{_NUMBER}\.{_YEAR}?)?|{_NUMBER}/{_NUMBER}(?:/{_YEAR})?)"
_ONE_DAY = rf"(?:{ISO}|{_NUMBER}\.{_NUMBER}\.{_YEAR}?|{_NUMBER}/{_NUMBER}/{_YEAR})"
_NAMED = rf"(?:{_NAME} ?{_NUMBER}|{_NUMBER} ?{_NAME})"
_DASH = rf"(?:{ANY_DASH}|…|\.{{2,3}})"
_MAX_ALIKE = 5
# The beginning of all patterns below: most words need no further look.
_MAY_BE_ALIKE = re.compile(
    rf"[-0-9(\[]|the$|(?:{'|'.join(COUNTS)}|half|few|some|several|couple|fortnight|next)\b"
    rf"|today|yesterday|{_NAME}|{WEEKDAY}|mo\W"
)
_AGO_UNITS = "(days|weeks|months|years)"
_CLOCK_UNITS = "(?:hours?|hrs?|h|minutes?|mins?|seconds?|secs?)"
_SOME = "(?:a few|few|some|several)"
_COUPLE = "(?:a )?couple(?: of)?"
_ALIKE = tuple(
    (re.compile(pattern), message)
    for pattern, message in (
        # `2 hours ago`, `half an hour ago`; `a few days ago`, `next monday`, `monday last week`
        (
            rf"(?:(?:[0-9]{{1,3}}|{COUNT}|half an|{_SOME}|{_COUPLE}) ?)?{_CLOCK_UNITS} ago",
            TIME_AGO,
        ),
        (rf"{_COUPLE} {_AGO_UNITS} ago", AGO_AS.replace("{0}", "2").replace("{1}", "{0}")),
        ("(?:an? |one )?fortnight ago", AGO_AS.format(2, "weeks")),
        (rf"{_SOME} (?:days|weeks|months|years) ago|the other day", A_DATE),
        (rf"next (?:{WEEKDAY}|week|month|year)|(?:{WEEKDAY}) (?:of )?last week", A_DATE),
        (rf"the {_NUMBER}{_TH}", DAY_AS),
        # `5.10.26,` and `(5.10.)`; `oct 5.`, `(5 oct)`
        (rf"[(\[]?({_ONE_DAY})[:,)\]]+", WITHOUT_MARK),
        (rf"[(\[]({_ONE_DAY})", WITHOUT_MARK),
        (rf"({_NAME} {_NUMBER})\.", WITHOUT_MARK),
        (rf"[(\[]({_NAME} {_NUMBER}|{_NUMBER} {_NAME})[)\]]", WITHOUT_MARK),
        # `20-11-2026`, `2026.11.20`
        (rf"{_NUMBER}-{_NUMBER}-{_YEAR}|[0-9]{{4}}\.{_NUMBER}\.{_NUMBER}\.?", DAY_AS),
        # `20nov`, `20-Nov-26`, `20.Nov.`; `nov20`
        (rf"{_NUMBER}(?:\.|{_TH})?[-./]?{_NAME}\.?(?:[-./]?{_YEAR})?", DAY_AS),
        (rf"{_NAME}[-./]?{_NUMBER}{_TH}?(?:[-./,]{_YEAR})?", DAY_AS),
        # `20th of november`, `20. Nov.`; `nov. 20`, `nov 20, 2026`, `november the 20th`
        (rf"(?:the )?{_NUMBER}{_TH}? of {_NAME}[.,]?(?: [0-9]{{4}})?", DAY_AS),
        (rf"{_NUMBER}(?:\.|{_TH}) {_NAME}[.,:](?: [0-9]{{4}}[:,]?)?", DAY_AS),
        (rf"{_NUMBER} {_NAME}\. {YEAR}[:,]?", DAY_AS),
        (rf"{_NUMBER}\.? {_NAME}(?:[,:]| [0-9]{{4}}[:,])", DAY_AS),
        (rf"{_NAME}\. {_NUMBER}{_TH}?,?(?: [0-9]{{4}})?", DAY_AS),
        (rf"{_NAME} (?:{_NUMBER}{_TH}?[,:]|the {_NUMBER}{_TH}?,?)(?: [0-9]{{4}})?", DAY_AS),
        (rf"({YEAR}-(?:0?[1-9]|1[0-2]|w[0-9]{{1,2}}|q[1-4]))", PERIOD_AS),
        (rf"(0?[1-9]|1[0-2])/({YEAR})", PERIOD_AS.replace("{0}", "{1}-{0}")),
        # `1.10.-5.10.`, `2026-10-01/2026-10-05`, `oct 30-nov 2`; `jan-mar`, `mo-fr`, `mon/wed`
        (rf"{_IN_NUMBERS}(?:{_DASH}|/){_IN_NUMBERS}|{_NAMED}{_DASH}{_NAMED}", DAYS_AS),
        (rf"{_NAME}{_DASH}{_NAME}", MONTHS_AS),
        (rf"mo{_DASH}(?:di|mi|do|fr|sa|so)", DAYS_AS),
        (rf"(?:{WEEKDAY})(?:[/+&,](?:{WEEKDAY}))+", DAYS_EACH),
        # `yesterday,coffee`, `2026-10-05T08:30`
        (rf"(today|yesterday|{WEEKDAY}|{ISO})[:,)\]]+[^\s:,)\].!?]\S*", WORD_ALONE),
        (rf"({ISO})t[0-9]\S*", WORD_ALONE),
        # `-3 days`, `2 days before`
        (r"-([0-9]{1,6}) ?(d|w|days?|weeks?|months?|years?)", AGO_AS),
        (
            r"([0-9]{1,6}|an?) (days?|weeks?|months?|years?) (?:before|earlier|back)",
            AGO_AS,
        ),
    )
)

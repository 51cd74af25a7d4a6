"""The type of a line, and a new unit after its value. Pure."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace

from tally.domain.fields import MAX_TYPE, MAX_UNIT
from tally.domain.units import dimension
from tally.quick_add.amounts.amount import IN_FULL, Amount
from tally.quick_add.amounts.durations import TIME_OF_DAY
from tally.quick_add.amounts.unit_texts import NOT_A_VALUE, UNIT_TOO_LONG, is_unit_text
from tally.quick_add.calendar import foreign_dates
from tally.quick_add.calendar.calendar_dates import month_named
from tally.quick_add.days.unread_dates import PARTS_OF_DAY
from tally.quick_add.lines.line import Line, Named, PlacedProblem
from tally.quick_add.types.amounts_in_types import check_amounts_in, check_measured
from tally.quick_add.types.stray_words import BEHIND_READING, WEEKDAY_AS, check_stray_words
from tally.quick_add.types.word_meanings import AROUND_AMOUNT, METER_WORDS
from tally.quick_add.words.separators import ANY_DASH
from tally.quick_add.words.tokens import Word, leave_out, plain_line, text_of

IN_QUOTES = "Write it in quotes to make it part of the type."
NOT_A_DATE = "Write a date such as 2026-10-05, or the word in quotes."
BELOW_ZERO = "Values are never below 0. Write it without its sign, or the word in quotes."
SIGN_AFTER = "Write the unit after the value, such as 5 €, or the word in quotes."
READING_ALONE = "Write a reading in one word, such as @48213, or the word in quotes."
OTHER_DIGITS = "Write a number in the digits 0 to 9, or the word in quotes."
TIMES_ALONE = "Write a number in one word with it, such as 2x, or the word in quotes."
TOO_LONG = f"A type can have {MAX_TYPE} characters. Put the rest after a semicolon."
NO_TYPE = "What was it? Add a name, such as coffee, or put what you wrote in quotes."
BEHIND_SEMICOLON = "What stands behind a semicolon is notes."
BEHIND_VALUE = (
    "A unit stands behind the value already, or at the end of the line (kWh is one word);"
    " write the word in quotes to make it part of the type."
)
UNIT_ALONE = "Write the unit behind its value, such as 5 %, or the word in quotes."
READING_MEANT = "What a meter shows is written @{figure}; or put the words in quotes."
A_DOZEN = "Write 12 for a dozen, or the word in quotes."
FRANCS_OR_DAY = "Write {number} CHF, or a day as fri or as 2026-10-05; or the word in quotes."
UNIT_IN_FRONT = "Write {name} {value}, or {unit} in quotes."
MARK_ON_UNIT = "Write the unit without its mark, or the word in quotes."

_SIGNS = "+-\u2212\u00b1\u2213\ufe62\ufe63\uff0b\uff0d\u2010\u2011\u2012\u2013\u2014"
_BULLETS = frozenset({*">•‣◦⁃∙▪▫●○■□·☐☑☒✓✔✅-*–—", "[x]", "[X]", "[]", "✔️"})
# Words that are never a unit after a value.
_TOMORROW = frozenset({"tomorrow", "tmrw", "tmr", "tmw", "next", "last", "ago"})
_NEVER_BEHIND = _TOMORROW | foreign_dates.TOMORROW | {"new", "x", "am", "pm", "over", "of"}
# Words after a value that need another word after them.
_JOINING = frozenset(
    {"for", "at", "in", "on", "per", "each", "every", "and", "or", "with", "from", "to", "by"}
    | {"daily", "weekly", "monthly", "yearly", "earlier", "later", "already", "please", "only"}
    | {"now", "just", "total"}
)
_MARKED_NUMBER = re.compile(r"[^\w\s]+[xX]?[0-9]+(?:[.,:/'’][0-9]+)*[^\W\d_]*[^\w\s]*")
_MARKS = frozenset({"Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "Sm"})
_SIGNS_ALONE = frozenset({"@", "x", "×", "*", "+", "=", "?", "%"})
_BELOW_ZERO = re.compile(rf"[€$£]?{ANY_DASH}[€$£]?[0-9].*")
_ROUGHLY = "~<>≈≤≥±"
_ROUGH_NUMBER = re.compile(rf"[{_ROUGHLY}]+[0-9]+(?:[.,][0-9]+)?\S*")
_END_MARKS = ".,:!?"
_TIMES_AMOUNT = re.compile(r"[xX][0-9]+(?:[.,][0-9]+)?(?P<unit>\D+)")
# `cups#home`: a tag without the space before it.
_TAGGED = re.compile(r"(?P<word>[^#]*\w)(?P<tag>#\w[^#]*)")
_MONEY_AND_NUMBER = re.compile(r"(?P<money>[^\W\d_]{3,})(?P<number>[0-9]+(?:[.,][0-9]+)?)")
_DASHED_NUMBER = re.compile(rf"[^\W\d_]+{ANY_DASH}[0-9]+(?:[.,][0-9]+)?")
# Words that a type cannot have as they are, each with its sentence.
_UNREAD: tuple[tuple[Callable[[str], bool], str], ...] = (
    (lambda word: word.lower() in _TOMORROW, NOT_A_DATE),
    (lambda word: word.lower() == "dozen", A_DOZEN),
    (lambda word: word[0] in "°%", UNIT_ALONE),
    (lambda word: bool(_BELOW_ZERO.fullmatch(word)), BELOW_ZERO),
    (lambda word: unicodedata.category(word[0]) == "Sc", SIGN_AFTER),
    (lambda word: word.lower() in ("x", "×", "*"), TIMES_ALONE),
    (lambda word: any(mark in word for mark in '"“”„‟«»'), IN_QUOTES),
    (lambda word: bool(_MARKED_NUMBER.fullmatch(word)) and word[0] not in "'’", NOT_A_VALUE),
    (lambda word: bool(_DASHED_NUMBER.fullmatch(word)), NOT_A_VALUE),
    (lambda word: any(sign.isdecimal() and not sign.isascii() for sign in word), OTHER_DIGITS),
    (lambda word: word[0].isdigit() or word[0].isnumeric(), IN_QUOTES),
    (lambda word: word == "@", READING_ALONE),
    (lambda word: word[0] in _SIGNS + "@=×", IN_QUOTES),
)


def take_type(line: Line, main: Amount | None) -> tuple[Amount | None, Named]:
    """Take the type, and a new unit after the value.

    Returns the value, with that unit, and the type.
    """
    named = _named(line, line.words)
    if main is not None and not named.is_known:
        unit_word = _new_unit_word(line, main)
        if unit_word is not None:
            text = unicodedata.normalize("NFC", unit_word.text.rstrip("."))
            text = line.units.find(text) or text
            words = (*main.words, unit_word)
            main = replace(main, words=words, unit=text, unit_word=unit_word)
            if len(text) > MAX_UNIT:
                line.report([unit_word], UNIT_TOO_LONG)
            line.take([unit_word])
        else:
            _check_behind_value(line, main)
        named = _named(line, line.words)
        _check_reading(line, main, named)
    if not named.is_known and not line.problems:
        check_stray_words(line, named, main)
    if not named.is_known and not line.problems:
        check_amounts_in(line, named, main)
    _check_type(line, named)
    # A word that nobody can read may be the value of the unit behind it: `solar -4.2 kWh`.
    if not named.is_known and not line.problems:
        check_measured(line, named, main)
    return main, named


def _named(line: Line, words: Sequence[Word]) -> Named:
    text = plain_line(text_of(words))
    known = line.vocabulary
    is_last = bool(words) and line.ends_at(words[-1])
    may_be_mark = text.endswith((",", ":")) or (is_last and text.endswith("."))
    if may_be_mark and known.has_type(text[:-1]):
        text = text[:-1]
    spelling = known.spelling_of(text) or line.noted.spelling_of(text)
    units = known.own_units(text) or line.noted.units_of(text)
    return Named(tuple(words), spelling, known.has_type(text), units)


def _new_unit_word(line: Line, main: Amount) -> Word | None:
    """The last word of the line if it stands directly after the value, with a type before that."""
    if main.unit is not None or not line.words:
        return None
    word = line.words[-1]
    has_type = any(word.start < main.start for word in line.words)
    is_alone = has_type and not word.is_quoted and line.is_directly_behind(main, word)
    if not is_alone or word.lower in _NEVER_BEHIND:
        return None
    text = word.text.rstrip(".")
    if _is_in_front(line, main):
        before = text_of(line.words[:-1])
        value = f"{main.written} {line.units.find(before)}"
        message = UNIT_IN_FRONT.format(name=text, value=value, unit=before)
        line.report([*line.words[:-1], *main.words, word], message)
        line.take([word])
        return None
    message = _why_no_new_unit(line, main, text)
    if message and not line.problems:
        is_of_both = (
            bool(main.mark) or text.lower() in METER_WORDS or line.vocabulary.has_type(text)
        )
        line.report([*main.words, word] if is_of_both else [word], message)
        line.take([word])
        return None
    if is_unit_text(text):
        return word
    is_marked = is_unit_text(text.rstrip("!?,:…")) or line.units.find(text.rstrip("+*~"))
    if is_marked or ("/" in text and text[0].isalpha()):
        line.report([word], MARK_ON_UNIT)
        line.take([word])
    return None


def _is_in_front(line: Line, main: Amount) -> bool:
    """Whether the unit stands in front of its value: `kg 2 flour`."""
    *before, _ = line.words
    text = text_of(before)
    is_quoted = any(word.is_quoted for word in before)
    if is_quoted or not text or main.mark or line.vocabulary.has_type(text):
        return False
    return dimension(line.units.find(text) or "") != ""


def _why_no_new_unit(line: Line, main: Amount, text: str) -> str:
    """The reason why a word after the value is hardly a unit; "" if it may be a new one."""
    number = main.written
    if line.vocabulary.has_type(text):
        spelling = line.vocabulary.spelling_of(text)
        written = f"{spelling} {number}"
        return f"You have {spelling} as a type: write {written}, or {text} in quotes."
    if text.lower() in METER_WORDS and not main.mark:
        return READING_MEANT.format(figure=number)
    if text.lower() in _JOINING:
        return f"Leave {text} out, or put the words in quotes."
    if text.lower() in PARTS_OF_DAY:
        return TIME_OF_DAY
    month = month_named(text.lower())
    if month:
        return f"Write over {month} for the month, or the word in quotes."
    if line.units.find(text) is not None:
        return ""
    is_known = line.vocabulary.has_type(text_of(line.words[:-1]))
    if is_known and text.lower() == "fr" and line.vocabulary.currency == "CHF":
        return FRANCS_OR_DAY.format(number=number)
    if is_known and text.lower() in foreign_dates.SHORT_DAYS:
        return WEEKDAY_AS
    if is_known and main.mark:
        return f'{BEHIND_READING} For a unit of that name write @{number}"{text}".'
    return ""


def _check_behind_value(line: Line, main: Amount) -> None:
    """Report a unit's name, or a word with a slash, after the value: it never joins the type."""
    behind = next((word for word in line.words if word.start >= main.end), None)
    if behind is None or behind.is_quoted or not line.is_directly_behind(main, behind):
        return
    # The `H` of `12.5 KW H`, from a keyboard in capitals.
    is_letter = len(behind.text) == 1 and main.unit is not None
    unit = replace(behind, text=behind.text.lower()) if is_letter else behind
    if "/" in behind.text or line.is_unit([behind]) or line.is_unit([unit]):
        is_mark = not behind.text.strip("/")
        line.report([behind], leave_out(behind.text) if is_mark else BEHIND_VALUE)


def _check_reading(line: Line, main: Amount, named: Named) -> None:
    """Report `electricity reading 48213` of a known type, which may mean a meter's reading."""
    meant = [word for word in named.words if word.lower.rstrip(":") in METER_WORDS]
    others = [word for word in named.words if word not in meant]
    if main.mark or not meant:
        return
    if meant[0].start > main.start and others and others[-1].lower in ("on", "the"):
        others = [word for word in others if word.start < main.start]
    if line.vocabulary.has_type(text_of(others).rstrip(":")):
        words = sorted([meant[-1], *main.words], key=lambda word: word.start)
        line.report(words, READING_MEANT.format(figure=main.written))


def _check_type(line: Line, named: Named) -> None:
    if not named.is_known and not line.problems and _is_around_amount(named):
        line.report(named.words, leave_out(text_of(named.words)))
    for word in () if named.is_known else named.words:
        message = "" if word.is_quoted else _why_unread(line, word, named)
        if message:
            line.report([word], message)
    if len(named.text) > MAX_TYPE:
        line.report(named.words, TOO_LONG)
    elif not named.text and not line.problems:
        start = len(line.text) - len(line.text.lstrip())
        message = f"{NO_TYPE} {BEHIND_SEMICOLON}" if ";" in line.text else NO_TYPE
        line.problems.append(PlacedProblem(start, len(line.text.rstrip()), message))


def _is_lone_mark(line: Line, word: Word, named: Named) -> bool:
    """Whether a mark stands at the edge of a type: `tea | 2`, `"tea","2"`, `coffee → 2`."""
    is_mark = all(unicodedata.category(sign) in _MARKS for sign in word.text)
    if not is_mark or word.text in _SIGNS_ALONE:
        return False
    is_edge = word.text in "|#" or word in (named.words[0], named.words[-1])
    around = line.text[word.start - 1 : word.start], line.text[word.end : word.end + 1]
    return is_edge or all(sign in '"“”„«»' and sign for sign in around)


def _is_around_amount(named: Named) -> bool:
    """Whether a new type is nothing but the words of a sentence: `had 2 coffees`."""
    return bool(named.words) and all(
        word.lower.rstrip(".") in AROUND_AMOUNT for word in named.words
    )


def _why_unread(line: Line, word: Word, named: Named) -> str:
    """The sentence for a word that a type cannot have as it is, with its replacement."""
    is_first = word.start == len(line.text) - len(line.text.lstrip())
    if (is_first and word.text in _BULLETS) or _is_lone_mark(line, word, named):
        return leave_out(word.text)
    is_edge = word in (named.words[0], named.words[-1])
    if is_edge and word.lower in foreign_dates.TOMORROW:
        return NOT_A_DATE
    times = _TIMES_AMOUNT.fullmatch(word.text)
    unit = times["unit"].rstrip(_END_MARKS) if times is not None else None
    if unit and is_unit_text(unit):
        return NOT_A_VALUE
    money = _MONEY_AND_NUMBER.fullmatch(word.text)
    if money is not None and dimension(line.units.find(money["money"]) or "") == "money":
        return IN_FULL.format(number=f"{money['number']} {line.units.find(money['money'])}")
    if _ROUGH_NUMBER.fullmatch(word.text):
        return IN_FULL.format(number=word.text.lstrip(_ROUGHLY))
    tagged = _TAGGED.fullmatch(word.text)
    if tagged is not None:
        return IN_FULL.format(number=f"{tagged['word']} {tagged['tag']}")
    return next((message for is_so, message in _UNREAD if is_so(word.text)), "")

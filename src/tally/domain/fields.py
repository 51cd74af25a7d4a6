"""The limits of each field, how its text is read, and the faults of a form gathered. Pure."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID

from tally.domain import amounts
from tally.domain.calendar import EARLIEST, iso_date
from tally.domain.filters import WITHOUT_UNIT
from tally.domain.text import from_first_visible, is_storable, one_line

# The latest date, in the database too: Python has room for the day after it.
LAST_DATE = date(9998, 12, 31)
MAX_TYPE = 64
MAX_UNIT = 24
MAX_NOTES = 2_000
MAX_NAME = 80
MAX_DAYS = 3_660
MAX_METER = 999
TOO_EARLY = f"Dates begin at {EARLIEST}."
TOO_LATE = "Records are for tomorrow at the latest."
TOO_MANY_DAYS = f"A record covers {amounts.grouped(MAX_DAYS)} days at most."
COST_TOO_LARGE = f"Costs stay below {amounts.grouped(amounts.MAX_VALUE)}."
NO_UNIT = "Leave the unit empty where there is none."
NO_FLAG = "Send true or false."

T = TypeVar("T")
C = TypeVar("C", bound=str)

_FLAGS = {"true": True, "1": True, "on": True, "false": False, "0": False, "off": False}

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)


class FieldReader:
    """Reads the fields of a form one by one, so that one answer names every fault.

    `faults`: a sentence for each field that cannot be read. With any, what was read is not used.
    """

    def __init__(self) -> None:
        self.faults: dict[str, str] = {}

    def read(self, field: str, reader: Callable[[str], T], text: str, fallback: T) -> T:
        """The result of `reader` for the text; if it raises ValueError, `fallback` and a fault."""
        try:
            return reader(text)
        except ValueError as error:
            self.faults[field] = str(error)
            return fallback


def read_id(text: str) -> UUID | None:
    """A UUID in its plain form; None for anything else, though Python's UUID accepts more."""
    return UUID(text) if _ID.fullmatch(text) else None


def choose_one_of(choices: Iterable[str]) -> str:
    """The sentence for a text that is none of the choices of its field."""
    return f"Choose one of {', '.join(choices)}."


def read_choice(text: str, choices: Sequence[C], sentence: str = "") -> C:
    """The choice with this text. Raises ValueError with the sentence, or with their list."""
    for choice in choices:
        if choice == text:
            return choice
    raise ValueError(sentence or choose_one_of(choices))


def flag_of(text: str) -> bool | None:
    """True or false, as a form, a link or JSON writes it; None for any other text."""
    return _FLAGS.get(text.strip().lower())


def read_flag(text: str) -> bool:
    """Whether a field is on; an empty one is off. Raises ValueError: a sentence."""
    flag = flag_of(text) if text else False
    if flag is None:
        raise ValueError(NO_FLAG)
    return flag


def read_date(text: str, today: date, kept: date | None = None) -> date:
    """A calendar day `YYYY-MM-DD` from 1900-01-01 to tomorrow. Raises ValueError: a sentence.

    `kept`: the day that a record has already, which is always valid. In another time zone, or by a
    clock that was ahead, it was no later than tomorrow.
    """
    day = iso_date(text)
    if day is None:
        raise ValueError("Write the date as year-month-day, such as 2026-10-05.")
    if day < EARLIEST:
        raise ValueError(TOO_EARLY)
    if day > today + timedelta(days=1) and day != kept:
        raise ValueError(TOO_LATE)
    return day


def read_days(text: str) -> int:
    """The number of days that a value covers. Raises ValueError: a sentence."""
    return _read_count(text, MAX_DAYS, "Days are a whole number")


def check_span(day: date, days: int) -> None:
    """Raises ValueError with a sentence when that many days up to `day` are too many."""
    if days > MAX_DAYS:
        raise ValueError(TOO_MANY_DAYS)
    if day - timedelta(days=days - 1) < EARLIEST:
        raise ValueError(TOO_EARLY)


def read_meter(text: str) -> int:
    """The number of a meter of its type and unit. Raises ValueError: a sentence."""
    return _read_count(text, MAX_METER, "A meter is a whole number")


def _read_count(text: str, most: int, what: str) -> int:
    count = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    if not 1 <= count <= most:
        raise ValueError(f"{what} from 1 to {amounts.grouped(most)}.")
    return count


def read_text(value: object, label: str, most: int, required: str = "") -> str:
    """One line of text in Unicode's composed form, with single spaces.

    `required`: the sentence for an empty text, if that is a fault. Raises ValueError with a
    sentence, also for a text that is too long, has control characters, or nothing visible.
    """
    line = one_line(str(value))
    if required and not line:
        raise ValueError(required)
    check_line(line, label, most)
    if line and not from_first_visible(line):
        raise ValueError(f"{label}: nobody can see these characters. Write it in letters.")
    return line


def read_type_text(value: object) -> str:
    """A record's type as `read_text` reads it. Raises ValueError with a sentence."""
    return read_text(value, "Type", MAX_TYPE, "Write what it is, such as coffee.")


def read_unit_text(value: object) -> str:
    """A unit as `read_text` reads it. Raises ValueError with a sentence, for `-` too."""
    unit = read_text(value, "Unit", MAX_UNIT)
    if unit == WITHOUT_UNIT:
        raise ValueError(NO_UNIT)
    return unit


def read_notes(text: str) -> str:
    """Lines of text in Unicode's composed form, as searches are, with plain line breaks.

    Raises ValueError with a sentence when too long.
    """
    composed = unicodedata.normalize("NFC", text)
    lines = composed.replace("\r\n", "\n").replace("\r", "\n").strip()
    check_length(lines, "Notes", MAX_NOTES)
    return lines


def check_line(text: str, label: str, most: int) -> None:
    """Raises ValueError with a sentence when the text is too long, or not one plain line."""
    check_length(text, label, most)
    if not text.isprintable() and any(map(_is_control, text)):
        raise ValueError(f"{label} is one line of text. Remove the control characters.")
    if not is_storable(text):
        raise ValueError(f"{label} has bytes that are no letters in UTF-8. Write them again.")


def _is_control(character: str) -> bool:
    """Whether a character moves the cursor, or worse, instead of being drawn."""
    return unicodedata.category(character) in ("Cc", "Zl", "Zp")


def check_length(text: str, label: str, most: int) -> None:
    """Raises ValueError with a sentence when the text is too long."""
    if len(text) > most:
        longest, length = amounts.grouped(most), amounts.grouped(len(text))
        raise ValueError(f"{label} can have {longest} characters; this has {length}.")

"""Text that people wrote: its stored and its compared forms, and whether it can be stored. Pure."""

import codecs
import re
import unicodedata

NOT_STORABLE = "Remove the odd character."
# The most characters of a text that a message repeats.
MAX_QUOTED = 40

# Characters without a visible shape, though Unicode calls them letters or signs.
_BLANK = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
# First letters of the Unicode categories that show nothing by themselves: controls, separators,
# marks.
_UNSEEN = ("C", "Z", "M")
_MARKS = re.compile("[\u0300-\u036f]")
# Invisible marks that come along with pasted text: soft hyphen, zero-width space, writing
# directions.
PASTED_MARKS = "\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
_PASTED = re.compile(f"[{PASTED_MARKS}]+")


def one_line(text: str) -> str:
    """The text in Unicode's composed form, with single spaces and none around it."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def is_storable(text: str) -> bool:
    """Whether PostgreSQL can keep it: without NUL and without halves of characters."""
    if text.isascii():
        return "\x00" not in text
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in text


def as_utf_8(text: str) -> bytes:
    """The text in UTF-8, with a mark in place of each half of a character, which has no bytes."""
    return text.encode("utf-8", "tally.as_utf_8")


def _mark(error: UnicodeError) -> tuple[bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "\ufffd".encode() * (error.end - error.start), error.end


codecs.register_error("tally.as_utf_8", _mark)


def fold(text: str) -> str:
    """The form of a text that ignores case, composition and invisible marks.

    Straße and STRASSE are equal. Two names are the same type, unit or word exactly when they fold
    to the same text.
    """
    if text.isascii():
        return text.lower()
    seen = _PASTED.sub("", text)
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", seen).casefold())


def lowered(text: str) -> str:
    """Lower case as PostgreSQL's `lower()` under `pg_c_utf8` has it, character by character.

    For patterns that SQL compares with `lower(notes)`; texts compared in Python are folded.
    `str.lower` alone makes two characters of İ and looks at the neighbours of Σ.
    """
    if text.isascii():
        return text.lower()
    return text.replace("İ", "i").replace("Σ", "σ").lower()


def sort_key(name: str) -> tuple[str, str]:
    """The key that sorts names alphabetically: apple before Zebra, ä beside a."""
    return _MARKS.sub("", unicodedata.normalize("NFD", lowered(name))), name


def capital(text: str) -> str:
    """The text with a capital at its beginning; the rest stays as it is."""
    return text[:1].upper() + text[1:]


def quoted(text: str) -> str:
    """The beginning of a text in quotation marks, as a message repeats it."""
    return f"“{text[:MAX_QUOTED]}”"


def from_first_visible(text: str) -> str:
    """The text without invisible characters at its beginning; empty when none is visible."""
    for place, character in enumerate(text):
        if unicodedata.category(character)[0] not in _UNSEEN and character not in _BLANK:
            return text[place:]
    return ""

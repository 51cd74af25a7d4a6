"""How every text that somebody wrote is kept, and which can be kept at all. Pure."""

import unicodedata


def one_line(text: str) -> str:
    """The text in Unicode's composed form, with single spaces and none around it."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def fold(text: str) -> str:
    """What is left to compare when case and composition do not count.

    Lower case as PostgreSQL's `lower()` under `pg_c_utf8` has it, a character at a time:
    `str.lower` alone makes two characters of İ and looks at the neighbours of Σ.
    """
    if text.isascii():
        return text.lower()
    composed = unicodedata.normalize("NFC", text)
    return composed.replace("İ", "i").replace("Σ", "σ").lower()


def is_storable(text: str) -> bool:
    """Whether PostgreSQL can keep it: without NUL and without halves of characters."""
    if text.isascii():
        return "\x00" not in text
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in text

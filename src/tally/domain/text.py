"""How every text that somebody wrote is kept, and which can be kept at all. Pure."""

import unicodedata


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

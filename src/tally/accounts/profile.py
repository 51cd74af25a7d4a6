"""The fields of an account's profile, read from text; the path after signing in. Pure."""

import re
from functools import cache
from hashlib import blake2b
from urllib.parse import urlsplit
from uuid import UUID

from tally.domain.fields import MAX_NAME, read_text
from tally.domain.zones import timezones, zone_named

MAX_EMAIL = 254
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_EMAIL = re.compile(rf"(?=.{{1,64}}@){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")

# The prefixes of old spellings of zones that name no part of the world.
_NO_REGION = frozenset({"Etc", "SystemV", "US", "Brazil", "Canada", "Chile", "Mexico"})

NOT_AN_EMAIL = "Write the email address like name@example.com, in plain letters."


def read_email(text: str) -> str:
    """An email address, trimmed, in lower case. Raises ValueError with a sentence."""
    # Before any change of case: the Kelvin sign, for one, becomes a plain k.
    if not text.isascii():
        raise ValueError(NOT_AN_EMAIL)
    email = text.strip(" \t").lower()
    if len(email) > MAX_EMAIL or not _EMAIL.fullmatch(email):
        raise ValueError(NOT_AN_EMAIL)
    return email


def read_name(text: str) -> str:
    """The name of a person, one line. Raises ValueError with a sentence."""
    return read_text(text, "Name", MAX_NAME, "Write a name; it stands on what you print.")


def read_timezone(text: str) -> str:
    """The time zone of a name or a city. Raises ValueError, a sentence, for any other text.

    Neither case nor blanks count: `europe/berlin` and `new york` are taken.
    """
    name = _zones_by_words().get("_".join(text.split()).lower())
    if name is None or zone_named(name) is None:
        raise ValueError("Write a time zone such as Europe/Berlin, or its city.")
    return name


@cache
def _zones_by_words() -> dict[str, str]:
    """Names of zones, and cities that only one zone is named after, both in lower case."""
    cities: dict[str, set[str]] = {}
    for zone in timezones():
        region, _, place = zone.partition("/")
        if place and region not in _NO_REGION:
            cities.setdefault(place.rpartition("/")[2].lower(), set()).add(zone)
    by_city = {city: zones.pop() for city, zones in cities.items() if len(zones) == 1}
    return by_city | {zone.lower(): zone for zone in timezones()}


def local_path(target: str) -> str:
    """A path of this site to go on to; `/` for a path that could lead elsewhere or in a circle."""
    if not target.startswith("/") or target.startswith("//"):
        return "/"
    # Browsers read a backslash as a slash, and drop tabs and line breaks.
    if "\\" in target or not target.isprintable() or " " in target or not target.isascii():
        return "/"
    try:
        parts = urlsplit(target)
    except ValueError:
        return "/"
    if parts.scheme or parts.netloc or "//" in parts.path:
        return "/"
    first = parts.path.split("/")[1]
    return "/" if first in ("login", "auth", "account") else target


def account_hash(user_id: UUID) -> str:
    """The name under which a browser keeps an account's data: 16 hexadecimal digits.

    It does not reveal the account, and two accounts on one device have different ones.
    """
    return blake2b(user_id.bytes, digest_size=8, person=b"tally device").hexdigest()

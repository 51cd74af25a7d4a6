"""Time zones by their names, as far as this machine knows them."""

import zoneinfo
from datetime import UTC, tzinfo
from functools import cache, lru_cache

# Names of zones that are no place: the machine's own clock, and `Factory`, which means unset.
_NO_PLACE = frozenset({"localtime", "Factory", "posixrules"})


@lru_cache(1024)
def zone_named(name: str) -> zoneinfo.ZoneInfo | None:
    """The time zone of this name; None where this machine has none that can be used."""
    if name in _NO_PLACE:
        return None
    try:
        return zoneinfo.ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # A name may be that of a folder of zones.
        return None


def zone_or_utc(name: str) -> tzinfo:
    """The time zone of an account; UTC if this machine lacks it, as after a restore elsewhere."""
    return zone_named(name) or UTC


@cache
def timezones() -> frozenset[str]:
    """The names of all accepted zones, old spellings included."""
    return frozenset(zoneinfo.available_timezones() - _NO_PLACE)

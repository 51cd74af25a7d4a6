"""The format that an `Accept` header asks for, among those that answers have. Pure."""

import re
from functools import lru_cache
from typing import Literal

Format = Literal["html", "json", "csv", "text"]

# The values of `?format=`.
FORMATS: tuple[Format, ...] = ("html", "json", "csv")

_MEDIA_TYPES: dict[str, Format] = {
    "text/html": "html",
    "application/json": "json",
    "text/csv": "csv",
}
_QUALITY = re.compile(r"q\s*=\s*(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)", re.IGNORECASE)


@lru_cache(maxsize=64)
def preferred(accept: str) -> Format | None:
    """The format that is named with the highest `q`, the first of several; None if it names none.

    A named format beats one that only a wildcard allows with the same `q`: `*/*` names nothing.
    """
    ranges = [_read(part) for part in accept.split(",")]
    anything = max((quality for name, quality in ranges if name.endswith("/*")), default=0.0)
    named = [(quality, _MEDIA_TYPES[name]) for name, quality in ranges if name in _MEDIA_TYPES]
    quality, form = max(named, key=lambda wish: wish[0], default=(0.0, None))
    return form if quality > 0 and quality >= anything else None


def _read(part: str) -> tuple[str, float]:
    """`text/csv; q=0.5` as name and quality; 1 where none is said or it cannot be read."""
    name, *parameters = part.split(";")
    qualities = [
        match[1] for parameter in parameters if (match := _QUALITY.fullmatch(parameter.strip()))
    ]
    return name.strip().lower(), float(qualities[0]) if qualities else 1.0

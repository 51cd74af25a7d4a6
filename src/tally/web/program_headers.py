"""The headers that programs send: a key for a retry, the time a line was written. Pure."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from uuid import UUID

from starlette.datastructures import Headers

from tally.domain.fields import read_id
from tally.errors import Invalid, repeated

IDEMPOTENCY_KEY = "Idempotency-Key"
WRITTEN = "X-Tally-Written"

MAX_WAIT = timedelta(days=400)
# Clocks of other machines are wrong, and another zone's day may be a day ahead.
FUTURE = timedelta(days=1)

_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?"
    r"(?:Z|[+-][0-9]{2}:[0-9]{2})",
    re.ASCII,
)


def sent_once(headers: Headers, name: str) -> str | None:
    """The text of a header; None without it. Raises HTTPError for a repeated one."""
    texts = headers.getlist(name)
    if len(texts) > 1:
        raise repeated(name)
    return texts[0] if texts else None


def read_key(text: str) -> UUID:
    """The UUID of an `Idempotency-Key`, with or without quotes. Raises Invalid."""
    bare = text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
    key = read_id(bare)
    if key is None:
        raise Invalid({IDEMPOTENCY_KEY: "The key of a request is a UUID."})
    return key


def read_written(text: str, now: datetime) -> datetime:
    """The moment of an `X-Tally-Written`, in the zone that it names. Raises Invalid."""
    try:
        moment = datetime.fromisoformat(text) if _MOMENT.fullmatch(text) else None
    except ValueError:
        moment = None
    if moment is None:
        example = "Write the moment with its offset, such as 2026-11-26T23:50:00+01:00."
        raise Invalid({WRITTEN: example})
    if moment - now > FUTURE:
        raise Invalid({WRITTEN: "A line cannot have been written more than a day from now."})
    if now - moment > MAX_WAIT:
        days = MAX_WAIT.days
        raise Invalid({WRITTEN: f"A line can wait for {days} days at most: write its date in it."})
    return moment

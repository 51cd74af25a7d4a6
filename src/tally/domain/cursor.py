"""The opaque position of the next page. Pure."""

import base64
import binascii
import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple, Self
from uuid import UUID

from tally.domain.amounts import plain

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_CURSOR = re.compile(r"[A-Za-z0-9_-]{1,1200}")
_DECIMAL = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")


@dataclass(frozen=True)
class Cursor:
    """The last record of a page; the next page begins after it, in the order of `sort`."""

    sort: str
    day: date
    created_at: datetime
    id: UUID
    value: Decimal = Decimal(0)
    type: str = ""
    unit: str = ""

    def encode(self) -> str:
        """Opaque text for the parameter `after`."""
        parts: list[str | int] = [
            self.sort,
            self.day.isoformat(),
            _micros(self.created_at),
            self.id.hex,
        ]
        if self.sort.endswith("value"):
            parts += [plain(self.value)]
        elif self.sort == "type":
            parts += [self.type, self.unit]
        return _encode(parts)

    @classmethod
    def decode(cls, text: str) -> Self:
        """The cursor that `encode` wrote as `text`. Raises ValueError for any other text."""
        try:
            sort, day, micros, number, *keys = _decode(text)
            cursor = cls(
                sort=str(sort),
                day=date.fromisoformat(day),
                created_at=_EPOCH + timedelta(microseconds=micros),
                id=UUID(number),
                **cls._keys(sort, keys),
            )
        except (binascii.Error, TypeError, AttributeError, OverflowError, RecursionError) as error:
            raise ValueError("not a cursor") from error
        # The parsers are lenient; only the spelling that `encode` writes counts.
        if cursor.encode() != text:
            raise ValueError("not a cursor")
        return cursor

    @staticmethod
    def _keys(sort: object, keys: list[Any]) -> dict[str, Any]:
        match sort, keys:
            case (("-date" | "date"), []):
                return {}
            case (("-value" | "value"), [str(value)]) if _DECIMAL.fullmatch(value):
                return {"value": Decimal(value)}
            case "type", [str(name), str(unit)] if "\x00" not in name + unit:
                return {"type": name, "unit": unit}
        raise ValueError("not a cursor")


class KeyPlace(NamedTuple):
    """A place in the order of use of types: the latest record of a (type, unit)."""

    day: date
    created_at: datetime
    type: str
    unit: str

    def encode(self) -> str:
        """Opaque text for the parameter `after` of the statistics."""
        return _encode([self.day.isoformat(), _micros(self.created_at), self.type, self.unit])

    @classmethod
    def decode(cls, text: str) -> Self:
        """The place that `encode` wrote as `text`. Raises ValueError for any other text."""
        try:
            day, micros, name, unit = _decode(text)
            place = cls(
                date.fromisoformat(day), _EPOCH + timedelta(microseconds=micros), name, unit
            )
            known = "\x00" not in name + unit and place.encode() == text
        except (binascii.Error, TypeError, AttributeError, OverflowError, RecursionError) as error:
            raise ValueError("not a cursor") from error
        if not known:
            raise ValueError("not a cursor")
        return place


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _encode(parts: list[str | int]) -> str:
    text = _JSON.encode(parts)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(text: str) -> Any:
    if not _CURSOR.fullmatch(text):
        raise ValueError("not a cursor")
    return json.loads(base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True))

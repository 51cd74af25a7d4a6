"""The body of a JSON request: one object, or a list of them, as the texts that a form would send.

A number stays as it is written, so that no decimal is lost; one with more decimals than are kept,
as sums of floats have, is rounded, and a remark says so. Pure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any, TypeGuard

from tally.domain.amounts import plain
from tally.domain.limits import MAX_SUM
from tally.domain.prices import PRICE_DECIMALS
from tally.domain.text import NOT_STORABLE, is_storable
from tally.domain.units import MAX_DECIMALS
from tally.errors import HTTPError

MAX_FIELDS = 100
TOO_MANY_FIELDS = f"A form has at most {MAX_FIELDS} fields."
MAX_RECORDS = 500
LIST_NAME = "records"

# The fields that are on or off; a form sends 1 for on.
FLAGS = frozenset(
    {
        *("all", "confirm", "confirm_currency", "dry_run", "end_tokens", "hidden", "new_meter"),
        *("rolled_over", "skip_problems", "update"),
    }
)
# The fields that may come more than once.
REPEATABLE = frozenset({"ids", "type"})
# The parts of an answer that are about its record: they come back where one is sent back whole.
OF_AN_ANSWER = frozenset({"warnings", "remarks"})

ALONE = f"“{LIST_NAME}” is sent alone: a list has nothing beside its records."
EMPTY = "This list is empty. Leave the field out, or name at least one."

Pairs = list[tuple[str, str]]

_NUMBER = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,60})?(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)
# A price a unit is kept with more decimals than all others.
_DECIMALS = {"per_unit": PRICE_DECIMALS}
# The digits of any number that is kept, a limit's being the largest, with its decimals.
_MAX_EXPONENT = MAX_SUM.adjusted() + 1
_ROUNDING = Context(prec=_MAX_EXPONENT + PRICE_DECIMALS + 2, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True)
class Remark:
    """A remark on how a number of the record at `index` of the list was read."""

    index: int
    field: str
    message: str

    @property
    def as_json(self) -> dict[str, object]:
        """The remark in an answer."""
        return {"index": self.index, "field": self.field, "message": self.message}


class ListFaults(dict[int, dict[str, object]]):
    """The first fault of each record of a list that has one, by its index."""

    def note(self, index: int, message: str, fields: Mapping[str, str]) -> None:
        """Keep the fault of a record that has none yet: its sentence, and one for each field."""
        self.setdefault(index, error_at(index, message, dict(fields)))

    def refuse(self, fields: Mapping[str, str]) -> None:
        """Raises HTTPError 422 with every fault, in the order of the list, if there are any."""
        if self:
            raise refusal_of_list([self[index] for index in sorted(self)], fields)


@dataclass(frozen=True)
class JsonBody:
    """The objects of a JSON body.

    `items`: the fields of each object. `is_list`: true for a list of one, too; `faults`: those of
    its elements that are no objects of texts and numbers, whose items are empty. `nulls`: the names
    of one object's fields that are null, which are in no item; `lists`: those that are lists.
    """

    items: list[Pairs]
    is_list: bool = False
    remarks: tuple[Remark, ...] = ()
    nulls: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    faults: ListFaults = field(default_factory=ListFaults)


class _Object(list[tuple[str, Any]]):
    """A JSON object as pairs: a repeated name is not lost, and a list is not taken for one."""


class _Number(str):
    """A JSON number as it is written."""


def read_json(body: bytes, *, takes_list: bool) -> JsonBody:
    """The objects in a body. Raises HTTPError: 400 for text that is no JSON, 422 for other JSON.

    `takes_list`: a list, or an object that has nothing but `records`, is taken as well.
    """
    try:
        content = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_Object,
            parse_int=_Number,
            parse_float=_Number,
            parse_constant=_refuse_constant,
        )
    except (ValueError, RecursionError) as error:
        raise HTTPError(400, "That is not JSON.") from error
    if takes_list and (several := _list_in(content)) is not None:
        return _read_list(several)
    if not isinstance(content, _Object):
        kinds = "one JSON object, or a list of them" if takes_list else "one JSON object"
        raise HTTPError(422, f"Send {kinds}.")
    pairs, remarks = _read_object(content, 0)
    nulls = frozenset(name for name, value in content if value is None)
    lists = frozenset(name for name, value in content if _is_list(value))
    return JsonBody([pairs], remarks=tuple(remarks), nulls=nulls, lists=lists)


def _refuse_constant(name: str) -> Any:
    raise HTTPError(400, f"That is not JSON, which has no {name}.")


def _list_in(content: object) -> list[Any] | None:
    """The list that was sent, alone or as `records`; None for other JSON. Raises HTTPError 422."""
    is_named = False
    if isinstance(content, _Object):
        named = dict(content)
        if len(content) == 1 and LIST_NAME in named:
            is_named, content = True, named[LIST_NAME]
        elif _is_list(named.pop(LIST_NAME, None)):
            raise HTTPError(422, ALONE, dict.fromkeys(named or [LIST_NAME], ALONE))
    if _is_list(content):
        return content
    if is_named:
        kind = "A list of records is due here."
        raise HTTPError(422, f"“{LIST_NAME}” must be a list of records.", {LIST_NAME: kind})
    return None


def _read_list(objects: list[Any]) -> JsonBody:
    if not objects:
        raise HTTPError(422, "The list is empty.")
    if len(objects) > MAX_RECORDS:
        raise HTTPError(422, f"Send {MAX_RECORDS} records at a time, at most.")
    items: list[Pairs] = []
    remarks: list[Remark] = []
    faults = ListFaults()
    for index, content in enumerate(objects):
        try:
            if not isinstance(content, _Object):
                raise HTTPError(422, "Each record is a JSON object.")
            pairs, rounded = _read_object(content, index)
        except HTTPError as refused:
            faults.note(index, refused.sentence, refused.fields)
            items.append([])
        else:
            items.append(pairs)
            remarks += rounded
    return JsonBody(items, True, tuple(remarks), faults=faults)


def not_storable(name: str) -> HTTPError:
    """The refusal of a text that no database keeps."""
    sentence = "A character in this text cannot be stored."
    return HTTPError(422, sentence, {name: NOT_STORABLE})


def no_text(name: str) -> HTTPError:
    """The refusal of a list, an object, or true or false where a text or a number is due."""
    kind = "A text or a number is due here."
    return HTTPError(422, f"“{name}” must be a text or a number.", {name: kind})


def error_at(index: int, message: str, fields: dict[str, str]) -> dict[str, object]:
    """The error of one record of a list: its sentence, and a sentence for each field."""
    return {"index": index, "message": message, "fields": fields}


def refusal_of_list(
    errors: list[dict[str, object]], fields: Mapping[str, str] | None = None
) -> HTTPError:
    """The 422 for a list with all its errors, by index; none of its records was saved."""
    first = errors[0]
    sentence = f"Record {first['index']}: {first['message']}"
    return HTTPError(422, sentence, fields, details={"errors": errors})


def _read_object(content: _Object, index: int) -> tuple[Pairs, list[Remark]]:
    if len(content) > MAX_FIELDS:
        raise HTTPError(400, TOO_MANY_FIELDS)
    pairs: Pairs = []
    remarks: list[Remark] = []
    for name, value in content:
        if not is_storable(name):
            raise not_storable("form")
        for text in _texts(name, value):
            if not is_storable(text):
                raise not_storable(name)
            most = _DECIMALS.get(name, MAX_DECIMALS)
            number = _rounded(text, most) if isinstance(text, _Number) else text
            if number != text and Decimal(number) != Decimal(text):
                sentence = f"{text} was rounded to {number}."
                remarks.append(Remark(index, name, sentence))
            pairs.append((name, number))
    return pairs, remarks


def _texts(name: str, value: object) -> Iterator[str]:
    """A JSON value as the texts that a form would send: null is absent, a list repeats the name."""
    if name in OF_AN_ANSWER:
        yield ""
    elif isinstance(value, str):
        yield value
    elif isinstance(value, bool) and name in FLAGS:
        yield "1" if value else "0"
    elif name in REPEATABLE and _is_list(value) and all(isinstance(item, str) for item in value):
        if not value:  # Of none, or of all? A filter without it would be of all.
            raise HTTPError(422, f"The list “{name}” is empty.", {name: EMPTY})
        yield from value
    elif value is not None:
        raise no_text(name)


def _is_list(value: object) -> TypeGuard[list[Any]]:
    return isinstance(value, list) and not isinstance(value, _Object)


def _rounded(text: str, most: int) -> str:
    """A JSON number in plain digits with at most so many decimals.

    A whole one has none: `3.0` is the same number as `3`, also where a count is due. A number that
    is no amount stays as it is, to be refused where it is read.
    """
    if not _NUMBER.fullmatch(text):
        return text
    number = Decimal(text)
    if number.adjusted() >= _MAX_EXPONENT:
        return text
    if number == number.to_integral_value():
        return plain(number or abs(number))
    if "e" not in text.lower() and len(text.partition(".")[2]) <= most:
        return text
    return plain(_ROUNDING.quantize(number, Decimal(1).scaleb(-most)))

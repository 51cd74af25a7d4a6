"""The marks of an account's types: their colours, hidden ones, the order of cards. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol, TypeVar

from tally.domain.keys import Key, folded, is_same, key_in
from tally.domain.text import fold

MAX_MARKED = 200
TYPE_COLOURS = 10
# The orders of the dashboard's cards; the first is the usual one.
CARD_ORDERS = ("use", "name", "hand")


class _HasKey(Protocol):
    """Anything of a type and unit: a type in use, a meter, statistics."""

    @property
    def key(self) -> Key: ...


OfType = TypeVar("OfType", bound=_HasKey)


class Mark(NamedTuple):
    """The display of one type of an account: a colour of its own (0 to 9, None for the usual one).

    place: of its card among those that are ordered by hand, from 1; None: behind them.
    """

    colour: int | None = None
    hidden: bool = False
    place: int | None = None


def read_marks(preferences: Mapping[str, Any]) -> dict[Key, Mark]:
    """The marks of an account's types, by folded type and unit."""
    return {
        folded(key_in(entry)): Mark(
            entry.get("colour"), entry.get("hidden", False), entry.get("place")
        )
        for entry in preferences.get("types", [])
    }


def colours(preferences: Mapping[str, Any]) -> dict[str, int]:
    """The colours that an account chose, by folded type; of a type's several units the last."""
    return {
        fold(entry["type"]): entry["colour"]
        for entry in preferences.get("types", [])
        if entry.get("colour") is not None
    }


# Common types have a fixed colour, one that looks like the thing.
_USUAL_COLOURS = {
    "electricity": 0,
    "water": 1,
    "hot water": 7,
    "coffee": 2,
    "fuel": 3,
    "gas": 4,
    "tea": 5,
}


def type_colour(consumption_type: str, chosen: Mapping[str, int] = MappingProxyType({})) -> str:
    """`t0` … `t9`: the same class for the same type on every page, whatever its case.

    chosen: colours of the account's own, by folded type.
    """
    name = fold(consumption_type)
    if name in chosen:
        return f"t{chosen[name]}"
    if name in _USUAL_COLOURS:
        return f"t{_USUAL_COLOURS[name]}"
    digest = blake2b(name.encode(), digest_size=4).digest()
    return f"t{int.from_bytes(digest) % TYPE_COLOURS}"


def hidden(preferences: Mapping[str, Any]) -> frozenset[Key]:
    """The folded keys of hidden types, which are offered nowhere: without card or reminder."""
    return frozenset(key for key, mark in read_marks(preferences).items() if mark.hidden)


def offered(preferences: Mapping[str, Any], kinds: Sequence[OfType]) -> list[OfType]:
    """The types, meters or figures of types that are offered: all except those of hidden types."""
    out_of_sight = hidden(preferences)
    if not out_of_sight:
        return list(kinds)
    return [kind for kind in kinds if folded(kind.key) not in out_of_sight]


def in_card_order(preferences: Mapping[str, Any], keys: Iterable[Key]) -> list[Key]:
    """The keys, given by latest use, in the account's order of cards."""
    match preferences.get("card_order"):
        case "name":
            return sorted(keys, key=lambda key: (fold(key.type), key.unit))
        case "hand":
            marks = read_marks(preferences)
            behind = MAX_MARKED + 1
            return sorted(
                keys,
                key=lambda key: marks.get(folded(key), Mark()).place or behind,
            )
        case _:
            return list(keys)


def with_mark(preferences: Mapping[str, Any], key: Key, mark: Mark) -> list[dict[str, Any]]:
    """The new value of `preferences["types"]`, with this mark of `key`.

    Raises ValueError with a sentence when there would be too many.
    """
    kept = [entry for entry in preferences.get("types", []) if not is_same(key, key_in(entry))]
    if mark != Mark():
        entry: dict[str, Any] = {"type": key.type, "unit": key.unit}
        if mark.colour is not None:
            entry["colour"] = mark.colour
        if mark.hidden:
            entry["hidden"] = True
        if mark.place is not None:
            entry["place"] = mark.place
        kept.append(entry)
    if len(kept) > MAX_MARKED:
        raise ValueError(f"{MAX_MARKED} types can have marks of their own. Take one away first.")
    return kept

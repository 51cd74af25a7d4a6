"""The renaming of a type, with everything that an account keeps by its name. Pure.

Limits, prices, marks, meters without a reminder and remembered files follow a type to its new name
and unit; `replaced` keeps the old entries, and `put_back` undoes the renaming.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from tally.domain.amounts import MAX_VALUE, plain
from tally.domain.column_texts import column_text, columns_text, entries_of, read_column
from tally.domain.formatting import in_unit
from tally.domain.keys import Key, is_same, key_in
from tally.domain.limits import COST, MAX_SUM
from tally.domain.prices import PRICE_DECIMALS
from tally.domain.text import fold, one_line
from tally.domain.units import dimension, factor, is_convertible, rounded


@dataclass(frozen=True)
class Renaming:
    """All records of one (type, unit) become records of another.

    `factor`: how many of the new unit one of the old unit is, exactly; None if values stay.
    """

    source: Key
    target: Key
    factor: Fraction | None = None

    @property
    def respells(self) -> bool:
        """Whether only the spelling of the type changes, and not its unit."""
        return is_same(self.source, self.target)

    def has(self, entry: Mapping[str, Any]) -> bool:
        """Whether an entry of the account (a limit, a price, a mark) is for the renamed key."""
        return is_same(self.source, key_in(entry))

    def has_target(self, entry: Mapping[str, Any]) -> bool:
        """Whether an entry of the account is the target's own."""
        return not self.respells and is_same(self.target, key_in(entry))


def between(source: Key, target: Key, measures: str = "") -> Renaming:
    """The renaming of `source` to `target`. Raises ValueError, a sentence, for units that clash.

    Values are converted between units of one dimension. They stay if one of the two units is
    unknown: then the new unit corrects the old one.
    """
    if source.unit == target.unit:
        return Renaming(source, target)
    if is_convertible(source.unit, target.unit):
        return Renaming(source, target, factor(source.unit, target.unit, measures))
    if dimension(source.unit) and dimension(target.unit):
        raise ValueError(f"{source.unit} cannot be converted to {target.unit}.")
    return Renaming(source, target)


def renamed_limits(limits: Sequence[Mapping[str, Any]], renaming: Renaming) -> list[dict[str, Any]]:
    """The limits after the renaming, with converted amounts; a limit of the target stays instead.

    Raises ValueError with a sentence for an amount that would be too large.
    """
    taken = any(map(renaming.has_target, limits))
    kept: list[dict[str, Any]] = []
    for entry in limits:
        if not renaming.has(entry):
            kept.append(dict(entry))
        elif not taken:
            value = Decimal(entry["value"])
            if renaming.factor and entry.get("in") != COST:
                value = rounded(Fraction(value) * renaming.factor)
                if value >= MAX_SUM:
                    raise ValueError(f"The limit would be too large in {renaming.target.unit}.")
            kept.append({**entry, **renaming.target._asdict(), "value": plain(value)})
    return kept


def renamed_prices(prices: Sequence[Mapping[str, Any]], renaming: Renaming) -> list[dict[str, Any]]:
    """The prices after the renaming, with converted prices of a unit, to 8 decimals.

    Prices of the target stay instead, so that its records keep their costs. Raises ValueError with
    a sentence for a price that would be too large.
    """
    taken = any(map(renaming.has_target, prices))
    kept: list[dict[str, Any]] = []
    for entry in prices:
        if not renaming.has(entry):
            kept.append(dict(entry))
        elif not taken:
            moved = {**entry, **renaming.target._asdict()}
            if (price := _price_afterwards(entry, renaming)) is not None:
                if price >= MAX_VALUE:
                    raise ValueError(f"A price would be too large in {renaming.target.unit}.")
                moved["per_unit"] = plain(_kept_price(price))
            kept.append(moved)
    return kept


def told_of_dropped(source: Key, target: Key, *, limit: bool, prices: bool) -> list[str]:
    """Sentences on the limit and the prices of a renamed type that give way to the target's."""
    gone, kept = (f"{key.type} {in_unit(key.unit)}" for key in (source, target))
    told = [f"The limit of {kept} stays; that of {gone} goes."] if limit else []
    return [*told, f"Prices of {kept} stay; those of {gone} go."] if prices else told


class RoundedPrice(NamedTuple):
    """A price that 8 decimals cannot hold in the new unit: before, and rounded after."""

    start: str
    before: Decimal
    after: Decimal


def rounded_prices(prices: Sequence[Mapping[str, Any]], renaming: Renaming) -> list[RoundedPrice]:
    """The prices that are rounded to 8 decimals in the new unit, earliest first."""
    changed = []
    for entry in filter(renaming.has, prices):
        price = _price_afterwards(entry, renaming)
        if price is not None and Fraction(after := _kept_price(price)) != price:
            changed.append(RoundedPrice(entry["from"], Decimal(entry["per_unit"]), after))
    return sorted(changed)


def _price_afterwards(entry: Mapping[str, Any], renaming: Renaming) -> Fraction | None:
    """The exact price of one of the new unit; None if nothing is converted or priced."""
    if not renaming.factor or entry.get("per_unit") is None:
        return None
    return Fraction(Decimal(entry["per_unit"])) / renaming.factor


def renamed_marks(marks: Sequence[Mapping[str, Any]], renaming: Renaming) -> list[dict[str, Any]]:
    """The marks after the renaming; those of the target stay."""
    taken = any(map(renaming.has_target, marks))
    return [
        {**entry, **renaming.target._asdict()} if renaming.has(entry) else dict(entry)
        for entry in marks
        if not (renaming.has(entry) and taken)
    ]


def renamed_quiet(quiet: Sequence[Sequence[str]], renaming: Renaming) -> list[list[str]]:
    """The meters without a reminder (type, unit, day) after the renaming."""
    return [
        [*(renaming.target if is_same(renaming.source, Key(name, unit)) else (name, unit)), day]
        for name, unit, day in quiet
    ]


def renamed_imports(imports: Mapping[str, Any], renaming: Renaming) -> dict[str, Any]:
    """The remembered files after the renaming: with the new name in all choices of the type.

    The unit of a file stays, since its amounts do; only a wrong name of a unit is corrected.
    """
    return {
        fingerprint: {**kind, "fields": _renamed_fields(_fields(kind), renaming)}
        if _fields(kind)
        else kind
        for fingerprint, kind in imports.items()
    }


def _fields(kind: Any) -> Mapping[str, Any]:
    """The choices that are remembered for a kind of file."""
    fields = kind.get("fields") if isinstance(kind, dict) else None
    return fields if isinstance(fields, dict) else {}


def _renamed_fields(fields: Mapping[str, Any], renaming: Renaming) -> dict[str, Any]:
    unit = fields.get("unit")
    name, own_unit = _renamed_choice(fields.get("type"), unit, renaming)
    returned, _ = _renamed_choice(fields.get("returned"), unit, renaming)
    columns = _renamed_columns(fields.get("columns", ""), renaming)
    afterwards = {"type": name, "unit": own_unit, "returned": returned, "columns": columns}
    return {field: afterwards.get(field, chosen) for field, chosen in fields.items()}


def _renamed_columns(text: str, renaming: Renaming) -> str:
    """The choices for the columns of a file after the renaming."""
    entries = entries_of(text)
    renamed = [_renamed_column(entry, renaming) for entry in entries]
    return text if renamed == entries else columns_text(renamed)


def _renamed_column(entry: str, renaming: Renaming) -> str:
    column = read_column(entry)
    name, unit = _renamed_choice(column.name, column.unit, renaming)
    renamed = column._replace(name=name, unit=unit)
    # Some names, such as one with a colon, need a unit behind them in an entry.
    is_readable = read_column(column_text(renamed)) == renamed
    return column_text(renamed) if renamed != column and is_readable else entry


def _renamed_choice(
    name: str | None, unit: str | None, renaming: Renaming
) -> tuple[str | None, str | None]:
    """The choice of a type and unit after the renaming; None for a part that is not chosen."""
    source, target = renaming.source, renaming.target
    is_its_own = bool(name) and fold(one_line(str(name))) == fold(source.type)
    if not is_its_own or unit not in (None, source.unit):
        return name, unit
    is_corrected = unit is not None and not renaming.factor and target.unit
    return target.type, target.unit if is_corrected else unit


def replaced(before: Sequence[Any], after: Sequence[Any]) -> dict[str, Any]:
    """The entries that a renaming has removed, each with its place, and those that it has added."""
    return {
        "had": [[place, entry] for place, entry in enumerate(before) if entry not in after],
        "put": [entry for entry in after if entry not in before],
    }


def put_back(
    now: Sequence[Mapping[str, Any]], renamed: Mapping[str, Any], new_id: Callable[[], str]
) -> list[Mapping[str, Any]]:
    """The entries (limits, prices or marks) after the undo of a renaming that `replaced` describes.

    All others stay: those of other types, entries that were changed since, and one that the old
    name has got meanwhile. A price that comes back beside its changed self gets a new id. An entry
    that was removed under the new name does not come back.
    """
    had, put = renamed["had"], renamed["put"]
    kept = [entry for entry in now if entry not in put]
    # Either each entry has moved to the new name, or all have given way to entries of that name.
    moved = put if len(put) == len(had) else [None] * len(had)
    for (place, entry), renamed_entry in zip(had, moved, strict=True):
        is_removed = renamed_entry is not None and _is_removed(renamed_entry, now)
        if is_removed or any(_is_in_place_of(other, entry) for other in kept):
            continue
        has_twin = "id" in entry and any(other.get("id") == entry["id"] for other in kept)
        kept.insert(place, {**entry, "id": new_id()} if has_twin else entry)
    return kept


def put_back_quiet(now: Sequence[Sequence[str]], renamed: Mapping[str, Any]) -> list[Sequence[str]]:
    """The meters without a reminder after the undo of a renaming that `replaced` describes."""
    kept = [entry for entry in now if entry not in renamed["put"]]
    return [*(entry for _, entry in renamed["had"] if entry not in kept), *kept]


def replaced_imports(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """The choices for remembered files that a renaming has changed, before and after."""
    return {
        fingerprint: {
            "had": _other_choices(kind, after[fingerprint]),
            "put": _other_choices(after[fingerprint], kind),
        }
        for fingerprint, kind in before.items()
        if after[fingerprint] != kind
    }


def put_back_imports(now: Mapping[str, Any], renamed: Mapping[str, Any]) -> dict[str, Any]:
    """The remembered files after the undo that `replaced_imports` describes; other choices stay."""
    kinds = dict(now)
    for fingerprint, names in renamed.items():
        fields = _fields(kinds.get(fingerprint))
        if fields and names["put"].items() <= fields.items():
            kinds[fingerprint] = {**kinds[fingerprint], "fields": {**fields, **names["had"]}}
    return kinds


def _other_choices(kind: Any, than: Any) -> dict[str, Any]:
    others = _fields(than)
    return {name: text for name, text in _fields(kind).items() if others.get(name) != text}


def _is_removed(entry: Mapping[str, Any], now: Sequence[Mapping[str, Any]]) -> bool:
    """Whether an entry is there no more, not even changed or replaced by another one."""
    return not any(
        _is_in_place_of(other, entry) or ("id" in entry and other.get("id") == entry["id"])
        for other in now
    )


def _is_in_place_of(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether only one of two entries can stay: a type has one limit, and one price a day."""
    return is_same(key_in(one), key_in(other)) and one.get("from") == other.get("from")


def _kept_price(exact: Fraction) -> Decimal:
    """A price with the decimals that prices of a unit are kept with."""
    return Decimal(round(exact * 10**PRICE_DECIMALS)).scaleb(-PRICE_DECIMALS)

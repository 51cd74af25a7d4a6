"""The columns of words: types, units, notes and tags. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from tally.transfer.cells.names import plain_letters, words
from tally.transfer.tables.columns import Way
from tally.transfer.tables.heading_roles import AMOUNTS, FLOWS, SAYS, Role, parts_of_name
from tally.transfer.tables.headings import read_heading
from tally.transfer.tables.meter_numbers import METERED, POWER
from tally.transfer.tables.profiles import LETTERED, MOSTLY, SURELY, Profile, TableDraft
from tally.transfer.tables.two_ways import (
    are_of_stock,
    category_of,
    columns_of_ways,
    says_way,
    way_in,
)

_WHEN: tuple[Role, ...] = ("date", "time", "start", "end")
# From this weight on a cell is the name of an amount: `Surplus generation`.
_FLOWS = 0.3
# Headings of the accounts of ledgers in plain text, what their cells look like (`Expenses:Food`),
# and the heading of the currency, or of whatever else their amounts are counted in.
_ACCOUNTS = words("account konto compte cuenta conto rekening")
_LEDGER = re.compile(r"^[^\W\d_][^:]*:[^:]", re.UNICODE)
_MEASURES = ("commodity",)
# Headings of the direction of each amount, and words for one that are no headings of amounts.
_DIRECTIONS = words(
    "direction flow richtung energierichtung flussrichtung richting sens sentido direzione kierunek"
)
_WAYS = words("lieferung rucklieferung ruckspeisung pobor oddanie")
_FLOWED = words(
    """
    usage solar consumed delivered received supplied produced generated forbrug forbrugt leveret
    produceret forbruk forbrukt produsert forbrukad producerad inmatad uttagen
    """
)
# Codes of a meter's registers, where what came in differs from what went out: `1-1:1.29.0`.
_OBIS = re.compile(r"\s*(?:\d{1,3}-\d{1,3}:)\d{1,2}\.\d{1,3}(?:\.\d{1,3})?")

# The unit behind the name of a type.
_UNIT_OF_TYPE = re.compile(r"\s\(([^()]{1,8})\)\s*$")
# The ways in which readings are taken: they say which, not of what.
_TAKEN = words(
    """
    actual actual_read actual_reading estimate estimated estimated_read estimated_reading customer
    customer_read customer_reading smart smart_meter smart_read smart_reading meter_reader
    calculated abgelesen ablesung geschatzt schatzung kundenablesung selbstablesung
    rechnerisch errechnet reelle reel estimee estime relevee releve auto-releve autoreleve geschat
    werkelijk opgenomen real leida estimada estimado effettiva effettivo reale rilevata stimata
    stimato autolettura rzeczywisty szacowany szacunkowy uppskattad avlast
    """
)


def set_texts(draft: TableDraft) -> None:
    """Give the columns of units, types, notes and tags their roles, at most one of each."""
    _set_best(draft, "unit", 0.7, lambda profile: not profile.filled or profile.numbers < 0.3)
    _set_units_told(draft)
    _set_ways_of_reading(draft)
    _set_types(draft)
    _set_words(draft, "notes")
    _set_words(draft, "tag")
    _set_directions(draft)
    if not draft.table.has_header:
        _set_without_headings(draft)


def set_texts_of_days(draft: TableDraft) -> None:
    """Give the columns of types and units beside those of days their roles."""
    free = [profile for profile in draft.profiles if profile.role is None]
    texts = [profile for profile in free if profile.letters >= LETTERED and profile.filled]
    if len(texts) > 1:
        texts = _without_unit(
            texts, lambda profile: profile.weight("unit") >= SAYS or draft.holds_units(profile)
        )
    if texts:
        max(texts, key=lambda profile: (profile.weight("type"), -profile.place)).role = "type"


def _set_best(draft: TableDraft, role: Role, least: float, fits: Callable[[Profile], bool]) -> None:
    """Give the likeliest of the free columns that fit a role that role, from a least weight on.

    Of equal ones it is the first, of units that of an amount: `Volume unit`, not `Distance unit`.
    """
    free = [
        profile
        for profile in draft.profiles
        if profile.role is None
        and profile.weight(role) >= least
        and profile.weight(role) >= profile.weight("-")
        and profile.dated < MOSTLY
        and fits(profile)
    ]
    if free:
        max(free, key=lambda profile: (profile.weight(role), _of_amount(profile, role))).role = role


def _of_amount(profile: Profile, role: Role) -> float:
    """The weight with which the heading of a unit names the amount that it is of."""
    return profile.weight("value") if role == "unit" and not profile.weight("-") else 0


def _set_units_told(draft: TableDraft) -> None:
    """Give a column of units that meters count in its role, whatever its heading is.

    If a heading has a unit it gets none: the cells mean something else.
    """
    if draft.has("unit") or any(map(draft.unit_of, draft.profiles)):
        return
    find = draft.account.units.find
    for profile in draft.profiles:
        names = {cell.strip() for cell in profile.filled}
        if (
            profile.role is None
            and names
            and all(len(name) > 1 and find(name) in METERED for name in names)
        ):
            profile.role = "unit"
            return


def _set_ways_of_reading(draft: TableDraft) -> None:
    """Make notes of a column that would be types, and says how each reading was taken."""
    for profile in draft.profiles:
        taken = {"_".join(plain_letters(cell).split()) for cell in profile.filled}
        if profile.role is None and profile.weight("type") >= SAYS and taken and taken <= _TAKEN:
            others = (other for other in draft.profiles if other is not profile)
            has_notes = any(other.weight("notes") >= SAYS for other in others)
            profile.role = "-" if has_notes else "notes"


def _set_types(draft: TableDraft) -> None:
    """Give a column of types its role; beside directions of money it is one of categories.

    Without that the directions are the types, whatever the other words are. Those of a stock are
    beside any types.
    """
    way = next((profile for profile in draft.profiles if says_way(draft, profile)), None)
    ledger = next((profile for profile in draft.profiles if _is_of_ledger(profile)), None)
    if way is None and ledger is not None:
        ledger.role = "type"
        measure = next((one for one in draft.profiles if one.heading.name in _MEASURES), None)
        if measure is not None and not draft.has("unit"):
            measure.role = "unit"
        return
    if way is None and _may_have_types(columns_of_ways(draft)):
        _set_best(draft, "type", SAYS, _may_be_type)
        return
    if way is not None and _counts_flows(draft, way):
        return
    category = category_of(draft, way)
    if category is not None:
        category.role = "type"
    if way is not None:
        way.role, way.way = "type" if category is None else "direction", Way()


def _may_have_types(ways: Sequence[Profile]) -> bool:
    """Whether any column of words beside amounts may be that of types: none of money has a way."""
    return not ways or are_of_stock(ways)


def _counts_flows(draft: TableDraft, way: Profile) -> bool:
    """Give `in` and `out` beside units of meters, or of a stock, the role of what stands behind
    the types.

    False if they say which way money went, or if no other column has types.
    """
    units = {cell.strip() for one in draft.profiles if one.role == "unit" for cell in one.filled}
    are_metered = units and all(draft.account.units.find(unit) in METERED for unit in units)
    if not are_metered and (not are_of_stock([way]) or category_of(draft, way)):
        return False
    way.role = "meter"
    _set_best(draft, "type", SAYS, _may_be_type)
    if not draft.has("type"):
        way.role = None
    return draft.has("type")


def _is_of_ledger(profile: Profile) -> bool:
    """Whether the cells are accounts of a ledger, such as `expenses:food`, not those of people."""
    is_named = plain_letters(profile.heading.name) in _ACCOUNTS
    return is_named and profile.role is None and profile.share(_LEDGER.search) == 1


def _set_words(draft: TableDraft, role: Role) -> None:
    """Give a column of words its role; without one, a column of numbers beside the amounts.

    `3 persons` is a number as well; bare numbers are words only if the heading leaves no doubt. A
    unit in the heading says that they are amounts, however many cells are none.
    """
    _set_best(draft, role, SAYS, lambda profile: profile.numbers < 0.9 and not profile.heading.unit)
    amounts = [
        profile
        for profile in draft.profiles
        if profile.role is None and profile.numbers >= LETTERED and profile.dated < MOSTLY
    ]
    if not draft.has(role):
        _set_best(
            draft,
            role,
            SAYS,
            lambda profile: (
                amounts not in ([], [profile])
                and (profile.letters >= LETTERED or profile.weight(role) >= SURELY)
            ),
        )


def _may_be_type(profile: Profile) -> bool:
    """Whether its cells are words, not codes or marks; without cells the heading decides."""
    is_said = profile.weight("type") >= SURELY
    if not profile.filled:
        return is_said
    return profile.letters >= LETTERED and (is_said or not profile.is_flag)


def _set_directions(draft: TableDraft) -> None:
    """Give the column of directions the role of types, unless another column has it."""
    if draft.has("type"):
        return
    for profile in draft.profiles:
        if (
            profile.role is None
            and len(set(profile.filled)) > 1
            and (profile.share(_OBIS.match) == 1 or _tells_ways(draft, profile))
        ):
            profile.role = "type"
            return


def _tells_ways(draft: TableDraft, profile: Profile) -> bool:
    """Whether words distinguish the directions of amounts, which no sum may mix.

    The heading or the words show it, or each word has one row of each time, while no heading of
    numbers names a type: `Coffee` beside `Person` is one type for all persons.
    """
    return profile.letters == 1 and (
        plain_letters(profile.heading.name) in _DIRECTIONS
        or profile.share(_is_flow) == 1
        or (_have_each_time(draft, profile) and not any(map(_names_type, draft.profiles)))
    )


def _names_type(profile: Profile) -> bool:
    """Whether the heading of a column of numbers is a name, neither a unit nor any known word."""
    heading = profile.heading
    is_name = heading.name not in ("", heading.unit) and not heading.weights
    return is_name and profile.role is None and profile.numbers >= LETTERED


def _have_each_time(draft: TableDraft, profile: Profile) -> bool:
    """Whether each of the words has one row of each time, of which there are several.

    With digits they may be the numbers of meters.
    """
    if any(map(str.isdigit, "".join(profile.cells))):
        return False
    times = list(zip(*(one.cells for one in draft.profiles if one.role in _WHEN), strict=True))
    rows = set(zip(times, profile.cells, strict=bool(times)))
    kinds, moments = len(set(profile.cells)), len(set(times))
    return moments > 1 and len(rows) == len(times) == kinds * moments


def set_directions_of_types(draft: TableDraft) -> None:
    """Give a column of directions beside one of types the role of what stands behind the type.

    If meters stand there, and all types are the same, the directions are the types.
    """
    kinds = [profile for profile in draft.profiles if profile.role == "type"]
    directions = [
        profile
        for profile in draft.profiles
        if (profile.role is None or (profile.role == "notes" and profile.weight("notes") < SURELY))
        and len(set(profile.filled)) > 1
        and _names_flows(profile)
    ]
    if not directions and not draft.has("meter", "direction"):
        _set_types_before_flows(draft, kinds)
    if not kinds or not directions or draft.has("direction"):
        return
    if draft.has("meter") and len(set(kinds[0].filled)) == 1:
        kinds[0].role, directions[0].role = None, "type"
    else:
        directions[0].role = "meter"


def _set_types_before_flows(draft: TableDraft, kinds: list[Profile]) -> None:
    """Give another column the role of types, if the cells of that one only name flows."""
    kind = next(iter(kinds), None)
    if kind and kind.way is None and len(set(kind.filled)) > 1 and _names_flows(kind):
        kind.role = "meter"
        _set_best(draft, "type", SAYS, _may_be_type)
        if not draft.has("type"):
            kind.role = "type"


def unit_of_types(draft: TableDraft) -> str:
    """The unit behind each type, or behind a word that all rows share; "" without one.

    It is that of meters or of power, as in `Active Import Interval (kW)`.
    """
    if draft.has("unit") or any(map(draft.unit_of, draft.profiles)):
        return ""
    for profile in draft.profiles:
        if profile.role == "type" or (profile.role is None and len(set(profile.filled)) == 1):
            ends = [_UNIT_OF_TYPE.search(cell) for cell in profile.filled]
            units = {end[1] if end else "" for end in ends}
            unit = units.pop() if len(units) == 1 else ""
            if draft.account.units.find(unit) in METERED.union(POWER):
                return unit
    return ""


def unit_above(draft: TableDraft) -> str:
    """The unit that the lines above the header name, where the table itself names none."""
    is_told = draft.has("unit") or any(map(draft.unit_of, draft.profiles))
    return "" if is_told else draft.table.unit


def set_unit_of_types(draft: TableDraft, unit: str) -> None:
    """Give the only amount the unit of the types, or all amounts the one above the header."""
    amounts = [profile for profile in draft.profiles if profile.role in AMOUNTS]
    if unit and (len(amounts) == 1 or unit == draft.table.unit):
        for amount in amounts:
            amount.heading = amount.heading._replace(unit=unit)


def _names_flows(profile: Profile) -> bool:
    """Whether each cell says which way something flowed: `Bezug`, `Supplied to grid`.

    Below a heading of directions `in` and `out` do as well.
    """
    is_named = plain_letters(profile.heading.name) in _DIRECTIONS
    return profile.letters == 1 and (
        profile.share(_has_flow) == 1
        or (is_named and profile.share(lambda cell: way_in(cell) is not None) == 1)
    )


def _has_flow(cell: str) -> bool:
    """Whether a word of a cell is one for a flow."""
    named = set(parts_of_name(cell))
    return bool(named & (FLOWS | _FLOWED)) or plain_letters(cell.strip()) in _WAYS


def _set_without_headings(draft: TableDraft) -> None:
    """Give the first columns of words their roles by their cells and their order.

    The accounts of a ledger are types, whatever stands before them.
    """
    texts = [
        profile
        for profile in draft.profiles
        if profile.role is None
        and profile.numbers < 0.3
        and profile.filled
        and (profile.letters >= LETTERED or draft.holds_units(profile))
    ]
    names = _without_unit(texts, draft.holds_units)
    names.sort(key=lambda profile: profile.share(_LEDGER.search) < 1)
    roles: list[Role] = ["type", "notes"]
    for profile, role in zip(names, roles, strict=False):
        profile.role = role


def _without_unit(texts: list[Profile], fits: Callable[[Profile], bool]) -> list[Profile]:
    """The columns of words but for the first that fits, which gets the role of a unit."""
    unit = next(filter(fits, texts), None)
    if unit is not None:
        unit.role = "unit"
    return [profile for profile in texts if profile is not unit]


def _is_flow(cell: str) -> bool:
    """Whether a cell may be the name of an amount: `Consumption`, `Surplus generation`."""
    is_amount = read_heading(cell).weight("value") >= _FLOWS
    return is_amount or plain_letters(cell.strip()) in _WAYS

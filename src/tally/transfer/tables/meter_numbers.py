"""The column of the numbers that distinguish several meters of one type. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby, pairwise

from tally.transfer.cells.calendar_days import readings_of
from tally.transfer.cells.names import words
from tally.transfer.cells.values import is_nothing
from tally.transfer.tables.heading_roles import SAYS, Role, parts_of_name
from tally.transfer.tables.headings import Heading
from tally.transfer.tables.profiles import LETTERED, MOSTLY, Profile, TableDraft
from tally.transfer.tables.relations import runs_one_way
from tally.transfer.tables.table_rows import cell_at

METERS = words(
    "meter metering zahler zaehler compteur contador contatore teller matare licznik счетчик"
)
# Words for the place where a meter stands, or for its own number.
_PLACES = words(
    """
    mpan mprn mpxn esiid pdl
    zahlpunkt zahlpunktnummer zahlpunktbezeichnung zaehlpunkt messlokation marktlokation melo malo
    geratenummer malepunkt malepunktid malepunktsid malepunkts matpunkt gsrn pointgsrn
    anlaggningsid anlaggnings
    """
)
# Words that name other numbers as well: of products, or miles at sea. Only a long number is a
# meter's.
_ALSO_OTHERS = words("ean nmi pce prm cups pod cpe ppe icp")
_MIN_LONG = 8
_SERIALS = words("serial serials seriennummer serienummer seriennr")
_NUMBERED = _PLACES | _ALSO_OTHERS | _SERIALS
# Units of what meters count.
METERED = frozenset(("kWh", "Wh", "MWh", "m³", "l", "ft³", "gal", "therm", "MJ", "GJ"))
# Units of power, which no meter counts, in kilowatts.
POWER = {"W": Decimal("0.001"), "kW": Decimal(1)}
_NUMBERS = words(
    """
    number numbers num no nr n° nº id ids code name nummer numero nummero номер № serial
    serien nummern bezeichnung kennung
    """
)
_BETWEEN = words(
    "of the de du del della do da des van der point device electricity gas water energy"
)
_COMPOUND = frozenset(meter + number for meter in METERS for number in _NUMBERS)
DATES: tuple[Role, ...] = ("date", "start", "end")
# A column distinguishes meters by figures if each of them has so many.
_ROWS_OF_METER = 2


def names_meters(heading: Heading) -> bool:
    """Whether a heading names the numbers of meters: `Meter ID`, `Zählernummer`, `MPAN`."""
    parts = set(parts_of_name(heading.name))
    named = parts & (METERS | _NUMBERED | _COMPOUND)
    # `Meter` alone is the name of a unit as well.
    has_unit = heading.unit not in ("", heading.name)
    return bool(named) and not has_unit and parts <= named | _NUMBERS | _BETWEEN


def set_meters_named(draft: TableDraft) -> None:
    """Give the column whose heading names meters its role, if several stand side by side.

    Words such as `Strom` and `Gas` are types, unless another column has these.
    """
    for profile in draft.profiles:
        is_named = names_meters(profile.heading) and _is_free(profile)
        if is_named and _are_of_meters(draft, profile) and _are_side_by_side(draft, profile):
            are_words = not any(map(str.isdigit, "".join(profile.filled)))
            profile.role = "type" if are_words and not draft.has("type") else "meter"
            return


def set_meters_told(draft: TableDraft) -> None:
    """Give the column by which readings run one way, that do not all together, its role.

    One of registers may do so beside one of the meters themselves.
    """
    readings = next((profile for profile in draft.profiles if profile.role == "reading"), None)
    if readings is None:
        return
    for profile in draft.profiles:
        if _is_free(profile) and profile.dated < MOSTLY and _tells_apart(draft, profile, readings):
            profile.role = "meter"
            return


def _is_free(profile: Profile) -> bool:
    """Whether a column without a role has a code in nearly each row."""
    return (
        profile.role in (None, "-")
        and len(set(profile.filled)) > 1
        and len(profile.filled) * 10 >= len(profile.cells) * 9
    )


def _are_of_meters(draft: TableDraft, profile: Profile) -> bool:
    """Whether another column may hold the amounts or figures of the meters.

    Below `Meter` or `Serial` alone there may be anything, unless meters count the column beside it.
    """
    figures = [
        other
        for other in draft.profiles
        if other is not profile and other.role is None and other.numbers >= LETTERED
    ]
    parts = set(parts_of_name(profile.heading.name))
    if parts & _ALSO_OTHERS and min(map(len, profile.filled)) < _MIN_LONG:
        return False
    is_sure = parts & (_COMPOUND | _PLACES) or (parts & METERS and parts & _NUMBERS)
    return bool(figures) and (bool(is_sure) or any(_is_metered(draft, other) for other in figures))


def _is_metered(draft: TableDraft, figures: Profile) -> bool:
    """Whether a meter may count these figures, by their unit or their heading."""
    units = next((other.filled for other in draft.profiles if other.role == "unit"), [])
    written = {draft.unit_of(figures), figures.mark, draft.account.unit, *units}
    known = {draft.account.units.find(unit) or unit for unit in written if unit}
    return bool(known & METERED) or figures.weight("reading") >= SAYS


def _are_side_by_side(draft: TableDraft, profile: Profile) -> bool:
    """Whether several meters of one type run at the same time, and do not replace one another.

    A meter that replaces another one begins where that ends, and shares one day with it at most.
    """
    return any(_meet(draft, rows) for rows in _rows_by_type(draft, profile))


def _meet(draft: TableDraft, rows: Sequence[tuple[str, str]]) -> bool:
    """Whether the meters of these rows, each with its date as it is written, run side by side."""
    codes = [code for code, _ in rows]
    runs = [code for code, _ in groupby(codes)]
    dates: dict[str, set[str]] = {}
    for code, written in rows:
        dates.setdefault(written, set()).add(code)
    shared = [written for written, own in dates.items() if len(own) > 1]
    if len(dates) == 1:
        return len(shared) == 1
    # A cell that is different in every row is an amount, or names the row.
    return len(set(codes)) * 3 <= len(codes) * 2 and (
        len(runs) > len(set(codes)) or len(shared) > 1 or _overlap(rows, draft.today)
    )


def _overlap(rows: Sequence[tuple[str, str]], today: date) -> bool:
    """Whether the days of two meters overlap, if each date is one day in any order."""
    spans: dict[str, tuple[date, date]] = {}
    for code, written in rows:
        days = {first for _, (first, _) in readings_of(written, today)}
        if len(days) != 1:
            return False
        [day] = days
        first, last = spans.get(code, (day, day))
        spans[code] = min(first, day), max(last, day)
    return any(later[0] < earlier[1] for earlier, later in pairwise(sorted(spans.values())))


def _tells_apart(draft: TableDraft, profile: Profile, readings: Profile) -> bool:
    """Whether the readings of each code run one way, but those of a type do not together.

    The types may be told apart by another column already.
    """
    together: list[list[str]] = []
    apart: list[list[str]] = []
    for rows in draft.rows_by("type", "meter"):
        filled = [row for row in rows if not is_nothing(readings.cells[row])]
        own: dict[str, list[str]] = {}
        for row in filled:
            own.setdefault(profile.cells[row], []).append(readings.cells[row])
        apart += own.values()
        together.append([readings.cells[row] for row in filled])
    return (
        not all(map(runs_one_way, _of_several(together)))
        and all(len(own) >= _ROWS_OF_METER and runs_one_way(own) for own in apart)
        and _are_side_by_side(draft, profile)
    )


def _of_several(columns: Iterable[list[str]]) -> Iterable[list[str]]:
    return (figures for figures in columns if len(figures) > 1)


def _rows_by_type(draft: TableDraft, profile: Profile) -> list[list[tuple[str, str]]]:
    """The codes of a column with the dates of their rows, those of each type together."""
    dates = next((other.cells for other in draft.profiles if other.role in DATES), [])
    codes = profile.cells
    return [
        [(code.strip(), cell_at(dates, row)) for row in rows if not is_nothing(code := codes[row])]
        for rows in draft.rows_by("type")
    ]

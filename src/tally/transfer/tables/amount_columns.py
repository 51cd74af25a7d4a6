"""The columns of amounts, of readings and of their money. Pure."""

from __future__ import annotations

import re
from itertools import permutations

from tally.transfer.cells.names import plain_letters, words
from tally.transfer.cells.values import is_mark, is_more_than_zero, sign_of
from tally.transfer.tables.amount_or_reading import set_amount_or_reading
from tally.transfer.tables.columns import Way
from tally.transfer.tables.heading_roles import ANY_NUMBER, FLOWS, SAYS, USED, parts_of_name
from tally.transfer.tables.meter_columns import Meters
from tally.transfer.tables.meter_numbers import POWER
from tally.transfer.tables.money_columns import is_money, is_unit_price, set_cost
from tally.transfer.tables.other_units import is_of_bills
from tally.transfer.tables.profiles import (
    MAX_COMPARED,
    MOSTLY,
    Profile,
    TableDraft,
    without_running_totals,
)
from tally.transfer.tables.relations import is_multiple, is_product, is_total
from tally.transfer.tables.series_columns import set_series
from tally.transfer.tables.sums import is_sum
from tally.transfer.tables.two_ways import columns_of_ways, comes_in

# Units of measurements that are no consumption.
_NOT_AMOUNTS = frozenset(("%", "°C", "°F", "K", "km", "mi"))
_ENERGY = frozenset(("Wh", "kWh"))
# Words of headings that are no amounts beside other amounts; alone they are the result of a query.
_AVERAGES = words("average avg mean")
# Words for the year before: its amounts are none of the day of their row.
_YEAR_BEFORE = re.compile(
    r"\b(?:vorjahr(?:es)?|(?:last|previous|prior) year|(?:vorig|voorgaand|afgelopen) jaar"
    r"|annee (?:derniere|precedente)|ano (?:anterior|pasado)|anno (?:precedente|scorso)"
    r"|(?:forra|foregaende|forrige) aret?|poprzedni rok)\b"
)
# Headings of what was paid, in another currency than the column beside them.
_IN_OTHER_CURRENCY = words(
    """
    original_amount original_value originalbetrag foreign_amount local_amount
    foreign_currency_amount fremdwahrungsbetrag amount_foreign_currency
    """
)
# From these weights on a heading is clearly one of amounts; surely; and, where no other column can
# hold them, perhaps.
_PLAINLY, _SURELY, _PERHAPS = 0.8, 0.95, 0.7


def set_amounts(draft: TableDraft) -> None:
    """Give the columns of amounts, of readings and of their money their roles."""
    meters = Meters(draft)
    free = [profile for profile in draft.profiles if not (profile.role or profile.doubt)]
    numeric = [profile for profile in free if _is_numeric(profile)]
    money = [profile for profile in numeric if is_money(profile)]
    others = [profile for profile in numeric if profile not in money and not _is_out(profile)]
    others = without_running_totals(_without_other_currencies(others, money), MAX_COMPARED)
    set_series(draft, others)
    if draft.series:
        return
    ways = columns_of_ways(draft)
    if set_amount_or_reading(draft, others):
        set_cost(draft, money)
        return
    chosen = ways or _paid_for(money, others, _chosen(draft, meters, others))
    is_spent = bool(ways or (not chosen and money))
    chosen = chosen or _likeliest_spent(money) or _last_resort(free, numeric)
    _mark_ways(ways)
    chosen = meters.without_figures(chosen)
    if len(chosen) > 1 and draft.has("type") and not ways:
        chosen = _one_or_series(draft, chosen)
    chosen = _without_power(draft, _without_totals(draft, chosen))
    are_spans = _are_spans(draft)
    for profile in chosen:
        _set_amount(meters, profile, chosen, are_spans=are_spans)
    if not is_spent:
        set_cost(draft, money)


def _is_numeric(profile: Profile) -> bool:
    """Whether a column may hold amounts: it has numbers, or is empty below the word for amounts."""
    if not profile.filled:
        return max(profile.weight("value"), profile.weight("reading")) >= SAYS
    return profile.may_be_amounts


def _likeliest_spent(money: list[Profile]) -> list[Profile]:
    """The one column of money that was most likely spent; none if all are prices of a unit."""
    spent = [profile for profile in money if not is_unit_price(profile)]
    spent.sort(key=lambda p: (-p.weight("value"), -p.weight("cost"), p.place))
    return spent[:1]


def _mark_ways(ways: list[Profile]) -> None:
    """Note of the two columns of ways which one came in, and whether the other is below zero."""
    for profile in ways:
        signs = set(map(sign_of, profile.filled))
        is_in = comes_in(profile)
        profile.way = Way(is_in, is_negated=not is_in and -1 in signs and 1 not in signs)


def _set_amount(
    meters: Meters, profile: Profile, chosen: list[Profile], *, are_spans: bool
) -> None:
    """Give a chosen column its role, or the doubt between an amount and a reading."""
    if meters.is_mixed(profile):
        profile.doubt = "meters"
    elif meters.is_reading(profile, chosen):
        profile.role = "reading"
    elif not are_spans and meters.may_count(profile, chosen):
        profile.doubt = "figures"
    else:
        profile.role = "value"
        profile.moves_on = meters.only_moves_on(profile)


def _last_resort(free: list[Profile], numeric: list[Profile]) -> list[Profile]:
    """The amounts of a table without clear ones: averages, marks, or below a likely heading."""
    return (
        [p for p in numeric if plain_letters(p.heading.name) in _AVERAGES][:1]
        or [profile for profile in free if profile.filled and profile.share(is_mark) == 1]
        or [profile for profile in free if _told(profile) >= _PERHAPS][:1]
    )


def _chosen(draft: TableDraft, meters: Meters, free: list[Profile]) -> list[Profile]:
    """The columns that are amounts: by their headings, by their units, or since no other is."""
    free = _without_idle_registers(free)
    told = _told_by_headings(free)
    if told and all(meters.is_reading(profile, []) for profile in told):
        others = (other for other in free if other not in told and not _numbers_rows(other))
        return told + [
            other
            for other in others
            if _measures(draft, other)
            or (meters.run_one_way(other) and not meters.stand_still(other))
        ]
    series = [profile for profile in free if _measures(draft, profile)]
    if series and not any(_told(profile) >= _SURELY and profile not in series for profile in told):
        return [
            profile for profile in free if profile in series or _is_beside(draft, profile, series)
        ]
    if told:
        return _likeliest(meters, told, free)
    free = [profile for profile in free if not profile.is_id]
    free = [profile for profile in free if not _is_index(draft, profile)] or free
    # Beside a column of types one of them is the amount; else none is, and 0 and 1 may be cups of
    # tea.
    plain = [profile for profile in free if draft.has("type") and not profile.is_flag]
    return plain or free


def _without_idle_registers(free: list[Profile]) -> list[Profile]:
    """The columns except readings that are all zero, if another heading names amounts."""
    idle = [
        profile
        for profile in free
        if profile.filled
        and profile.weight("reading") >= SAYS
        and not is_more_than_zero("".join(profile.filled))
    ]
    others = [profile for profile in free if profile not in idle]
    has_amounts = any(
        profile.weight("value") >= SAYS and is_more_than_zero("".join(profile.filled))
        for profile in others
    )
    return others if has_amounts else free


def _paid_for(money: list[Profile], others: list[Profile], chosen: list[Profile]) -> list[Profile]:
    """The amounts; instead of a single one the one by whose price the money was paid.

    Beside `Price` and `Total cost` it is `Volume`, not `Consumption`.
    """
    told = [profile for profile in others if _told(profile) >= SAYS]
    if len(chosen) != 1 or max(len(money), len(told)) > MAX_COMPARED:
        return chosen
    paid = [
        profile
        for profile in told
        if any(
            is_product((profile.cells, price.cells), cost.cells)
            for price, cost in permutations(money, 2)
        )
    ]
    return paid if len(paid) == 1 and chosen[0] not in paid else chosen


def _told_by_headings(free: list[Profile]) -> list[Profile]:
    """The columns whose headings name amounts, and readings if none plainly does."""
    told = [profile for profile in free if profile.weight("value") >= SAYS]
    # A column without a single amount is one where no other is.
    told = [profile for profile in told if profile.filled] or told
    readings = _named_readings(free)
    if any(profile.filled for profile in readings):
        told = [profile for profile in told if profile in readings or not _is_bare(profile)]
    if not any(profile.weight("value") >= _PLAINLY for profile in told):
        told += [profile for profile in readings if profile not in told]
    # Beside what was used a word for any number may be one for money: `Verbrauch kWh`, `Wert`.
    used = [profile for profile in told if USED.intersection(parts_of_name(profile.heading.name))]
    if not used:
        return told
    return [profile for profile in told if profile in used or not _is_any_number(profile)]


def _likeliest(meters: Meters, told: list[Profile], free: list[Profile]) -> list[Profile]:
    """The columns whose headings name amounts most plainly, with others of the same kind."""
    best = max(map(_told, told))
    likeliest = [profile for profile in told if _told(profile) == best]
    # `Bezug Hochtarif` is as much of an amount as `Einspeisung`, which is one word.
    flows = [_flows(profile) for profile in likeliest]
    if all(flows):
        named = frozenset[str]().union(*flows)
        likeliest = [p for p in told if p in likeliest or _flows(p) - named]
    # All registers are equally likely: `StandNormaal`, `StandDal`.
    shown = [one for one in _named_readings(free) if meters.is_reading(one, likeliest)]
    return shown if all(profile in shown for profile in likeliest) else likeliest


def _named_readings(free: list[Profile]) -> list[Profile]:
    """The columns whose headings name readings."""
    return [profile for profile in free if profile.weight("reading") >= SAYS]


def _are_spans(draft: TableDraft) -> bool:
    """Whether each row has a start and an end, between which something was used."""
    dates = (profile for profile in draft.profiles if profile.role in ("date", "start"))
    return draft.has("end") or any(
        profile.shapes["range"] >= len(profile.filled) * MOSTLY for profile in dates
    )


def _is_out(profile: Profile) -> bool:
    """Whether the column is left out: it is no amount, an id, a rate, or of the year before."""
    says = max(profile.weight("value"), profile.weight("reading"))
    return (
        (profile.weight("-") >= 0.4 and profile.weight("-") >= says)
        or (profile.is_id and says < SAYS)
        or profile.heading.is_rate
        or bool(_YEAR_BEFORE.search(plain_letters(profile.heading.name)))
    )


def _is_index(draft: TableDraft, profile: Profile) -> bool:
    """Whether the first column has no heading and numbers the rows in front of their days."""
    is_first = profile.place == 0 and not profile.heading.text and len(profile.filled) > 1
    is_numbered = _numbers_rows(profile) or _numbers_rows(profile, first=0)
    return is_first and draft.has("date", "start", "end") and is_numbered


def _numbers_rows(profile: Profile, first: int = 1) -> bool:
    """Whether the figures number the rows one by one, up from the first number or down to it."""
    numbers = [str(number) for number in range(first, first + len(profile.filled))]
    return [cell.strip() for cell in profile.filled] in (numbers, numbers[::-1])


def _is_bare(profile: Profile) -> bool:
    """Whether a column that is called the amounts has none, or zero in each row."""
    return profile.weight("value") >= _PLAINLY and not is_more_than_zero("".join(profile.filled))


def _is_any_number(profile: Profile) -> bool:
    """Whether the heading is nothing but a word for any number, without a unit."""
    return not profile.heading.unit and ANY_NUMBER.issuperset(parts_of_name(profile.heading.name))


def _told(profile: Profile) -> float:
    """The weight with which the heading names amounts or readings."""
    return max(profile.weight("value"), profile.weight("reading"))


def _flows(profile: Profile) -> frozenset[str]:
    """The words of the heading for the direction of the flow."""
    return FLOWS.intersection(parts_of_name(profile.heading.name))


def _measures(draft: TableDraft, profile: Profile) -> bool:
    """Whether the heading has a unit of consumption."""
    written = draft.unit_of(profile)
    unit = draft.account.units.find(written) if written else None
    return is_of_bills(written) or (unit is not None and unit not in _NOT_AMOUNTS)


def _is_beside(draft: TableDraft, profile: Profile, series: list[Profile]) -> bool:
    """Whether a column without a heading shares that of a column before it, one of the series."""
    headings = (other for other in reversed(draft.profiles[: profile.place]) if other.heading.text)
    return not profile.heading.text and next(headings, None) in series


def _one_or_series(draft: TableDraft, chosen: list[Profile]) -> list[Profile]:
    """Beside a column of types there is one amount, unless each has a unit of its own.

    If amounts of one unit stand beside a single type, their headings tell them apart.
    """
    units = list(map(draft.unit_of, chosen))
    if all(units):
        kinds = [profile for profile in draft.profiles if profile.role == "type"]
        if len(set(units)) < len(units) and all(len(set(kind.filled)) == 1 for kind in kinds):
            for kind in kinds:
                kind.role = None
        return chosen
    # An amount that is the same in every row describes something else, such as its length.
    varying = [profile for profile in chosen if len(set(profile.filled)) > 1]
    return (varying or chosen)[:1]


def _without_other_currencies(others: list[Profile], money: list[Profile]) -> list[Profile]:
    """The columns except amounts in another currency, if one column is the cost."""
    own = [
        profile
        for profile in others
        if "_".join(part.strip("()") for part in parts_of_name(profile.heading.text))
        not in _IN_OTHER_CURRENCY
    ]
    is_told = bool(money) or any(_told(profile) >= SAYS for profile in own)
    return own if is_told else others


def _without_power(draft: TableDraft, chosen: list[Profile]) -> list[Profile]:
    """The amounts except power whose energy another one has in each row."""
    find = draft.account.units.find
    units = {profile.place: find(draft.unit_of(profile) or "?") for profile in chosen}
    energies = [profile for profile in chosen if units[profile.place] in _ENERGY]
    return [
        profile
        for profile in chosen
        if units[profile.place] not in POWER
        or not any(is_multiple(profile.cells, energy.cells) for energy in energies)
    ]


def _without_totals(draft: TableDraft, chosen: list[Profile]) -> list[Profile]:
    """The amounts except one that is called the sum of the others in its unit and is."""
    totals = [profile for profile in chosen if is_sum([profile.heading.name])]
    if len(totals) != 1:
        return chosen
    [total] = totals
    unit = draft.unit_of(total)
    parts = [one.cells for one in chosen if one is not total and draft.unit_of(one) == unit]
    if len(parts) > 1 and is_total(total.cells, parts):
        return [profile for profile in chosen if profile is not total]
    return chosen

"""The first line of the dashboard: the cost of all types together. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tally.dashboard import period_names, phrases
from tally.dashboard.period_names import PeriodName
from tally.dashboard.words import comparisons, known_words
from tally.domain.calendar import Span
from tally.domain.currencies import decimals, sign
from tally.domain.formatting import Formatter
from tally.statistics.money import LeftOut
from tally.statistics.type_statistics import Statistics, TypeStatistics

OF_PAGE = "of the types on this page alone, since there are too many others with costs to add up"


@dataclass(frozen=True, slots=True)
class SumLine:
    """The first line of the dashboard: the cost of all types, its projection, its known days."""

    figure: str  # "" where no cost is known
    unit: str
    words: str
    note: str


def sum_line(stats: Statistics, formatter: Formatter) -> SumLine | None:
    """The cost of all types together, in words; None where nothing has a cost."""
    cost, period = stats.cost, stats.period
    if cost is None:
        return None
    words = period_names.when(period, formatter)
    is_known = cost.total != 0 or not all(
        known_words.nothing_known(one, period) for one in stats.summed if one.cost
    )
    if not is_known:
        words = f"Cost not known yet {words}"
    elif period.running:
        ends_today = period.kind in ("last", "all") or period.days == 1
        words += "" if ends_today else " so far"
        coming = phrases.projection(cost.projection, cost.total, period, formatter)
        words += f", {coming}" if coming else ""
    notes = [
        OF_PAGE if stats.sums_page else "",
        _sum_comparison(stats, formatter),
        _without_card(stats, formatter),
        _left_out(cost.without, formatter),
        _known_in_part(stats, formatter),
    ]
    return SumLine(
        figure=formatter.fixed(cost.total, decimals(cost.currency)) if is_known else "",
        unit=sign(cost.currency),
        words=words,
        note=" · ".join(filter(None, notes)),
    )


def _sum_comparison(stats: Statistics, formatter: Formatter) -> str:
    """`42 % more than the same days of October`, `42 % more than October`.

    The second form is for a sum of which no type is compared with only a part of October.
    """
    cost, period = stats.cost, stats.period
    if cost is None:
        return ""
    name = period_names.name_before(period, formatter)
    costs = [one.cost for one in stats.summed if one.cost and one.cost.counts]
    spans = {before.span for one in costs if (before := one.previous)}
    if spans - {period.previous_whole()}:
        name = PeriodName(f"the same days of {name}", is_plural=True)
    if cost.previous is None:
        return comparisons.no_costs(name) if _no_costs_before(stats) else ""
    return comparisons.difference(cost.total, cost.previous, name, formatter)


def _no_costs_before(stats: Statistics) -> bool:
    """Whether some type has records in the days before, and none of all types has a cost there."""
    earlier = [one.cost.previous for one in stats.summed if one.cost]
    lack = any(before and before.total is None for before in earlier)
    return lack and not any(before and before.total for before in earlier)


def _known_in_part(stats: Statistics, formatter: Formatter) -> str:
    """A note on types whose cost is known only in part, as a sum of unequal days needs it."""
    elapsed = stats.period.elapsed
    if elapsed is None:
        return ""
    partly = [_known_of(one, elapsed, formatter) for one in stats.summed if one.cost]
    partly = [words for words in partly if words]
    if len(partly) > 2:
        return f"{len(partly)} types are known only in part"
    return ", ".join(partly)


def _known_of(one: TypeStatistics, elapsed: Span, formatter: Formatter) -> str:
    """`gas is known to 19 November`; up to the end with a gap, `gas is known on 15 of 20 days`.

    The days before its first record are no gap.
    """
    if one.known_days.first is None:
        return ""
    last = _last_known(one, elapsed)
    if last < elapsed.end:
        return f"{one.type} is known to {formatter.date_name(last)}"
    if one.known.days < (last - max(elapsed.start, one.known_days.first)).days + 1:
        return f"{one.type} is known on {one.known.days} of {formatter.count(elapsed.days, 'day')}"
    return ""


def _last_known(one: TypeStatistics, elapsed: Span) -> date:
    """The last day known of a type, up to the end of the elapsed days."""
    return one.known.last or min(one.known_days.last, elapsed.end)


def _without_card(stats: Statistics, formatter: Formatter) -> str:
    """`with 9.30 € of electricity, which has no card here`; "" where each cost has a card."""
    cost = stats.cost
    if cost is None:
        return ""
    nothing = formatter.money(Decimal(0), cost.currency)
    aside = [
        (one.type, one.cost.total)
        for one in stats.aside
        if one.cost and formatter.money(one.cost.total, cost.currency) != nothing
    ]
    if not aside:
        return ""
    if len(aside) > 2:
        total = sum((own for _, own in aside), Decimal(0))
        named = f"{formatter.money(total, cost.currency)} of {len(aside)} types"
    else:
        named = " and ".join(
            f"{formatter.money(own, cost.currency)} of {name}" for name, own in aside
        )
    return f"with {named}, which {'has' if len(aside) == 1 else 'have'} no card here"


def _left_out(without: Sequence[LeftOut], formatter: Formatter) -> str:
    """`without 12 kWh of electricity and 900 € of rent`: amounts that are not in the sum."""
    if not without:
        return ""
    if len(without) > 2:
        return f"without amounts of {len(without)} types"
    named = (
        f"{phrases.quantity(one.amount, one.unit, formatter)} of {one.type}" for one in without
    )
    return f"without {' and '.join(named)}"

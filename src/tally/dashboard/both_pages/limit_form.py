"""The limit of a (type, unit): where it stands in words, as a bar, and its form. Pure."""

from dataclasses import dataclass

from tally.charts.pace import PaceBar, pace_bar
from tally.dashboard.words import limit_words
from tally.dashboard.words.limit_words import NO_LIMIT, Mood
from tally.domain.calendar import INTERVALS, Interval
from tally.domain.currencies import sign
from tally.domain.formatting import Formatter
from tally.domain.limits import AMOUNT, COST
from tally.domain.periods import Period
from tally.statistics.type_statistics import TypeStatistics

# The period of a first limit, by the period shown; a month for all others.
LIMIT_INTERVALS: dict[str, Interval] = {"day": "day", "week": "week", "year": "year"}


@dataclass(frozen=True, slots=True)
class LimitForm:
    """The limit of one (type, unit): where it stands in words, as a bar, and its form."""

    id: str
    type: str
    unit: str
    words: str
    mood: Mood
    pace: PaceBar | None
    value: str
    per: Interval
    error: str = ""
    current: bool = False  # measured in days that include today
    in_cost: bool = False
    units: tuple[tuple[str, str], ...] = ()  # the units to choose from, where there is a choice


@dataclass(frozen=True, slots=True)
class TypedLimit:
    """The fields of a limit as they were typed, and the sentence at them where it is refused."""

    type: str
    unit: str
    value: str
    per: str
    error: str
    in_cost: bool = False


def limit_form(
    one: TypeStatistics,
    period: Period,
    formatter: Formatter,
    element_id: str,
    typed: TypedLimit | None,
) -> LimitForm:
    """The limit's state in words, and the form to set it; `typed` is put back as it was typed."""
    usual: Interval = LIMIT_INTERVALS.get(period.display_kind, "month")
    pace = one.limit
    # A limit in another unit than the figures around it names its unit.
    named = limit_unit(one, formatter) if pace and not one.shown_limit else ""
    state = limit_words.state(pace, period, formatter, named) if pace else NO_LIMIT
    value, per, error = formatter.typed(pace.value) if pace else "", pace.per if pace else usual, ""
    in_cost = pace.in_cost if pace else bool(one.currency)
    if typed and (typed.type, typed.unit) == (one.type, one.unit):
        value, error, in_cost = typed.value, typed.error, typed.in_cost
        per = next((name for name in INTERVALS if name == typed.per), usual)
    drawn = None
    if pace and pace.share_used is not None:
        drawn = pace_bar(pace.share_used * 100, pace.share_elapsed * 100)
    current = pace is not None and pace.span.start <= period.today <= pace.span.end
    units = (
        ((AMOUNT, one.unit or "amount"), (COST, sign(formatter.currency)))
        if formatter.currency
        else ()
    )
    return LimitForm(
        id=element_id,
        type=one.type,
        unit=one.unit,
        words=state.words,
        mood=state.mood,
        pace=drawn,
        value=value,
        per=per,
        error=error,
        current=current,
        in_cost=in_cost,
        units=units,
    )


def limit_unit(one: TypeStatistics, formatter: Formatter) -> str:
    """The unit of the limit of a type: the sign of the currency for a limit in money."""
    return sign(formatter.currency) if one.limit and one.limit.in_cost else one.unit

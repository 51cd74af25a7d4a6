"""The figures at the top of a type's page. Pure."""

from dataclasses import dataclass, replace
from decimal import Decimal

from tally.dashboard import period_names, phrases
from tally.dashboard.chart_parts import axis_labels
from tally.dashboard.money import bill, costs
from tally.dashboard.money.price_table import price_amount
from tally.dashboard.type_parts.type_readings import latest_covering, per_day
from tally.dashboard.words import comparisons, known_words
from tally.domain.calendar import DAY, bucket_ends
from tally.domain.formatting import MINUS, Formatter
from tally.domain.periods import Period
from tally.domain.text import capital
from tally.domain.units import each
from tally.statistics.figures import Comparison
from tally.statistics.money import Cost
from tally.statistics.type_statistics import Streak, TypeStatistics

NONE = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure at the top of a type's page. word: in front of its number, as small as a unit."""

    label: str
    number: str = NONE
    unit: str = ""
    note: str = ""
    href: str = ""
    word: str = ""

    @property
    def value(self) -> str:
        """The number with the word in front of it."""
        return f"{self.word} {self.number}".lstrip()


def figures(
    one: TypeStatistics, period: Period, link: str, formatter: Formatter
) -> tuple[Figure, ...]:
    """Five or six figures of amounts. `link`: the address of the type's records."""
    row = [_total_figure(one, period, formatter), _per_day_figure(one, period, formatter)]
    if one.previous:
        name = period_names.name_before(period, formatter).text
        row.append(_against(one, one.previous, name, period, formatter))
    else:
        row.append(_per_record_figure(one, formatter))
    if one.last_year and (one.previous is None or one.last_year.span != one.previous.span):
        name = period_names.name_last_year(period, one.last_year.span, formatter)
        row.append(_against(one, one.last_year, name, period, formatter))
    else:
        noted = "day" if one.active_days == 1 else "days"
        of_days = f"of {formatter.count(period.elapsed_days, 'day')}"
        # A bill or a reading is recorded once, and covers all of its days.
        label = "Covered by records" if one.spread_entries else "Recorded on"
        row.append(Figure(label, formatter.number(one.active_days), noted, of_days))
    row.append(_highest_figure(one, period, link, formatter))
    if one.streak:
        row.append(_last_figure(one, one.streak, period, formatter))
    return tuple(row)


def cost_figures(
    one: TypeStatistics, in_money: TypeStatistics, period: Period, formatter: Formatter
) -> tuple[Figure, ...]:
    """The figures of a type in money: its costs, the price of a unit, the estimate."""
    cost, currency = one.cost, in_money.currency
    if cost is None:
        raise ValueError("There is no type in money without its cost.")
    before, last_year = in_money.previous, in_money.last_year
    against = Figure("Against the days before")
    if before:
        name = period_names.name_before(period, formatter).text
        against = _against(in_money, before, name, period, formatter)
    year = Figure("A year earlier")
    if last_year and (before is None or last_year.span != before.span):
        name = period_names.name_last_year(period, last_year.span, formatter)
        year = _against(in_money, last_year, name, period, formatter)
    estimate = Figure("Estimate")
    if in_money.projection is not None:
        estimate = Figure(
            f"By {period_names.last_day(period, formatter)}",
            phrases.estimate(in_money.projection, in_money.total, formatter),
            in_money.shown_unit,
            bill.divided(one, cost.total, currency, period, formatter),
            word="about",
        )
    note = _cost_note(cost, in_money, period, formatter)
    return (
        replace(_total_figure(in_money, period, formatter), note=note),
        _per_day_figure(in_money, period, formatter),
        against,
        year,
        _a_unit_figure(one, cost, in_money, formatter),
        estimate,
    )


def _cost_note(cost: Cost, in_money: TypeStatistics, period: Period, formatter: Formatter) -> str:
    """The note on a cost: the days to which it is known, or the sources that it comes from."""
    known = _known_note(in_money, period, formatter)
    if known or not cost.total:
        return known
    sources = {"costs of records": cost.records, "prices": cost.prices, "base fees": cost.base}
    return "from " + " + ".join(name for name, part in sources.items() if part)


def _a_unit_figure(
    one: TypeStatistics, cost: Cost, in_money: TypeStatistics, formatter: Formatter
) -> Figure:
    label = capital(each(one.unit))
    average = costs.average_price(one, cost)
    if average is None:
        return Figure(label)
    unit = in_money.shown_unit
    value = formatter.price_number(average, in_money.currency)
    prices = list(dict.fromkeys(line.price for line in cost.worked))
    note = ""
    if len(prices) == 1 and not cost.records and prices[0].per_unit is not None:
        price = price_amount(prices[0].per_unit, in_money.currency, formatter)
        alone = "" if price == f"{value}\u00a0{unit}" else price
        note = f"{price} + base" if cost.base else alone
    return Figure(label, value, unit, note)


def _total_figure(one: TypeStatistics, period: Period, formatter: Formatter) -> Figure:
    known, elapsed = one.known.days, formatter.count(period.elapsed_days, "day")
    label = "Cost" if one.currency else "Total"
    label += f", {elapsed}" if known == period.elapsed_days else f", {known} of {elapsed}"
    if nothing := known_words.nothing_known(one, period):
        return Figure(label, note=nothing)
    note = _known_note(one, period, formatter) or formatter.count(one.entries, "record")
    return Figure(label, phrases.amount(one.total, one, formatter), one.shown_unit, note)


def _known_note(one: TypeStatistics, period: Period, formatter: Formatter) -> str:
    """The days to which a total is known, or why no day is; "" where nothing is left to say."""
    nothing = known_words.nothing_known(one, period)
    if nothing or one.known.days in (0, period.elapsed_days):
        return nothing
    return known_words.in_words(one, period, formatter)


def _per_day_figure(one: TypeStatistics, period: Period, formatter: Formatter) -> Figure:
    if one.per_day is None:
        reason = "nothing known" if period.elapsed_days else "no day has come yet"
        return Figure("Per day", NONE, "", reason)
    known = "" if one.known.days == period.elapsed_days else " known"
    divisor = f"÷ {formatter.count(one.known.days, 'day')}{known}"
    return Figure("Per day", phrases.a_day(one, one.per_day, formatter), one.shown_unit, divisor)


def _per_record_figure(one: TypeStatistics, formatter: Formatter) -> Figure:
    average = phrases.average(one.per_entry, formatter)
    return (
        Figure("Per record", average, one.unit, "on average") if average else Figure("Per record")
    )


def _highest_figure(one: TypeStatistics, period: Period, link: str, formatter: Formatter) -> Figure:
    """The highest day; without one the run of days, or the week, with the highest average."""
    if highest := one.highest_day:
        day, amount = highest.date, formatter.number(highest.total)
        note = formatter.day(day) + (", from records of one day" if one.spread_entries else "")
        return Figure("Highest day", amount, one.unit, note, f"{link}&period={day}")
    if one.runs:
        most = max(one.runs, key=per_day)
        amount = phrases.average(per_day(most), formatter)
        return Figure("Most a day", amount, one.unit, period_names.days(most.span, formatter))
    if one.spread_entries:
        return _highest_bucket(one, period, formatter)
    return Figure("Highest day", NONE, "", "no records")


def _highest_bucket(one: TypeStatistics, period: Period, formatter: Formatter) -> Figure:
    """The week, month or year with the highest average of its days, where none is known singly."""
    starts = period.buckets
    ends = bucket_ends(starts, period.anchor)
    averages = []
    for place, point in enumerate(one.series.points):
        days = point.known_days
        if days is None:
            days = (ends[place] - starts[place]).days + 1
        if point.total is not None and days:
            averages.append((point.total / days, -place))
    if not averages:
        return Figure("Most a day")
    most, place = max(averages)
    label = axis_labels.buckets(starts, period.bucket, formatter)[-place]
    name = period_names.of_bucket(label, period.bucket, formatter)
    return Figure("Most a day", phrases.average(most, formatter), one.unit, name.when)


def _last_figure(
    one: TypeStatistics, streak: Streak, period: Period, formatter: Formatter
) -> Figure:
    """The number of days in a row with a record; for a type with readings, the latest reading."""
    if one.measured and not streak.longest and one.last_recorded:
        last = formatter.day(one.last_recorded)
        latest = next(iter(latest_covering(one)), None)
        if latest and latest.last == one.last_recorded and latest.reading is not None:
            return Figure("Last read", formatter.number(latest.reading), one.unit, last)
        ago = (period.today - one.last_recorded).days
        label = "Last read" if one.is_read else "Known to"
        return Figure(label, formatter.number(ago), "day ago" if ago == 1 else "days ago", last)
    # A current streak can only be seen where the calendar reaches yesterday or today.
    past = period.anchor < period.today - DAY
    row = streak.longest if past else streak.current
    rest = "longest of 53 weeks" if past else f"longest {formatter.count(streak.longest, 'day')}"
    return Figure("Days in a row", formatter.number(row), "day" if row == 1 else "days", rest)


def _against(
    one: TypeStatistics, before: Comparison, name: str, period: Period, formatter: Formatter
) -> Figure:
    before = comparisons.settled(one, before)
    label, days = f"Against {name}", formatter.count(before.span.days, "day")
    standing = comparisons.standing(one, before, period)
    then = f"{phrases.amount(before.total or Decimal(0), one, formatter)} {one.shown_unit}".rstrip()
    if standing == "no costs before":
        return Figure(label, NONE, "", f"no costs, {days}")
    if standing == "no costs":
        return Figure(label, NONE, "", f"no costs, {then} then")
    if before.difference is None:
        if not before.known_days:
            return Figure(capital(name), NONE, "", "nothing known")
        known = known_words.count(before.known_days)
        amount = phrases.a_day(one, before.per_day, formatter)
        unit = f"{one.shown_unit} a day".lstrip()
        return Figure(capital(name), amount, unit, f"in the {known} known")
    if standing == "nothing yet":
        return Figure(label, NONE, "", f"nothing yet, {then} then")
    if standing == "nothing noted":
        value = phrases.amount(abs(before.difference), one, formatter)
        value = ("+" if before.difference > 0 else MINUS) + value
        return Figure(label, value, one.shown_unit, f"{comparisons.nothing(one, before)}, {days}")
    difference = (
        f"{phrases.amount(abs(before.difference), one, formatter)} {one.shown_unit}".rstrip()
    )
    note = standing or f"{difference} {comparisons.more_or_less(before.difference)}"
    return Figure(label, comparisons.signed_percent(before, formatter), "", f"{note}, {days}")

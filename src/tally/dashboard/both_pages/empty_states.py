"""The empty states of the dashboard: why it shows no figures, and the one next step. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tally.dashboard.both_pages.addresses import dashboard_address, type_address, unfiltered_address
from tally.domain.calendar import containing
from tally.domain.filters import Filter
from tally.domain.formatting import Formatter
from tally.domain.keys import Key
from tally.domain.periods import Period, calendar_name


@dataclass(frozen=True, slots=True)
class EmptyState:
    """Why no figures are shown, and the one next step.

    period_matters: whether another period may have figures.
    has_matches: whether a record of any period matches the filter.
    """

    title: str
    text: str
    href: str
    action: str
    period_matters: bool = True
    has_matches: bool = True


NOTHING_YET = EmptyState(
    "No records yet",
    "Write down what you use, one line at a time, such as “electricity 12.5 kWh”. "
    "Totals, comparisons and charts stand here from the first line on.",
    "/add",
    "Add the first one",
    period_matters=False,
    has_matches=False,
)
# Of a type that has prices and no record.
PRICES_ALONE = EmptyState(
    "No records yet",
    "What it costs stands below, and is counted from the first record on.",
    "/add",
    "Add the first one",
    period_matters=False,
    has_matches=False,
)

# Of meters that have been read once: a first reading covers no day.
FIRST_READINGS = EmptyState(
    "First readings alone",
    "A meter’s first reading starts it. What it measured shows from the next one on.",
    "/add",
    "Add a reading",
    period_matters=False,
)


def before_first(wanted: Filter, first: date, formatter: Formatter) -> EmptyState:
    """A period that ends before the first day with a record."""
    month = containing("month", first, formatter.starts)
    return EmptyState(
        "Before the first record",
        f"The first record is on {formatter.day(first)}.",
        dashboard_address(
            wanted, period=calendar_name("month", month, formatter.today, formatter.starts)
        ),
        f"Show {formatter.span(month.start, month.end)}",
    )


def no_match(wanted: Filter, conditions: str) -> EmptyState:
    """A filter that no record of the account matches. conditions: the filter in words."""
    # A word that is searched for stands in quotes of its own.
    shown = conditions if "“" in conditions else f"“{conditions}”"
    return EmptyState(
        "Nothing matches",
        f"No record at all matches {shown}.",
        unfiltered_address(wanted),
        "Show all types",
        has_matches=False,
    )


def in_period(wanted: Filter, period: Period, first: date, formatter: Formatter) -> EmptyState:
    """A period without records, where others have some, the first on `first`."""
    if period.future:
        month = containing("month", period.today, formatter.starts)
        return EmptyState(
            "Not yet",
            "These days are still to come.",
            dashboard_address(wanted, period=None),
            f"Show {formatter.span(month.start, month.end)}",
        )
    if period.running:
        return EmptyState(
            "No records in this period yet",
            "What you save appears here at once.",
            "/add",
            "Add a record",
        )
    return EmptyState(
        "No records in this period",
        f"There are records before or after it, the first on {formatter.day(first)}.",
        dashboard_address(wanted, period="all"),
        "Show all of them",
    )


def only_hidden(wanted: Filter, keys: Sequence[Key]) -> EmptyState:
    """A period whose only records are of hidden types: the way to the page of the first."""
    first, *others = keys
    more = f" and {len(others)} more" if others else ""
    return EmptyState(
        "Only hidden types in this period",
        f"{first.type}{more}: hidden in the settings of the type, with its records kept.",
        type_address(wanted, first),
        f"Show {first.type}",
    )


def unreadable(faults: Mapping[str, str]) -> EmptyState:
    """An address that cannot be read; a fault of a day stands at its field alone."""
    sentences = [faults[name] for name in faults if name not in ("from", "to")]
    title, text = (
        ("This address cannot be read", " ".join(dict.fromkeys(sentences)))
        if sentences
        else ("These days cannot be shown", "Correct them above, or go on with this month.")
    )
    return EmptyState(title, text, "/", "Show this month", has_matches=False)

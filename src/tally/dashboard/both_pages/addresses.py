"""The addresses that the dashboard leads to. Pure."""

from datetime import date

from tally.domain import filter_query
from tally.domain.filters import Filter
from tally.domain.keys import Key
from tally.statistics.type_statistics import TypeStatistics


def dashboard_address(wanted: Filter, **changes: object) -> str:
    """The dashboard of a filter, with other values for some parameters (None takes one away)."""
    query = filter_query.query(wanted, **changes)
    return f"/?{query}" if query else "/"


def unfiltered_address(wanted: Filter) -> str:
    """The dashboard of the same days, without the filter's other conditions."""
    conditions = dict.fromkeys(("q", "type", "unit", "min", "max", "deleted"))
    return dashboard_address(wanted, **conditions)


def type_address(wanted: Filter, key: Key) -> str:
    """The page of a (type, unit), for the days of the filter."""
    return dashboard_address(wanted, **filter_query.of_key(key))


def records_address(wanted: Filter, one: TypeStatistics) -> str:
    """The list of a (type, unit) with the rest of the filter, open for days to be added.

    Whether amounts or costs were drawn is left out: a list has both.
    """
    left_out = dict.fromkeys(("period", "sort", "limit", "show"))
    return f"/list?{filter_query.query(wanted, **filter_query.of_key(one.key), **left_out)}"


def days_query(start: date, end: date) -> str:
    """The part of an address that asks for these days."""
    return f"&period={start}" if start == end else f"&from={start}&to={end}"

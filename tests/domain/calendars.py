"""Days and starts of months and weeks that the tests of calendars and periods draw."""

from datetime import date

from hypothesis import strategies as st

from tally.domain.calendar import DAY, Span, Starts

days = st.dates(date(1990, 1, 1), date(2040, 12, 31))
every_start = st.builds(Starts, st.integers(1, 28), st.sampled_from([0, 5, 6]))


def each(span: Span | None) -> list[date]:
    return [span.start + n * DAY for n in range(span.days)] if span else []

"""The texts under charts: one a bucket with its rank, and those of both ends."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tally.dashboard.chart_parts import axis_labels
from tally.domain.calendar import Span, Starts, bucket_starts
from tally.domain.formatting import Formatter
from tests.dashboard.periods import formatter, period
from tests.plain_statistics import SUNDAY


def test_buckets_of_an_account_are_named_by_their_days() -> None:
    words = Formatter("auto", SUNDAY, Starts(15, 5))
    months = [date(2025, 12, 15), date(2026, 1, 15)]
    assert axis_labels.buckets(months, "month", words) == [
        "15 Dec to 14 Jan 2026",
        "15 Jan to 14 Feb 2026",
    ]
    assert axis_labels.buckets([date(2026, 11, 14)], "week", words) == ["Week 47"]
    assert axis_labels.buckets([date(2026, 1, 1), date(2026, 1, 15)], "year", words) == [
        "2025",
        "2026",
    ]
    assert axis_labels.axis([date(1999, 1, 1), date(2000, 1, 1)], "year", 1) == [
        ("1999", 2),
        ("2000", 0),
    ]


def test_weeks_of_one_number_are_told_apart_by_their_first_days() -> None:
    starts = bucket_starts(Span(date(2025, 10, 20), date(2026, 11, 22)), "week")
    names = axis_labels.buckets(starts, "week", formatter)
    assert names[0] == "Week 43, 20 Oct 2025"
    assert names[52] == "Week 43, 19 Oct"
    assert names[20] == "Week 11"
    assert len(set(names)) == len(names)


def test_axis_texts() -> None:
    def axis(first: date, last: date, size: str, today: int = -1) -> dict[str, list[str]]:
        starts = bucket_starts(Span(first, last), size)  # type: ignore[arg-type]
        ranks: dict[str, list[str]] = {}
        for text, rank in axis_labels.axis(starts, size, today):  # type: ignore[arg-type]
            if text:
                ranks.setdefault(str(rank), []).append(text)
        return ranks

    month = axis(date(2026, 11, 1), date(2026, 11, 30), "day", 21)
    assert (month["0"], month["1"], len(month["2"])) == (["22"], ["1", "30"], 27)
    across = axis(date(2026, 10, 24), date(2026, 11, 22), "day", 29)
    assert (across["0"], across["1"]) == (["22"], ["24 Oct", "1 Nov"])
    week = axis(date(2026, 11, 16), date(2026, 11, 22), "day", 6)
    assert (week["0"], week["1"][0]) == (["Sun 22"], "Mon 16")
    year = axis(date(2026, 1, 1), date(2026, 12, 31), "week", 46)
    assert year == {
        "0": ["16 Nov"],
        "2": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    }
    years = axis(date(2020, 3, 1), date(2026, 11, 22), "month", 80)
    assert years == {"0": ["Nov"], "1": ["2021", "2022", "2023", "2024", "2025", "2026"]}


@pytest.mark.parametrize(
    ("name", "ends"),
    [
        ("month", ("1", "30")),
        ("week", ("Mon", "Sun")),
        ("year", ("Jan", "Dec")),
        ("today", ("", "")),
        ("last-30", ("24 Oct", "22 Nov")),
        ("last-3660", ("Nov 2016", "Nov 2026")),
        ("all", ("", "")),
    ],
)
def test_ends_of_a_small_chart(name: str, ends: tuple[str, str]) -> None:
    given = period(name)
    assert axis_labels.ends(given) == ends
    if given.start:
        assert given.end - given.start < timedelta(days=3700)

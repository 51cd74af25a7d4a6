"""The parts of a date as it is written."""

from __future__ import annotations

from datetime import UTC

import pytest

from tally.transfer.cells.date_parts import parts_of, range_of, read_parts, since_1970


@pytest.mark.parametrize(
    ("text", "day", "second"),
    [
        ("2026-10-05", "2026-10-05", None),
        ("2026-10-05T08:30:00", "2026-10-05", 30_600),
        ("20261005083000", "20261005", 30_600),
        ("Mon, 5 Oct 2026 at 8:30 pm", "5 Oct 2026", 73_800),
        ("05.10.2026, 18.30 Uhr", "05.10.2026", 66_600),
        ("Oct 5 08:30:00 2026", "Oct 5 2026", 30_600),
        ("5.10.26", "5.10.26", None),
    ],
)
def test_the_day_and_the_time_of_a_date(text: str, day: str, second: int | None) -> None:
    parts = parts_of(text)
    assert parts is not None
    assert (parts.day, parts.second, parts.zone) == (day, second, None)


def test_the_zone_of_a_date() -> None:
    for text in ("2026-10-05T08:30:00Z", "20261005T083000Z", "5 Oct 2026 08:30 UTC"):
        parts = parts_of(text)
        assert parts is not None and parts.zone == UTC


@pytest.mark.parametrize("text", ["12345", "1782862200", "46300.5", "123456789"])
def test_a_bare_number_has_no_parts(text: str) -> None:
    assert parts_of(text) is None


@pytest.mark.parametrize(
    "text", ["2026-10-05T24:15", "20261005T106100", "5.10.2026 24:15", "2026-10-05 10:00+15:00"]
)
def test_a_time_that_does_not_exist_has_no_parts_and_says_why(text: str) -> None:
    assert parts_of(text) is None
    with pytest.raises(ValueError, match=r"There is no (time|zone)"):
        read_parts(text)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026-09-01 - 2026-09-30", "2026-09-01", "2026-09-30"),
        ("1.9.2026 bis 30.9.2026", "1.9.2026", "30.9.2026"),
        ("2026-10-05 08:00 - 09:00", "2026-10-05 08:00", "2026-10-05 09:00"),
        ("2026-10-05 23:00 - 00:00", "2026-10-05 23:00", "2026-10-05 24:00"),
        # The year may stand at the end alone, which is that of the start, or the one after it.
        ("01.10. - 31.10.2026", "01.10.2026", "31.10.2026"),
        ("1.9.-30.9.26", "1.9.26", "30.9.26"),
        ("15.12.-14.01.2026", "15.12.2025", "14.01.2026"),
        ("31.12.-01.01.2000", "31.12.1999", "01.01.2000"),
        ("10/01 - 10/31/2026", "10/01/2026", "10/31/2026"),
        ("Oct 1 - Oct 31, 2026", "Oct 1 2026", "Oct 31, 2026"),
        ("Okt - Sep 2026", "Okt 2025", "Sep 2026"),
    ],
)
def test_both_ends_of_a_range_are_dates(text: str, start: str, end: str) -> None:
    assert range_of(text) == (start, end)


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-05",
        "2026-10-05T08:30:00-05:00",
        "tea - coffee",
        "Mai - 2026",
        "tea - 2026",
        "10-12.2026",
    ],
)
def test_what_is_no_range(text: str) -> None:
    assert range_of(text) is None


def test_moments_since_1970_in_every_precision() -> None:
    assert {since_1970("1782862200" + "000" * more) for more in range(4)} == {1_782_862_200}
    assert since_1970("178286220") is None

"""Time zones by name, and UTC where the machine lacks one."""

from __future__ import annotations

from datetime import UTC

import pytest

from tally.domain.zones import timezones, zone_named, zone_or_utc


def test_a_zone_is_there_by_its_name() -> None:
    for zone in (zone_named("Europe/Berlin"), zone_or_utc("Europe/Berlin")):
        assert str(zone) == "Europe/Berlin"


@pytest.mark.parametrize(
    "name", ["localtime", "Factory", "posixrules", "Mars/Base", "Europe", "../UTC", "/UTC", ""]
)
def test_a_zone_that_is_no_place_or_not_there_is_none_and_days_are_those_of_utc(name: str) -> None:
    assert zone_named(name) is None
    assert zone_or_utc(name) is UTC
    assert name not in timezones()

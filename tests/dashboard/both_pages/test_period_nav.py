"""The heading of the dashboard: the switch of its period."""

from __future__ import annotations

import pytest

from tally.dashboard.both_pages import period_nav
from tally.domain.filters import Filter
from tests.dashboard.periods import formatter, period
from tests.plain_statistics import SUNDAY


@pytest.mark.parametrize(
    ("name", "in_menu"),
    [("month", False), ("quarter", True), ("last-30", True), ("all", True), ("yesterday", False)],
)
def test_a_link_without_room_in_a_narrow_switch_is_recognised_by_name(
    name: str, in_menu: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(period_nav, "PRESETS", dict.fromkeys(period_nav.PRESETS, "in other words"))
    switch = period_nav.switch(Filter(today=SUNDAY), period(name), formatter)
    assert switch.is_in_narrow_menu == in_menu
    links = (*switch.presets, *switch.in_menu)
    assert [link.name for link in links if link.current] == [name]

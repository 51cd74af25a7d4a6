"""The heading of the dashboard: the switch of its period."""

from __future__ import annotations

import pytest

from tally.dashboard import period_nav
from tally.domain.filters import Filter
from tests.dashboard.periods import period, say
from tests.plain_statistics import SUNDAY


@pytest.mark.parametrize(
    ("name", "beyond"),
    [("month", False), ("quarter", True), ("last-30", True), ("all", True), ("yesterday", False)],
)
def test_what_a_narrow_switch_has_no_room_for_is_known_by_name(
    name: str, beyond: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(period_nav, "PRESETS", dict.fromkeys(period_nav.PRESETS, "in other words"))
    switch = period_nav.switch(Filter(today=SUNDAY), period(name), say)
    assert switch.beyond == beyond
    links = (*switch.presets, *switch.further)
    assert [link.name for link in links if link.current] == [name]

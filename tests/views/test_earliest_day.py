"""Records on the earliest day that there is: every page takes them."""

from __future__ import annotations

import pytest

from tally.domain.calendar import EARLIEST
from tests.conftest import JSON, Account

pytestmark = pytest.mark.slow

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}
PERIODS = ("all", "1900", "1900-01", "1900-w02", "1900-01-01")
SPAN = "from=1900-01-01&to=2026-10-05"


def addresses(name: str, unit: str) -> list[str]:
    one = f"type={name}&unit={unit}"
    periods = [f"period={period}" for period in PERIODS] + [SPAN]
    filters = [*periods, *(f"{period}&show=cost" for period in periods)]
    return [
        "/add",
        "/account",
        "/consumption/suggestions?line=te",
        f"/consumption/preview?line={name}+2",
        f"/consumption/preview?line={name}+@40",
        "/consumption?format=csv",
        *(f"/?{wanted}" for wanted in filters),
        *(f"/?{one}&{wanted}" for wanted in filters),
        *(f"/stats?{wanted}&format=json" for wanted in periods),
        *(f"/list?{wanted}{more}" for wanted in periods for more in ("", "&view=print")),
        *(f"/consumption/totals?{wanted}" for wanted in periods),
    ]


@pytest.mark.parametrize(
    ("lines", "name", "unit"),
    [
        ([f"tea 2 cup 5€ {EARLIEST}", "tea 3 cup 6€"], "tea", "cup"),
        (["power 10 kWh 1900-01-03 over 3 days 4€"], "power", "kWh"),
        ([f"power @10 kWh {EARLIEST}", "power @20 kWh 1900-02-01"], "power", "kWh"),
    ],
    ids=["amounts", "a bill", "readings"],
)
def test_every_page_takes_records_of_the_earliest_day(
    ada: Account, lines: list[str], name: str, unit: str
) -> None:
    for line in lines:
        fields = {"line": line, "confirm": "1"}
        assert ada.client.post("/consumption", data=fields, headers=JSON).status_code == 201
    for address in addresses(name, unit):
        for headers in ({}, PART):
            answer = ada.client.get(address, headers=headers)
            assert answer.status_code in (200, 303), (address, headers)
    added = ada.client.post("/consumption", data={"line": f"{name} 2 {unit}"}, headers=PART)
    assert added.status_code == 201

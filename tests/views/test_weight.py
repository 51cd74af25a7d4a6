"""How heavy pages are: the bytes of a row, and what is written once for all rows."""

from __future__ import annotations

from datetime import timedelta

from starlette.testclient import TestClient

from tests.conftest import HTMX, Clock

JSON = {"Accept": "application/json"}
ROWS = 50
# A row of a list, its notes not counted.
MAX_ROW_BYTES = 450


def test_a_row_of_the_list_is_light(client: TestClient, clock: Clock) -> None:
    for number in range(ROWS):
        day = clock.today() - timedelta(days=number % 5)
        fields = {
            "consumption_date": day.isoformat(),
            "consumption_value": f"{number}.5",
            "consumption_type": "electricity",
            "unit": "kWh",
        }
        assert client.post("/consumption", data=fields, headers=JSON).status_code == 201
    answer = client.get("/consumption?sort=value", headers=HTMX)
    assert answer.text.count("<tr") == ROWS
    assert len(answer.content) / ROWS < MAX_ROW_BYTES
    page = client.get("/list").text
    assert page.count('id="row-tools"') == 1

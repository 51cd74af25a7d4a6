"""The demo account: two years that could be somebody's, the same whenever they are asked for."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from tally.accounts import store
from tally.db.engine import Database
from tally.domain.records import NewRecord
from tally.domain.units import KNOWN
from tally.server import demo

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
METERED = ("electricity", "gas", "water")
USED_BY_MONTH = """
SELECT consumption_type, date_trunc('month', consumption_date)::date AS consumption_date,
    SUM(consumption_value) AS total
FROM consumption_records
WHERE consumption_date >= DATE '2026-01-01'
GROUP BY 1, 2
"""


@pytest.fixture(scope="module")
def years() -> list[NewRecord]:
    return list(demo.two_years(NOW))


def by_type(years: list[NewRecord]) -> dict[str, list[NewRecord]]:
    found: dict[str, list[NewRecord]] = defaultdict(list)
    for record in years:
        found[record.consumption_type].append(record)
    return found


def test_two_years_of_five_types_up_to_now(years: list[NewRecord]) -> None:
    assert set(by_type(years)) == {"electricity", "water", "gas", "coffee", "fuel"}
    assert years[0].consumption_date <= date(2024, 11, 25)
    assert years[-1].consumption_date == NOW.date()
    assert all(record.created_at and record.created_at <= NOW for record in years)
    assert 1_000 < len(years) < 3_000


def test_every_record_could_have_been_typed(years: list[NewRecord]) -> None:
    assert len({record.id for record in years}) == len(years)
    for record in years:
        assert record.reading is not None or 0 < record.consumption_value < 100
        assert record.unit in KNOWN


def test_seasons_weekends_and_gaps(years: list[NewRecord]) -> None:
    kinds = by_type(years)
    weekend = [r for r in kinds["coffee"] if r.consumption_date.weekday() >= 5]
    assert len(weekend) / 2 < (len(kinds["coffee"]) - len(weekend)) / 5
    assert not [r for r in kinds["coffee"] if r.consumption_date == date(2026, 8, 10)]


def test_meters_are_read_weekly_and_monthly_and_one_is_changed(years: list[NewRecord]) -> None:
    kinds = by_type(years)
    assert all(record.reading is not None for name in METERED for record in kinds[name])
    assert {record.consumption_date.weekday() for record in kinds["electricity"]} == {6}
    assert 90 < len(kinds["electricity"]) < 106
    assert 20 < len(kinds["gas"]) < 26
    assert [record.reading for record in kinds["water"] if record.new_meter] == [0]
    for name in METERED:
        meters = [[record] for record in kinds[name][:1]]
        for record in kinds[name][1:]:
            meters.append([record]) if record.new_meter else meters[-1].append(record)
        for chain in meters:
            figures = [record.reading for record in chain if record.reading is not None]
            assert figures == sorted(figures)


def test_a_day_has_the_same_records_whenever_it_is_asked_for(years: list[NewRecord]) -> None:
    later = list(demo.two_years(NOW + timedelta(days=40)))
    first = later[0].consumption_date
    both = [record for record in years if record.consumption_date > first]
    assert set(both) <= set(later)


def test_the_account_is_made_once_and_filled_anew(database: Database, visitor: TestClient) -> None:
    with database.changing() as db:
        first = demo.fill(db, NOW)
    with database.changing() as db:
        second = demo.fill(db, NOW)
        assert store.may_register(db, "first"), "a demo account is nobody's first"
        user = store.by_email(db, demo.EMAIL)
        count = db.execute(text("SELECT COUNT(*) FROM consumption_records")).scalar_one()
        used = {
            (row.consumption_type, row.consumption_date.month): row.total
            for row in db.execute(text(USED_BY_MONTH))
        }
    assert user is not None
    assert user.preferences["demo"] is True
    assert count == len(list(demo.two_years(NOW)))
    # The readings tell of summer and winter, and of a meter that was changed.
    assert used["gas", 2] > 5 * used["gas", 8]
    assert used["electricity", 1] > used["electricity", 8]
    for password, status in ((first, 422), (second, 303)):
        answer = visitor.post("/auth/login", data={"email": demo.EMAIL, "password": password})
        assert answer.status_code == status
    for page in ("/", "/add", "/list"):
        assert visitor.get(page).status_code == 200


def test_an_account_of_somebody_elses_is_left_alone(database: Database) -> None:
    with database.changing() as db:
        store.create(db, store.NewAccount("Demo", demo.EMAIL, "a password of their own"))
    with database.changing() as db, pytest.raises(demo.NotDemo):
        demo.fill(db, NOW)

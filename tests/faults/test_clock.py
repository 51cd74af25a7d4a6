"""A server process whose clock is wrong, on a database whose clock is right."""

from __future__ import annotations

import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from tests import moments
from tests.conftest import Account, Clock
from tests.faults.conftest import Postgres
from tests.serving import KEY, Client, Serving

RECORD = {"consumption_date": "2026-01-05", "consumption_value": "2", "consumption_type": "tea"}
AHEAD = timedelta(hours=25)
EMAIL = "clock@example.org"


@pytest.mark.skipif(moments.LIBRARY is None, reason="datefudge is not installed")
def test_a_process_25_hours_ahead(
    postgres: Postgres, tmp_path: Path, tell: Callable[..., None]
) -> None:
    postgres.run("TRUNCATE users, consumption_records")
    variables = {"DATABASE_URL": postgres.url, "TALLY_SECRET_KEY": KEY}
    false = moments.variables(moments.seconds_ahead() + AHEAD // timedelta(seconds=1))

    right = Serving(tmp_path / "right", (), variables).start()
    first = right.client().register(EMAIL)
    assert first.post_json("/consumption", RECORD).status == 201
    assert right.stop() == -signal.SIGTERM

    wrong = Serving(tmp_path / "wrong", (), variables | false).start()
    assert abs(told(wrong) - (datetime.now(UTC) + AHEAD)) < timedelta(minutes=5)
    signed_out(Client(wrong.url, first.cookie))
    second = wrong.client().sign_in(EMAIL)
    assert entries(second) == 1
    assert second.get("/").status == 200
    assert second.post_json("/consumption", RECORD).status == 201
    assert entries(second) == 2
    assert wrong.client().get("/readyz").status == 200
    assert wrong.stop() == -signal.SIGTERM

    right.start()
    assert abs(told(right) - datetime.now(UTC)) < timedelta(minutes=5)
    # The sign-in a day ahead put the first session away; its own is not valid yet, or is: no error.
    signed_out(Client(right.url, first.cookie))
    assert Client(right.url, second.cookie).get("/list").status in (200, 303)
    third = right.client().sign_in(EMAIL)
    assert entries(third) == 2
    assert third.post_json("/consumption", RECORD).status == 201
    assert right.stop() == -signal.SIGTERM
    for log in ("right", "wrong"):
        said = (tmp_path / log).read_text()
        assert "Traceback" not in said and " ERROR " not in said
    tell(
        "A server whose clock is 25 hours ahead, and back",
        1,
        "signed out, in again both times; every record there, every change kept",
    )


def told(serving: Serving) -> datetime:
    """The server's time, by its answer."""
    return parsedate_to_datetime(serving.client().get("/healthz").headers["Date"])


def signed_out(client: Client) -> None:
    answer = client.get("/list")
    assert answer.status == 303
    assert answer.headers["Location"].startswith("/login")


def entries(client: Client) -> int:
    count: int = client.get("/consumption?format=json&period=all").json["count"]
    return count


def test_the_clock_25_hours_ahead(ada: Account, clock: Clock) -> None:
    """The same within this process, where there is no false clock to be had."""
    assert ada.client.post("/consumption", data=RECORD).status_code == 303
    clock.moved = AHEAD
    answer = ada.client.get("/list")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login")
    form = {"email": ada.email, "password": "correct horse battery"}
    assert ada.client.post("/auth/login", data=form).status_code == 303
    assert "tea" in ada.client.get("/list").text
    clock.moved = timedelta()
    # Back again: a token from the future is no reason to fall over.
    assert ada.client.get("/list").status_code in (200, 303)

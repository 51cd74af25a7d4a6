"""One line a request and an event: everything needed, nothing secret, nothing forged."""

from __future__ import annotations

import json
import logging
import sys
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from tally.app import create_app
from tally.settings import Settings
from tally.web import access_log
from tests.conftest import Account
from tests.serving import KEY


def record(message: str, **fields: object) -> logging.LogRecord:
    made = logging.LogRecord("tally.events", logging.INFO, "", 0, message, (), None)
    made.fields = fields
    return made


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("plain", "plain"),
        ("ü 日本", "ü 日本"),
        ("a\r\nb", "a\\r\\nb"),
        ("a\x1b[31mb\x00", "a\\x1b[31mb\\x00"),
        ("a\u2028b\u202ec", "a\\u2028b\\u202ec"),
        ("a\\nb", "a\\\\nb"),
    ],
)
def test_control_characters_are_escaped(text: str, line: str) -> None:
    assert access_log.escaped(text) == line


def test_nobody_can_write_a_line_of_their_own() -> None:
    forged = "x\n2026-01-01 INFO sign-in user=1"
    for form in (access_log.TextFormatter(), access_log.JsonFormatter()):
        assert len(form.format(record(forged, path=forged)).splitlines()) == 1
    line = access_log.TextFormatter().format(record("request", path=forged))
    assert 'path="x\\n2026-01-01 INFO' in line


def test_nobody_can_write_a_field_of_their_own() -> None:
    line = access_log.TextFormatter().format(
        record("request", path='/x" status=200 user="ada', status=404)
    )
    assert line.endswith('INFO request path="/x\\x22 status=200 user=\\x22ada" status=404')


def test_a_traceback_is_set_in_and_its_lines_are_no_entries() -> None:
    try:
        raise ValueError("first\n2026-01-01 INFO forged")
    except ValueError:
        made = logging.LogRecord("tally", logging.ERROR, "", 0, "broken", (), sys.exc_info())
    first, *others = access_log.TextFormatter().format(made).split("\n")
    assert first.endswith("ERROR broken")
    assert others
    assert all(line.startswith("    | ") for line in others)
    assert "ValueError" in json.loads(access_log.JsonFormatter().format(made))["exception"]


def test_the_time_is_utc() -> None:
    made = record("event")
    made.created = 0.0
    line = access_log.TextFormatter().format(made)
    assert line.startswith("1970-01-01T00:00:00.000+00:00 INFO event")
    entry = json.loads(access_log.JsonFormatter().format(made))
    assert entry["time"] == "1970-01-01T00:00:00.000+00:00"


def requests(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    return [vars(entry)["fields"] for entry in caplog.records if entry.name == "tally.access"]


def test_a_request_is_one_line(ada: Account, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "tally")
    ada.client.get("/list?q=secret+words")
    (line,) = requests(caplog)
    assert line["method"] == "GET"
    assert line["path"] == "/list"
    assert line["status"] == 200
    assert float(str(line["ms"])) > 0
    assert UUID(str(line["user"])) == ada.id
    assert "secret" not in caplog.text


def test_a_visitor_has_no_id(visitor: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "tally")
    visitor.get("/login")
    assert [line["user"] for line in requests(caplog)] == ["-"]


def test_refused_requests_are_logged_too(
    visitor: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "tally")
    visitor.get("/nowhere")
    visitor.get("/login", headers={"Host": "evil.test"})
    visitor.post("/auth/logout", headers={"Sec-Fetch-Site": "cross-site"})
    assert [line["status"] for line in requests(caplog)] == [404, 400, 403]


def test_health_is_a_line_only_when_it_fails(
    visitor: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "tally")
    assert [visitor.get(path).status_code for path in ("/healthz", "/readyz")] == [200, 200]
    assert requests(caplog) == []
    away = "postgresql://tally@127.0.0.1:1/tally"
    settings = Settings(database_url=away, secret_key=(KEY,), allowed_hosts=("testserver",))
    with TestClient(create_app(settings)) as client:
        client.get("/readyz")
        client.get("/healthz", headers={"Host": "evil.test"})
    lines = [(line["path"], line["status"]) for line in requests(caplog)]
    assert lines == [("/readyz", 503), ("/healthz", 400)]

"""The health check that a container engine asks every few seconds."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tally.server.healthcheck import allowed_host, is_serving
from tests.serving import KEY, Serving, environment
from tests.waiting import WAIT_SECONDS


@pytest.mark.parametrize(
    ("hosts", "host"),
    [
        ("localhost,127.0.0.1", "localhost"),
        (" tally.example.org , localhost", "tally.example.org"),
        ("*.example.org", "health.example.org"),
        ("*", "health"),
        ("", "localhost"),
    ],
)
def test_a_name_that_the_server_answers_to(hosts: str, host: str) -> None:
    assert allowed_host(hosts) == host


def test_a_server_that_serves_is_well(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tally.server.healthcheck.PATIENCE_SECONDS", WAIT_SECONDS)
    variables = {"DATABASE_URL": database_url, "TALLY_SECRET_KEY": KEY}
    allowed = {"TALLY_ALLOWED_HOSTS": "*.example.org"}
    serving = Serving(tmp_path / "log", (), variables | allowed).start()
    try:
        assert is_serving(serving.port, "health.example.org")
        assert not is_serving(serving.port, "elsewhere.test")
    finally:
        serving.stop()
    assert not is_serving(serving.port, "health.example.org")


def test_what_does_not_answer_is_not_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tally.server.healthcheck.PATIENCE_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert not is_serving(silent.getsockname()[1], "localhost")


def test_the_health_check_loads_nothing_of_the_application() -> None:
    program = "import sys, tally.server.healthcheck; print(*sys.modules)"
    asked = [sys.executable, "-c", program]
    done = subprocess.run(asked, env=environment(), capture_output=True, text=True, check=True)
    loaded = {name for name in done.stdout.split() if name.startswith("tally.")}
    assert loaded == {"tally.server", "tally.server.healthcheck"}
    assert not {"pydantic", "starlette", "sqlalchemy"} & set(done.stdout.split())

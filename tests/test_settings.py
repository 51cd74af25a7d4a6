"""The settings, from the environment to the application."""

from __future__ import annotations

import pytest

from tally.server.bootstrap import StartRefused, read_settings
from tally.settings import Settings

# How to write the name of a host.
HOW = "write it without scheme and port, such as tally.example.org, 192.168.1.5 or [::1]"


@pytest.mark.parametrize(
    ("written", "origins"),
    [
        ("https://board.example.org", ("https://board.example.org",)),
        ("HTTPS://Board.Example.org:443", ("https://board.example.org",)),
        (
            "http://board.example.org:80, http://localhost:3000",
            ("http://board.example.org", "http://localhost:3000"),
        ),
        ("https://board.example.org:80,", ("https://board.example.org:80",)),
        ("http://[::1]:8080", ("http://[::1]:8080",)),
        ("", ()),
    ],
)
def test_origins_are_written_as_browsers_write_them(
    written: str, origins: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALLY_CORS_ORIGINS", written)
    assert Settings().cors_origins == origins


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("TALLY_WORKERS", "two", "TALLY_WORKERS: Write a whole number from 1 to 64."),
        ("TALLY_WORKERS", "0", "TALLY_WORKERS: Write a whole number from 1 to 64."),
        ("TALLY_METRICS", "yes", "TALLY_METRICS: Write on or off."),
        *(
            (
                "TALLY_ALLOWED_HOSTS",
                host,
                f"TALLY_ALLOWED_HOSTS: {host} is no name of a host; {HOW}",
            )
            for host in (
                "https://tally.example.org",
                "tally.example.org:8000",
                "tally.example.org/",
                "::1",
                "tälly.example.org",
                "*.",
            )
        ),
        (
            "TALLY_MIGRATION_URL",
            "postgresql://tally@127.0.0.1:port/tally",
            "TALLY_MIGRATION_URL: this is no address, postgresql://… is expected",
        ),
        (
            "TALLY_DATA_DIR",
            "~nobody-of-this-name/tally",
            "The data folder ~nobody-of-this-name/tally is in the home of nobody here: choose "
            "another --data-dir.",
        ),
    ],
)
def test_a_setting_that_cannot_be_says_what_can(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(StartRefused) as refused:
        read_settings()
    assert str(refused.value) == sentence


def test_hosts_are_names_and_addresses_as_browsers_send_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TALLY_ALLOWED_HOSTS", "Tally.example.org, *.home.test,192.168.1.5,[::1],*,")
    assert Settings().allowed_hosts == (
        *("Tally.example.org", "*.home.test", "192.168.1.5", "[::1]", "*"),
    )

"""The settings, from the environment to the application."""

from __future__ import annotations

import pytest

from tally.server.bootstrap import StartRefused, read_settings
from tally.settings import Settings


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
    ],
)
def test_a_setting_that_cannot_be_says_what_can(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(StartRefused) as refused:
        read_settings()
    assert str(refused.value) == sentence

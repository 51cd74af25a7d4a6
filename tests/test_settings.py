"""The settings, from the environment to the application."""

from __future__ import annotations

import pytest

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

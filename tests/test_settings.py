"""The settings, from the environment to the application."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

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


def test_a_proxy_is_the_same_to_a_socket_for_both_kinds_of_addresses() -> None:
    """Which has 172.17.0.1 as ::ffff:172.17.0.1."""
    settings = Settings(trusted_proxies=("172.17.0.1/12", "10.0.0.7", "fd00::1/8"))
    networks = [ip_network(network) for network in settings.proxy_networks]
    for address in ("172.31.0.1", "::ffff:172.17.0.1", "::ffff:10.0.0.7", "fd12::1"):
        assert any(ip_address(address) in network for network in networks), address
    for address in (
        "172.32.0.1",
        "::ffff:172.32.0.1",
        "::ffff:10.0.0.8",
        "fe80::1",
        "::172.17.0.1",
    ):
        assert not any(ip_address(address) in network for network in networks), address

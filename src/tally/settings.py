"""Every environment variable that Tally reads, once."""

import re
from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

CommaSeparated = Annotated[tuple[str, ...], NoDecode]

MIN_KEY_BYTES = 32
MAX_WORKERS = 64
MAX_PORT = 65_535
# The names of this machine for itself: the hosts of a server that only listens to itself.
LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]")
# IPv4 as a socket for both kinds shows it.
_IPV4_IN_IPV6 = IPv6Network("::ffff:0:0/96")
_POSTGRESQL = re.compile(r"postgres(ql)?(\+\w+)?://")
# What a Host header can name: without a port, an IPv6 address in brackets.
_HOST_NAME = re.compile(r"(\*\.)?[a-z0-9._-]+|\[[0-9a-f:.]+\]|\*", re.ASCII | re.IGNORECASE)
_ORIGIN = re.compile(r"(https?)://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?", re.ASCII)
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def _default_data_dir() -> Path:
    import os

    import platformdirs

    # As root the embedded database runs as another user, who has no way into a home folder.
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return Path("/var/lib/tally")
    return Path(platformdirs.user_data_dir("tally", appauthor=False))


class Settings(BaseSettings):
    """The settings of this process. Raises pydantic's ValidationError with a sentence a field."""

    model_config = SettingsConfigDict(
        env_prefix="TALLY_",
        # compose.yaml passes a setting without a value as an empty text.
        env_ignore_empty=True,
        frozen=True,
        extra="ignore",
        validate_by_name=True,
    )

    database_url: str | None = Field(default=None, validation_alias="DATABASE_URL")
    migration_url: str | None = None
    data_dir: Path = Field(default_factory=_default_data_dir)
    secret_key: CommaSeparated = ()
    registration: Literal["open", "first", "closed"] = "first"
    allowed_hosts: CommaSeparated = ()
    trusted_proxies: CommaSeparated = ()
    metrics: Literal["on", "off"] = "off"
    cors_origins: CommaSeparated = ()
    workers: int = Field(default=1, ge=1, le=MAX_WORKERS)

    @property
    def database_address(self) -> str:
        """The address of the database; the command line sets that of the embedded one.

        Raises LookupError where neither was done.
        """
        if not self.database_url:
            raise LookupError("There is no address of a database.")
        return self.database_url

    @property
    def proxy_networks(self) -> list[str]:
        """The trusted proxies as networks for uvicorn; those of IPv4 also mapped into IPv6.

        A socket for both kinds of addresses reports IPv4 as ::ffff:0:0/96. uvicorn would take a
        network with bits behind its mask, such as 10.0.0.5/8, for a host name.
        """
        networks = [_network(proxy) for proxy in self.trusted_proxies]
        old = [network for network in networks if isinstance(network, IPv4Network)]
        return [*map(str, networks), *(str(_within_ipv6(network)) for network in old)]

    @field_validator(
        "secret_key", "allowed_hosts", "trusted_proxies", "cors_origins", mode="before"
    )
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("database_url", "migration_url")
    @classmethod
    def _of_postgresql(cls, url: str | None, info: ValidationInfo) -> str | None:
        name = "DATABASE_URL" if info.field_name == "database_url" else "TALLY_MIGRATION_URL"
        if url is not None and not _POSTGRESQL.match(url):
            raise ValueError(f"{name}: an address of PostgreSQL is needed, postgresql://…")
        if url is not None and any(not 1 <= port <= MAX_PORT for port in _ports(url)):
            raise ValueError(f"{name}: there are no ports beyond {MAX_PORT}")
        if url is not None and not _is_address(url):
            raise ValueError(f"{name}: this is no address, postgresql://… is expected")
        return url

    @field_validator("allowed_hosts")
    @classmethod
    def _as_in_a_header(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        if any("*" in host.removeprefix("*.") for host in hosts if host != "*"):
            raise ValueError("TALLY_ALLOWED_HOSTS: * stands only in front, as in *.example.org")
        for host in hosts:
            if not _HOST_NAME.fullmatch(host):
                raise ValueError(
                    f"TALLY_ALLOWED_HOSTS: {host} is no name of a host; write it without scheme "
                    "and port, such as tally.example.org, 192.168.1.5 or [::1]"
                )
        return hosts

    @field_validator("trusted_proxies")
    @classmethod
    def _not_everybody(cls, proxies: tuple[str, ...]) -> tuple[str, ...]:
        networks = [_network(proxy) for proxy in proxies if proxy != "*"]
        if "*" in proxies or _are_everybody(networks):
            raise ValueError(
                "TALLY_TRUSTED_PROXIES: name the proxies; if everybody is one, any visitor could "
                "forge an address"
            )
        return proxies

    @field_validator("cors_origins")
    @classmethod
    def _of_sites(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(_read_origin, origins))

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, keys: tuple[str, ...]) -> tuple[str, ...]:
        if any(len(key.encode()) < MIN_KEY_BYTES for key in keys):
            raise ValueError(
                f"TALLY_SECRET_KEY: each key needs at least {MIN_KEY_BYTES} bytes; "
                "make one with `openssl rand -base64 48`"
            )
        return keys


def _read_origin(text: str) -> str:
    """An origin as browsers write it: lower-case, without the port that is usual."""
    match = _ORIGIN.fullmatch(text.lower())
    if match is None or not 1 <= int((match[3] or ":1")[1:]) <= MAX_PORT:
        raise ValueError(
            f"TALLY_CORS_ORIGINS: {text} is no origin; write scheme, host and port alone, "
            "such as https://board.example.org or http://localhost:3000"
        )
    scheme, host, port = match.groups()
    return f"{scheme}://{host}{port if port and port != _DEFAULT_PORTS[scheme] else ''}"


def _is_address(url: str) -> bool:
    """Whether the driver can read this address."""
    # Imported only here: with the embedded database there is no address to read.
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        make_url(url)
    except (ArgumentError, ValueError):  # A port that is no number is a ValueError.
        return False
    return True


def _ports(url: str) -> list[int]:
    """The ports that an address names: behind its hosts, and as a parameter."""
    place, _, query = url.partition("://")[2].partition("?")
    hosts = place.partition("/")[0].rpartition("@")[2]
    named = re.findall(r":([0-9]+)(?=,|$)", hosts) + re.findall(r"(?:^|&)port=([0-9]+)", query)
    return [int(port) for port in named]


def _network(proxy: str) -> IPv4Network | IPv6Network:
    try:
        network = ip_network(proxy, strict=False)
    except ValueError:
        raise ValueError(
            f"TALLY_TRUSTED_PROXIES: {proxy} is no address and no network, such as 10.0.0.7 or "
            "172.16.0.0/12"
        ) from None
    if isinstance(network, IPv6Network) and network.subnet_of(_IPV4_IN_IPV6):
        prefix = network.prefixlen - _IPV4_IN_IPV6.prefixlen
        return IPv4Network((int(network.network_address) & 0xFFFF_FFFF, prefix))
    return network


def _within_ipv6(network: IPv4Network) -> IPv6Network:
    first = int(_IPV4_IN_IPV6.network_address) + int(network.network_address)
    return IPv6Network((first, _IPV4_IN_IPV6.prefixlen + network.prefixlen))


def _are_everybody(networks: Iterable[IPv4Network | IPv6Network]) -> bool:
    """Whether the networks hold half of all addresses of IPv4 or of IPv6, or more."""
    networks = list(networks)
    old = [network for network in networks if isinstance(network, IPv4Network)]
    new = [network for network in networks if isinstance(network, IPv6Network)]
    return (
        sum(network.num_addresses for network in collapse_addresses(old)) >= 2**31
        or sum(network.num_addresses for network in collapse_addresses(new)) >= 2**127
        or any(_IPV4_IN_IPV6.subnet_of(network) for network in new)
    )

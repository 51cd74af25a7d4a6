"""Ten wrong tries in five minutes, per account and per address."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tally.accounts.rate_limit import (
    MAX_REMEMBERED,
    Throttle,
    account_wait,
    add_failure,
    address_key,
    failed_from,
    plain_address,
)

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_the_eleventh_try_waits_until_the_first_is_five_minutes_old() -> None:
    throttle = Throttle()
    for number in range(10):
        assert throttle.wait("a", NOW + number * SECOND) == 0
        throttle.count("a", NOW + number * SECOND)
    assert throttle.wait("a", NOW + 10 * SECOND) == 290
    assert throttle.wait("a", NOW + timedelta(minutes=5)) == 0


def test_only_the_key_with_failures_waits() -> None:
    throttle = Throttle()
    for _ in range(11):
        throttle.count("a", NOW)
    assert throttle.wait("a", NOW) == 300
    assert throttle.wait("b", NOW) == 0


def test_innocent_again_after_five_minutes() -> None:
    throttle = Throttle()
    assert throttle.is_innocent("a", NOW)
    throttle.count("a", NOW)
    assert not throttle.is_innocent("a", NOW + 299 * SECOND)
    assert throttle.is_innocent("a", NOW + 301 * SECOND)


def test_memory_is_bounded_and_forgets_the_quietest() -> None:
    throttle = Throttle(max_keys=100)
    for _ in range(10):
        throttle.count("loud", NOW)
    for number in range(1_000):
        throttle.count(f"key {number}", NOW)
        throttle.count("loud", NOW)
    assert len(throttle._tries) == 100
    assert throttle.wait("loud", NOW) > 0
    assert throttle.wait("key 1", NOW) == 0


def test_a_network_of_networks_counts_as_well() -> None:
    throttle = Throttle()
    for number in range(100):
        address = address_key(f"2001:db8:1:{number:x}::1")
        assert throttle.wait(f"register {address}", NOW) == 0
        throttle.count(f"register {address}", NOW)
    assert throttle.wait("register 2001:db8:1:ffff::/64", NOW) == 300
    assert throttle.wait("register 2001:db8:2:ffff::/64", NOW) == 0
    assert throttle.wait("2001:db8:1:ffff::/64", NOW) == 0


def test_few_tries_from_a_neighbour_leave_an_address_innocent() -> None:
    throttle = Throttle()
    for number in range(9):
        throttle.count(address_key(f"2001:db8:1:{number:x}::1"), NOW)
    assert throttle.is_innocent("2001:db8:1:ffff::/64", NOW)
    assert not throttle.is_innocent("2001:db8:1:1::/64", NOW)
    throttle.count("2001:db8:1:9::/64", NOW)
    assert not throttle.is_innocent("2001:db8:1:ffff::/64", NOW)


def failed(*tries: tuple[int, str]) -> dict[str, Any]:
    failures: dict[str, Any] = {}
    for second, address in tries:
        failures = add_failure(failures, address, NOW + second * SECOND)
    return failures


def test_an_account_counts_tries_from_everywhere() -> None:
    failures = failed(*((number, f"10.0.0.{number % 5}") for number in range(10)))
    assert account_wait(failures, NOW + 10 * SECOND) == 290
    assert account_wait(failures, NOW + timedelta(minutes=5, seconds=1)) == 0


def test_an_account_knows_who_tried_wrongly() -> None:
    failures = failed(*((number, "10.0.0.1") for number in range(40)))
    assert failed_from(failures, "10.0.0.1", NOW + 40 * SECOND)
    assert not failed_from(failures, "192.0.2.7", NOW + 40 * SECOND)
    assert not failed_from(failures, "10.0.0.1", NOW + timedelta(minutes=6))


def test_the_row_stays_small() -> None:
    failures = failed(*((0, f"10.0.0.{number}") for number in range(200)))
    assert len(failures["recent"]) == MAX_REMEMBERED
    later = add_failure(failures, "x", NOW + timedelta(minutes=6))
    assert len(later["recent"]) == 1


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
        (None, "unknown"),
        ("testclient", "unknown"),
    ],
)
def test_an_ipv6_customer_counts_as_one_address(host: str | None, key: str) -> None:
    assert address_key(host) == key


@pytest.mark.parametrize(
    ("host", "kept"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:DB8::1", "2001:db8::1"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%" + "x" * 20_000, "fe80::1"),
        ("x" * 20_000, ""),
        ("10.3.3.3%0a", ""),
        (None, ""),
    ],
)
def test_only_what_is_an_address_is_kept(host: str | None, kept: str) -> None:
    assert plain_address(host) == kept


def test_a_clock_that_was_ahead_locks_nobody_out() -> None:
    """Tries of a day ahead would count until that day has come."""
    throttle = Throttle()
    failures: dict[str, Any] = {}
    for number in range(10):
        tried = NOW + timedelta(days=1) + number * SECOND
        throttle.count("a", tried)
        failures = add_failure(failures, "a", tried)
    assert throttle.wait("a", NOW) == account_wait(failures, NOW) == 0
    assert throttle.is_innocent("a", NOW) and not failed_from(failures, "a", NOW)
    assert add_failure(failures, "b", NOW) == {"recent": [[NOW.timestamp(), "b"]]}


def test_a_clock_that_is_put_back_a_little_forgets_no_try() -> None:
    throttle = Throttle()
    for number in range(10):
        throttle.count("a", NOW + number * SECOND)
    assert throttle.wait("a", NOW - 60 * SECOND) == 360

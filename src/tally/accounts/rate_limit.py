"""Rate limits: after ten failed attempts in five minutes the sender waits. Pure but for a memory.

An account keeps its failed attempts on its row, so that all processes count together. Addresses,
and emails that nobody has, are counted in this process, in memory of a fixed size. An attempt from
an IPv6 address counts for its /64 and, with a limit ten times as high, for its /48: one customer
may have 65,536 networks of the first kind.
"""

import re
import threading
from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from math import ceil
from typing import Any

LIMIT = 10
# The limit of a whole /48 is this many times that of an address.
WIDE = 10
WINDOW = timedelta(minutes=5)
MAX_KEYS = 20_000
MAX_REMEMBERED = 50

# A key that ends with the network of one IPv6 address, whatever stands in front of it.
_NARROW = re.compile(r"(.*?)([0-9a-f:]+/)64")


class Throttle:
    """Counts failed attempts by any key, such as an address or an email. Thread-safe."""

    def __init__(self, limit: int = LIMIT, max_keys: int = MAX_KEYS) -> None:
        self.limit = limit
        self._max_keys = max_keys
        self._tries: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def count(self, key: str, now: datetime) -> None:
        """Count a failed attempt. When memory is full, the key with the oldest one is dropped."""
        with self._lock:
            for counted, times in _counted(key):
                tries = self._tries.setdefault(counted, deque(maxlen=self.limit * times))
                tries.append(now.timestamp())
                self._tries.move_to_end(counted)
            while len(self._tries) > self._max_keys:
                self._tries.popitem(last=False)

    def wait(self, key: str, now: datetime) -> int:
        """The seconds until the next attempt is allowed; 0 when it is allowed now."""
        with self._lock:
            return max(
                _wait(self._tries.get(counted, ()), now, self.limit * times)
                for counted, times in _counted(key)
            )

    def is_innocent(self, key: str, now: datetime) -> bool:
        """Whether an address had no failed attempt within the window, and its /48 only a few."""
        with self._lock:
            return all(
                len(_recent(self._tries.get(counted, ()), now)) < (1 if times == 1 else self.limit)
                for counted, times in _counted(key)
            )


def add_failure(failures: Mapping[str, Any], address: str, now: datetime) -> dict[str, Any]:
    """An account's failed attempts (`users.sign_in_failures`) with one more, without old ones."""
    recent = [entry for entry in _entries(failures) if _is_recent(entry[0], now)]
    recent.append((now.timestamp(), address))
    return {"recent": [list(entry) for entry in recent[-MAX_REMEMBERED:]]}


def account_wait(failures: Mapping[str, Any], now: datetime) -> int:
    """The seconds until an account accepts an attempt from a failed sender again; 0 for now."""
    return _wait([time for time, _ in _entries(failures)], now, LIMIT)


def failed_from(failures: Mapping[str, Any], address: str, now: datetime) -> bool:
    """Whether an address was the sender of a failed attempt on an account."""
    return bool(_recent([time for time, where in _entries(failures) if where == address], now))


def address_key(host: str | None) -> str:
    """The key that stands for an address: itself, or for IPv6 the /64 that one customer has."""
    address = _read_address(host)
    if isinstance(address, IPv6Address):
        return str(IPv6Network((int(address) >> 64 << 64, 64)))
    return str(address) if address else "unknown"


def _counted(key: str) -> Iterator[tuple[str, int]]:
    """The keys that an attempt counts for, each with the factor by which its limit is larger."""
    yield key, 1
    if narrow := _NARROW.fullmatch(key):
        purpose, network = narrow.groups()
        yield f"{purpose}{IPv6Network(network + '64').supernet(new_prefix=48)}", WIDE


def plain_address(host: str | None) -> str:
    """An address in canonical form for storage and logs; "" for a text that is none."""
    return str(_read_address(host) or "")


def _read_address(host: str | None) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(host or "")
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        # The zone of an address could be any text.
        return address.ipv4_mapped or IPv6Address(int(address))
    return address


def _entries(failures: Mapping[str, Any]) -> list[tuple[float, str]]:
    return [(float(time), str(where)) for time, where in failures.get("recent", ())]


def _recent(tries: Iterable[float], now: datetime) -> list[float]:
    return [time for time in tries if _is_recent(time, now)]


def _is_recent(time: float, now: datetime) -> bool:
    """Whether an attempt counts. One from ahead of the clock does not: the clock was put back."""
    return abs(now.timestamp() - time) < WINDOW.total_seconds()


def _wait(tries: Iterable[float], now: datetime, limit: int) -> int:
    recent = _recent(tries, now)
    if len(recent) < limit:
        return 0
    return max(1, ceil(recent[-limit] + WINDOW.total_seconds() - now.timestamp()))

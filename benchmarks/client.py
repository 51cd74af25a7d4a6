"""A load client that costs little beside the server: HTTP/1.1 on asyncio, nothing more."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import urlencode
from uuid import uuid4


@dataclass
class Sample:
    """The measurements of a run. Times in seconds."""

    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    broken: int = 0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.times) / self.seconds if self.seconds else 0.0


def percentile(seconds: Iterable[float], share: float) -> float:
    """Milliseconds within which this share of the answers came."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 if ordered else 0.0


class Connection:
    """One kept-alive connection."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, request: bytes) -> tuple[int, bytes, bytes]:
        """Status, head and body of the answer. Raises OSError or EOFError when it breaks."""
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        assert self._reader is not None
        try:
            self._writer.write(request)
            head = await self._reader.readuntil(b"\r\n\r\n")
            lower = head.lower()
            start = lower.index(b"content-length:") + 15
            length = int(lower[start : lower.index(b"\r", start)])
            body = await self._reader.readexactly(length)
        except (OSError, EOFError, ValueError):
            self.close()
            raise
        return int(head[9:12]), head, body

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None


def request(method: str, path: str, host: str, body: bytes = b"", /, **headers: str) -> bytes:
    """The bytes of a request."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if body or method != "GET":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def adding(path: str, host: str, line: str, /, **headers: str) -> bytes:
    """The bytes of a request that saves a line under a new id, whatever it would be asked."""
    body = urlencode({"id": str(uuid4()), "line": line, "confirm": "1"}).encode()
    kind = "application/x-www-form-urlencoded"
    return request("POST", path, host, body, **headers, Content_Type=kind)


async def load(
    host: str, port: int, clients: int, seconds: float, make: Callable[[], bytes]
) -> Sample:
    """As many clients as told ask one after the other, each as fast as it is answered."""
    sample = Sample()
    end = time.perf_counter() + seconds

    async def one() -> None:
        connection = Connection(host, port)
        while (start := time.perf_counter()) < end:
            try:
                status, _, _ = await connection.ask(make())
            except (OSError, EOFError, ValueError):
                sample.broken += 1
                continue
            sample.times.append(time.perf_counter() - start)
            sample.statuses[status] = sample.statuses.get(status, 0) + 1
        connection.close()

    begin = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(clients)))
    sample.seconds = time.perf_counter() - begin
    return sample

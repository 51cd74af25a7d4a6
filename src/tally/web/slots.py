"""Work that holds much at once: a few may do it together in this process, each user once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from tally.errors import HTTPError

# Longer than most exports and imports take.
RETRY_SECONDS = "10"


class ConcurrencyLimit:
    """Safe to use from several threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: set[UUID] = set()
        self._lock = threading.Lock()

    @contextmanager
    def taken(self, user_id: UUID) -> Iterator[None]:
        """A turn. Raises HTTPError: 429 while this user has one, 503 while all are taken."""
        with self._lock:
            if user_id in self._taken:
                raise already_running()
            if len(self._taken) >= self._most:
                raise HTTPError(
                    503,
                    "Many exports or imports are running. Try again in a moment.",
                    headers={"Retry-After": RETRY_SECONDS},
                )
            self._taken.add(user_id)
        try:
            yield
        finally:
            with self._lock:
                self._taken.discard(user_id)


def already_running() -> HTTPError:
    """What somebody is told who asks for two at a time."""
    return HTTPError(
        429,
        "An export or import of yours is still running. Try again when it is done.",
        headers={"Retry-After": RETRY_SECONDS},
    )

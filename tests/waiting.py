"""Waiting for what another thread, process or browser is about to do."""

from __future__ import annotations

import time
from collections.abc import Callable

# Far longer than anything takes on a busy machine: a test that is wrong shall end.
WAIT_SECONDS = 20.0


def wait_until(
    holds: Callable[[], object],
    otherwise: str,
    *,
    seconds: float = WAIT_SECONDS,
    pause: Callable[[], object] = lambda: time.sleep(0.02),
) -> None:
    """Return once it holds; fail with `otherwise` when it still does not after so many seconds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, otherwise
        pause()

"""Python loads this by itself in every process of a run whose clock is moved.

libfaketime cannot sleep until a time of the monotonic clock, which is how Python sleeps.
"""

import select
import time


def sleep(seconds: float, /) -> None:
    """`time.sleep` by another system call."""
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    select.select([], [], [], seconds)


time.sleep = sleep

"""Batches of rows; the next is read while the caller works on one. Pure but for its thread.

Reading a file keeps this process busy, comparing and saving its rows the database: so both work at
once.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from itertools import islice
from typing import Generic, TypeVar

T = TypeVar("T")


def batches(rows: Iterator[T], size: int) -> Generator[list[T], None, None]:
    """Lists of `size` rows, the last one shorter. The next list raises an error of reading.

    Close it before the file of the rows: a thread may be reading that.
    """
    batch = list(islice(rows, size))
    while len(batch) == size:
        ahead = _Ahead(rows, size)
        ahead.start()
        try:
            yield batch
        finally:
            ahead.join()
        batch = ahead.batch()
    if batch:
        yield batch


class _Ahead(threading.Thread, Generic[T]):
    """Reads one batch. A daemon: a server that stops waits for no file."""

    def __init__(self, rows: Iterator[T], size: int) -> None:
        super().__init__(name="read-ahead", daemon=True)
        self._rows = rows
        self._size = size
        self._batch: list[T] = []
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            self._batch = list(islice(self._rows, self._size))
        except BaseException as error:
            self._error = error

    def batch(self) -> list[T]:
        """The rows that were read. Raises the error that reading raised."""
        if self._error is not None:
            raise self._error
        return self._batch

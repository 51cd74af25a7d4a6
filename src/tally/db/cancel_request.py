"""Ask PostgreSQL to cancel the statement that a connection waits for, without blocking Python.

`connection.cancel()` of psycopg2 holds the global interpreter lock until the server has closed the
connection of the request: one frozen server stopped the whole process. This module calls the same
functions of libpq by ctypes, which releases the lock.
"""

import ctypes

from psycopg2 import _psycopg
from psycopg2.extensions import connection

# The libpq that psycopg2 itself is linked with.
_libpq = ctypes.CDLL(_psycopg.__file__)
_libpq.PQgetCancel.argtypes = [ctypes.c_void_p]
_libpq.PQgetCancel.restype = ctypes.c_void_p
_libpq.PQcancel.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
_libpq.PQfreeCancel.argtypes = [ctypes.c_void_p]
_libpq.PQfreeCancel.restype = None


class CancelRequest:
    """A request to cancel a statement; it outlives the connection, and is to be sent once."""

    def __init__(self, waiting: connection) -> None:
        # None where there is no server to ask yet.
        self._request = _libpq.PQgetCancel(waiting.pgconn_ptr)

    def send(self) -> None:
        """Returns once the server took it or cannot be reached; never if the server is frozen."""
        if self._request is None:
            return
        reason = ctypes.create_string_buffer(256)
        _libpq.PQcancel(self._request, reason, len(reason))
        _libpq.PQfreeCancel(self._request)

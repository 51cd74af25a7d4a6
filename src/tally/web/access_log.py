"""The log on standard error: one line a request, one an event, in text or JSON.

Never a query string, a cookie, a form's content or an email address. Text that somebody else chose
(a path, say) has its control characters escaped, so that nobody can write lines of their own.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Literal

from starlette.types import Scope

LineFormat = Literal["text", "json"]

# Monitoring asks for these every few seconds: only failures are logged.
QUIET_PATHS = ("/healthz", "/readyz")

# The beginnings of uvicorn's messages on malformed requests and on other protocols.
UVICORN_REFUSALS = (
    "Invalid HTTP request",
    "Unsupported upgrade request",
    "No supported WebSocket library",
)

_access = logging.getLogger("tally.access")


def configure(line_format: LineFormat = "text") -> None:
    """Send everything that is logged in this process to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if line_format == "json" else TextFormatter())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("tally").setLevel(logging.INFO)
    # Refused requests have a line with their status; these would add one without an address.
    logging.getLogger("python_multipart").setLevel(logging.CRITICAL)
    logging.getLogger("uvicorn.error").addFilter(_is_no_refusal)


def configure_once() -> None:
    """Configure the log for a command, unless its caller in this process has done so already."""
    if not logging.getLogger().handlers:
        configure()


def _is_no_refusal(record: logging.LogRecord) -> bool:
    return not str(record.msg).startswith(UVICORN_REFUSALS)


def escaped(text: str) -> str:
    """`text` on one line: unprintable characters become `\\x0a`, `\\u2028` and the like."""
    if text.isprintable() and "\\" not in text:
        return text
    return "".join(
        sign if sign.isprintable() and sign != "\\" else sign.encode("unicode_escape").decode()
        for sign in text
    )


def refused(client: tuple[str, int] | None, status: int) -> None:
    """A line for a refused connection without a request: method, path and user are unknown."""
    fields = {"method": "-", "path": "-", "status": status, "address": client[0] if client else ""}
    _access.info("request", extra={"fields": fields})


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _fields(record: logging.LogRecord) -> dict[str, object]:
    """The fields that the caller passed as `extra={"fields": {…}}`."""
    fields: dict[str, object] = getattr(record, "fields", {})
    return fields


class TextFormatter(logging.Formatter):
    """`2026-10-05T12:00:00.123+00:00 INFO GET /list 200 ms=1.9 user=…`, for people."""

    def format(self, record: logging.LogRecord) -> str:
        words = [_moment(record), record.levelname, escaped(record.getMessage())]
        words += [f"{name}={self._value(value)}" for name, value in _fields(record).items()]
        line = " ".join(words)
        if record.exc_info:
            # Indented, so that no line of a traceback can pass for a line of the log.
            for text in self.formatException(record.exc_info).splitlines():
                line += f"\n    | {escaped(text)}"
        return line

    @staticmethod
    def _value(value: object) -> str:
        # A quotation mark in it would end it, and what follows could pass for fields of the line.
        text = escaped(str(value)).replace('"', "\\x22")
        return text if text and " " not in text else f'"{text}"'


class JsonFormatter(logging.Formatter):
    """The form for machines: one JSON object a line, in ASCII, so that nothing breaks the line."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "time": _moment(record),
            "level": record.levelname.lower(),
            "log": record.name,
            "event": record.getMessage(),
            **_fields(record),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, default=str)


def write(scope: Scope, status: int, seconds: float) -> None:
    """A line for a request, when it has ended. The ids of user and token were left in the scope."""
    if status < 400 and scope["path"] in QUIET_PATHS:
        return
    state = scope.get("state", {})
    fields = {
        "method": scope["method"],
        "path": scope["path"],
        "status": status,
        "ms": round(seconds * 1000, 1),
        "user": str(state.get("user_id", "-")),
    }
    if "token_id" in state:
        fields["token"] = str(state["token_id"])
    _access.info("request", extra={"fields": fields})

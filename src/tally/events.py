"""What the log tells about accounts: sign-ins, refusals, sessions ended, accounts changed."""

import logging

from starlette.requests import Request

_log = logging.getLogger("tally.events")


def note(event: str, request: Request, **fields: object) -> None:
    """One line in the log. Fields are ids, counts and words of ours, never what somebody typed."""
    address = request.client.host if request.client else ""
    _log.info(event, extra={"fields": {"address": address, **fields}})

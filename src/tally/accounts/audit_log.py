"""The log's lines on accounts: sign-ins, refusals, sessions ended, accounts changed."""

import logging

from starlette.requests import Request

from tally.accounts.rate_limit import plain_address

_log = logging.getLogger("tally.events")


def note(event: str, request: Request, **fields: object) -> None:
    """Write a line into the log: ids, counts and Tally's own words, never text of a user."""
    address = plain_address(request.client.host if request.client else None)
    _log.info(event, extra={"fields": {"address": address, **fields}})


def note_command(event: str, **fields: object) -> None:
    """Write a line into the log for an action on the command line, which has no request."""
    _log.info(event, extra={"fields": {"by": "command", **fields}})

"""What the log tells about accounts: sign-ins, refusals, sessions ended, accounts changed."""

import logging

from starlette.requests import Request

from tally.accounts.rate_limit import plain_address

_log = logging.getLogger("tally.events")


def note(event: str, request: Request, **fields: object) -> None:
    """One line in the log. Fields are ids, counts and words of ours, never what somebody typed."""
    address = plain_address(request.client.host if request.client else None)
    _log.info(event, extra={"fields": {"address": address, **fields}})


def note_command(event: str, **fields: object) -> None:
    """The same for what somebody did by a command, where no request came from anywhere."""
    _log.info(event, extra={"fields": {"by": "command", **fields}})

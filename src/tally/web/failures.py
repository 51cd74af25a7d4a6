"""The answers to requests that fail through the server: by a fault, the database or a shutdown."""

from starlette.requests import Request

from tally.accounts.sessions import SAFE_METHODS
from tally.db.engine import Outage
from tally.errors import HTTPError

RETRY_SECONDS = "5"


def fault(advice: str) -> HTTPError:
    """The answer to a fault of ours; `advice` is a sentence to add, or empty."""
    return HTTPError(500, f"Something went wrong on our side.{advice}")


def database_out(request: Request, outage: Outage) -> HTTPError:
    """The answer while the database cannot serve this request."""
    retry = " Try again; fewer days or types take less." if outage is Outage.SLOW else " Try again."
    return HTTPError(
        503,
        f"{outage.value}{not_saved(request) or retry}",
        headers={"Retry-After": RETRY_SECONDS},
    )


def commit_unknown(reason: str = "The database did not answer in time.") -> HTTPError:
    """The answer to a change whose COMMIT has an unknown outcome."""
    return HTTPError(
        503,
        f"{reason} This may have been saved, or not: look, or send it again. Nothing is saved "
        "twice.",
        headers={"Retry-After": RETRY_SECONDS},
        details={"saved": None},
    )


def stopping(request: Request) -> HTTPError:
    """The answer to a request that a stopping server no longer waits for."""
    sentence = "Tally is being stopped."
    if request.method not in SAFE_METHODS:
        return commit_unknown(sentence)
    return HTTPError(503, f"{sentence} Try again.", headers={"Retry-After": RETRY_SECONDS})


def not_saved(request: Request) -> str:
    """The sentence to add where a change was rolled back; "" for a GET, which saves nothing."""
    return "" if request.method in SAFE_METHODS else " Nothing was saved."

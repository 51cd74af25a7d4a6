"""The answers to requests that the server fails: by an error, without a database, at a shutdown."""

import logging

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from starlette.requests import Request

from tally.accounts import audit_log
from tally.db.engine import CommitUnknown, Outage, outage, sqlstate
from tally.domain import meter_words
from tally.domain.meters import BrokenChain, TooManyMeters
from tally.errors import HTTPError
from tally.web.context import SAFE_METHODS, RequestContext

log = logging.getLogger("tally")

RETRY_SECONDS = "5"
# SQLSTATE of a violated foreign key: a record refers to its account, which may have been deleted
# while this request was under way.
NO_SUCH_ACCOUNT = "23503"


def lacks_account(error: Exception) -> bool:
    """Whether a request failed because its account was deleted meanwhile."""
    return isinstance(error, DBAPIError) and sqlstate(error) == NO_SUCH_ACCOUNT


def refusal_of(context: RequestContext, error: Exception) -> HTTPError:
    """The answer to an exception that is not a refusal of the handler's own."""
    request = context.request
    if isinstance(error, BrokenChain | TooManyMeters):
        return HTTPError(409, f"{meter_words.why(error, context.formatter)} Nothing was changed.")
    if isinstance(error, CommitUnknown):
        audit_log.note("commit not answered", request)
        return commit_unknown()
    if isinstance(error, SQLAlchemyError) and (why := outage(error)):
        return database_out(request, why)
    # A fault of ours: the log has its traceback, the answer says nothing of it.
    log.error("%s %s failed", request.method, request.scope["path"], exc_info=error)
    return fault(not_saved(request))


def fault(advice: str) -> HTTPError:
    """The answer 500 to an error in Tally itself; `advice` is a sentence to add, or empty."""
    return HTTPError(500, f"Something went wrong on our side.{advice}")


def database_out(request: Request, reason: Outage) -> HTTPError:
    """The answer while the database cannot serve this request."""
    retry = " Try again; fewer days or types take less." if reason is Outage.SLOW else " Try again."
    return HTTPError(
        503,
        f"{reason.value}{not_saved(request) or retry}",
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

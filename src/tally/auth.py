"""Who asks: the session cookie, the token in it, the session on the users row."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from tally.models import User


@dataclass(frozen=True)
class Identity:
    """A visitor who is signed in. The user is detached from the session: change it by UPDATE."""

    user: User
    sid: str


def identify(request: Request, db: Session, now: datetime) -> Identity | None:
    """The visitor behind the request's cookie, or None."""
    return None


def renew(identity: Identity | None, response: Response, request: Request) -> None:
    """Give the answer a new token of the same session when the old one is over 12 hours old."""

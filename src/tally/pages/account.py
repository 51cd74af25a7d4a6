"""To be written by its owner."""

from starlette.responses import Response

from tally.errors import NotFound
from tally.visit import Visit


def change_password(visit: Visit) -> Response:
    raise NotFound


def end_other_sessions(visit: Visit) -> Response:
    raise NotFound


def end_session(visit: Visit) -> Response:
    raise NotFound


def invite(visit: Visit) -> Response:
    raise NotFound


def show(visit: Visit) -> Response:
    raise NotFound


def save(visit: Visit) -> Response:
    raise NotFound


def delete(visit: Visit) -> Response:
    raise NotFound

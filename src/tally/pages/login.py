"""To be written by its owner."""

from starlette.responses import Response

from tally.errors import NotFound
from tally.visit import Visit


def page(visit: Visit) -> Response:
    raise NotFound


def sign_in(visit: Visit) -> Response:
    raise NotFound


def register(visit: Visit) -> Response:
    raise NotFound


def reset_page(visit: Visit) -> Response:
    raise NotFound


def reset(visit: Visit) -> Response:
    raise NotFound


def sign_out(visit: Visit) -> Response:
    raise NotFound

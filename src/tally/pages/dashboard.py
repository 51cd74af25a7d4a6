"""To be written by its owner."""

from starlette.responses import Response

from tally.errors import NotFound
from tally.visit import Visit


def page(visit: Visit) -> Response:
    raise NotFound


def statistics(visit: Visit) -> Response:
    raise NotFound


def set_limit(visit: Visit) -> Response:
    raise NotFound

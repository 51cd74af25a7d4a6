"""To be written by its owner."""

from starlette.responses import Response

from tally.errors import NotFound
from tally.visit import Visit


def page(visit: Visit) -> Response:
    raise NotFound


def preview(visit: Visit) -> Response:
    raise NotFound


def suggestions(visit: Visit) -> Response:
    raise NotFound


def create(visit: Visit) -> Response:
    raise NotFound

"""To be written by its owner."""

from starlette.responses import Response

from tally.errors import NotFound
from tally.visit import Visit


def index(visit: Visit) -> Response:
    raise NotFound


def totals(visit: Visit) -> Response:
    raise NotFound


def undo(visit: Visit) -> Response:
    raise NotFound


def bulk(visit: Visit) -> Response:
    raise NotFound


def show(visit: Visit) -> Response:
    raise NotFound


def save(visit: Visit) -> Response:
    raise NotFound


def delete(visit: Visit) -> Response:
    raise NotFound


def edit(visit: Visit) -> Response:
    raise NotFound


def restore(visit: Visit) -> Response:
    raise NotFound

"""To be written by its owner."""

from starlette.responses import Response

from tally.errors import NotFound
from tally.visit import Visit


def import_file(visit: Visit) -> Response:
    raise NotFound


def import_problems(visit: Visit) -> Response:
    raise NotFound

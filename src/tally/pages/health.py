"""To be written by its owner."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response


async def alive(request: Request) -> Response:
    """200 while the process serves."""
    return PlainTextResponse("ok")


ready = metrics = alive

"""Static files, cached for a year under an address that changes with any of them."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from pathlib import Path

import brotli
from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from tally.paths import folder

COMPRESSIBLE = (".css", ".js", ".mjs", ".svg")
# Nothing here is a page: it may do less than one, and that is said in fewer bytes.
NO_PAGE = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Statics(StaticFiles):
    """The folder `static`.

    `/static/VERSION/js/app.js` and `/static/js/app.js` are the same file. Only the first may be
    kept without asking again: its version is a digest of the whole folder, and as it stands before
    the path, relative imports between modules and style sheets carry it too.
    """

    def __init__(self) -> None:
        root = folder("static")
        super().__init__(directory=root)
        digest = blake2b(digest_size=6)
        for path in sorted(path for path in root.rglob("*") if path.is_file()):
            digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
        self.version = digest.hexdigest()

    def url(self, path: str) -> str:
        """The address of a file, for templates."""
        return f"/static/{self.version}/{path}"

    async def get_response(self, path: str, scope: Scope) -> Response:
        current = path.startswith(self.version + "/")
        response = await super().get_response(path.removeprefix(self.version + "/"), scope)
        if current and isinstance(response, FileResponse) and "br" in _accepted(scope):
            response = _compressed(response)
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if current else "no-cache"
        )
        response.headers.update(NO_PAGE)
        return response


def _accepted(scope: Scope) -> list[str]:
    accepted = Headers(scope=scope).get("accept-encoding", "")
    return [name.strip() for name in accepted.split(",")]


def _compressed(response: FileResponse) -> Response:
    """The same with brotli at its best, a sixth smaller than what is quick enough for pages."""
    path = Path(response.path)
    if path.suffix not in COMPRESSIBLE:
        return response
    return Response(
        _brotli(path),
        headers={"Content-Encoding": "br", "Vary": "Accept-Encoding"},
        media_type=response.media_type,
    )


@cache
def _brotli(path: Path) -> bytes:
    compressed: bytes = brotli.compress(path.read_bytes(), quality=11)
    return compressed

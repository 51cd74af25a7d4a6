"""Static files, cached for a year under an address that changes with any of them.

The style sheets of a page go out as one file. Comments stay in the tree: they are a fifth of what
scripts and style sheets weigh, and no browser reads them.
"""

from __future__ import annotations

import re
from functools import cache
from hashlib import blake2b
from pathlib import Path

import brotli
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from tally.paths import folder

COMPRESSIBLE = (".css", ".js", ".mjs", ".svg")
SCRIPTS = (".js", ".mjs")
# The style sheets in css/ of each page, in the order in which they are joined. Those of account,
# keys and import come with their dialogs.
_FRAME = ("tokens", "base", "parts", "frame")
_MEMBER = (*_FRAME, "quick-add")
SHEETS = {
    "page": (*_MEMBER, "error"),
    "login": (*_FRAME, "login"),
    "offline": (*_FRAME, "quick-add", "add"),
    "dashboard": (*_MEMBER, "charts", "dashboard"),
    "add": (*_MEMBER, "rows", "add"),
    "list": (*_MEMBER, "rows", "list", "print"),
}
# Holds for paper only.
PRINT_SHEET = "print"
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# Comments that fill their lines. Others are left: a text may look like a comment.
_SCRIPT_COMMENT = re.compile(r"^[ \t]*(?://[^\n]*|/\*\*(?:[^*]|\*(?!/))*\*/[ \t]*)$", re.MULTILINE)
# Blanks around braces, semicolons and combinators, after a property and after a comma; a text keeps
# its own.
_CSS_BLANKS = re.compile(r'("[^"]*")|\s*([{};])\s*|(?<=[a-z])(:) |(,)\s+| ([>~]) ')
# No file here is a page, so a shorter policy forbids it more.
CONTENT_SECURITY_POLICY = "default-src 'none'; frame-ancestors 'none'"


class Statics(StaticFiles):
    """The folder `static`.

    `/static/VERSION/js/keys.js` and `/static/js/keys.js` are the same file. Only the first may be
    kept without asking again: its version is a digest of the whole folder, and as it stands before
    the path, relative imports between modules carry it too. `css/pages/list.css` is no file: it is
    the style sheets of the list page, joined.
    """

    def __init__(self) -> None:
        root = folder("static")
        super().__init__(directory=root)
        digest = blake2b(digest_size=6)
        for path in sorted(path for path in root.rglob("*") if path.is_file()):
            digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
        self.pages = {
            f"css/pages/{page}.css": _joined(root / "css", names) for page, names in SHEETS.items()
        }
        for content in self.pages.values():
            digest.update(content)
        self.version = digest.hexdigest()

    def url(self, path: str) -> str:
        """The address of a file, for templates."""
        return f"/static/{self.version}/{path}"

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file at a path, from which Starlette has dropped slashes too many.

        With one too many it is another address, as everywhere. Raises HTTPException 404.
        """
        if scope["path"] != f"{scope['root_path']}/{path}":
            raise HTTPException(404)
        current = path.startswith(self.version + "/")
        path = path.removeprefix(self.version + "/")
        takes_brotli = current and "br" in _accepted(scope)
        if path in self.pages and scope["method"] in ("GET", "HEAD"):
            response = _sheet(self.pages[path], takes_brotli=takes_brotli)
        else:
            response = await super().get_response(path, scope)
            if takes_brotli and isinstance(response, FileResponse):
                response = _compressed(response)
        response.headers["Cache-Control"] = "max-age=31536000, immutable" if current else "no-cache"
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        return response


def _accepted(scope: Scope) -> list[str]:
    accepted = Headers(scope=scope).get("accept-encoding", "")
    return [name.strip() for name in accepted.split(",")]


def _joined(css: Path, names: tuple[str, ...]) -> bytes:
    """The style sheets `names` of the folder `css` as one, without comments and blanks."""
    return "".join(_read(css, name) for name in names).encode()


def _read(css: Path, name: str) -> str:
    text = (css / f"{name}.css").read_text(encoding="utf-8")
    text = _CSS_BLANKS.sub(r"\1\2\3\4\5", _CSS_COMMENT.sub("", text)).strip()
    return f"@media print{{{text}}}" if name == PRINT_SHEET else text


def _sheet(content: bytes, *, takes_brotli: bool) -> Response:
    if not takes_brotli:
        return Response(content, headers={"Vary": "Accept-Encoding"}, media_type="text/css")
    return _brotli_response(content, "text/css")


def _compressed(response: FileResponse) -> Response:
    """The file with brotli at its best: a sixth smaller than at the quick level of pages."""
    path = Path(response.path)
    if path.suffix not in COMPRESSIBLE:
        return response
    return _brotli_response(_content(path), response.media_type)


def _brotli_response(content: bytes, media_type: str | None) -> Response:
    headers = {"Content-Encoding": "br", "Vary": "Accept-Encoding"}
    return Response(_brotli(content), headers=headers, media_type=media_type)


@cache
def _content(path: Path) -> bytes:
    """A file as it goes over the wire."""
    if path.suffix not in SCRIPTS:
        return path.read_bytes()
    return bare(path.read_text(encoding="utf-8")).encode()


def bare(script: str) -> str:
    """`script` without lines of comments, empty ones and indentation: no text of it spans lines."""
    lines = (line.strip() for line in _SCRIPT_COMMENT.sub("", script).splitlines())
    return "\n".join(line for line in lines if line)


@cache
def _brotli(content: bytes) -> bytes:
    compressed: bytes = brotli.compress(content, quality=11)
    return compressed

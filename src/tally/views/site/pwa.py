"""The parts of a progressive web app: manifest, service worker, the page for times offline.

None of the three depends on the account, so that a browser may keep them.
"""

from __future__ import annotations

import json
from functools import cache
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from tally.paths import folder
from tally.web import responses
from tally.web.context import RequestContext

# Kept until the next look; a new version must be seen at the next start.
REVALIDATED = {"Cache-Control": "no-cache"}
# The surface of tokens.css, as browsers paint their own frame with it.
THEME_LIGHT = "#fdfefc"
PAPER_LIGHT = "#f3f5f0"


class Icon(NamedTuple):
    """An icon of the application: its file in `icons/`, the pixels of a side, its purpose."""

    file: str
    side: int
    purpose: str


class Screenshot(NamedTuple):
    """A picture of a page: its file in `icons/`, its sides in pixels, the width that it is for."""

    file: str
    sizes: str
    form_factor: str
    label: str


# Made from tally.svg by tools/make_icons.py.
ICONS = (
    Icon("icon-192.png", 192, "any"),
    Icon("icon-512.png", 512, "any"),
    Icon("maskable-512.png", 512, "maskable"),
)
SCREENSHOTS = (
    Screenshot("screenshot-add.png", "780x1688", "narrow", "A line, and how it is read"),
    Screenshot("screenshot-dashboard.png", "1280x800", "wide", "The dashboard of a month"),
)


async def manifest(request: Request) -> Response:
    """The web application manifest: name, icons, start page, and the texts it takes when shared."""
    asset = request.app.state.templates.globals["asset"]
    content = {
        "id": "/add",
        "name": "Tally",
        "short_name": "Tally",
        "description": "A log of what you consume: one line in, a clear ledger out.",
        "lang": "en",
        "start_url": "/add",
        "scope": "/",
        "display": "standalone",
        "theme_color": THEME_LIGHT,
        "background_color": PAPER_LIGHT,
        "icons": [
            {
                "src": asset(f"icons/{icon.file}"),
                "sizes": f"{icon.side}x{icon.side}",
                "type": "image/png",
                "purpose": icon.purpose,
            }
            for icon in ICONS
        ],
        "screenshots": [
            {
                "src": asset(f"icons/{picture.file}"),
                "sizes": picture.sizes,
                "type": "image/png",
                "form_factor": picture.form_factor,
                "label": picture.label,
            }
            for picture in SCREENSHOTS
        ],
        "shortcuts": [
            {"name": "Add", "url": "/add"},
            {"name": "Dashboard", "url": "/"},
        ],
        "share_target": {
            "action": "/add",
            "method": "GET",
            "enctype": "application/x-www-form-urlencoded",
            "params": {"text": "line"},
        },
    }
    return Response(
        json.dumps(content, ensure_ascii=False),
        media_type="application/manifest+json",
        headers=REVALIDATED,
    )


async def service_worker(request: Request) -> Response:
    """The service worker, with the address of the static files it belongs to in its first line."""
    asset = request.app.state.templates.globals["asset"]
    return Response(
        f'const STATIC = "{asset("")}";\n{_worker()}',
        media_type="text/javascript",
        headers=REVALIDATED,
    )


@cache
def _worker() -> str:
    return (folder("static") / "js" / "sw.js").read_text(encoding="utf-8")


async def offline(request: Request) -> Response:
    """The page that the service worker keeps: the same for everybody, with any cookie."""
    context = RequestContext(request)
    response = responses.page(context, "pages/offline.html")
    response.headers.update(REVALIDATED)
    return response

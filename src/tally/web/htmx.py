"""The headers of htmx, and the addresses of pages in them. Pure but for Request."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit
from uuid import UUID

from starlette.requests import Request

# The `Vary` of all that may be a page or a part of it.
VARY = "HX-Request, HX-Request-Type"


@dataclass(frozen=True, slots=True)
class HtmxHeaders:
    """Response headers for htmx, which ask for more than the swap that the element asked for.

    `push_url` and `replace_url` set the address bar, and "false" leaves it alone; `retarget` (a
    selector) and `reswap` put the answer elsewhere than the form asked for; `trigger` names events
    for the page's modules; `redirect` is the page to go on at.
    """

    push_url: str | None = None
    replace_url: str | None = None
    retarget: str | None = None
    reswap: str | None = None
    trigger: str | None = None
    redirect: str | None = None

    def by_name(self) -> dict[str, str]:
        """The headers as they are sent, without those that are not set."""
        named = {
            "HX-Push-Url": self.push_url,
            "HX-Replace-Url": self.replace_url,
            "HX-Retarget": self.retarget,
            "HX-Reswap": self.reswap,
            "HX-Trigger": self.trigger,
            "HX-Redirect": self.redirect,
        }
        return {name: value for name, value in named.items() if value is not None}


# The most changed records that a page points out. A header names them, and then the address of the
# next request: both must stay short.
MAX_POINTED_OUT = 30
NO_HEADERS = HtmxHeaders()
# Put the answer below the messages on the page, whichever element asked for it. The page stays as
# it is, and so does its address, also where the element asked for another page.
TO_MESSAGES = HtmxHeaders(push_url="false", retarget="#messages", reswap="beforeend")


def wants_fragment(request: Request) -> bool:
    """Whether htmx asks for a part of a page; a history restore asks for the whole."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and headers.get("HX-Request-Type") == "partial"


def from_htmx(request: Request) -> bool:
    """Whether htmx made the request, for a part or for a whole page."""
    return request.headers.get("HX-Request") == "true"


def target(request: Request) -> str:
    """The id of the element that an htmx answer goes to."""
    return request.headers.get("HX-Target", "").partition("#")[2]


def shown_address(request: Request) -> str:
    """The URL in the address bar: for htmx that of the page which asks, not its own."""
    shown = request.headers.get("HX-Current-URL", "") if from_htmx(request) else ""
    return shown or str(request.url)


class ShownPage(NamedTuple):
    """The page in a browser: its path, and its query string without the question mark."""

    path: str
    query: str = ""

    @property
    def address(self) -> str:
        """The address of the page on this site."""
        return address(self.path, self.query)


def shown_page(request: Request) -> ShownPage:
    """The page from which htmx, or a form without it, asks.

    Its path is empty where no page is named, or none that can be read.
    """
    parts = split_address(
        request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    )
    return ShownPage(parts.path, parts.query)


def address(path: str, query: str) -> str:
    """A page's address; without a query string the path alone."""
    return f"{path}?{query}" if query else path


def records_changed(*ids: UUID, shows: bool = False) -> HtmxHeaders:
    """The event after which lists of records reload and point out the first of these records.

    `shows`: the very first is brought into view.
    """
    names = [str(record_id) for record_id in ids[:MAX_POINTED_OUT]]
    detail = {"ids": names} | ({"shows": True} if shows else {})
    return HtmxHeaders(trigger=json.dumps({"records-changed": detail}))


def type_unit(unit: str) -> HtmxHeaders:
    """The event that brings the unit in which a type was last used into the field of the unit."""
    return HtmxHeaders(trigger=json.dumps({"type-unit": {"unit": unit}}))


def split_address(address: str) -> SplitResult:
    """The parts of an address; empty ones where it cannot be read."""
    try:
        return urlsplit(address)
    except ValueError:  # A client may send anything as the page it comes from.
        return urlsplit("")

"""Answers: pages, fragments, redirects, JSON. The only file that knows htmx's headers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import SplitResult, quote, urlencode, urlsplit, urlunsplit
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from tally import numbers
from tally.folders import folder
from tally.guard import SAFE_METHODS
from tally.words import type_colour

if TYPE_CHECKING:
    from tally.visit import Visit

VARY = "HX-Request, HX-Request-Type"
# A line that somebody signed out has sent comes along in an address; a longer one would not.
MOST_LINE_KEPT = 500


class Dialog(NamedTuple):
    """A dialog that stands open over a page from the start, as it must without scripts.

    `behind` is the address of that page alone: closing the dialog leads there.
    """

    content: Markup
    behind: str


def environment(asset: Callable[[str], str]) -> Environment:
    """The templates. A name that a template misses is an error, not an empty text."""
    env = Environment(
        loader=FileSystemLoader(folder("templates")),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.globals.update(asset=asset)
    env.filters.update(plain=numbers.plain, type_colour=type_colour)
    return env


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


def shown_page(request: Request) -> tuple[str, str]:
    """Path and query string of the page from which htmx, or a form without it, asks.

    Both are empty where no page is named, or none that can be read.
    """
    parts = _split(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))
    return parts.path, parts.query


def address(path: str, query: str) -> str:
    """A page's address; without a query string the path alone."""
    return f"{path}?{query}" if query else path


def records_changed(*ids: UUID) -> str:
    """For `trigger`: whoever shows records reads them again and points out those with these ids."""
    return json.dumps({"records-changed": {"ids": [str(id) for id in ids]}})


def page(visit: Visit, template: str, status: int = 200, **context: Any) -> Response:
    """A whole page."""
    return _html(visit, template, status, {}, context)


def fragment(
    visit: Visit,
    template: str,
    status: int = 200,
    *,
    push_url: str | None = None,
    replace_url: str | None = None,
    retarget: str | None = None,
    reswap: str | None = None,
    trigger: str | None = None,
    **context: Any,
) -> Response:
    """A part of a page for htmx.

    `push_url` and `replace_url` set the address bar; `retarget` (a selector) and `reswap` send the
    answer to another place than the form asked for; `trigger` names events for the page's modules.
    """
    headers = {
        "HX-Push-Url": push_url,
        "HX-Replace-Url": replace_url,
        "HX-Retarget": retarget,
        "HX-Reswap": reswap,
        "HX-Trigger": trigger,
    }
    sent = {name: value for name, value in headers.items() if value is not None}
    return _html(visit, template, status, sent, context)


def either(
    visit: Visit, page_template: str, fragment_template: str, status: int = 200, **context: Any
) -> Response:
    """The fragment when htmx asks for a part, otherwise the page that holds it."""
    if visit.is_fragment:
        return fragment(visit, fragment_template, status, **context)
    return page(visit, page_template, status, **context)


def redirect(visit: Visit, path: str) -> Response:
    """Go on at `path`. To htmx a redirect is a 200 with a header: fetch would hide a 3xx."""
    if from_htmx(visit.request):
        return Response(status_code=200, headers={"HX-Redirect": path, "Vary": VARY})
    return RedirectResponse(path, status_code=303, headers={"Vary": VARY})


def data(content: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """JSON. Decimals are texts without exponent, dates ISO 8601."""
    return _Json(content, status_code=status, headers={"Vary": "Accept", **(headers or {})})


def refusal(
    visit: Visit,
    status: int,
    sentence: str,
    fields: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    details: Mapping[str, object] | None = None,
) -> Response:
    """An error in the form that was asked for: JSON, a fragment at the messages, or a page.

    `details` stand in JSON only.
    """
    response = _refusal(visit, status, sentence, fields or {}, details or {})
    response.headers.update(headers or {})
    return response


def sign_in_first(visit: Visit) -> Response:
    """What somebody who is signed out gets for anything of a member's."""
    request = visit.request
    if visit.wants != "html":
        return data({"error": "Sign in to go on.", "fields": {}}, 401)
    reads = request.method in SAFE_METHODS
    if from_htmx(request) and not reads:
        # The form keeps what was typed: the message goes to the messages, not over the form.
        return fragment(
            visit,
            "fragments/error.html",
            401,
            retarget="#messages",
            reswap="beforeend",
            sentence="You are signed out. Sign in in another tab, then send this again.",
        )
    path = _local_path(_shown_address(request)) if reads else _path_to_send_again(visit)
    where = f"/login?next={quote(path, safe='')}" if path != "/" else "/login"
    if from_htmx(request):
        return Response(status_code=401, headers={"HX-Redirect": where, "Vary": VARY})
    return RedirectResponse(where, status_code=303, headers={"Vary": VARY})


def _path_to_send_again(visit: Visit) -> str:
    """Where a form that was sent signed out stood; a line to be noted stands there once more."""
    lines = visit.form.many("line")
    if visit.request.url.path == "/consumption" and len(lines) == 1:
        [line] = lines
        if len(line) <= MOST_LINE_KEPT and len(line.splitlines()) == 1:
            return f"/add?{urlencode({'line': line})}"
    return _local_path(visit.request.headers.get("Referer", ""))


def _shown_address(request: Request) -> str:
    """What the address bar shows: for a fragment the page around it, not the fragment's own."""
    shown = request.headers.get("HX-Current-URL", "") if from_htmx(request) else ""
    return shown or str(request.url)


def _local_path(address: str) -> str:
    parts = _split(address)
    return urlunsplit(("", "", parts.path or "/", parts.query, ""))


def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:  # A client may send anything as the page it comes from.
        return urlsplit("")


def _refusal(
    visit: Visit,
    status: int,
    sentence: str,
    fields: Mapping[str, str],
    details: Mapping[str, object],
) -> Response:
    if visit.wants != "html":
        return data({"error": sentence, "fields": dict(fields), **details}, status)
    context: dict[str, Any] = {"sentence": sentence, "fields": fields}
    if from_htmx(visit.request):
        return _html(
            visit,
            "fragments/error.html",
            status,
            {"HX-Retarget": "#messages", "HX-Reswap": "beforeend"},
            context,
        )
    return _html(visit, "pages/error.html", status, {}, {"here": "", **context})


def _html(
    visit: Visit, template: str, status: int, headers: Mapping[str, str], context: dict[str, Any]
) -> Response:
    body = markup(visit, template, status=status, **context)
    return HTMLResponse(body, status, {"Vary": VARY, **headers})


def markup(visit: Visit, template: str, **context: Any) -> Markup:
    """A template filled in, to stand in another one."""
    env: Environment = visit.request.app.state.templates
    return Markup(
        env.get_template(template).render(
            visit=visit,
            user=visit.visitor,
            today=visit.today,
            say=visit.say,
            **context,
        )
    )


def dialog(visit: Visit, template: str, behind: str, **context: Any) -> Dialog:
    """A template filled in as a dialog over the page whose address is `behind`."""
    return Dialog(markup(visit, template, behind=behind, **context), behind)


class _Json(JSONResponse):
    def render(self, content: Any) -> bytes:
        return json.dumps(
            content, ensure_ascii=False, separators=(",", ":"), default=_json_text
        ).encode()


def _json_text(value: object) -> str:
    match value:
        case Decimal():
            return numbers.plain(value)
        case datetime() | date():
            return value.isoformat()
        case UUID():
            return str(value)
        case _:
            raise TypeError(f"{type(value).__name__} has no JSON form here")

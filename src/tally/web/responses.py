"""Answers: pages, fragments, redirects, JSON, with the headers that htmx reads."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urlunsplit
from uuid import UUID

from jinja2 import Environment, Template
from markupsafe import Markup
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)

from tally.domain import amounts
from tally.domain.text import as_utf_8
from tally.errors import AS_BEARER, BEARER_CHALLENGE, SIGN_IN, HTTPError
from tally.web import htmx, templates, typed_forms
from tally.web.context import SAFE_METHODS, RequestContext
from tally.web.htmx import VARY, HtmxHeaders, from_htmx
from tally.web.refused_form import other_sentences, refused_form
from tally.web.streaming import Streamed

# A form that was sent signed out is kept in an address of at most this many bytes: a proxy in front
# may limit all headers of an answer to 4 kB (nginx does), and ours take more than one.
MAX_ADDRESS_KEPT = 2_400

# The parts of a streamed template, words or a few tags each, that are sent together.
PARTS_A_PIECE = 1_000


# Makes the parts that every page shows around its own content.
Frame = Callable[[RequestContext], dict[str, Any]]


class Dialog(NamedTuple):
    """A dialog that stands open over a page from the start, as it must without scripts.

    `behind` is the address of that page alone: closing the dialog leads there.
    """

    content: Markup
    behind: str


def page(context: RequestContext, template: str, status: int = 200, **values: Any) -> Response:
    """A whole page in its frame, whose values the application makes: see `views/site/frame.py`."""
    frame: Frame = context.request.app.state.frame
    return _html(context, template, status, {}, frame(context) | values)


def fragment(
    context: RequestContext,
    template: str,
    status: int = 200,
    *,
    headers: HtmxHeaders = htmx.NO_HEADERS,
    **values: Any,
) -> Response:
    """A part of a page for htmx, with further headers for it."""
    return _html(context, template, status, headers.by_name(), values)


def streamed_page(context: RequestContext, template: str, **values: Any) -> Response:
    """A whole page whose values are read while it is sent: it is never whole in memory."""

    def pieces() -> Iterator[bytes]:
        parts = _template(context, template).stream(**_values(context), **values)
        parts.enable_buffering(PARTS_A_PIECE)
        while True:
            # Each piece may be made in another thread.
            templates.READER.set(context)
            piece = next(parts, None)
            if piece is None:
                return
            yield piece.encode()

    return Streamed(pieces(), media_type="text/html", headers={"Vary": VARY})


def redirect(context: RequestContext, path: str) -> Response:
    """A redirect to `path`. To htmx it is a 200 with a header: fetch would hide a 3xx."""
    if from_htmx(context.request):
        return _go_on(path, 200)
    return RedirectResponse(path, status_code=303, headers={"Vary": VARY})


def _go_on(path: str, status: int) -> Response:
    """A redirect for htmx."""
    return Response(
        status_code=status, headers={**HtmxHeaders(redirect=path).by_name(), "Vary": VARY}
    )


def data(content: object, status: int = 200) -> Response:
    """JSON. Decimals are texts without exponent, dates ISO 8601."""
    return _Json(content, status_code=status, headers={"Vary": "Accept"})


def text(content: str, status: int = 200) -> Response:
    """Plain text, the answer to lines sent as plain text."""
    return PlainTextResponse(content, status, {"Vary": "Accept"})


def refusal(context: RequestContext, refused: HTTPError) -> Response:
    """An error in the form that was asked for: JSON, a fragment at the messages, or a page."""
    response = _refusal(context, refused)
    response.headers.update(refused.headers)
    return response


def refusal_as_json(refused: HTTPError) -> Response:
    """An error as programs read it, also where there is no context yet."""
    content = {"error": refused.sentence, "fields": refused.fields, **refused.details}
    return data(content, refused.status)


def sign_in_first(context: RequestContext) -> Response:
    """The answer to a signed-out request for a page or an action of a signed-in user."""
    request = context.request
    if context.wants != "html":
        sentence = f"{SIGN_IN} {AS_BEARER}"
        return refusal(context, HTTPError(401, sentence, headers=BEARER_CHALLENGE))
    reads = request.method in SAFE_METHODS
    if from_htmx(request) and not reads:
        # The form keeps its fields as typed: the sentence joins the messages and replaces no form.
        return fragment(
            context,
            "fragments/error.html",
            401,
            headers=htmx.TO_MESSAGES,
            sentence="You are signed out. Open another tab to sign in, then send this again.",
        )
    path = _local_path(htmx.shown_address(request)) if reads else _path_to_send_again(context)
    where = f"/login?next={quote(path, safe='')}" if path != "/" else "/login"
    if from_htmx(request):
        return _go_on(where, 401)
    return RedirectResponse(where, status_code=303, headers={"Vary": VARY})


def _page_before(context: RequestContext, status: int) -> str:
    """The page whose refused form a user sent, with its fields; "" for any other request."""
    if context.visitor is None or context.request.method in SAFE_METHODS or status >= 500:
        return ""
    return typed_forms.after_refusal(_path_to_send_again(context))


def _path_to_send_again(context: RequestContext) -> str:
    """The path of the page whose form was not taken, with as many of its fields as fit."""
    request = context.request
    sent = request.url.path, request.url.query, context.form
    *addresses, page = typed_forms.pages(*sent, htmx.shown_page(request))
    fitting = (one for one in addresses if len(quote(one, safe="")) <= MAX_ADDRESS_KEPT)
    return next(fitting, page)


def _local_path(address: str) -> str:
    parts = htmx.split_address(address)
    return urlunsplit(("", "", parts.path or "/", parts.query, ""))


def _refusal(context: RequestContext, refused: HTTPError) -> Response:
    status, sentence, fields = refused.status, refused.sentence, refused.fields
    if context.wants == "text":
        return text(f"{sentence}\n", status)
    if context.wants != "html":
        return refusal_as_json(refused)
    if from_htmx(context.request):
        values = {"sentence": sentence, "fields": fields}
        headers = htmx.TO_MESSAGES.by_name()
        return _html(context, "fragments/error.html", status, headers, values)
    form = refused_form(context.form, status, fields)
    return page(
        context,
        "pages/error.html",
        status,
        here="",
        sentence=sentence,
        others=other_sentences(sentence, fields, form),
        refused=form,
        before=_page_before(context, status),
    )


def _html(
    context: RequestContext,
    template: str,
    status: int,
    headers: Mapping[str, str],
    values: dict[str, Any],
) -> Response:
    body = markup(context, template, status=status, **values)
    return HTMLResponse(as_utf_8(body), status, {"Vary": VARY, **headers})


def markup(context: RequestContext, template: str, **values: Any) -> Markup:
    """A template filled in, to stand in another one."""
    templates.READER.set(context)
    text = _template(context, template).render(**_values(context), **values)
    return Markup(text)  # noqa: S704 - the template escapes.


def _template(context: RequestContext, name: str) -> Template:
    env: Environment = context.request.app.state.templates
    return env.get_template(name)


def _values(context: RequestContext) -> dict[str, Any]:
    """The values that every template may use."""
    return {
        "context": context,
        "user": context.visitor,
        "today": context.today,
        "formatter": context.formatter,
    }


def opens(context: RequestContext, name: str) -> bool:
    """Whether the request is for a user's page with this dialog open (`?dialog=name`)."""
    return context.visitor is not None and context.request.query_params.get("dialog") == name


def address_without_dialog(context: RequestContext) -> str:
    """The address of the page without the dialog that it opens with."""
    gone = ("dialog", typed_forms.TYPED, typed_forms.REFUSED)
    rest = urlencode([pair for pair in context.query.items_list() if pair[0] not in gone])
    return htmx.address(context.request.url.path, rest)


def dialog(context: RequestContext, template: str, address: str, /, **values: Any) -> Dialog:
    """A template filled in as a dialog over the page that has this address."""
    return Dialog(markup(context, template, behind=address, **values), address)


def encode(content: object) -> bytes:
    """JSON in UTF-8. Decimals are texts without exponent, dates ISO 8601."""
    return as_utf_8(
        json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=_json_text)
    )


class _Json(JSONResponse):
    def render(self, content: Any) -> bytes:
        return encode(content)


def _json_text(value: object) -> str:
    match value:
        case Decimal():
            return amounts.plain(value)
        case datetime() | date():
            return value.isoformat()
        case UUID():
            return str(value)
        case _:
            raise TypeError(f"{type(value).__name__} has no JSON form here")

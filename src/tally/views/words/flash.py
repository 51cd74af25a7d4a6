"""The redirect from a form back to its page, and the flash message in the address of that page.

The address names the change that was made, so that no message waits on the server.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from tally.accounts.profile import local_path
from tally.db.record_form import FORM_FIELDS
from tally.domain import filter_query
from tally.domain.keys import Key
from tally.web import htmx, responses, typed_forms
from tally.web.context import RequestContext
from tally.web.htmx import ShownPage

# The parameters of a page's address that name its latest change; the next change replaces them.
PARAMETERS = (
    *("changed", "undone", "saved", "asks", "told", "dotted", "dialog"),
    *(typed_forms.TYPED, typed_forms.REFUSED),
)
# The value of `told` that names the types whose unit a change of many records has changed.
UNITS = "units"
SETTINGS, TYPE, TYPE_BACK = "settings", "type", "type-back"
LIMIT, NO_LIMIT = "limit", "no-limit"
FORGOTTEN, NOTHING = "forgotten", "nothing"
PASSWORD, SESSION, SESSIONS, TOKEN = "password", "session", "sessions", "token"
PRICE, PRICE_REMOVED, PRICE_BACK = "price", "price-removed", "price-back"
# The price that has set the currency of the account.
FIRST_PRICE = "first-price"
SAVED = {
    SETTINGS: "Settings saved",
    FORGOTTEN: "Forgotten: each file is read anew",
    NOTHING: "Nothing was changed: it is like that already",
    PASSWORD: "Your password is changed. You are signed out on other devices",
    SESSION: "The session has ended",
    SESSIONS: "All other sessions have ended, and access for programs with them",
    TOKEN: "The token has ended",
    LIMIT: "Limit saved",
    NO_LIMIT: "There is no limit now",
    TYPE: "Type saved",
    TYPE_BACK: "The type is as it was before",
    PRICE: "Price saved",
    PRICE_REMOVED: "Price removed",
    PRICE_BACK: "The price is back",
}
SAVED[FIRST_PRICE] = SAVED[PRICE]


class Flash(NamedTuple):
    """The flash message that a page's address asks for; "" for each part that it does not name.

    changed, undone, asks: the id of a change that was made, that was undone, or of which the page
    asks whether to undo it. saved: a name of SAVED. units: whether the message names the types
    whose unit has changed. is_unsent: whether a form that was sent signed out is on the page again.
    dotted: numbers such as `1.500`, with a space between, of which the page says how they were
    read.
    """

    changed: str
    undone: str
    asks: str
    saved: str
    units: bool
    is_unsent: bool
    dotted: str


def read(request: Request) -> Flash:
    """The flash message that the address of a request asks for."""
    sent = request.query_params
    saved = sent.get("saved", "")
    return Flash(
        changed=sent.get("changed", ""),
        undone=sent.get("undone", ""),
        asks=sent.get("asks", ""),
        saved=saved if saved in SAVED else "",
        units=sent.get("told") == UNITS,
        is_unsent=bool(sent.get(typed_forms.TYPED)) and not sent.get(typed_forms.REFUSED),
        dotted=sent.get("dotted", ""),
    )


def parameters(**done: UUID | str | None) -> list[tuple[str, str]]:
    """The parameters of an address that name what was done: the parts of a `Flash` that are set."""
    return [(name, str(value)) for name, value in done.items() if value]


def redirect(context: RequestContext, usual: str = "/list", **done: UUID | str | None) -> Response:
    """A redirect to the page of the form, whose address then names the change.

    `done`: the parts of a `Flash`; a `changed` of None means that nothing was changed. A dialog
    that was open from the start names the page beneath it in the form's field `back`.
    """
    if "changed" in done and done["changed"] is None:
        done["saved"] = NOTHING
    shown = return_page(context, usual)
    pairs = parse_qsl(shown.query)
    gone = set(PARAMETERS)
    if shown.path == "/add":
        # The line or the fields are saved: the address must not fill the form with them again.
        fields = FORM_FIELDS if "consumption_type" in dict(pairs) else ()
        gone |= {"line", "fields", *fields}
    pairs = [pair for pair in pairs if pair[0] not in gone]
    pairs += parameters(**done)
    return responses.redirect(context, htmx.address(shown.path, urlencode(pairs)))


def type_address(context: RequestContext, key: Key, **done: UUID | str) -> str:
    """The page of a type, in the period that the form's page showed, with what was done.

    The answer to a refused form has no query string of its own; its field `query` has that of the
    page. `price` opens the form of a price, which is done with.
    """
    shown = htmx.shown_page(context.request)
    query = shown.query if shown.path == "/" else context.form.text("query")
    gone = ("type", "unit", "price", *PARAMETERS)
    pairs = [pair for pair in parse_qsl(query) if pair[0] not in gone]
    pairs += filter_query.of_key(key).items()
    pairs += parameters(**done)
    return htmx.address("/", urlencode(pairs))


def return_page(context: RequestContext, usual: str = "/list") -> ShownPage:
    """The page to go back to: one of those that show records."""
    shown = htmx.shown_page(context.request)
    sent = context.form.get("back", context.query.get("back"))
    if sent is not None:
        path, _, query = local_path(sent).partition("?")
        shown = ShownPage(path, query)
    if shown.path in typed_forms.ADDS:
        return ShownPage("/add")
    if shown.path == typed_forms.BULK:  # Its address has the filter of the list.
        return ShownPage("/list", shown.query)
    return shown if shown.path in ("/", "/add", "/list") else ShownPage(usual)

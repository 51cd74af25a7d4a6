"""A form that was not taken, kept in the address of its page: signed out, or refused. Pure.

Lines and records have addresses that fill their forms anyway. The fields of any other form become
one parameter of its page's address. A password never does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlencode

from tally.db.record_form import FORM_FIELDS
from tally.domain import filter_query
from tally.domain.keys import Key
from tally.web import htmx
from tally.web.forms import Fields, read_pairs
from tally.web.htmx import ShownPage

# The parameter: where the form is sent, with its fields as they were typed.
TYPED = "typed"
# The parameter beside it of a form that was sent signed in, but refused.
REFUSED = "refused"
SETTINGS, TOKENS = "/account", "/account/tokens"
LIMITS, PRICES, TYPES = "/limits", "/prices", "/types"
BULK = "/consumption/bulk"
_OF_ACCOUNT = (SETTINGS, TOKENS)
# The beginnings of the addresses to which the account's dialog sends its forms.
_IN_ACCOUNT = ("/account", "/auth/password", "/auth/sessions", "/auth/invitations")
_OF_TYPE = (LIMITS, PRICES, TYPES)
# The addresses to which the forms of the add page are sent; their answer may be that page.
ADDS = ("/consumption", "/consumption/preview")
_RECORD = "/consumption/[-0-9a-f]{36}"
# Fields that come with the page itself, or that agree to something and are asked for anew.
_NOT_TYPED = ("action", "back", "confirm_currency", "dry_run", "query", "was")
# The selected records; with too many of them for an address, the person selects them again.
_SELECTED = "ids"
# The pages that forms stand on. An answer to a form is none: its address cannot be read again.
_PAGES = re.compile(f"/|/add|/list|/consumption/import|{_RECORD}/edit", re.ASCII)


def pages(path: str, query: str, form: Fields, shown: ShownPage) -> Iterator[str]:
    """The addresses to go on at: that which keeps most of the form comes first.

    `path`, `query`: where it was sent to; `shown`: the page that it was sent from. The last address
    keeps nothing of the form.
    """
    if path in ADDS:
        names = ("line",) if "line" in form else FORM_FIELDS
        yield from _with_fields("/add", form, names)
    elif re.fullmatch(_RECORD, path):
        yield from _with_fields(f"{path}/edit", form, (*FORM_FIELDS, "version", "back"))
    page = _page(path, query, form, shown)
    if path in (*_OF_ACCOUNT, *_OF_TYPE, BULK) and not any("password" in name for name in form):
        fields = [pair for pair in form.items_list() if pair[0] not in (*_NOT_TYPED, _SELECTED)]
        ids = " ".join(form.many(_SELECTED))
        for typed_fields in ([*fields, (_SELECTED, ids)] if ids else fields, fields):
            if any(text for _, text in typed_fields):
                typed_form = urlencode({TYPED: htmx.address(path, urlencode(typed_fields))})
                with_form = "&".join(filter(None, (page.query, typed_form)))
                yield htmx.address(page.path, with_form)
    yield page.address


def after_refusal(address: str) -> str:
    """One of these addresses, for a form that was refused."""
    return f"{address}&{REFUSED}=1" if f"{TYPED}=" in address else address


def typed(query: Fields, path: str) -> Fields:
    """The fields of the form that is sent to `path`, as they came along in its page's address."""
    address, _, fields = query.text(TYPED).partition("?")
    return Fields(read_pairs(fields.encode()) if address == path else [])


def _with_fields(page: str, form: Fields, names: tuple[str, ...]) -> Iterator[str]:
    """The page's address with these fields, if there is a text in any."""
    fields = [(name, text) for name in names for text in form.many(name)]
    if any(text for _, text in fields):
        yield htmx.address(page, urlencode(fields))


def _page(path: str, query: str, form: Fields, shown: ShownPage) -> ShownPage:
    """The page that the form stands on, or one that has such a form."""
    shown = ShownPage(shown.path, _without(shown.query, TYPED, REFUSED))
    if path in _OF_ACCOUNT:
        return ShownPage("/", "dialog=account")
    if path in _OF_TYPE and "type" in form:
        return ShownPage("/", _query_of_type(form, shown.query if shown.path == "/" else ""))
    if _PAGES.fullmatch(shown.path):
        return shown
    if path in ADDS:
        return ShownPage("/add")
    if path.startswith("/consumption"):
        return ShownPage("/list", query if path == BULK else "")
    return ShownPage("/", "dialog=account" if path.startswith(_IN_ACCOUNT) else "")


def _query_of_type(form: Fields, shown: str) -> str:
    """The query of the page of a form's type, in the period that its page showed."""
    [kind, unit, query] = ("".join(form.many(name)[:1]) for name in ("type", "unit", "query"))
    pair = urlencode(filter_query.of_key(Key(kind, unit)))
    rest = _without(query or shown, "type", "unit", TYPED, REFUSED)
    return "&".join(filter(None, (rest, pair)))


def _without(query: str, *names: str) -> str:
    """The query string without these parameters; as it is where it has none of them."""
    parts = query.split("&")
    return "&".join(part for part in parts if part.partition("=")[0] not in names)

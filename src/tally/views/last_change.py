"""What was done last, as a page says it that a form leads to when its answer is a whole page."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from sqlalchemy import Row
from starlette.responses import Response

from tally.accounts.profile import local_path
from tally.db import changes
from tally.domain.fields import read_id
from tally.web import htmx, responses
from tally.web.context import RequestContext

# What an address may say that was done, and what is gone from it when something else was.
SAID = ("changed", "undone", "saved", "dialog")
SETTINGS, LIMIT, TYPE = "settings", "limit", "type"
SAVED = {
    SETTINGS: "Settings saved",
    LIMIT: "Limit saved",
    TYPE: "Type saved",
    "price": "Price saved",
    "price-removed": "Price removed",
}


class Latest(NamedTuple):
    """What was done, in words, and the change to undo next; None when there is none."""

    text: str
    change: UUID | None


def change(context: RequestContext) -> Latest | None:
    """`?changed=`: what that change did, with an undo as long as there is one; `?undone=`: that.

    None for a change that is not this member's, is over ten minutes old, or went under another.
    `?saved=settings` or `limit`: only that.
    """
    if context.visitor is None or context.connection is None:
        return None
    changed, undone, saved = (context.request.query_params.get(name, "") for name in SAID[:3])
    if saved in SAVED:
        return Latest(SAVED[saved], None)
    change_id = read_id(changed or undone)
    if change_id is None:
        return None
    became = changes.state(context.db, context.user.id, change_id)
    if not changed:
        return after_undo(context, became.undone) if became.undone else None
    done = _in_words(context, became)
    if not done or became.changed_since:
        return None
    return Latest(done.capitalize(), change_id)


def after_undo(context: RequestContext, count: int) -> Latest:
    """How many records were put back, and which change is the next to undo."""
    text = f"Undone: {context.say.count(count, 'record')}" if count else "This is undone already"
    following = changes.latest(context.db, context.user.id)
    if following is None:
        return Latest(text, None)
    return Latest(f"{text}. Next to undo: {_in_words(context, following)}", following.change_id)


def back(context: RequestContext, usual: str = "/list", **done: UUID | str | None) -> Response:
    """The page that a form was on, which says what was `changed`, `undone` or `saved`.

    A form in a dialog that opened with its page says in `back` where one came from.
    """
    path, query = opened_from(context, usual)
    pairs = [pair for pair in parse_qsl(query) if pair[0] not in SAID]
    pairs += [(name, str(what)) for name, what in done.items() if what]
    return responses.redirect(context, htmx.address(path, urlencode(pairs)))


def opened_from(context: RequestContext, usual: str = "/list") -> tuple[str, str]:
    """Path and query string of the page to go back to: one of those that show records."""
    path, query = htmx.shown_page(context.request)
    if "back" in context.form:
        path, _, query = local_path(context.form["back"]).partition("?")
    return (path, query) if path in ("/", "/add", "/list") else (usual, "")


def _in_words(context: RequestContext, became: Row[Any]) -> str:
    """`deleted 1 record`; empty for a change that is not there."""
    return ", ".join(
        f"{done} {context.say.count(count, 'record')}"
        for done in ("added", "changed", "deleted", "restored")
        if (count := getattr(became, done))
    )

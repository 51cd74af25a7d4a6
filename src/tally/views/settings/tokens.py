"""Access for programs: tokens made and ended by the person whose account it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from starlette.responses import Response

from tally.accounts import api_tokens, token_store
from tally.accounts.api_tokens import ENDS, SCOPES, ApiToken, Ends, Scope, TokenText
from tally.accounts.token_store import MadeBefore
from tally.domain.fields import choose_one_of, read_id
from tally.errors import HTTPError, Invalid, NotFound
from tally.views import account
from tally.views.words import flash, token_rows
from tally.web import responses
from tally.web.context import RequestContext
from tally.web.parameters import takes

MADE_BEFORE = (
    "This token was made already, and is shown only once."
    " If you have not copied it, end it and make another."
)


@takes("name", "scope", "ends", "id")
def create(context: RequestContext) -> Response:
    """Make a token for one program. Only this answer shows its text.

    The form's own id makes one token of a form that is sent twice, as by loading the answer anew.
    """
    try:
        token, shown = _make(context)
    except Invalid as invalid:
        if context.wants != "html":
            raise
        # The dialog has another name in its first form.
        faults = {f"token_{field}": sentence for field, sentence in invalid.fields.items()}
        return account.with_sentences(context, faults)
    except MadeBefore as error:
        if context.wants != "html":
            raise HTTPError(409, MADE_BEFORE) from error
        return account.with_sentences(context, {"token_name": MADE_BEFORE}, 409)
    context.note("token made", user=context.user.id, token=token.token_id)
    if context.wants != "html":
        content = {"id": token.token_id, "name": token.name, "scope": token.scope}
        return responses.data(content | {"ends": token.ends_at, "token": str(shown)}, 201)
    return account.with_token(context, token_rows.row(context, token), str(shown))


@takes()
def end(context: RequestContext) -> Response:
    """End a token: from now on it signs nobody in. Ending it twice is fine."""
    token_id = context.path_id()
    if not token_store.end(context.db, context.user.id, token_id, context.now):
        raise NotFound("There is no such token, or not any more.")
    context.note("token ended", user=context.user.id, token=token_id)
    return account.done(context, flash.TOKEN, {"ended": 1})


def _make(context: RequestContext) -> tuple[ApiToken, TokenText]:
    """The token that the form asks for, kept. Raises Invalid and MadeBefore."""
    form = context.form
    faults: dict[str, str] = {}
    name, scope, ends = "", form.text("scope"), form.text("ends") or ENDS[0]
    form_id = read_id(form.text("id"))
    if form.text("id") and form_id is None:
        faults["id"] = "The id of a token is a UUID."
    try:
        name = api_tokens.read_program(form.text("name"))
    except ValueError as error:
        faults["name"] = str(error)
    faults |= _unless_one_of("scope", scope, SCOPES) | _unless_one_of("ends", ends, ENDS)
    if faults:
        raise Invalid(faults)
    user_id, now = context.user.id, context.now
    token, shown = api_tokens.new(
        user_id, name, cast(Scope, scope), cast(Ends, ends), now, token_id=form_id
    )
    try:
        token_store.add(context.db, user_id, token, now, sid=context.signed_in.sid)
    except ValueError as error:
        raise Invalid({"name": str(error)}) from error
    return token, shown


def _unless_one_of(field: str, text: str, choices: Sequence[str]) -> dict[str, str]:
    return {} if text in choices else {field: choose_one_of(choices)}

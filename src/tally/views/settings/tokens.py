"""Access for programs: tokens made and ended by the person whose account it is."""

from __future__ import annotations

from uuid import UUID

from starlette.responses import Response

from tally.accounts import api_tokens, token_store
from tally.accounts.api_tokens import ENDS, SCOPES, ApiToken, Ends, Scope, TokenText
from tally.accounts.token_store import MadeBefore
from tally.domain.fields import FieldReader, read_choice, read_id
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
    form, reader = context.form, FieldReader()
    form_id = reader.read("id", _read_form_id, form.text("id"), None)
    name = reader.read("name", api_tokens.read_program, form.text("name"), "")
    scope = reader.read("scope", _read_scope, form.text("scope"), SCOPES[0])
    ends = reader.read("ends", _read_ends, form.text("ends"), ENDS[0])
    if reader.faults:
        raise Invalid(reader.faults)
    user_id, now = context.user.id, context.now
    token, shown = api_tokens.new(user_id, name, scope, ends, now, token_id=form_id)
    try:
        token_store.add(context.db, user_id, token, now, sid=context.signed_in.sid)
    except ValueError as error:
        raise Invalid({"name": str(error)}) from error
    return token, shown


def _read_form_id(text: str) -> UUID | None:
    form_id = read_id(text)
    if text and form_id is None:
        raise ValueError("The id of a token is a UUID.")
    return form_id


def _read_scope(text: str) -> Scope:
    return read_choice(text, SCOPES)


def _read_ends(text: str) -> Ends:
    return read_choice(text or ENDS[0], ENDS)

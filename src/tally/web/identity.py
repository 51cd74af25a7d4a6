"""The user behind a request, by token or by cookie, and the use that is noted of either."""

from __future__ import annotations

from collections.abc import Collection

from starlette.requests import Request
from starlette.responses import Response

from tally.accounts import api_tokens, audit_log, sessions, token_store
from tally.accounts.api_tokens import ApiToken, Scope
from tally.accounts.sessions import Identity
from tally.accounts.token_store import Bearer
from tally.errors import HTTPError
from tally.web import htmx
from tally.web.context import SAFE_METHODS, RequestContext

# The account_hash of the user whose page sends this, or who wrote a line that waited for a
# connection. A form that is sent without scripts has it in a field (`forms.PAGE_OF`). A program
# need not send it.
WRITTEN_BY = "X-Tally-Account"


def identify(context: RequestContext, scopes: Collection[Scope]) -> Identity | None:
    """The user behind a request, by token or by cookie; noted for the request's line in the log.

    `scopes`: those of the tokens that may come. Raises HTTPError: 401 or 429 for a wrong token, 403
    for one of another scope.
    """
    request, db = context.request, context.db
    sent = api_tokens.in_header(request.headers.getlist("authorization"))
    if sent is None:
        identity = sessions.identify(request, db, context.now)
        if identity:
            request.state.user_id = identity.user.id
        return identity
    bearer = token_store.bearer_of(request, db, sent, context.now)
    request.state.user_id, request.state.token_id = bearer.account.id, bearer.token.token_id
    _refuse_out_of_scope(request, bearer.token, scopes)
    return Identity(bearer.account, api_token=bearer.token)


def refuse_another(context: RequestContext) -> None:
    """Refuse what the page of one account sends after another one has signed in, in another tab.

    A whole page may be read: it shows whose it is. Raises HTTPError 403.
    """
    request = context.request
    senders = {*request.headers.getlist(WRITTEN_BY), *context.page_of}
    if not senders or context.identity is None or senders == {context.account_hash}:
        return
    if request.method not in SAFE_METHODS or htmx.wants_fragment(request):
        raise HTTPError(
            403,
            "Another account has signed in since this page was opened. "
            "Reload it, or sign in again as before.",
        )


def note_use(context: RequestContext, response: Response) -> None:
    """Record the use of a session or a token, after the handler is done with the records."""
    request, db, identity, now = context.request, context.db, context.identity, context.now
    in_transaction = request.method not in SAFE_METHODS
    if identity is None or identity.api_token is None:
        sessions.renew(identity, response, request, db, now, in_transaction=in_transaction)
        return
    bearer = Bearer(identity.user, identity.api_token)
    token_store.note_use(db, bearer, now, in_transaction=in_transaction)


def _refuse_out_of_scope(request: Request, token: ApiToken, scopes: Collection[Scope]) -> None:
    if token.scope in scopes:
        return
    audit_log.note("token out of scope", request, token=token.token_id, scope=token.scope)
    raise HTTPError(
        403,
        f"A token that may {api_tokens.MAY[token.scope]} does not reach this.",
        headers={"WWW-Authenticate": 'Bearer error="insufficient_scope"'},
    )

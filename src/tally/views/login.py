"""The login page: sign in, make an account, set a new password by a link, sign out."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from tally.accounts import attempts, audit_log, invitations, passwords, profile, sessions, store
from tally.accounts.rate_limit import Throttle
from tally.accounts.store import NewAccount
from tally.accounts.tokens import Invitation
from tally.db import record_writes
from tally.db.models import Account
from tally.domain.fields import FieldReader, flag_of
from tally.errors import HTTPError, Invalid
from tally.settings import Settings
from tally.web import responses
from tally.web.context import SAFE_METHODS, RequestContext
from tally.web.parameters import takes

WRONG = "This email and password do not belong together."
CLOSED = "New accounts need an invitation. Whoever runs this Tally can send you a link."
TAKEN = "This email has an account already. Sign in with it."
USED_INVITATION = "This invitation was used or has run out. Ask for a new one."
DEAD_LINK = "This link was used or has run out. Ask whoever runs this Tally for a new one."


def page(context: RequestContext) -> Response:
    """The form to sign in; with `new=1`, an `invitation` or no account yet, to make an account."""
    if context.visitor:
        return responses.redirect(context, profile.local_path(context.query.text("next")))
    invitation = context.query.text("invitation")
    may_register = _may_register(context, invitation)
    values: dict[str, Any] = {
        "next": profile.local_path(context.query.text("next")),
        "invitation": invitation,
        "may_register": may_register,
        "is_spent": bool(invitation) and not may_register,
        "is_changed": flag_of(context.query.text("changed")),
    }
    chosen = flag_of(context.query.text("new"))
    wants_account = bool(invitation) or store.is_empty(context.db) if chosen is None else chosen
    panel = "register" if may_register and wants_account else "sign_in"
    return responses.page(context, "pages/login.html", panel=panel, **values, **_blank())


@takes("email", "password", "next")
def sign_in(context: RequestContext) -> Response:
    """Begin a session for email and password. An email that nobody has gets the same answer."""
    form, request = context.form, context.request
    typed = form.text("email")
    try:
        email = profile.read_email(typed)
    except ValueError:
        email = ""
    user = store.by_email(context.db, email) if email else None
    try:
        is_right = attempts.is_password_of(
            context.db, request, user, form.text("password"), email, context.now
        )
    except HTTPError as refused:
        return _again(context, "sign_in", {"password": refused.sentence}, refused, email=typed)
    if user is None or not is_right:
        audit_log.note("sign-in refused", request, user=user.id if user else None)
        return _again(context, "sign_in", {"password": WRONG}, email=typed)
    return _signed_in(context, user, profile.local_path(form.text("next")))


@takes("name", "email", "password", "timezone", "invitation", "next")
def register(context: RequestContext) -> Response:
    """Make an account, and sign it in."""
    form, request = context.form, context.request
    throttle: Throttle = request.app.state.throttle
    address = sessions.address_of(request)
    attempts.refuse_throttled(request, throttle.wait(f"register {address}", context.now))
    settings: Settings = request.app.state.settings
    invitation = form.text("invitation")
    invited = _invited(context, invitation)
    if settings.registration == "first":
        store.lock_first_account(context.db)
    if invited is None and not store.may_register(context.db, settings.registration):
        throttle.count(f"register {address}", context.now)
        audit_log.note("registration refused", request)
        raise HTTPError(403, USED_INVITATION if invitation else CLOSED)
    account, sentences = _read_account(context, invited)
    typed = {name: form.text(name) for name in ("name", "email", "timezone")}
    if account is None:
        return _again(context, "register", sentences, **typed)
    attempts.count_new_account(request, context.now)
    user_id = store.create(context.db, account)
    if user_id is None:
        throttle.count(f"register {address}", context.now)
        audit_log.note("registration refused", request)
        # Somebody else may have used the invitation a moment ago.
        used = invited is not None and invitations.is_spent(context.db, invited)
        return _again(context, "register", {"email": USED_INVITATION if used else TAKEN}, **typed)
    user = store.by_id(context.db, user_id)
    if user is None:
        raise LookupError("An account just made is not there.")
    context.note("account made", user=user_id)
    return _signed_in(context, user, "/add")


@takes()
def sign_out(context: RequestContext) -> Response:
    """Sign out: the session ends on the server too, and the browser clears its stored data."""
    sessions.end_session(context.db, context.user.id, context.signed_in.sid)
    context.note("signed out", user=context.user.id)
    return farewell(context)


def reset_page(context: RequestContext) -> Response:
    """The form for a new password, by a link of `tally user reset-password`."""
    token = context.query.text("token")
    user = _read_reset(context, token)
    return responses.page(
        context, "pages/login.html", panel="reset", token=token, **_blank(user.email)
    )


@takes("token", "email", "new_password", in_address=["token"])
def reset(context: RequestContext) -> Response:
    """Set the new password; every session ends, and so does the link."""
    token = context.form.text("token") or context.query.text("token")
    user = _read_reset(context, token)
    try:
        password = passwords.read_password(
            context.form.text("new_password"), name=user.name, email=user.email
        )
    except ValueError as error:
        sentences = {"new_password": str(error)}
        return _again(context, "reset", sentences, token=token, email=user.email)
    if not store.set_password(context.db, user, password):
        raise HTTPError(422, DEAD_LINK)  # The link was used a moment ago.
    context.note("password reset", user=user.id)
    response = responses.redirect(context, "/login?changed=1")
    sessions.forget_cookie(response, context.request)
    return response


def farewell(context: RequestContext) -> Response:
    """A redirect to the login page that clears the browser's stored data."""
    response = responses.redirect(context, "/login")
    response.headers["Clear-Site-Data"] = '"cache"'
    sessions.forget_cookie(response, context.request)
    return response


def _signed_in(context: RequestContext, user: Account, path: str) -> Response:
    """Begin a session and answer; a session that this browser still has ends."""
    if context.identity:
        sessions.end_session(context.db, context.identity.user.id, context.identity.sid)
    context.note("signed in", user=user.id)
    if context.wants == "json":
        names = ("id", "email", "name", "timezone")
        response = responses.data({"user": {name: getattr(user, name) for name in names}})
    else:
        response = responses.redirect(context, path)
    sessions.start_session(context.request, response, context.db, user.id, context.now)
    record_writes.purge(context.db, user.id)
    return response


def _again(
    context: RequestContext,
    panel: str,
    sentences: dict[str, str],
    refused: HTTPError | None = None,
    /,
    **typed: str,
) -> Response:
    """The form with the fields as typed, except the password, and a sentence at each fault.

    `refused`: the error that prevented reading the form; without it the answer is a 422.
    """
    refused = refused or Invalid(sentences)
    if context.wants != "html":
        return responses.refusal(context, refused)
    values: dict[str, Any] = {
        **_blank(),
        "next": profile.local_path(context.form.text("next")),
        "invitation": context.form.text("invitation"),
        "sentences": sentences,
        **typed,
    }
    if context.is_fragment:
        response = responses.fragment(context, f"fragments/{panel}.html", refused.status, **values)
    else:
        values |= {"may_register": panel == "register" or _may_register(context, "")}
        response = responses.page(
            context, "pages/login.html", refused.status, panel=panel, **values
        )
    response.headers.update(refused.headers)
    return response


def _blank(email: str = "") -> dict[str, Any]:
    return {
        "sentences": {},
        "name": "",
        "email": email,
        "timezone": "UTC",
    }


def _read_account(
    context: RequestContext, invited: Invitation | None
) -> tuple[NewAccount | None, dict[str, str]]:
    """The account that a form asks for, or a sentence for each field with a fault."""
    form, reader = context.form, FieldReader()
    name = reader.read("name", profile.read_name, form.text("name"), "")
    email = reader.read("email", profile.read_email, form.text("email"), "")
    timezone = reader.read("timezone", profile.read_timezone, form.get("timezone", "UTC"), "")
    password = reader.read(
        "password",
        lambda typed: passwords.read_password(typed, name=name, email=email),
        form.text("password"),
        "",
    )
    if reader.faults:
        return None, reader.faults
    return NewAccount(name, email, password, timezone, invited), {}


def _read_reset(context: RequestContext, token: str) -> Account:
    """The user of a link. Raises HTTPError 422 for a dead link, 429 after too many of those.

    Dead links count only if a form sent them: any site can make a browser open an address. A good
    link works however many dead ones came from the same IP address.
    """
    link = sessions.keyring(context.request).read_reset(token, context.now)
    user = store.by_id(context.db, link.user_id) if link else None
    if link is not None and user is not None and link.replaces(user.password_hash):
        return user
    if context.request.method not in SAFE_METHODS:
        throttle: Throttle = context.request.app.state.throttle
        key = f"reset {sessions.address_of(context.request)}"
        attempts.refuse_throttled(context.request, throttle.wait(key, context.now))
        throttle.count(key, context.now)
    audit_log.note("reset refused", context.request)
    raise HTTPError(422, DEAD_LINK)


def _may_register(context: RequestContext, invitation: str) -> bool:
    settings: Settings = context.request.app.state.settings
    if _invited(context, invitation):
        return True
    return store.may_register(context.db, settings.registration)


def _invited(context: RequestContext, text: str) -> Invitation | None:
    """The invitation in a text; None if it is not valid, or not any more."""
    invitation = sessions.keyring(context.request).read_invitation(text, context.now)
    is_void = invitation is None or invitations.is_spent(context.db, invitation)
    return None if is_void else invitation

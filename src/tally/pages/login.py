"""The login page: sign in, make an account, set a new password by a link, sign out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from starlette.responses import Response

from tally import accounts, auth, changes, events, identity, passwords, render
from tally.accounts import NewAccount
from tally.errors import Invalid, Refusal
from tally.models import Account
from tally.settings import Settings
from tally.throttle import Throttle
from tally.visit import Visit

WRONG = "This email and password do not belong together."
CLOSED = "New accounts need an invitation. Whoever runs this Tally can send you a link."
TAKEN = "This email has an account already. Sign in with it."
USED_INVITATION = "This invitation was used or has run out. Ask for a new one."
DEAD_LINK = "This link was used or has run out. Ask whoever runs this Tally for a new one."


def page(visit: Visit) -> Response:
    """Sign in; with `new=1`, an `invitation` or nobody here yet, make an account."""
    if visit.visitor:
        return render.redirect(visit, identity.local_path(visit.query.text("next")))
    invitation = visit.query.text("invitation")
    may_register = _may_register(visit, invitation)
    context: dict[str, Any] = {
        "next": identity.local_path(visit.query.text("next")),
        "invitation": invitation,
        "may_register": may_register,
        "is_spent": bool(invitation) and not may_register,
        "is_changed": visit.query.text("changed") == "1",
    }
    chosen = visit.query.text("new")
    wants_account = chosen == "1" or (not chosen and (bool(invitation) or _is_empty(visit)))
    if may_register and wants_account:
        return render.page(visit, "pages/login.html", panel="register", **context, **_blank())
    return render.page(visit, "pages/login.html", panel="sign_in", **context, **_blank())


def sign_in(visit: Visit) -> Response:
    """E-mail and password → a session. The answer is the same for an e-mail that nobody has."""
    form, request = visit.form, visit.request
    typed = form.text("email")
    try:
        email = identity.read_email(typed)
    except ValueError:
        email = ""
    user = accounts.by_email(visit.db, email) if email else None
    try:
        is_right = accounts.is_password_of(
            visit.db, request, user, form.text("password"), email, visit.now
        )
    except Refusal as refused:
        return _again(visit, "sign_in", {"password": refused.sentence}, refused, email=typed)
    if not is_right:
        events.note("sign-in refused", request, user=user.id if user else None)
        return _again(visit, "sign_in", {"password": WRONG}, email=typed)
    assert user is not None
    if visit.identity:
        auth.end_session(visit.db, visit.identity.user.id, visit.identity.sid)
    return _signed_in(visit, user, identity.local_path(form.text("next")))


def register(visit: Visit) -> Response:
    """A new account, signed in."""
    form, request = visit.form, visit.request
    limits: Throttle = request.app.state.throttle
    made: Throttle = request.app.state.new_accounts
    address = auth.address_of(request)
    accounts.slow_down(request, limits.wait(f"register {address}", visit.now))
    accounts.slow_down(request, made.wait(address, visit.now))
    settings: Settings = request.app.state.settings
    invitation = form.text("invitation")
    invited_id = _invited(visit, invitation)
    if settings.registration == "first":
        accounts.lock_first_account(visit.db)
    if invited_id is None and not accounts.may_register(visit.db, settings.registration):
        limits.count(f"register {address}", visit.now)
        events.note("registration refused", request)
        raise Refusal(403, USED_INVITATION if invitation else CLOSED)
    account, sentences = _read_account(visit, invited_id)
    typed = {name: form.text(name) for name in ("name", "email", "timezone")}
    if account is None:
        return _again(visit, "register", sentences, **typed)
    user_id = accounts.create(visit.db, account)
    if user_id is None:
        limits.count(f"register {address}", visit.now)
        events.note("registration refused", request)
        # Somebody else may have used the invitation a moment ago.
        used = invited_id is not None and accounts.is_spent(visit.db, invited_id)
        return _again(visit, "register", {"email": USED_INVITATION if used else TAKEN}, **typed)
    if invited_id is None:
        made.count(address, visit.now)
    user = accounts.by_id(visit.db, user_id)
    assert user is not None
    events.note("account made", request, user=user_id)
    return _signed_in(visit, user, "/add")


def sign_out(visit: Visit) -> Response:
    """The session ends on the server too, and the browser forgets what it kept."""
    assert visit.identity is not None
    auth.end_session(visit.db, visit.user.id, visit.identity.sid)
    events.note("signed out", visit.request, user=visit.user.id)
    return farewell(visit)


def reset_page(visit: Visit) -> Response:
    """A new password by a link of `tally user reset-password`."""
    token = visit.query.text("token")
    user = _read_reset(visit, token)
    return render.page(visit, "pages/login.html", panel="reset", token=token, **_blank(user.email))


def reset(visit: Visit) -> Response:
    """Set the new password; every session ends, and so does the link."""
    token = visit.form.text("token") or visit.query.text("token")
    user = _read_reset(visit, token)
    try:
        password = passwords.read_password(
            visit.form.text("new_password"), name=user.name, email=user.email
        )
    except ValueError as error:
        sentences = {"new_password": str(error)}
        return _again(visit, "reset", sentences, token=token, email=user.email)
    if not accounts.set_password(visit.db, user, password):
        raise Refusal(422, DEAD_LINK)  # The link was used a moment ago.
    events.note("password reset", visit.request, user=user.id)
    response = render.redirect(visit, "/login?changed=1")
    auth.forget_cookie(response, visit.request)
    return response


def farewell(visit: Visit) -> Response:
    """To the login page, with nothing left in the browser."""
    response = render.redirect(visit, "/login")
    response.headers["Clear-Site-Data"] = '"cache"'
    auth.forget_cookie(response, visit.request)
    return response


def _signed_in(visit: Visit, user: Account, path: str) -> Response:
    events.note("signed in", visit.request, user=user.id)
    if visit.wants == "json":
        names = ("id", "email", "name", "timezone")
        response = render.data({"user": {name: getattr(user, name) for name in names}})
    else:
        response = render.redirect(visit, path)
    auth.start_session(visit.request, response, visit.db, user.id, visit.now)
    changes.purge(visit.db, user.id)
    return response


def _again(
    visit: Visit,
    panel: str,
    sentences: dict[str, str],
    refused: Refusal | None = None,
    /,
    **typed: str,
) -> Response:
    """The form with what was typed, but for the password, and a sentence at each field.

    `refused`: why it was not even looked at; otherwise the answer is 422.
    """
    refused = refused or Invalid(sentences)
    if visit.wants != "html":
        return render.refusal(
            visit, refused.status, refused.sentence, refused.fields, refused.headers
        )
    context: dict[str, Any] = {
        **_blank(),
        "next": identity.local_path(visit.form.text("next")),
        "invitation": visit.form.text("invitation"),
        "sentences": sentences,
        **typed,
    }
    if visit.is_fragment:
        response = render.fragment(visit, f"fragments/{panel}.html", refused.status, **context)
    else:
        context |= {"may_register": panel == "register" or _may_register(visit, "")}
        response = render.page(visit, "pages/login.html", refused.status, panel=panel, **context)
    response.headers.update(refused.headers)
    return response


def _blank(email: str = "") -> dict[str, Any]:
    return {
        "sentences": {},
        "name": "",
        "email": email,
        "timezone": "UTC",
        "zones": identity.zones_by_region(),
    }


def _read_account(
    visit: Visit, invited_id: UUID | None
) -> tuple[NewAccount | None, dict[str, str]]:
    """The account that a form asks for, or a sentence for each field that cannot be taken."""
    form = visit.form
    sentences: dict[str, str] = {}

    def read(field: str, reader: Callable[[str], str], text: str) -> str:
        try:
            return reader(text)
        except ValueError as error:
            sentences[field] = str(error)
            return ""

    name = read("name", identity.read_name, form.text("name"))
    email = read("email", identity.read_email, form.text("email"))
    timezone = read("timezone", identity.read_timezone, form.get("timezone", "UTC"))
    password = read(
        "password",
        lambda typed: passwords.read_password(typed, name=name, email=email),
        form.text("password"),
    )
    if sentences:
        return None, sentences
    return NewAccount(name, email, password, timezone, invited_id), {}


def _read_reset(visit: Visit, token: str) -> Account:
    """Whom a link is for. Raises Refusal 422 for a dead one, 429 after too many of those."""
    limits: Throttle = visit.request.app.state.throttle
    key = f"reset {auth.address_of(visit.request)}"
    accounts.slow_down(visit.request, limits.wait(key, visit.now))
    link = auth.keyring(visit.request).read_reset(token, visit.now)
    user = accounts.by_id(visit.db, link.user_id) if link else None
    if link is None or user is None or not link.replaces(user.password_hash):
        limits.count(key, visit.now)
        events.note("reset refused", visit.request)
        raise Refusal(422, DEAD_LINK)
    return user


def _may_register(visit: Visit, invitation: str) -> bool:
    settings: Settings = visit.request.app.state.settings
    if _invited(visit, invitation):
        return True
    return accounts.may_register(visit.db, settings.registration)


def _invited(visit: Visit, invitation: str) -> UUID | None:
    """The id of the account that an invitation gives a right to make, while it was not made."""
    invited_id = auth.keyring(visit.request).read_invitation(invitation, visit.now)
    return None if invited_id is None or accounts.is_spent(visit.db, invited_id) else invited_id


def _is_empty(visit: Visit) -> bool:
    return accounts.may_register(visit.db, "first")

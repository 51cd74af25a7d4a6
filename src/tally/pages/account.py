"""The account dialog: settings, password, sessions, invitations, and the end of the account."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from tally import accounts, auth, deadline, events, identity, passwords, render
from tally.database import lift_time_limit
from tally.errors import NotFound
from tally.pages import dashboard, latest
from tally.pages.login import farewell
from tally.visit import Visit
from tally.words import NUMBER_FORMATS

# What `preferences` may hold of this form, and what each may be; the first is the default.
CHOICES = {
    "number_format": NUMBER_FORMATS,
    "single_keys": ("on", "off"),
    "theme": ("auto", "light", "dark"),
}
TEMPLATE = "fragments/account.html"
WRONG_PASSWORD = "This is not your password."


def show(visit: Visit) -> Response:
    """The dialog's content; without htmx the dashboard with the dialog open."""
    if visit.is_fragment:
        return _show(visit)
    return render.redirect(visit, "/?dialog=account")


def dialog(visit: Visit) -> render.Dialog | None:
    """The dialog for a page that opens with it (`?dialog=account`), else nothing."""
    asked = visit.request.query_params.get("dialog") == "account"
    if not asked or visit.visitor is None or visit.connection is None:
        return None
    rest = urlencode([pair for pair in visit.query.items_list() if pair[0] != "dialog"])
    behind = render.address(visit.request.url.path, rest)
    return render.dialog(visit, TEMPLATE, behind, **_content(visit))


def save(visit: Visit) -> Response:
    """Name, time zone, number format, single keys, theme. What is not sent stays as it is."""
    form, user = visit.form, visit.user
    sentences: dict[str, str] = {}
    name, timezone = user.name, user.timezone
    try:
        name = identity.read_name(form.get("name", user.name))
    except ValueError as error:
        sentences["name"] = str(error)
    try:
        timezone = identity.read_timezone(form.get("timezone", user.timezone))
    except ValueError as error:
        sentences["timezone"] = str(error)
    chosen = {choice: form[choice] for choice in CHOICES if choice in form}
    sentences |= {
        choice: "Choose one of these."
        for choice, value in chosen.items()
        if value not in CHOICES[choice]
    }
    if sentences:
        return _with_sentences(visit, sentences)
    accounts.save(visit.db, user.id, name=name, timezone=timezone, preferences=chosen)
    events.note("account changed", visit.request, user=user.id)
    if visit.wants != "html":
        return render.data({"name": name, "timezone": timezone, **chosen})
    return latest.back(visit, "/", saved=latest.SETTINGS)


def change_password(visit: Visit) -> Response:
    """A new password for the old one. Every session ends; this browser gets a new one."""
    user, form = visit.user, visit.form
    if not _knows_password(visit, form.text("current_password")):
        return _with_sentences(visit, {"current_password": WRONG_PASSWORD})
    try:
        password = passwords.read_password(
            form.text("new_password"), name=user.name, email=user.email
        )
    except ValueError as error:
        return _with_sentences(visit, {"new_password": str(error)})
    accounts.set_password(visit.db, user, password)
    events.note("password changed", visit.request, user=user.id)
    done = "Your password is changed. Every other session has ended."
    response = _done(visit, done, {"changed": True})
    auth.start_session(visit.request, response, visit.db, user.id, visit.now)
    return response


def end_session(visit: Visit) -> Response:
    """End one session; one's own is a sign-out."""
    assert visit.identity is not None
    sid = str(visit.request.path_params["sid"])
    if not auth.end_session(visit.db, visit.user.id, sid):
        raise NotFound
    events.note("session ended", visit.request, user=visit.user.id)
    if sid == visit.identity.sid:
        return farewell(visit)
    return _done(visit, "The session has ended.", {"ended": 1})


def end_other_sessions(visit: Visit) -> Response:
    """End every session but this one."""
    assert visit.identity is not None
    ended = auth.end_sessions(visit.db, visit.user.id, keep=visit.identity.sid)
    events.note("sessions ended", visit.request, user=visit.user.id, count=ended)
    return _done(visit, f"{visit.say.count(ended, 'session')} ended.", {"ended": ended})


def invite(visit: Visit) -> Response:
    """A link with which somebody can make one account within 7 days. It is shown this once."""
    token = auth.keyring(visit.request).invitation()
    link = f"{visit.request.base_url}login?{urlencode({'invitation': token})}"
    events.note("invitation made", visit.request, user=visit.user.id)
    if visit.wants != "html":
        return render.data({"link": link}, 201)
    if visit.is_fragment:
        return render.fragment(visit, "fragments/invitation.html", invitation_link=link)
    return _show(visit, invitation_link=link)


def delete(visit: Visit) -> Response:
    """The account and all its records are gone."""
    if not _knows_password(visit, visit.form.text("password")):
        return _with_sentences(visit, {"password": WRONG_PASSWORD})
    lift_time_limit(visit.db)
    with deadline.within(None):  # A million records take a while.
        accounts.remove(visit.db, visit.user.id, visit.now)
    events.note("account deleted", visit.request, user=visit.user.id)
    return farewell(visit)


def _knows_password(visit: Visit, typed: str) -> bool:
    user = visit.user
    if accounts.is_password_of(visit.db, visit.request, user, typed, user.email, visit.now):
        return True
    events.note("password refused", visit.request, user=user.id)
    return False


def _done(visit: Visit, text: str, content: dict[str, Any]) -> Response:
    """The dialog as it is now, with a message; for a plain form the dashboard with the dialog."""
    if visit.wants != "html":
        return render.data(content)
    if visit.is_fragment:
        return _show(visit, done=text)
    return render.redirect(visit, "/?dialog=account")


def _with_sentences(visit: Visit, sentences: dict[str, str]) -> Response:
    """The dialog with what was typed, but for passwords, and a sentence at each field."""
    if visit.wants != "html":
        return render.refusal(visit, 422, next(iter(sentences.values())), sentences)
    return _show(visit, 422, sentences=sentences, typed=visit.form)


def _show(visit: Visit, status: int = 200, **more: Any) -> Response:
    """The dialog's content; without htmx over the dashboard."""
    context = _content(visit) | more
    if visit.is_fragment:
        return render.fragment(visit, TEMPLATE, status, **context)
    return dashboard.beneath(visit, TEMPLATE, status, **context)


def _content(visit: Visit) -> dict[str, Any]:
    assert visit.identity is not None
    user = accounts.by_id(visit.db, visit.user.id) or visit.user
    return {
        "sentences": {},
        "typed": {},
        "account": user,
        "sign_ins": auth.sign_ins(user, visit.now),
        "sid": visit.identity.sid,
        "zones": identity.zones_by_region(),
        "choices": CHOICES,
    }

"""The account dialog: settings, password, sessions, invitations, and the end of the account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from starlette.responses import Response

from tally.accounts import attempts, audit_log, passwords, profile, sessions, store, token_store
from tally.db import wait_limit
from tally.db.engine import lift_time_limit
from tally.domain.calendar import MONTH_STARTS, WEEK_STARTS
from tally.domain.currencies import CURRENCIES
from tally.domain.fields import FieldReader, choose_one_of
from tally.domain.formatting import NUMBER_FORMATS
from tally.domain.marks import CARD_ORDERS
from tally.domain.units import MEASURES
from tally.errors import Invalid, NotFound
from tally.quick_add.vocabulary import DATE_ORDERS
from tally.views import dashboard
from tally.views.login import farewell
from tally.views.words import flash, token_rows
from tally.views.words.token_rows import TokenRow
from tally.web import responses, typed_forms
from tally.web.context import RequestContext
from tally.web.parameters import takes

# The fields of this form in `preferences` with their possible values; the first is the default.
CHOICES = {
    "number_format": NUMBER_FORMATS,
    "single_keys": ("on", "off"),
    "offline_names": ("off", "on"),
    "theme": ("auto", "light", "dark"),
    "month_starts": MONTH_STARTS,
    "week_starts": tuple(WEEK_STARTS),
    "date_order": DATE_ORDERS,
    "measures": ("", *MEASURES),
    "card_order": CARD_ORDERS,
    "currency": ("", *CURRENCIES),
}
TEMPLATE = "fragments/account.html"
# The forms whose fields come back as they were typed: name in the template → address of the form.
FORMS = {"typed": typed_forms.SETTINGS, "token_typed": typed_forms.TOKENS}
NUMBERS_STAY = "Amounts keep their numbers in another currency. Tick that you know, then save."
# The most choices that a sentence names.
MAX_NAMED = 10
WRONG_PASSWORD = "This is not your password."


def show(context: RequestContext) -> Response:
    """The dialog's content; without htmx the dashboard with the dialog open."""
    if context.is_fragment:
        return _show(context)
    return responses.redirect(context, "/?dialog=account")


def dialog(context: RequestContext) -> responses.Dialog | None:
    """The dialog for a page that opens with it (`?dialog=account`), else nothing."""
    if not responses.opens(context, "account"):
        return None
    typed = {name: typed_forms.typed(context.query, form) for name, form in FORMS.items()}
    return responses.dialog(
        context, TEMPLATE, responses.address_without_dialog(context), **_content(context) | typed
    )


@takes("name", "timezone", "back", "confirm_currency", "was", *CHOICES)
def save(context: RequestContext) -> Response:
    """Save the name, the time zone and the choices that are changed. What is not sent stays."""
    user, form = context.user, context.form.changed(("name", "timezone", *CHOICES))
    reader, name, timezone = FieldReader(), None, None
    if "name" in form:
        name = reader.read("name", profile.read_name, form["name"], "")
    if "timezone" in form:
        timezone = reader.read("timezone", profile.read_timezone, form["timezone"], "")
    chosen = {choice: _value(choice, form[choice]) for choice in CHOICES if choice in form}
    faults = reader.faults | _faults(context, chosen)
    if faults:
        return with_sentences(context, faults)
    store.save(context.db, user.id, name=name, timezone=timezone, preferences=chosen)
    context.note("account changed", user=user.id)
    if context.wants != "html":
        told = {"name": name or user.name, "timezone": timezone or user.timezone}
        return responses.data({**told, **chosen})
    return flash.redirect(context, "/", saved=flash.SETTINGS)


def _faults(context: RequestContext, chosen: Mapping[str, str]) -> dict[str, str]:
    """A sentence for each unknown choice, and for a change of currency that is not confirmed."""
    faults = {
        choice: _one_of(CHOICES[choice])
        for choice, value in chosen.items()
        if value not in CHOICES[choice]
    }
    had = context.currency
    is_sure = context.form.flag("confirm_currency")
    if had and chosen.get("currency", had) != had and not is_sure:
        faults.setdefault("currency", NUMBERS_STAY)
    return faults


def _one_of(choices: Sequence[str]) -> str:
    """The sentence that lists the choices of a field but the empty one; of very many only a few."""
    named = [choice for choice in choices if choice]
    if len(named) > MAX_NAMED:
        return f"Choose one of {named[0]}, {named[1]} to {named[-1]}."
    return choose_one_of(named)


def _value(choice: str, sent: str) -> str:
    """The value to store for the one that was sent; `automatic` is stored as `auto`."""
    return "auto" if sent == "automatic" and "auto" in CHOICES[choice] else sent


@takes("current_password", "new_password", "email", "end_tokens")
def change_password(context: RequestContext) -> Response:
    """Replace the password. Every session ends; this browser gets a new one.

    Programs keep their access unless `end_tokens=1` ends it.
    """
    user, form = context.user, context.form
    if not _knows_password(context, form.text("current_password")):
        return with_sentences(context, {"current_password": WRONG_PASSWORD})
    try:
        password = passwords.read_password(
            form.text("new_password"), name=user.name, email=user.email
        )
    except ValueError as error:
        return with_sentences(context, {"new_password": str(error)})
    keep_tokens = not form.flag("end_tokens")
    store.set_password(context.db, user, password, keep_tokens=keep_tokens)
    context.note("password changed", user=user.id)
    response = done(context, flash.PASSWORD, {"changed": True})
    sessions.start_session(context.request, response, context.db, user.id, context.now)
    return response


@takes()
def end_session(context: RequestContext) -> Response:
    """End one session; one's own is a sign-out."""
    sid = str(context.request.path_params["sid"])
    if not sessions.end_session(context.db, context.user.id, sid):
        raise NotFound("There is no such session, or not any more.")
    context.note("session ended", user=context.user.id)
    if sid == context.signed_in.sid:
        return farewell(context)
    return done(context, flash.SESSION, {"ended": 1})


@takes()
def end_other_sessions(context: RequestContext) -> Response:
    """End every session but this one, and the access of every program."""
    db, user_id, formatter = context.db, context.user.id, context.formatter
    ended = sessions.end_sessions(db, user_id, keep=context.signed_in.sid)
    tokens = token_store.end_all(db, user_id, context.now)
    too = {"tokens": tokens} if tokens else {}
    context.note("sessions ended", user=user_id, count=ended, **too)
    words = [
        formatter.count(ended, "session"),
        *([formatter.count(tokens, "token")] if tokens else []),
    ]
    counted = f"{' and '.join(words)} ended"
    return done(context, flash.SESSIONS, {"ended": ended, **too}, counted)


@takes()
def invite(context: RequestContext) -> Response:
    """Make a link with which one person can make an account. Only this answer shows it."""
    attempts.count_new_account(context.request, context.now)
    token = sessions.keyring(context.request).invitation(context.user.id)
    link = f"{context.request.base_url}login?{urlencode({'invitation': token})}"
    context.note("invitation made", user=context.user.id)
    if context.wants != "html":
        return responses.data({"link": link}, 201)
    if context.is_fragment:
        return responses.fragment(context, "fragments/invitation.html", invitation_link=link)
    return _show(context, invitation_link=link)


@takes("password", "email")
def delete(context: RequestContext) -> Response:
    """Delete the account and all its records."""
    if not _knows_password(context, context.form.text("password"), to_delete=True):
        return with_sentences(context, {"password": WRONG_PASSWORD})
    lift_time_limit(context.db)
    with wait_limit.within(None):  # A million records take a while.
        store.remove(context.db, context.user.id, context.now)
    context.note("account deleted", user=context.user.id)
    return farewell(context)


def with_token(context: RequestContext, token: TokenRow, text: str) -> Response:
    """The dialog with the token that was just made, which is shown only this once."""
    values = {"token_made": token, "token_text": text, "address": str(context.request.base_url)}
    return _show(context, 201, **values)


def _knows_password(context: RequestContext, typed: str, *, to_delete: bool = False) -> bool:
    db, request, user = context.db, context.request, context.user
    if attempts.is_password_of(
        db, request, user, typed, user.email, context.now, to_delete=to_delete
    ):
        return True
    audit_log.note("password refused", context.request, user=user.id)
    return False


def done(
    context: RequestContext, saved: str, content: dict[str, Any], counted: str = ""
) -> Response:
    """The dialog as it is now, with a message; for a plain form the dashboard with the dialog.

    `saved`: the name of the message in `flash.SAVED`; `counted`: a message with numbers.
    """
    if context.wants != "html":
        return responses.data(content)
    if context.is_fragment:
        return _show(context, done=f"{counted or flash.SAVED[saved]}.")
    return responses.redirect(context, f"/?dialog=account&saved={saved}")


def with_sentences(
    context: RequestContext, sentences: dict[str, str], status: int = 422
) -> Response:
    """The dialog with the fields as typed, except passwords, and a sentence at each fault."""
    if context.wants != "html":
        return responses.refusal(context, Invalid(sentences))
    path = context.request.url.path
    typed = {name: context.form for name, form in FORMS.items() if form == path}
    return _show(context, status, sentences=sentences, **typed)


def _show(context: RequestContext, status: int = 200, **more: Any) -> Response:
    """The dialog's content; without htmx over the dashboard."""
    values = _content(context) | more
    if context.is_fragment:
        return responses.fragment(context, TEMPLATE, status, **values)
    return dashboard.page_with_dialog(context, TEMPLATE, status, **values)


def _content(context: RequestContext) -> dict[str, Any]:
    user = store.by_id(context.db, context.user.id) or context.user
    return {
        "sentences": {},
        **{name: {} for name in FORMS},
        "account": user,
        "shown": {
            "name": user.name,
            "timezone": user.timezone,
            **{name: user.preferences.get(name, values[0]) for name, values in CHOICES.items()},
        },
        "sign_ins": sessions.sign_ins(user, context.now),
        "sid": context.signed_in.sid,
        "tokens": token_rows.rows(context),
        "token_id": uuid4(),
        "choices": CHOICES,
    }

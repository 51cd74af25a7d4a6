"""`tally user add | list | invite | reset-password | sign-out | disable | enable | delete`.

Their output is for the person who runs this Tally: links work once, and no password is shown. Each
change is a line of the log too, on standard error.
"""

from __future__ import annotations

import re
import secrets
import sys
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlencode

import typer

from tally.cli.accounts import changing, find, find_enabled, read
from tally.cli.options import DataDir, Email
from tally.server import bootstrap

if TYPE_CHECKING:
    from tally.accounts.tokens import Keyring
    from tally.db.models import Account
    from tally.settings import Settings

app = typer.Typer(
    help="Accounts: add, list, invite, sign out, disable, delete …", no_args_is_help=True
)

_ADDRESS = re.compile(r"https?://[^\s/?#]+(/[^\s?#]*)?", re.IGNORECASE)


def _read_address(url: str) -> str:
    """The address without slashes behind it. Raises BadParameter if no link begins like it."""
    if not _ADDRESS.fullmatch(url):
        raise typer.BadParameter(
            "Write the address that people open, such as https://tally.example.org."
        )
    return url.rstrip("/")


Address = Annotated[
    str,
    typer.Option("--url", help="The address of this Tally, for the link.", callback=_read_address),
]
HEADING = ("EMAIL", "NAME", "SINCE", "SESSIONS", "STATE")
LOCAL = "http://127.0.0.1:8000"
NO_TEXT = "The password is no text in UTF-8. Write it again."


@app.command()
def add(
    email: Email,
    name: Annotated[str, typer.Option(help="The person's name.", show_default=False)] = "",
    timezone: Annotated[str, typer.Option(help="The person's time zone.")] = "UTC",
    password: Annotated[
        bool, typer.Option("--password", help="Ask for the password, or read it from a pipe.")
    ] = False,
    url: Address = LOCAL,
    data_dir: DataDir = None,
) -> None:
    """Make an account; without --password it prints a link to set one, good for an hour."""
    from tally.accounts import audit_log, passwords, profile, store

    with changing(data_dir, make=True, shows_once=not password) as (db, settings):
        address = read(profile.read_email, email)
        name = read(profile.read_name, name or address.partition("@")[0])
        timezone = read(profile.read_timezone, timezone)
        typed = _ask_password() if password else secrets.token_urlsafe(32)
        try:
            passwords.read_password(typed, name=name, email=address)
        except ValueError as error:
            raise bootstrap.StartRefused(str(error)) from error
        new = store.NewAccount(name, address, typed, timezone)
        if store.create(db, new) is None:
            raise bootstrap.StartRefused(f"{address} has an account already.")
        user = find(db, address)
        link = "" if password else _reset_link(settings, user, url)
    audit_log.note_command("account made", user=user.id)
    print(f"{address} has an account now.")
    if link:
        print(link)


@app.command("list")
def list_accounts(data_dir: DataDir = None) -> None:
    """List all accounts: email, name, since when, open sessions, state.

    Columns with a heading on a terminal; elsewhere a line each with tabs, and no heading.
    """
    from datetime import UTC, datetime

    from tally.accounts import sessions, store
    from tally.web.access_log import escaped

    with changing(data_dir) as (db, _):
        now = datetime.now(UTC)
        lines = [
            (
                user.email,
                escaped(user.name),
                user.created_at.date().isoformat(),
                str(len(sessions.sign_ins(user, now))),
                "disabled" if user.is_disabled else "active",
            )
            for user in store.everybody(db)
        ]
    if sys.stdout is None or not sys.stdout.isatty():
        for line in lines:
            print(*line, sep="\t")
        return
    lines.insert(0, HEADING)
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        print(*map(str.ljust, line, widths), sep="  ")


@app.command()
def invite(url: Address = LOCAL, data_dir: DataDir = None) -> None:
    """Print a link with which one person can make an account within 7 days.

    It is given in the name of the oldest account there is, and ends with it.
    """
    from tally.accounts import audit_log, store

    with changing(data_dir, make=True, shows_once=True) as (db, settings):
        token = _keyring(settings).invitation(store.oldest(db))
        query = urlencode({"invitation": token})
    audit_log.note_command("invitation made")
    print(f"{url}/login?{query}")


@app.command("reset-password")
def reset_password(email: Email, url: Address = LOCAL, data_dir: DataDir = None) -> None:
    """Print a link to a new password: it works once, within an hour."""
    from tally.accounts import audit_log

    with changing(data_dir, shows_once=True) as (db, settings):
        user = find_enabled(db, email)
        link = _reset_link(settings, user, url)
    audit_log.note_command("reset link made", user=user.id)
    print(link)


@app.command("sign-out")
def sign_out(email: Email, data_dir: DataDir = None) -> None:
    """End every session of an account, and the access of every program."""
    from datetime import UTC, datetime

    from tally.accounts import audit_log, sessions, token_store

    with changing(data_dir) as (db, _):
        user = find(db, email)
        ended = sessions.end_sessions(db, user.id)
        tokens = token_store.end_all(db, user.id, datetime.now(UTC))
    too = {"tokens": tokens} if tokens else {}
    audit_log.note_command("sessions ended", user=user.id, count=ended, **too)
    print(f"{ended} session{'' if ended == 1 else 's'} ended.")
    if tokens:
        print(f"{tokens} token{'' if tokens == 1 else 's'} of programs ended.")


@app.command()
def disable(email: Email, data_dir: DataDir = None) -> None:
    """Let nobody sign in to an account, and end its sessions and tokens; its records stay."""
    from tally.accounts import audit_log, store

    with changing(data_dir) as (db, _):
        user = find(db, email)
        store.disable(db, user)
    audit_log.note_command("account disabled", user=user.id)
    print("The account is disabled.")


@app.command()
def enable(email: Email, data_dir: DataDir = None) -> None:
    """Let a disabled account sign in again, with the password it had."""
    from tally.accounts import audit_log, store

    with changing(data_dir) as (db, _):
        user = find(db, email)
        store.enable(db, user)
    audit_log.note_command("account enabled", user=user.id)
    print("The account is enabled.")


@app.command()
def delete(
    email: Email,
    yes: Annotated[bool, typer.Option("--yes", help="Delete without asking.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Delete an account and all its records, for good."""
    from datetime import UTC, datetime

    from tally.accounts import audit_log, store
    from tally.db.engine import lift_time_limit

    with changing(data_dir) as (db, _):
        user = find(db, email)
        if not yes and not typer.confirm(f"Delete {user.email} and all its records?"):
            raise bootstrap.StartRefused("Nothing was deleted.")
        lift_time_limit(db)  # A million records take a while.
        store.remove(db, user.id, datetime.now(UTC))
    audit_log.note_command("account deleted", user=user.id)
    print("The account and its records are gone.")


def _reset_link(settings: Settings, user: Account, url: str) -> str:
    query = urlencode({"token": _keyring(settings).reset(user.id, user.password_hash)})
    return f"{url}/auth/reset?{query}"


def _keyring(settings: Settings) -> Keyring:
    from tally.accounts.tokens import Keyring

    # With the embedded database the key lies beside it; with another one it must be given, or
    # the link would be signed with a key that the server does not have.
    if settings.secret_key:
        return Keyring(settings.secret_key)
    given = bootstrap.read_settings(settings.data_dir)
    return Keyring(bootstrap.with_key(given).secret_key)


def _ask_password() -> str:
    """The password typed twice on a terminal, or the first line of a pipe.

    Raises StartRefused for text that no form could send.
    """
    from tally.domain.text import is_storable

    if sys.stdin is None:
        raise bootstrap.StartRefused("Standard input is closed: there is no password to read.")
    if sys.stdin.isatty():
        typed = str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    else:
        try:
            typed = sys.stdin.readline().rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise bootstrap.StartRefused(NO_TEXT) from error
    if not is_storable(typed):
        raise bootstrap.StartRefused(NO_TEXT)
    return typed

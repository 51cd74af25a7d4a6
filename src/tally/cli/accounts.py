"""The common parts of the commands on accounts: their transaction, and the lookup of an account."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tally.server import bootstrap

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from tally.db.models import Account
    from tally.settings import Settings


@contextmanager
def changing(
    data_dir: Path | None, *, make: bool = False, shows_once: bool = False
) -> Iterator[tuple[Connection, Settings]]:
    """One transaction on the database, and the settings with address and keys.

    Print and log a change after the block: only then it is committed.
    `make`: a database that is not there is made, for commands that can be the first.
    `shows_once`: a link or a token is printed; nothing is changed where nobody would see it.
    """
    from tally.web import access_log

    access_log.configure_once()
    with bootstrap.refusing():
        if shows_once:
            bootstrap.check_output()
        with (
            bootstrap.reached(bootstrap.read_settings(data_dir), make=make) as settings,
            bootstrap.changing(settings) as db,
        ):
            yield db, settings


def find(db: Connection, email: str) -> Account:
    """The account with this email. Raises StartRefused if there is none."""
    from tally.accounts import profile, store

    user = store.by_email(db, read(profile.read_email, email))
    if user is None:
        raise bootstrap.StartRefused(f"Nobody here has the email {email}.")
    return user


def find_enabled(db: Connection, email: str) -> Account:
    """The account with this email. Raises StartRefused if there is none, or it is disabled."""
    user = find(db, email)
    if user.is_disabled:
        raise bootstrap.StartRefused(f"{user.email} is disabled: enable the account first.")
    return user


def read(reader: Callable[[str], str], text: str) -> str:
    """The result of `reader` for the text. Its ValueError becomes a StartRefused."""
    try:
        return reader(text)
    except ValueError as error:
        raise bootstrap.StartRefused(str(error)) from error

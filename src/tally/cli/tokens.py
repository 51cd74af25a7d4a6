"""`tally token add`: access for a program, made where there is no browser.

The token is printed once, alone on standard output, so that a script can keep it.
"""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from tally.cli.accounts import changing, find_enabled, read
from tally.cli.options import DataDir, Email
from tally.server import bootstrap

app = typer.Typer(help="Access for programs, by tokens.", no_args_is_help=True)


# The same words as the form's; its modules are not imported before a command needs them.
class ScopeName(StrEnum):
    """The scopes of a token, by name."""

    add = "add"
    read = "read"
    all = "all"


class EndsName(StrEnum):
    """The ends of a token, by name."""

    never = "never"
    in_30_days = "30-days"
    in_1_year = "1-year"


@app.callback()
def main() -> None:
    """Access for programs, by tokens."""


@app.command()
def add(
    email: Email,
    scope: Annotated[
        ScopeName, typer.Option(help="Add records, read all, or both and change them.")
    ],
    name: Annotated[str, typer.Option(help="The program that it is for.", show_default=False)],
    ends: Annotated[EndsName, typer.Option(help="The end of the token.")] = EndsName.never,
    data_dir: DataDir = None,
) -> None:
    """Make a token for a program, and print it. It is shown only this once."""
    from datetime import UTC, datetime

    from tally.accounts import api_tokens, audit_log, token_store

    with changing(data_dir, shows_once=True) as (db, _):
        user = find_enabled(db, email)
        now = datetime.now(UTC)
        program = read(api_tokens.read_program, name)
        token, shown = api_tokens.new(user.id, program, scope.value, ends.value, now)
        try:
            token_store.add(db, user.id, token, now)
        except ValueError as error:
            raise bootstrap.StartRefused(str(error)) from error
    # A token is printed only after its commit.
    audit_log.note_command("token made", user=user.id, token=token.token_id)
    may = api_tokens.MAY[scope.value]
    print(
        f"{program} may {may}. {_end_in_words(ends)}. Shown only this once:",
        file=sys.stderr,
    )
    print(shown)


def _end_in_words(ends: EndsName) -> str:
    when = {EndsName.in_30_days: "ends in 30 days", EndsName.in_1_year: "ends in a year"}
    return f"The token {when.get(ends, 'never ends')}"

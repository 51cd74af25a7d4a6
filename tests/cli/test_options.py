"""A dataclass as the parameters of a command: names, defaults, help and what the command gets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer
from typer.testing import CliRunner

from tally.cli.options import as_parameters


@dataclass(frozen=True)
class Greeting:
    name: Annotated[str, typer.Argument(help="Who is greeted.")]
    times: Annotated[int, typer.Option("--times", help="How often.")] = 1
    loudly: Annotated[bool, typer.Option("--loudly")] = False


app = typer.Typer()


@app.command()
@as_parameters(Greeting)
def greet(greeting: Greeting) -> None:
    """Say hello."""
    print(greeting)


def test_the_command_gets_the_fields_as_one_value() -> None:
    greeted = CliRunner().invoke(app, ["Ada", "--loudly", "--times", "3"])
    assert greeted.output.strip() == repr(Greeting("Ada", 3, True))
    assert CliRunner().invoke(app, ["Ada"]).output.strip() == repr(Greeting("Ada"))


def test_fields_without_a_default_are_required_and_others_refused() -> None:
    assert CliRunner().invoke(app, []).exit_code == 2
    assert CliRunner().invoke(app, ["Ada", "--softly"]).exit_code == 2
    assert CliRunner().invoke(app, ["Ada", "--times", "often"]).exit_code == 2


def test_the_help_is_that_of_the_function_and_of_the_fields() -> None:
    told = CliRunner().invoke(app, ["--help"]).output
    assert "Say hello." in told
    assert "Who is greeted." in told
    assert "--times" in told and "How often." in told

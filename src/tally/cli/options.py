"""Options that several commands have, and the options of one command as one value."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import signature
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

Email = Annotated[str, typer.Argument(help="The account's email address.", show_default=False)]
DataDir = Annotated[
    Path | None,
    typer.Option(
        help="The folder of the embedded database and its key, else that of TALLY_DATA_DIR.",
        show_default=False,
    ),
]

Options = TypeVar("Options")


def as_parameters(
    options: type[Options],
) -> Callable[[Callable[[Options], None]], Callable[..., None]]:
    """Make a command of a function that takes a dataclass: each field becomes a parameter.

    Typer by itself passes each option as a parameter of its own.
    """

    def command_of(run: Callable[[Options], None]) -> Callable[..., None]:
        @wraps(run)
        def command(**fields: Any) -> None:
            run(options(**fields))

        vars(command)["__signature__"] = signature(options, eval_str=True)
        return command

    return command_of

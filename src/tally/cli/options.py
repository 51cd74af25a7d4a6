"""The options of a command as one value; Typer by itself passes each as a parameter."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any, TypeVar

Options = TypeVar("Options")


def as_parameters(
    options: type[Options],
) -> Callable[[Callable[[Options], None]], Callable[..., None]]:
    """Make a command of a function that takes a dataclass: each field becomes a parameter."""

    def command_of(run: Callable[[Options], None]) -> Callable[..., None]:
        @wraps(run)
        def command(**fields: Any) -> None:
            run(options(**fields))

        vars(command)["__signature__"] = signature(options, eval_str=True)
        return command

    return command_of

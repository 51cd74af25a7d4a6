"""The top-level folders: beside `src` in a checkout, inside the package in a wheel."""

from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent


@cache
def folder(name: str) -> Path:
    """The folder `templates`, `static`, `sql`, or `docs` with the description for programs.

    A wheel carries them inside the package; a checkout has them at its top level.
    """
    packed = PACKAGE / name
    return packed if packed.is_dir() else PACKAGE.parent.parent / name

"""A refused plain form, as its error page shows it again. Pure.

Browsers do not restore every field when a person goes back: not those without autocompletion.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from tally.domain.text import capital
from tally.web.forms import Fields

# The statuses after which the form may succeed: once it is corrected, or at a later time.
CORRECTED = 422
LATER = (429, 503)
# A field that is a button's: nobody types in it.
OF_BUTTONS = ("action",)


class FaultyField(NamedTuple):
    """A field to correct: its text as it was typed, and the sentence at it."""

    name: str
    label: str
    text: str
    sentence: str


class RefusedForm(NamedTuple):
    """The fields of a form: those to correct, and all others, which are sent along."""

    faulty: tuple[FaultyField, ...]
    others: tuple[tuple[str, str], ...]


def refused_form(form: Fields, status: int, faults: Mapping[str, str]) -> RefusedForm | None:
    """The form to send again; None if sending it again cannot help, or it holds a password."""
    if any("password" in name for name in form):
        return None
    typed = (name for name in faults if name not in OF_BUTTONS and name not in form.lists)
    at_fault = [name for name in typed if len(form.many(name)) == 1]
    if not (at_fault if status == CORRECTED else form and status in LATER):
        return None
    return RefusedForm(
        tuple(FaultyField(name, _label(name), form[name], faults[name]) for name in at_fault),
        tuple(item for item in form.items_list() if item[0] not in at_fault),
    )


def other_sentences(
    sentence: str, faults: Mapping[str, str], refused: RefusedForm | None
) -> list[str]:
    """The sentences on faults that are neither the heading of the page nor at a field of it."""
    at_fields = [field.sentence for field in refused.faulty] if refused else []
    by_name = sorted(faults.items(), key=lambda fault: fault[0].lower())
    return [text for _, text in by_name if text != sentence and text not in at_fields]


def _label(name: str) -> str:
    """`Set date`, of the field `set-date`."""
    return capital(name.replace("_", " ").replace("-", " "))

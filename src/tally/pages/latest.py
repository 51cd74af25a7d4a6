"""What was changed last, as a page says it that a form without JavaScript leads to."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row

from tally import changes
from tally.models import read_id
from tally.visit import Visit


class Latest(NamedTuple):
    """What was done, in words, and the change to undo next; None when there is none."""

    text: str
    change: UUID | None


def change(visit: Visit) -> Latest | None:
    """`?changed=`: what that change did, with an undo as long as there is one; `?undone=`: that.

    None for a change that is not this member's, is over ten minutes old, or went under another.
    """
    changed, undone = (visit.request.query_params.get(name, "") for name in ("changed", "undone"))
    id = read_id(changed or undone)
    if id is None or visit.visitor is None or visit.connection is None:
        return None
    became = changes.state(visit.db, visit.user.id, id)
    if not changed:
        return after_undo(visit, became.undone) if became.undone else None
    done = _in_words(visit, became)
    if not done or became.changed_since:
        return None
    return Latest(done.capitalize(), id)


def after_undo(visit: Visit, count: int) -> Latest:
    """How many records were put back, and which change is the next to undo."""
    text = f"Undone: {visit.say.count(count, 'record')}" if count else "This is undone already"
    following = changes.latest(visit.db, visit.user.id)
    if following is None:
        return Latest(text, None)
    return Latest(f"{text}. Next to undo: {_in_words(visit, following)}", following.change_id)


def _in_words(visit: Visit, became: Row[Any]) -> str:
    """`deleted 1 record`; empty for a change that is not there."""
    return ", ".join(
        f"{done} {visit.say.count(count, 'record')}"
        for done in ("added", "changed", "deleted", "restored")
        if (count := getattr(became, done))
    )

"""What was changed last, as a page says it that a form without JavaScript leads to."""

from __future__ import annotations

from typing import NamedTuple

from tally import changes
from tally.models import read_id
from tally.visit import Visit


class Latest(NamedTuple):
    """What was done, in words, and the change to undo; empty when there is none."""

    text: str
    change: str


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
        text = f"Undone: {visit.say.count(became.undone, 'record')}"
        return Latest(text, "") if became.undone else None
    parts = [
        f"{done} {visit.say.count(count, 'record')}"
        for done in ("added", "changed", "deleted", "restored")
        if (count := getattr(became, done))
    ]
    if not parts or became.changed_since:
        return None
    return Latest(", ".join(parts).capitalize(), changed)

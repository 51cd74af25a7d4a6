"""What was changed last, as a page says it that a form without JavaScript leads to."""

from __future__ import annotations

from uuid import UUID

from markupsafe import Markup

from tally import changes, render
from tally.visit import UUID_PATTERN, Visit


def message(visit: Visit) -> Markup:
    """`?changed=`: what that change did, with an undo as long as there is one; `?undone=`: that.

    Nothing for a change that is not this member's, is over ten minutes old, or went under another.
    """
    changed, undone = (visit.request.query_params.get(name, "") for name in ("changed", "undone"))
    change = changed or undone
    if visit.visitor is None or visit.connection is None or not UUID_PATTERN.fullmatch(change):
        return Markup()
    became = changes.state(visit.db, visit.user.id, UUID(change))
    parts = [
        f"{done} {visit.say.count(count, 'record')}"
        for done in ("added", "changed", "deleted", "restored")
        if (count := getattr(became, done))
    ]
    if changed and parts and not became.changed_since:
        text = ", ".join(parts).capitalize()
    elif undone and became.undone:
        text = f"Undone: {visit.say.count(became.undone, 'record')}"
    else:
        return Markup()
    return render.markup(visit, "fragments/message.html", text=text, change=changed)

"""The parts that every page shows around its own content."""

from __future__ import annotations

from typing import Any

from tally.views import account, add, last_change
from tally.views.site import keys
from tally.web.context import RequestContext


def values(context: RequestContext) -> dict[str, Any]:
    """The boxes of the quick-add dialog, a dialog that stands open, the last change's confirmation.

    The last two are asked for in the page's address (`dialog`; `changed`, `undone`, `saved`), and
    None otherwise. A page that opens another dialog gives its own instead.
    """
    boxes = add.dialog_boxes()
    if context.connection is None:
        # A refusal: it asks no database, whose failure may be its reason, nor reads its address.
        return boxes | {"dialog": None, "confirmation": None}
    return boxes | {
        "dialog": account.dialog(context) or keys.dialog(context),
        "confirmation": last_change.from_address(context),
    }

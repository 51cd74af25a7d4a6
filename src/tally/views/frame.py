"""The parts that every page shows around its own content."""

from __future__ import annotations

from typing import Any

from tally.views import account, keys, last_change
from tally.web.context import RequestContext


def values(context: RequestContext) -> dict[str, Any]:
    """The dialog that stands open over the page, and the confirmation of the last change, or None.

    Both are asked for in the page's address (`dialog`; `changed`, `undone`, `saved`). A page that
    opens another dialog gives its own instead.
    """
    return {
        "dialog": account.dialog(context) or keys.dialog(context),
        "latest": last_change.confirmation(context),
    }

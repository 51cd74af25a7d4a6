"""The dialog that lists the keyboard shortcuts."""

from __future__ import annotations

from starlette.responses import Response

from tally.web import responses
from tally.web.context import RequestContext

TEMPLATE = "fragments/keys.html"


def show(context: RequestContext) -> Response:
    """The dialog's content; without htmx the dashboard with the dialog open."""
    if context.is_fragment:
        return responses.fragment(context, TEMPLATE)
    return responses.redirect(context, "/?dialog=keys")


def dialog(context: RequestContext) -> responses.Dialog | None:
    """The dialog for a page that opens with it (`?dialog=keys`), else nothing."""
    if not responses.opens(context, "keys"):
        return None
    return responses.dialog(context, TEMPLATE, responses.address_without_dialog(context))

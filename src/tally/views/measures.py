"""US or imperial: which gallons, pints and fluid ounces an account means."""

from __future__ import annotations

from tally.domain.units import asks_measures, is_convertible
from tally.web.context import RequestContext

ASKS = "US or imperial measure? Choose one in the account, then try again."


def of_conversion(context: RequestContext, unit: str, into: str) -> str:
    """The measures to convert by. Raises ValueError where they matter and nobody chose them."""
    chosen = context.user.preferences.get("measures")
    if not chosen and is_convertible(unit, into) and asks_measures(unit, into):
        raise ValueError(ASKS)
    return str(chosen or "us")

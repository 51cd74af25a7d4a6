"""US or imperial: the choice of the account on which conversions of gallons and others depend."""

from __future__ import annotations

from tally.domain.units import asks_measures, is_convertible
from tally.web.context import RequestContext


def for_conversion(context: RequestContext, unit: str, target: str) -> str:
    """US or imperial measures for a conversion; "" where it is the same in both.

    Raises ValueError where the account has to choose first.
    """
    chosen = str(context.user.preferences.get("measures") or "")
    if not chosen and is_convertible(unit, target) and asks_measures(unit, target):
        raise ValueError("US or imperial measure? Choose one in the account, then try again.")
    return chosen

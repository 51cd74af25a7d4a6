"""The types that are not on a page of statistics, but have a part in the cost of its period."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from tally.db import cost_queries, queries
from tally.domain.calendar import Span
from tally.domain.currencies import units_of
from tally.domain.keys import Key, folded
from tally.domain.prices import read_prices, tariffs
from tally.domain.text import fold
from tally.statistics.key_pages import KeysUsed
from tally.statistics.question import Question

# The most types on other pages whose costs are added up; with more of them the sum covers the page
# alone.
MAX_ASIDE = 400


class Aside(NamedTuple):
    """The types that only the sum of costs needs; none where there are too many of them."""

    keys: list[Key]
    too_many: bool


NONE_ASIDE = Aside([], too_many=False)


def keys_aside(question: Question, page: KeysUsed, on_page: Collection[Key]) -> Aside:
    """The types off the page that have a part in the costs. on_page: all that are shown on it."""
    # One more than there is room for: then it is known that there are too many.
    most = len(on_page) + MAX_ASIDE + 1
    keys = [key for key in _costed(question, page, most) if key not in on_page]
    return Aside([], too_many=True) if len(keys) > MAX_ASIDE else Aside(keys, too_many=False)


def _costed(question: Question, page: KeysUsed, most: int) -> list[Key]:
    """The types that may have costs in a period, or in the one before, and not be on its page.

    These are types of the other pages, types used in the period before alone, and types of which
    only a base fee is due, unless the filter picks single records. Some may be on the page after
    all. Empty for an account without a currency, and where the filter names one type and unit that
    is on the page. Of more than `most` types any `most` are returned.
    """
    matching, period = question.matching, question.period
    is_all = bool(page.keys) and question.names_one_type and matching.unit is not None
    spans = [span for span in (period.previous(), period.elapsed) if span]
    # If the page has all types of the period, only the one before can add others.
    looked_at = spans if page.has_others else spans[:-1]
    if not question.has_costs or is_all or not looked_at:
        return []
    span = Span(looked_at[0].start, looked_at[-1].end)
    units = units_of(question.user.currency)
    keys, stored = cost_queries.costed_keys(*question.subject, span, units, most)
    if matching.picks_records or len(keys) >= most:
        return keys
    in_use = set(map(folded, (*page.keys, *keys)))
    fees = [
        key
        for key, tariff in tariffs(read_prices(stored)).items()
        if key not in in_use and matching.matches_key(key) and tariff.base(spans)
    ]
    return [*keys, *(_spelled(question, fees) if fees else ())]


def _spelled(question: Question, keys: Iterable[Key]) -> list[Key]:
    """The folded types in each spelling of the account."""
    names = question.matching.spellings
    if names is None:
        names = tuple(queries.own_types(question.db, question.user.id))
    return [Key(name, key.unit) for key in keys for name in names if fold(name) == key.type]

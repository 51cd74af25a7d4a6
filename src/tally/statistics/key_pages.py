"""The types of a period with their totals, page by page."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tally.db import period_queries, spread_queries
from tally.db.period_queries import NO_TOTALS, KeyPage, PeriodTotals
from tally.db.spread_queries import Spread
from tally.domain.calendar import Buckets
from tally.domain.cursor import KeyPlace
from tally.domain.fields import MAX_DAYS
from tally.domain.keys import Key
from tally.statistics.limits import with_a_limit
from tally.statistics.question import Question

# The most types on a page, the latest used first; the next page has the others.
MAX_TYPES = 100


@dataclass(frozen=True)
class KeysUsed:
    """The types with a record in the elapsed days, at most a page of them, with their totals.

    type_count: the types of all pages. following: where the next page begins.
    """

    used: Mapping[Key, PeriodTotals]
    spread: Mapping[Key, list[Spread]]
    type_count: int
    following: KeyPlace | None = None

    @property
    def keys(self) -> list[Key]:
        return list(dict.fromkeys((*self.used, *self.spread)))

    @property
    def has_others(self) -> bool:
        """Whether types of the period are on other pages."""
        return self.type_count > len(self.keys)


NONE_USED = KeysUsed({}, {}, 0)


def page_of_types(question: Question, elapsed: Buckets, after: KeyPlace | None) -> KeysUsed:
    """A page of the types of the period: all of them, or the latest used of too many.

    Of too many, those with a limit have no place of their own: the first page has them beside its.
    """
    reach, type_count, costs = MAX_DAYS, 0, question.has_costs
    if after is None:
        most = MAX_TYPES + 1
        used, longest = period_queries.keys_in_period(*question.subject, elapsed, most, costs=costs)
        # Without a record of one day, longer ones may still exist.
        reach = longest or (0 if used else MAX_DAYS)
        spread = _spread(question, elapsed, reach, most=most)
        type_count = len({*used, *spread})
        if type_count <= MAX_TYPES:
            return KeysUsed(used, spread, type_count)
    wanted = KeyPage(question.period.today, after, MAX_TYPES + 1, with_a_limit(question))
    places, in_all = period_queries.keys_in_span(
        *question.subject, elapsed.span, reach or 1, wanted, costs=costs
    )
    page = [Key(place.type, place.unit) for place in places[:MAX_TYPES]]
    used = period_queries.totals_of(*question.subject, elapsed, page)
    return KeysUsed(
        used=dict.fromkeys(page, NO_TOTALS) | used,
        spread=_spread(question, elapsed, reach, page),
        type_count=max(in_all, type_count),
        following=places[MAX_TYPES - 1] if len(places) > MAX_TYPES else None,
    )


def with_totals_of(
    question: Question, elapsed: Buckets, page: KeysUsed, keys: list[Key]
) -> KeysUsed:
    """A page with the totals of further types, some of which may be on other pages."""
    used = period_queries.totals_of(*question.subject, elapsed, keys)
    spread = _spread(question, elapsed, MAX_DAYS, keys)
    return replace(page, used={**page.used, **used}, spread={**page.spread, **spread})


def _spread(
    question: Question,
    elapsed: Buckets,
    reach: int,
    keys: list[Key] | None = None,
    most: int = MAX_TYPES,
) -> Mapping[Key, list[Spread]]:
    """The part of records of several days (`reach` at most) in the elapsed days."""
    if not reach:
        return {}
    return spread_queries.spread(*question.subject, elapsed, reach, keys, most)

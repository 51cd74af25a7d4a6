"""Gather the facts of statistics: by a few statements, however many types there are.

Three for an account whose records cover one day each; four more if some cover several days or are
readings; one more each for a period that begins with the first record, for a limit of a type
without a record in the period, for the previous period behind a single type, for its calendar, and
for drawings.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection

from tally.db import cost_queries, period_queries, queries, spread_queries
from tally.db.arrays import KeySpan
from tally.db.models import Account
from tally.db.period_queries import NO_TOTALS, DayStep, KeyDays, KeyPage, PeriodTotals
from tally.db.spread_queries import Covering, Spread, Unread
from tally.domain.currencies import units_of
from tally.domain.cursor import KeyPlace
from tally.domain.fields import MAX_DAYS
from tally.domain.filters import Filter
from tally.domain.keys import Key, folded
from tally.domain.limits import Limit, read_limits
from tally.domain.periods import (
    MAX_DAYS_BY_MONTH,
    USUAL,
    Buckets,
    Period,
    Span,
    bucket_starts,
    calendar_span,
    read_period,
)
from tally.domain.prices import read_prices, tariffs
from tally.domain.text import fold
from tally.statistics import shares
from tally.statistics.figures import compared_span, limit_elapsed
from tally.statistics.known_days import KnownDays, joined

# The most types on a page, the latest used first; the next page has the others.
MAX_TYPES = 100
# The most types on other pages whose costs are added up; with more of them the sum covers the page
# alone.
MAX_ASIDE = 400
# The most records of several days that a drawing shows as such; with more of them each day is drawn
# alone.
MAX_COVERING = 10_000


@dataclass(frozen=True)
class Facts:
    """The answers of the database about the records of a period.

    used: each (type, unit) with a matching record of one day in the elapsed days, or of which a
    meter began in them at a cost; spread: the part of records of several days in its buckets.
    sums: those of the spans that `sums_needed` names.
    days: the first and last day of each (type, unit), the latest used first; known: its known days.
    active: the number of elapsed days that records cover, where some cover several.
    following: where the next page of types begins; type_count: the types of all pages.
    aside: keys that are not on the page and may have a part in what the period cost; none of them
    where `too_many` have.
    single: whether the filter names one type; only then there are `before`, the totals of the whole
    previous period, `before_spread` and `calendar`.
    covering: records of several days, for drawings, where they are asked for.
    """

    period: Period
    used: Mapping[Key, PeriodTotals]
    limits: Mapping[Key, Limit]
    sums: Mapping[KeySpan, Decimal]
    days: Mapping[Key, KeyDays]
    known: Mapping[Key, KnownDays]
    spread: Mapping[Key, list[Spread]] = field(default_factory=dict)
    active: Mapping[Key, int] = field(default_factory=dict)
    following: KeyPlace | None = None
    type_count: int = 0
    aside: frozenset[Key] = frozenset()
    too_many: bool = False
    single: bool = False
    before: Mapping[Key, PeriodTotals] = field(default_factory=dict)
    before_spread: Mapping[Key, list[Spread]] = field(default_factory=dict)
    calendar: Mapping[Key, list[DayStep]] = field(default_factory=dict)
    covering: Mapping[Key, list[Covering]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shown:
    """The parts of a page of statistics that not every page has; each needs statements of its own.

    also: types that have figures even in a period without a record of them, but none of the whole
    period before. after: where a further page of types begins. drawn: the records of several days,
    for drawings. costs: the types that only the sum of costs needs.
    """

    also: tuple[Key, ...] = ()
    after: KeyPlace | None = None
    drawn: bool = False
    costs: bool = False


ONLY_TYPES = Shown()


@dataclass(frozen=True)
class _KeysUsed:
    """The types with a record in the elapsed days, at most a page of them, with their totals.

    type_count: the types of all pages.
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


_NONE_USED = _KeysUsed({}, {}, 0)


def gather(
    db: Connection,
    user: Account,
    matching: Filter,
    today: date,
    shown: Shown = ONLY_TYPES,
) -> Facts:
    """The facts of the filter's period, which is the running month unless it says otherwise."""
    matching = queries.spelled(db, user.id, matching)
    period = _period(db, user, matching, today)
    return _Question(db, user, matching, period).facts(today, shown)


def _period(db: Connection, user: Account, matching: Filter, today: date) -> Period:
    """The filter's period; of a very long one only the days that can have records."""
    period = matching.dates or read_period(USUAL, today, matching.starts)
    if period.start is None:
        return period.since(_first_day(db, user, matching))
    if period.days <= MAX_DAYS_BY_MONTH:
        return period
    first = _first_day(db, user, matching)
    start = max(period.start, min(first, period.end)) if first else period.start
    return replace(period, start=start, end=max(start, min(period.end, today)))


def _first_day(db: Connection, user: Account, matching: Filter) -> date | None:
    return period_queries.first_day(db, user.id, matching, costs=has_costs(user))


def has_costs(user: Account) -> bool:
    """Whether an account sees costs: it does once it has a currency."""
    return bool(user.preferences.get("currency"))


@dataclass(frozen=True)
class _Question:
    """A filter of an account with its period; its methods ask the database about the records."""

    db: Connection
    user: Account
    matching: Filter
    period: Period

    def facts(self, today: date, shown: Shown) -> Facts:
        """The answers, by as few statements as the types and the page need."""
        page = _NONE_USED
        elapsed = self.elapsed
        if elapsed and not shown.also:
            page = self.page_of_types(elapsed, shown.after)
        on_page = dict.fromkeys((*page.keys, *shown.also))
        limits = self.limits(on_page)
        if not shown.after:
            # The first page has all types with a limit, which may have their place on another.
            on_page |= dict.fromkeys(limits)
        aside: list[Key] = []
        too_many = False
        if shown.costs and not shown.also:
            aside, too_many = self.aside(page, on_page)
        keys = [*on_page, *aside]
        if not keys:
            return Facts(self.period, used={}, limits=limits, sums={}, days={}, known={})
        elsewhere = [key for key in keys if key not in page.used] if page.has_others else []
        if elapsed and elsewhere:
            page = self.with_totals_of(elapsed, page, elsewhere)
        days = period_queries.key_days(self.db, self.user.id, keys, today)
        known, active = self.known(days, limits)
        facts = Facts(
            period=self.period,
            used=page.used,
            limits=limits,
            sums=self.sums(sums_needed(self.period, known, limits), days),
            days=days,
            known=known,
            spread=page.spread,
            active=active,
            following=page.following,
            type_count=page.type_count,
            aside=frozenset(aside),
            too_many=too_many,
        )
        return self.with_drawings(facts, on_page, shown)

    def with_drawings(self, facts: Facts, on_page: Collection[Key], shown: Shown) -> Facts:
        """The facts with what is shown of a single type alone, and with records to be drawn."""
        spanning = _spanning(facts.days)
        single = self.names_one_type and bool(on_page)
        if single:
            if not shown.also:
                totals, spread = self.before(on_page, spanning)
                facts = replace(facts, before=totals, before_spread=spread)
            span = calendar_span(self.period.anchor)
            calendar = period_queries.calendar(self.db, self.user.id, self.matching, on_page, span)
            facts = replace(facts, single=True, calendar=calendar)
        if shown.drawn and spanning:
            facts = replace(facts, covering=self.covering(spanning, single=single))
        return facts

    @property
    def names_one_type(self) -> bool:
        """Whether the filter names exactly one type."""
        return len(self.matching.types) == 1

    @property
    def elapsed(self) -> Buckets | None:
        """The elapsed days of the period in its buckets; None for a future one."""
        return Buckets(self.period.elapsed, self.period.buckets) if self.period.elapsed else None

    def page_of_types(self, elapsed: Buckets, after: KeyPlace | None) -> _KeysUsed:
        """A page of the types of the period: all of them, or the latest used of too many."""
        db, user_id, matching = self.db, self.user.id, self.matching
        reach, costs = MAX_DAYS, has_costs(self.user)
        if after is None:
            most = MAX_TYPES + 1
            used, longest = period_queries.period(
                db, user_id, matching, elapsed, most=most, costs=costs
            )
            # Without a record of one day, longer ones may still exist.
            reach = longest or (0 if used else MAX_DAYS)
            spread = self.spread(elapsed, reach, most=most)
            type_count = len({*used, *spread})
            if type_count <= MAX_TYPES:
                return _KeysUsed(used, spread, type_count)
        wanted = KeyPage(self.period.today, after, MAX_TYPES + 1)
        places, type_count = period_queries.keys_in_span(
            db, user_id, matching, elapsed.span, reach or 1, wanted, costs=costs
        )
        page = [Key(place.type, place.unit) for place in places[:MAX_TYPES]]
        used, _ = period_queries.period(db, user_id, matching, elapsed, page)
        return _KeysUsed(
            dict.fromkeys(page, NO_TOTALS) | used,
            self.spread(elapsed, reach, page),
            type_count,
            places[MAX_TYPES - 1] if len(places) > MAX_TYPES else None,
        )

    def with_totals_of(self, elapsed: Buckets, page: _KeysUsed, keys: list[Key]) -> _KeysUsed:
        """A page with the totals of further types, some of which may be on other pages."""
        used, _ = period_queries.period(self.db, self.user.id, self.matching, elapsed, keys)
        spread = self.spread(elapsed, MAX_DAYS, keys)
        return replace(page, used={**page.used, **used}, spread={**page.spread, **spread})

    def spread(
        self, elapsed: Buckets, reach: int, keys: list[Key] | None = None, most: int = MAX_TYPES
    ) -> Mapping[Key, list[Spread]]:
        """The part of records of several days (`reach` at most) in the elapsed days."""
        if not reach:
            return {}
        return spread_queries.spread(
            self.db, self.user.id, self.matching, elapsed, reach, keys, most
        )

    def limits(self, page: Collection[Key]) -> dict[Key, Limit]:
        """The limits of the types on the page and of all other types, in each spelling in use."""
        stored = read_limits(self.user.preferences)
        limits = limits_within(self.matching, stored, page)
        others = {folded(key) for key in limits if key not in page}
        if not others:
            return limits
        used = [kind.key for kind in queries.used(self.db, self.user.id)]
        in_use = (key for key in used if folded(key) in others)
        return limits_within(self.matching, stored, [*page, *in_use])

    def aside(self, page: _KeysUsed, on_page: Collection[Key]) -> tuple[list[Key], bool]:
        """The types off the page that have a part in the costs, and whether they are too many.

        Of too many none is returned: the sum of costs covers the page alone.
        """
        # One more than there is room for: then it is known that there are too many.
        most = len(on_page) + MAX_ASIDE + 1
        aside = [key for key in self.costed(page, most) if key not in on_page]
        too_many = len(aside) > MAX_ASIDE
        return ([] if too_many else aside), too_many

    def costed(self, page: _KeysUsed, most: int) -> list[Key]:
        """The types that have a part in the cost of a period, or of the one before, off the page.

        Those of the other pages, those that were used in the period before alone, and those with
        only a base fee due, which no filter of single records picks. Some may be on the page. None
        for an account without a currency, or beside the one type and unit that a filter names. Of
        more than `most` any `most` are returned.
        """
        matching = self.matching
        is_all = bool(page.keys) and self.names_one_type and matching.unit is not None
        spans = [span for span in (self.period.previous(), self.period.elapsed) if span]
        # If the page has all types of the period, only the one before can add others.
        looked_at = spans if page.has_others else spans[:-1]
        if not has_costs(self.user) or is_all or not looked_at:
            return []
        span = Span(looked_at[0].start, looked_at[-1].end)
        units = units_of(str(self.user.preferences["currency"]))
        keys, stored = cost_queries.costed_keys(self.db, self.user.id, matching, span, units, most)
        if matching.picks_records or len(keys) >= most:
            return keys
        in_use = set(map(folded, (*page.keys, *keys)))
        fees = [
            key
            for key, tariff in tariffs(read_prices(stored)).items()
            if key not in in_use and matching.takes(*key) and tariff.base(spans)
        ]
        return [*keys, *(self.spelled(fees) if fees else ())]

    def spelled(self, keys: Iterable[Key]) -> list[Key]:
        """The folded types in each spelling of the account."""
        names = self.matching.spellings
        if names is None:
            names = tuple(queries.own_types(self.db, self.user.id))
        return [Key(name, key.unit) for key in keys for name in names if fold(name) == key.type]

    def known(
        self, days: Mapping[Key, KeyDays], limits: Mapping[Key, Limit]
    ) -> tuple[dict[Key, KnownDays], dict[Key, int]]:
        """The known days of each type and unit, and how many elapsed days are covered.

        The second has only types with readings or with records of several days.
        """
        period = self.period
        if self.matching.deleted:
            # Deleted records do not tell which days are known: each day of the period counts.
            return {key: KnownDays(period.start, period.today) for key in days}, {}
        read_to = {key: min(one.read_to or period.today, period.today) for key, one in days.items()}
        spans = [
            (key, span)
            for key, one in days.items()
            if one.measured
            for span in _spans_looked_at(period, limits.get(key), single=self.names_one_type)
        ]
        unread_days: Mapping[KeySpan, Unread] = {}
        if spans:
            unread_days = spread_queries.unread(
                self.db, self.user.id, self.matching, spans, read_to
            )
        gaps: dict[Key, list[Span]] = {}
        for (key, _), unread in unread_days.items():
            gaps.setdefault(key, []).extend(unread.stretches)
        known = {
            key: KnownDays(one.first, read_to[key], joined(gaps.get(key, ())))
            for key, one in days.items()
        }
        elapsed = period.elapsed
        active = {
            key: unread.covered for (key, span), unread in unread_days.items() if span == elapsed
        }
        return known, active

    def sums(self, needed: list[KeySpan], days: Mapping[Key, KeyDays]) -> dict[KeySpan, Decimal]:
        """The sums that are needed, over records of one day and of several days."""
        sums = period_queries.sums(self.db, self.user.id, self.matching, needed)
        spans = [(key, span) for key, span in needed if days[key].measured]
        if spans:
            spread = spread_queries.spread_sums(self.db, self.user.id, self.matching, spans)
            for place, spread_sums in spread.items():
                sums[place] += shares.total(spread_sums)
        return sums

    def before(
        self, keys: Collection[Key], spanning: Collection[Key]
    ) -> tuple[Mapping[Key, PeriodTotals], Mapping[Key, list[Spread]]]:
        """The totals of the whole previous period, and its part of records of several days."""
        span = self.period.previous_whole()
        if span is None:
            return {}, {}
        db, user_id, matching = self.db, self.user.id, self.matching
        buckets = Buckets(span, bucket_starts(span, self.period.bucket, self.period.starts))
        totals, _ = period_queries.period(db, user_id, matching, buckets, keys)
        if not spanning:
            return totals, {}
        return totals, spread_queries.spread(db, user_id, matching, buckets, MAX_DAYS, keys)

    def covering(self, keys: Iterable[Key], *, single: bool) -> dict[Key, list[Covering]]:
        """The records of several days to draw; none if there are too many to tell apart."""
        period = self.period
        drawn = [period.elapsed] if period.bucket == "day" else []
        if single:
            drawn += [calendar_span(period.anchor)]
            drawn += [period.previous_whole()] if period.bucket == "day" else []
        spans = [span for span in drawn if span]
        if not spans:
            return {}
        span = Span(min(span.start for span in spans), max(span.end for span in spans))
        covering = spread_queries.covering(
            self.db, self.user.id, self.matching, keys, span, MAX_COVERING + 1
        )
        return covering if sum(map(len, covering.values())) <= MAX_COVERING else {}


def _spanning(days: Mapping[Key, KeyDays]) -> list[Key]:
    """The types and units with readings or with records of several days."""
    return [key for key, one in days.items() if one.measured]


def _spans_looked_at(period: Period, limit: Limit | None, *, single: bool) -> list[Span]:
    """The spans whose read days are needed: the elapsed one by itself, the others joined."""
    others = [period.previous(), period.last_year()]
    if single:
        others += [period.previous_whole(), calendar_span(period.anchor)]
    if limit:
        others.append(limit_elapsed(period, limit))
    return list(
        dict.fromkeys(
            [
                *([period.elapsed] if period.elapsed else []),
                *joined(span for span in others if span),
            ]
        )
    )


def limits_within(
    matching: Filter, limits: Mapping[Key, Limit], used: Iterable[Key]
) -> dict[Key, Limit]:
    """The limits of keys that the filter lets through, in the spellings in use.

    None at all if the filter picks single records by words, values or deletion: a part of the
    records does not tell how much of a limit is used.
    """
    if matching.picks_records:
        return {}
    within = {key: limit for key, limit in limits.items() if matching.takes(*key)}
    by_folded = {folded(key): limit for key, limit in within.items()}
    spelled = {key: by_folded[folded(key)] for key in used if folded(key) in by_folded}
    in_use = set(map(folded, spelled))
    return spelled | {key: limit for key, limit in within.items() if folded(key) not in in_use}


def sums_needed(
    period: Period, known: Mapping[Key, KnownDays], limits: Mapping[Key, Limit]
) -> list[KeySpan]:
    """The spans to be summed for each (type, unit), each span once."""
    earlier = [span for span in (period.previous_whole(), period.last_year_whole()) if span]
    needed: dict[KeySpan, None] = {}
    for key, days in known.items():
        own = days.within(period.elapsed)
        for whole in earlier:
            if span := compared_span(period, own, whole):
                needed[key, span] = None
        if key in limits:
            needed[key, limit_elapsed(period, limits[key])] = None
    return list(needed)

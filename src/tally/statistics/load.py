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

from tally.db import period_queries, queries
from tally.db.models import Account
from tally.db.period_queries import (
    NO_TOTALS,
    Covering,
    DayStep,
    KeyDays,
    KeyPage,
    PeriodTotals,
    Spread,
    Unread,
)
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
    sums: Mapping[tuple[Key, Span], Decimal]
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
    page = _KeysUsed({}, {}, 0)
    if period.elapsed and not shown.also:
        elapsed = Buckets(period.elapsed, period.buckets)
        page = _page_of_types(db, user, matching, period, elapsed, shown.after)
    on_page = dict.fromkeys((*page.keys, *shown.also))
    limits = _limits(db, user, matching, on_page)
    if not shown.after:
        # The first page has all types with a limit, which may have their place on another.
        on_page |= dict.fromkeys(limits)
    single = len(matching.types) == 1 and bool(on_page)
    costed: list[Key] = []
    if shown.costs and not shown.also:
        # One more than there is room for: then it is known that there are too many.
        most = len(on_page) + MAX_ASIDE + 1
        costed = _costed(db, user, matching, period, page, most)
    aside = [key for key in costed if key not in on_page]
    too_many = len(aside) > MAX_ASIDE
    if too_many:
        aside = []
    keys = [*on_page, *aside]
    if not keys:
        return Facts(period, used={}, limits=limits, sums={}, days={}, known={})
    elsewhere = [key for key in keys if key not in page.used] if page.has_others else []
    if elsewhere:
        page = _with_totals_of(db, user, matching, period, page, elsewhere)
    days = period_queries.key_days(db, user.id, keys, today)
    before = period.previous_whole() if single and not shown.also else None
    buckets_before = _buckets(before, period) if before else None
    known, active = _known(db, user, matching, period, days, limits)
    needed = sums_needed(period, known, limits)
    spanning = [key for key, known_of in days.items() if known_of.measured]
    return Facts(
        period=period,
        used=page.used,
        limits=limits,
        sums=_sums(db, user, matching, needed, spanning),
        days=days,
        known=known,
        spread=page.spread,
        active=active,
        following=page.following,
        type_count=page.type_count,
        aside=frozenset(aside),
        too_many=too_many,
        single=single,
        before=period_queries.period(db, user.id, matching, buckets_before, on_page)[0]
        if buckets_before
        else {},
        before_spread=period_queries.spread(
            db, user.id, matching, buckets_before, MAX_DAYS, on_page
        )
        if buckets_before and spanning
        else {},
        calendar=period_queries.calendar(
            db, user.id, matching, on_page, calendar_span(period.anchor)
        )
        if single
        else {},
        covering=_covering(db, user, matching, period, spanning, single)
        if shown.drawn and spanning
        else {},
    )


def _costed(
    db: Connection,
    user: Account,
    matching: Filter,
    period: Period,
    page: _KeysUsed,
    most: int,
) -> list[Key]:
    """The types that have a part in the cost of a period, or of the one before, off the page.

    Those of the other pages, those that were used in the period before alone, and those with only a
    base fee due, which no filter of single records picks. Some may be on the page. None for an
    account without a currency, or beside the one type and unit that a filter names. Of more than
    `most` any `most` are returned.
    """
    is_all = bool(page.keys) and len(matching.types) == 1 and matching.unit is not None
    spans = [span for span in (period.previous(), period.elapsed) if span]
    # If the page has all types of the period, only the one before can add others.
    looked_at = spans if page.has_others else spans[:-1]
    if not has_costs(user) or is_all or not looked_at:
        return []
    span = Span(looked_at[0].start, looked_at[-1].end)
    units = units_of(str(user.preferences["currency"]))
    keys, stored = period_queries.costed_keys(db, user.id, matching, span, MAX_DAYS, units, most)
    if matching.picks_records or len(keys) >= most:
        return keys
    in_use = set(map(folded, (*page.keys, *keys)))
    fees = [
        key
        for key, tariff in tariffs(read_prices(stored)).items()
        if key not in in_use and matching.takes(*key) and tariff.base(spans)
    ]
    return [*keys, *(_spelled(db, user, matching, fees) if fees else ())]


def _spelled(db: Connection, user: Account, matching: Filter, keys: Iterable[Key]) -> list[Key]:
    """The folded types in each spelling of the account."""
    names = matching.spellings
    if names is None:
        names = tuple(queries.own_types(db, user.id))
    return [Key(name, key.unit) for key in keys for name in names if fold(name) == key.type]


def _limits(
    db: Connection, user: Account, matching: Filter, page: Collection[Key]
) -> dict[Key, Limit]:
    """The limits of the types on the page and of all other types, in each spelling in use."""
    stored = read_limits(user.preferences)
    limits = limits_within(matching, stored, page)
    others = {folded(key) for key in limits if key not in page}
    if not others:
        return limits
    used = [kind.key for kind in queries.used(db, user.id)]
    return limits_within(matching, stored, [*page, *(k for k in used if folded(k) in others)])


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


def _page_of_types(
    db: Connection,
    user: Account,
    matching: Filter,
    period: Period,
    elapsed: Buckets,
    after: KeyPlace | None,
) -> _KeysUsed:
    """A page of the types of the period: all of them, or the latest used of too many."""
    reach = MAX_DAYS
    if after is None:
        most = MAX_TYPES + 1
        used, longest = period_queries.period(
            db, user.id, matching, elapsed, most=most, costs=has_costs(user)
        )
        # Without a record of one day, longer ones may still exist.
        reach = longest or (0 if used else MAX_DAYS)
        spread = _spread(db, user, matching, elapsed, reach, most=most)
        type_count = len({*used, *spread})
        if type_count <= MAX_TYPES:
            return _KeysUsed(used, spread, type_count)
    places, type_count = period_queries.keys_in_span(
        db,
        user.id,
        matching,
        elapsed.span,
        reach or 1,
        KeyPage(period.today, after, MAX_TYPES + 1),
        costs=has_costs(user),
    )
    page = [Key(place.type, place.unit) for place in places[:MAX_TYPES]]
    used, _ = period_queries.period(db, user.id, matching, elapsed, page)
    return _KeysUsed(
        dict.fromkeys(page, NO_TOTALS) | used,
        _spread(db, user, matching, elapsed, reach, page),
        type_count,
        places[MAX_TYPES - 1] if len(places) > MAX_TYPES else None,
    )


def _with_totals_of(
    db: Connection,
    user: Account,
    matching: Filter,
    period: Period,
    page: _KeysUsed,
    keys: list[Key],
) -> _KeysUsed:
    """A page with the totals of further types, some of which may be on other pages."""
    if period.elapsed is None:
        return page
    elapsed = Buckets(period.elapsed, period.buckets)
    used, _ = period_queries.period(db, user.id, matching, elapsed, keys)
    spread = _spread(db, user, matching, elapsed, MAX_DAYS, keys)
    return replace(page, used={**page.used, **used}, spread={**page.spread, **spread})


def _spread(
    db: Connection,
    user: Account,
    matching: Filter,
    elapsed: Buckets,
    reach: int,
    keys: list[Key] | None = None,
    most: int = MAX_TYPES,
) -> Mapping[Key, list[Spread]]:
    """The part of records of several days (`reach` at most) in the elapsed days."""
    if not reach:
        return {}
    return period_queries.spread(db, user.id, matching, elapsed, reach, keys, most)


def _known(
    db: Connection,
    user: Account,
    matching: Filter,
    period: Period,
    days: Mapping[Key, KeyDays],
    limits: Mapping[Key, Limit],
) -> tuple[dict[Key, KnownDays], dict[Key, int]]:
    """The known days of each (type, unit), and how many elapsed days the records of some cover."""
    if matching.deleted:
        # Deleted records do not tell which days are known: each day of the period counts.
        return {key: KnownDays(period.start, period.today) for key in days}, {}
    read_to = {key: min(one.read_to or period.today, period.today) for key, one in days.items()}
    spans = [
        (key, span)
        for key, one in days.items()
        if one.measured
        for span in _spans_looked_at(period, limits.get(key), single=len(matching.types) == 1)
    ]
    unread_days: Mapping[tuple[Key, Span], Unread] = {}
    if spans:
        unread_days = period_queries.unread(db, user.id, matching, spans, read_to, MAX_DAYS)
    gaps: dict[Key, list[Span]] = {}
    for (key, _), unread in unread_days.items():
        gaps.setdefault(key, []).extend(unread.stretches)
    known = {
        key: KnownDays(one.first, read_to[key], joined(gaps.get(key, ())))
        for key, one in days.items()
    }
    elapsed = period.elapsed
    active = {key: unread.covered for (key, span), unread in unread_days.items() if span == elapsed}
    return known, active


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


def _sums(
    db: Connection,
    user: Account,
    matching: Filter,
    needed: list[tuple[Key, Span]],
    spanning: list[Key],
) -> dict[tuple[Key, Span], Decimal]:
    """The sums that are needed, over records of one day and of several days."""
    sums = period_queries.sums(db, user.id, matching, needed)
    spans = [(key, span) for key, span in needed if key in spanning]
    if spans:
        spread = period_queries.spread_sums(db, user.id, matching, spans, MAX_DAYS)
        for place, spread_sums in spread.items():
            sums[place] += shares.total(spread_sums)
    return sums


def _covering(
    db: Connection,
    user: Account,
    matching: Filter,
    period: Period,
    keys: Iterable[Key],
    single: bool,
) -> dict[Key, list[Covering]]:
    """The records of several days to draw; none if there are too many to tell apart."""
    drawn = [period.elapsed] if period.bucket == "day" else []
    if single:
        drawn += [calendar_span(period.anchor)]
        drawn += [period.previous_whole()] if period.bucket == "day" else []
    spans = [span for span in drawn if span]
    if not spans:
        return {}
    span = Span(min(span.start for span in spans), max(span.end for span in spans))
    covering = period_queries.covering(
        db, user.id, matching, keys, span, MAX_DAYS, MAX_COVERING + 1
    )
    return covering if sum(map(len, covering.values())) <= MAX_COVERING else {}


def _buckets(span: Span, period: Period) -> Buckets:
    """Another span, in buckets of the kind of the period's."""
    return Buckets(span, bucket_starts(span, period.bucket, period.starts))


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
) -> list[tuple[Key, Span]]:
    """The spans to be summed for each (type, unit), each span once."""
    earlier = [span for span in (period.previous_whole(), period.last_year_whole()) if span]
    needed: dict[tuple[Key, Span], None] = {}
    for key, days in known.items():
        own = days.within(period.elapsed)
        for whole in earlier:
            if span := compared_span(period, own, whole):
                needed[key, span] = None
        if key in limits:
            needed[key, limit_elapsed(period, limits[key])] = None
    return list(needed)

"""Load the statistics of a period: by a few statements, however many types there are.

Three for an account whose records cover one day each; four more if some cover several days or are
readings; one more each for a period that begins with the first record, for a limit of a type
without a record in the period, for the previous period behind a single type, for its calendar, and
for drawings.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection

from tally.db import period_queries, queries, spread_queries
from tally.db.arrays import KeySpan
from tally.db.models import Account
from tally.db.period_queries import KeyDays
from tally.db.spread_queries import Unread
from tally.domain.calendar import Buckets, Span, bucket_starts, calendar_span
from tally.domain.fields import MAX_DAYS
from tally.domain.filters import Filter
from tally.domain.keys import Key
from tally.domain.limits import Limit
from tally.domain.period_query import read_period
from tally.domain.periods import MAX_DAYS_BY_MONTH, USUAL, Period
from tally.statistics import compute, shares
from tally.statistics.aside import NONE_ASIDE, keys_aside
from tally.statistics.facts import ONLY_TYPES, Facts, Shown
from tally.statistics.figures import compared_span, limit_elapsed
from tally.statistics.key_pages import NONE_USED, page_of_types, with_totals_of
from tally.statistics.known_days import KnownDays, joined
from tally.statistics.limits import limits_of
from tally.statistics.question import Question
from tally.statistics.type_statistics import Statistics

# The most records of several days that a drawing shows as such; with more of them each day is drawn
# alone.
MAX_COVERING = 10_000


def statistics_for(
    db: Connection,
    user: Account,
    matching: Filter,
    today: date,
    shown: Shown = ONLY_TYPES,
) -> Statistics:
    """The figures of the filter's period, which is the running month unless it says otherwise."""
    matching = queries.spelled(db, user.id, matching)
    period = _period(db, user, matching, today)
    return compute.compose(_facts(Question(db, user, matching, period), today, shown))


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
    return period_queries.first_day(db, user.id, matching, costs=bool(user.currency))


def _facts(question: Question, today: date, shown: Shown) -> Facts:
    """The facts, by as few statements as the types and the page need."""
    page, period, elapsed = NONE_USED, question.period, question.elapsed
    if elapsed and not shown.also:
        page = page_of_types(question, elapsed, shown.after)
    on_page = dict.fromkeys((*page.keys, *shown.also))
    limits = limits_of(question, on_page)
    if not shown.after:
        # The first page has all types with a limit, and of several pages no other has any.
        on_page |= dict.fromkeys(limits)
    aside = NONE_ASIDE
    if shown.costs and not shown.also:
        aside = keys_aside(question, page, on_page)
    keys = [*on_page, *aside.keys]
    if not keys:
        return Facts(period, used={}, limits=limits, sums={}, days={}, known={})
    elsewhere = [key for key in keys if key not in page.used] if page.has_others else []
    if elapsed and elsewhere:
        page = with_totals_of(question, elapsed, page, elsewhere)
    days = period_queries.key_days(question.db, question.user.id, keys, today)
    unread = _unread(question, days, limits)
    known = _known(question, days, unread)
    facts = Facts(
        period=period,
        used=page.used,
        limits=limits,
        sums=_sums(question, sums_needed(period, known, limits), days),
        days=days,
        known=known,
        spread=page.spread,
        active={key: one.covered for (key, span), one in unread.items() if span == period.elapsed},
        following=page.following,
        type_count=page.type_count,
        aside=frozenset(aside.keys),
        too_many=aside.too_many,
    )
    if on_page and question.names_one_type:
        facts = _with_single_type(question, facts, on_page, shown)
    return _with_covering(question, facts) if shown.drawn else facts


def _with_single_type(
    question: Question, facts: Facts, keys: Collection[Key], shown: Shown
) -> Facts:
    """The facts, with those that only the page of a single type (in all its units) shows."""
    if not shown.also:
        facts = _with_before(question, facts, keys)
    span = calendar_span(question.period.anchor)
    calendar = period_queries.calendar(*question.subject, keys, span)
    return replace(facts, single=True, calendar=calendar)


def _with_before(question: Question, facts: Facts, keys: Collection[Key]) -> Facts:
    """The facts with the totals of the whole previous period."""
    period = question.period
    span = period.previous_whole()
    if span is None:
        return facts
    buckets = Buckets(span, bucket_starts(span, period.bucket, period.starts))
    totals = period_queries.totals_of(*question.subject, buckets, keys)
    facts = replace(facts, before=totals)
    if not _measured(facts.days):
        return facts
    spread = spread_queries.spread(*question.subject, buckets, MAX_DAYS, keys)
    return replace(facts, before_spread=spread)


def _with_covering(question: Question, facts: Facts) -> Facts:
    """The facts with the records of several days to draw, unless they are too many to tell apart.

    Of the elapsed days; of a single type also of the previous period and of the calendar.
    """
    period, keys = question.period, _measured(facts.days)
    drawn = [period.elapsed] if period.bucket == "day" else []
    if facts.single:
        drawn += [calendar_span(period.anchor)]
        drawn += [period.previous_whole()] if period.bucket == "day" else []
    spans = [span for span in drawn if span]
    if not spans or not keys:
        return facts
    span = Span(min(span.start for span in spans), max(span.end for span in spans))
    covering = spread_queries.covering(*question.subject, keys, span, MAX_COVERING + 1)
    too_many = sum(map(len, covering.values())) > MAX_COVERING
    return facts if too_many else replace(facts, covering=covering)


def _measured(days: Mapping[Key, KeyDays]) -> list[Key]:
    """The types and units with readings or with records of several days."""
    return [key for key, one in days.items() if one.measured]


def _unread(
    question: Question, days: Mapping[Key, KeyDays], limits: Mapping[Key, Limit]
) -> Mapping[KeySpan, Unread]:
    """The covered and the unread days of types with readings or with records of several days.

    None for deleted records, which do not tell which days are known.
    """
    if question.matching.deleted:
        return {}
    period, single = question.period, question.names_one_type
    spans = [
        (key, span)
        for key in _measured(days)
        for span in _spans_looked_at(period, limits.get(key), single=single)
    ]
    read_to = {key: _read_to(one, period) for key, one in days.items()}
    return spread_queries.unread(*question.subject, spans, read_to) if spans else {}


def _known(
    question: Question, days: Mapping[Key, KeyDays], unread: Mapping[KeySpan, Unread]
) -> dict[Key, KnownDays]:
    """The known days of each type and unit; of deleted records each day of the period."""
    period = question.period
    if question.matching.deleted:
        return {key: KnownDays(period.start, period.today) for key in days}
    gaps: dict[Key, list[Span]] = {}
    for (key, _), one in unread.items():
        gaps.setdefault(key, []).extend(one.stretches)
    return {
        key: KnownDays(one.first, _read_to(one, period), joined(gaps.get(key, ())))
        for key, one in days.items()
    }


def _read_to(days: KeyDays, period: Period) -> date:
    """The last known day of a type and unit: today, where each day up to it counts."""
    return min(days.read_to or period.today, period.today)


def _sums(
    question: Question, needed: list[KeySpan], days: Mapping[Key, KeyDays]
) -> dict[KeySpan, Decimal | None]:
    """The sums that are needed, over records of one day and of several days."""
    sums = period_queries.sums(*question.subject, needed)
    spans = [(key, span) for key, span in needed if days[key].measured]
    if spans:
        for place, spread_sums in spread_queries.spread_sums(*question.subject, spans).items():
            sums[place] = (sums[place] or 0) + shares.total(spread_sums)
    return sums


def _spans_looked_at(period: Period, limit: Limit | None, *, single: bool) -> Iterable[Span]:
    """The spans whose read days are needed: the elapsed one by itself, the others joined."""
    others = [period.previous(), period.last_year()]
    if single:
        others += [period.previous_whole(), calendar_span(period.anchor)]
    if limit:
        others.append(limit_elapsed(period, limit))
    elapsed = [period.elapsed] if period.elapsed else []
    return dict.fromkeys([*elapsed, *joined(span for span in others if span)])


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

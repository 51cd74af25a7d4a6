"""The limits that the figures of a page have."""

from collections.abc import Collection, Iterable, Mapping

from tally.domain.filters import Filter
from tally.domain.keys import Key, folded
from tally.domain.limits import Limit, read_limits
from tally.statistics.question import Question


def limits_of(question: Question, page: Collection[Key]) -> dict[Key, Limit]:
    """The limits of the types on the page and of all other types, in each spelling in use."""
    matching, stored = question.matching, read_limits(question.user.preferences)
    limits = limits_within(matching, stored, page)
    others = [key for key in limits if key not in page]
    if not others:
        return limits
    return limits_within(matching, stored, [*page, *_spellings(question, others)])


def with_a_limit(question: Question) -> list[Key]:
    """The types in use with a limit that the filter lets through, in each spelling."""
    limits = limits_within(question.matching, read_limits(question.user.preferences), ())
    return _spellings(question, limits) if limits else []


def _spellings(question: Question, keys: Iterable[Key]) -> list[Key]:
    """The types in use that are one of these, in each spelling."""
    wanted = set(map(folded, keys))
    return [kind.key for kind in question.used if folded(kind.key) in wanted]


def limits_within(
    matching: Filter, limits: Mapping[Key, Limit], used: Iterable[Key]
) -> dict[Key, Limit]:
    """The limits of keys that the filter lets through, in the spellings in use.

    None at all if the filter picks single records by words, values or deletion: a part of the
    records does not tell how much of a limit is used.
    """
    if matching.picks_records:
        return {}
    within = {key: limit for key, limit in limits.items() if matching.matches_key(key)}
    by_folded = {folded(key): limit for key, limit in within.items()}
    spelled = {key: by_folded[folded(key)] for key in used if folded(key) in by_folded}
    in_use = set(map(folded, spelled))
    return spelled | {key: limit for key, limit in within.items() if folded(key) not in in_use}

"""Marks without meaning between a type and its value: `coffee: 2`, `coffee=2`, `(2)`. Pure."""

import re
from collections.abc import Sequence

from tally.domain.amounts import FRACTION_SIGNS, TIMES
from tally.quick_add.words.tokens import Word

# The beginning of a value, at the start of a word.
_VALUE_START = rf"@?(?:[0-9]|[.][0-9]|[{FRACTION_SIGNS}]|[€$£][.0-9])"
# `(x2)` and `(×2)`.
_IN_BRACKETS = re.compile(rf"\(?(?:{_VALUE_START}|[{TIMES}][0-9])")
BEGINS_VALUE = re.compile(_VALUE_START)
_JOINED = re.compile(rf"(?P<name>[^\W\d].*?)(?P<mark>[:,=：，＝])(?P<value>{_VALUE_START}.*)")
_IN_FRONT = re.compile(rf"[:=：＝](?={_VALUE_START})")
DASHES = frozenset("‐‑–—")
# Any of these marks as people type it between words, or for a minus.
ANY_DASH = "[-‐‑‒–—−]"
_ALONE = frozenset("=:,＝：，") | DASHES


def without_separators(words: Sequence[Word]) -> list[Word]:
    """The words without the marks between a type and its value; places stay the same."""
    parts = [part for word in words for part in _split(word)]
    kept: list[Word] = []
    for index, word in enumerate(parts):
        following = parts[index + 1] if index + 1 < len(parts) else None
        before = kept[-1] if kept else None
        if _is_alone_between(before, word, following):
            continue
        is_marked = following is not None and _is_value(following) and _ends_in_mark(word)
        kept.append(word.part(0, -1) if is_marked else word)
    return _without_brackets(kept)


def _split(word: Word) -> list[Word]:
    """`coffee,2` in two; `=2` and `:2` without the mark."""
    if word.is_quoted:
        return [word]
    joined = _JOINED.fullmatch(word.text)
    if joined and "/" not in joined["name"]:
        return [word.part(0, joined.end("name")), word.part(joined.start("value"))]
    return [word.part(1)] if _IN_FRONT.match(word.text) else [word]


def _is_value(word: Word) -> bool:
    return not word.is_quoted and BEGINS_VALUE.match(word.text.lstrip("(")) is not None


def _ends_in_mark(word: Word) -> bool:
    """Whether a word of a type ends in a mark; the comma of a number is none."""
    return (
        not word.is_quoted
        and len(word.text) > 1
        and word.text[-1] in ":,=：，＝"
        and not word.text[0].isdigit()
    )


def _is_alone_between(before: Word | None, word: Word, following: Word | None) -> bool:
    """Whether a mark stands alone between a word and a value, or a value and a word."""
    if word.is_quoted or word.text not in _ALONE or before is None or following is None:
        return False
    return _is_value(following) or (word.text in DASHES and _is_value(before))


def _without_brackets(words: list[Word]) -> list[Word]:
    """`(2)` and `(2 cups)` are 2 and 2 cups."""
    for index, word in enumerate(words):
        if word.is_quoted or word.text[:1] != "(" or not _IN_BRACKETS.match(word.text):
            continue
        for end in range(index, min(index + 3, len(words))):
            last = words[end]
            if last.is_quoted or not last.text.endswith(")"):
                continue
            inner = [word.part(1), *words[index + 1 : end + 1]]
            inner[-1] = inner[-1].part(0, -1)
            return [*words[:index], *(word for word in inner if word.text), *words[end + 1 :]]
    return words

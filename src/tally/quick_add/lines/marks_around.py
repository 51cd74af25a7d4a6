"""Marks around a word, which take it out of the grammar: `coffee x2.`, `(gestern) coffee`. Pure."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from tally.domain.text import fold
from tally.quick_add.amounts.amount import IN_FULL
from tally.quick_add.lines.line import Line, PlacedProblem
from tally.quick_add.results import Draft
from tally.quick_add.words.tokens import Word, tokenise

ReadAgain = Callable[[Line], Sequence[Draft]]

# Marks in front of a word and behind it that belong to the sentence, hardly to the word.
_MARKS_AROUND = re.compile(r"^[(\[]+|[.,:!?\u2026)\]]+$")
_DIGITS_AND_DOTS = re.compile("[0-9.]+")


def check_marks(line: Line, drafts: Sequence[Draft], read_again: ReadAgain) -> None:
    """Report a mark on a word that means else without it: `coffee x2.`, `gestern: coffee`.

    On a new type it stays part of the name: `a dozen eggs.`, and `coffee!` beside coffee.
    read_again: the records of the line without its marks.
    """
    own = [] if drafts[0].new_type else fold(drafts[0].consumption_type).split()
    words = (word for word in tokenise(line.text).words if fold(word.text) not in own)
    marked = [word for word in words if _is_marked(word)]
    if not marked:
        return
    plain = line.text
    for word in marked:
        inner = _MARKS_AROUND.sub(lambda marks: " " * len(marks[0]), word.text)
        plain = f"{plain[: word.start]}{inner}{plain[word.end :]}"
    other = line.with_text(plain)
    others = read_again(other)
    line.readings += other.readings
    line.problems += [_with_marks(problem, marked) for problem in other.problems]
    if other.problems or _is_alike(drafts, others):
        return
    name = fold(others[0].consumption_type).split()
    texts = [_MARKS_AROUND.sub("", word.text) for word in marked]
    changed = (pair for pair in zip(marked, texts, strict=True) if fold(pair[1]) not in name)
    word, text = next(changed, (marked[-1], texts[-1]))
    line.report([word], IN_FULL.format(number=text))


def _with_marks(problem: PlacedProblem, marked: Sequence[Word]) -> PlacedProblem:
    """The problem with the marks around its words, for which its sentence stands as well."""
    own = [word for word in marked if word.start < problem.end and problem.start < word.end]
    return replace(
        problem,
        start=min([problem.start, *(word.start for word in own)]),
        end=max([problem.end, *(word.end for word in own)]),
    )


def _is_marked(word: Word) -> bool:
    """Whether a word has marks around it; those of `5.` and `5.10.` are their own."""
    if word.is_quoted or _DIGITS_AND_DOTS.fullmatch(word.text):
        return False
    return _MARKS_AROUND.sub("", word.text) not in ("", word.text)


def _is_alike(drafts: Sequence[Draft], others: Sequence[Draft]) -> bool:
    """Whether records differ in nothing but marks in the type; those can make it a new one."""
    name, *rest = _without_marks(drafts)
    other_name, *other_rest = _without_marks(others)
    is_new = drafts[0].new_type and not others[0].new_type
    return name == other_name and (is_new or rest == other_rest)


def _without_marks(drafts: Sequence[Draft]) -> tuple[object, ...]:
    """The content of records: their type and days, then their amounts."""
    first = drafts[0]
    words = (_MARKS_AROUND.sub("", word) for word in fold(first.consumption_type).split())
    dates = tuple(draft.consumption_date for draft in drafts)
    # What a reading comes to depends on those of its type before it.
    used = (first.consumption_value, first.days) if first.reading is None else first.reading
    return (" ".join(filter(None, words)), dates), used, first.unit, first.cost, first.new_meter

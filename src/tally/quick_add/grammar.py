"""The quick-add line: text in, records or corrections out. Pure; never raises on any text.

A line is read downwards, each step takes its words away from the next: quotes, notes and tags;
`rolled over`; `over` and its period; dates; amounts; the type. Then the amounts are told apart
(value, cost, price, reading) and the value is written in the unit of the type. Each step has a
file of its own beside this one. docs/quick-add.md tells the grammar as users read it.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from tally.domain.amounts import grouped
from tally.domain.fields import MAX_NOTES, check_length
from tally.domain.units import Units
from tally.quick_add.amounts.amount import Amount
from tally.quick_add.days.full_stop import check_full_stop
from tally.quick_add.days.line_days import days_of, take_days, take_period
from tally.quick_add.days.minus import check_minus
from tally.quick_add.lines.line import Days, Line, PlacedProblem
from tally.quick_add.lines.lines_before import LinesBefore, relinked
from tally.quick_add.lines.marks_around import check_marks
from tally.quick_add.lines.pasted_tables import check_table
from tally.quick_add.meanings import readings
from tally.quick_add.meanings.costs import with_cost
from tally.quick_add.meanings.line_value import with_value
from tally.quick_add.meanings.roles import take_amounts, take_leads, take_new, tell_apart
from tally.quick_add.results import Draft, ParseProblem, ParseResult, WantedReading
from tally.quick_add.types.line_type import TOO_LONG, take_type
from tally.quick_add.vocabulary import Vocabulary
from tally.quick_add.words.own_names import ALSO_A_TYPE, own_name
from tally.quick_add.words.tokens import MAX_WORDS, quoted, tokenise, visible

MAX_LINES = 500
# The most words of all lines together, notes aside: reading one takes a quarter of a millisecond.
MAX_WORDS_AT_ONCE = 8_000
NO_AMOUNT = "Write how much it was as well, such as 250 kWh over oct."

_LINE_END = re.compile(r"\r\n|[\r\n]")


def read(text: str, today: date, vocabulary: Vocabulary | None = None) -> ParseResult:
    """Each line of `text` as a record, or as several for several days. Blank lines are skipped."""
    vocabulary = vocabulary or Vocabulary()
    units = Units(vocabulary.units)
    records: list[Draft] = []
    unread: list[ParseProblem] = []
    wanted: list[WantedReading] = []
    noted = LinesBefore()
    lines = split_lines(text)
    if too_much := _too_much(lines):
        return ParseResult((), (too_much,))
    for number, line in lines:
        clean, places = visible(line)
        reading = Line(clean, today, vocabulary, units, lambda name: as_words(name, today), noted)
        drafts = _drafts(reading, number)
        own = _by_own_name(reading, drafts, number)
        if not own and not reading.problems:
            check_marks(reading, drafts, partial(_drafts, number=number))
        wanted += reading.readings
        if own or not reading.problems:
            records += own or drafts
            noted.note((own or drafts)[0])
        else:
            unread += _placed(reading.problems, number, line, places)
    if not records and not unread:
        unread.append(ParseProblem(1, "", "Write what it was, such as coffee 2.", 0, 0))
    return ParseResult(tuple(relinked(records)), tuple(unread), tuple(wanted))


def _too_much(lines: Sequence[tuple[int, str]]) -> ParseProblem | None:
    """The line from which on these are too many, or too long together; None without one."""
    if len(lines) > MAX_LINES:
        number, line = lines[MAX_LINES]
        message = f"{MAX_LINES} lines can be saved at once; these are {grouped(len(lines))}."
        return ParseProblem(number, line, message, 0, len(line))
    count = 0
    for number, line in lines:
        # Of a line that is too long by itself no more is read.
        count += min(len(line.partition(";")[0].split()), MAX_WORDS + 1)
        if count > MAX_WORDS_AT_ONCE:
            message = (
                f"{grouped(MAX_WORDS_AT_ONCE)} words can be saved at once: send the rest later."
            )
            return ParseProblem(number, line, message, 0, len(line))
    return None


def _by_own_name(line: Line, drafts: Sequence[Draft], number: int) -> list[Draft]:
    """The records of a line with a type whose name has words of the grammar; none without one.

    If the line means another type of the account as well, a second Enter has to confirm that.
    """
    named = own_name(line.text, line.vocabulary.types)
    plain = "" if line.problems else drafts[0].consumption_type
    if named is None or plain == named.spelling:
        return []
    other = line.with_text(named.line)
    others = _drafts(other, number)
    line.readings += other.readings
    if other.problems:
        return []
    is_alone = others[0].consumption_type == named.spelling
    if is_alone and (line.problems or drafts[0].new_type):
        return others
    if line.problems or others[0].consumption_type == plain:
        return []
    question = ALSO_A_TYPE.format(name=named.spelling)
    return [replace(draft, asks=(*draft.asks, question)) for draft in drafts]


def split_lines(text: str) -> list[tuple[int, str]]:
    """The lines that are not blank, with their numbers from 1."""
    lines = enumerate(_LINE_END.split(text), 1)
    return [(number, line) for number, line in lines if visible(line)[0].strip()]


def as_words(name: str, today: date) -> str:
    """The type as it has to be written in a line."""
    return name if _is_plain_type(name, today) else quoted(name)


def _is_plain_type(name: str, today: date) -> bool:
    """Whether a type can stand in a line as it is."""
    draft = next(iter(read(f"{name} 1", today).records), None)
    return bool(
        draft and draft.consumption_type == name and "consumption_value" not in draft.filled
    )


def _drafts(line: Line, number: int) -> list[Draft]:
    """The records of the line, one a day; without meaning if there are problems."""
    notes = _take_notes(line)
    check_table(line)
    if line.problems:
        return []
    rolled = readings.rolled_over_in(line.words)
    line.take(rolled)
    over = take_period(line)
    dates = take_days(line)
    days = days_of(line, dates, over)
    roles = tell_apart(line, take_amounts(line))
    is_new = take_new(line, roles)
    take_leads(line, roles)
    main, named = take_type(line, roles.main)
    roles = roles._replace(main=main)
    if over is not None and main is None:
        line.report(over.words, NO_AMOUNT)
    if main is None and not line.problems:
        check_minus(line, dates, named)
        check_full_stop(line, dates)
    if main is not None and roles.is_reading:
        draft = readings.read_meter(line, main, named, days, rolled, is_new=is_new)
    else:
        if rolled:
            line.report(rolled, readings.ROLLED_WITHOUT_READING)
        draft = with_value(line, main, named, days)
    draft = with_cost(line, draft, roles, days)
    filled = _filled(draft, main, days)
    draft = replace(draft, notes=notes, filled=filled, asks=tuple(line.asks), line=number)
    return _each_day(draft, days)


def _filled(draft: Draft, main: Amount | None, days: Days) -> frozenset[str]:
    """The fields that the line left out."""
    written = {
        "consumption_date": days.is_written,
        "consumption_value": main is not None,
        "unit": (main is not None and main.unit is not None) or not draft.unit,
    }
    return frozenset(name for name, is_written in written.items() if not is_written)


def _each_day(draft: Draft, days: Days) -> list[Draft]:
    """A single record for a span, or one record for each of several days."""
    if days.is_span:
        return [replace(draft, days=days.count)]
    dates = [days.first + timedelta(days=offset) for offset in range(days.count)]
    return [replace(draft, consumption_date=day) for day in dates]


def _take_notes(line: Line) -> str:
    """The notes of a line, with its tags; resolves quotes and leaves the rest as words."""
    tokens = tokenise(line.text)
    line.words = tokens.words
    if tokens.is_too_long:
        line.problems.append(PlacedProblem(0, tokens.notes_start, TOO_LONG))
    notes = " ".join(filter(None, (tokens.notes, *tokens.tags)))
    try:
        check_length(notes, "Notes", MAX_NOTES)
    except ValueError as error:
        start = tokens.notes_start if tokens.notes_start < len(line.text) else 0
        line.problems.append(PlacedProblem(start, len(line.text), str(error)))
    return notes


def _placed(
    problems: Sequence[PlacedProblem], number: int, line: str, places: Sequence[int] | None
) -> list[ParseProblem]:
    """The problems in order, with their places in the original line."""
    placed = []
    for problem in sorted(problems, key=lambda problem: problem.start):
        start, end = problem.start, problem.end
        if places is not None:
            start, end = places[start], places[end - 1] + 1 if end > start else places[end]
        placed.append(
            ParseProblem(
                number,
                line[start:end],
                problem.message,
                start,
                end,
                problem.adds,
                problem.asks_measures,
            )
        )
    return placed

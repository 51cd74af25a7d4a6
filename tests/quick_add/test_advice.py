"""Advice that works: what a sentence tells one to write is read as it says, in its place.

The words of a problem are replaced by what its sentence offers: by each text to write, by nothing
where they are to be left out, by themselves in quotes. None of that may be in trouble again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from tally.domain.amounts import plain
from tally.domain.calendar import Starts
from tally.quick_add.amounts.unit_texts import NOT_A_VALUE
from tally.quick_add.grammar import NO_AMOUNT, read
from tally.quick_add.meanings.costs import PRICE_ALONE, PRICE_AND_COST, SEVERAL_RECORDS
from tally.quick_add.meanings.readings import (
    NEW_WITHOUT_READING,
    ROLLED_WITHOUT_READING,
    UNIT_OF_METER,
)
from tally.quick_add.results import Draft, ParseProblem
from tally.quick_add.types.line_type import NO_TYPE, NOT_A_DATE
from tally.quick_add.types.stray_words import BEHIND_READING
from tally.quick_add.vocabulary import Vocabulary
from tally.quick_add.words.tokens import quoted
from tests.quick_add.test_lines import TODAY, VOCABULARY, cases

# Texts that a sentence offers, in front of a reason or of the next one.
_OFFERED = re.compile(
    r"(?:[Ww]rite|, or|; or| or|, a day such as|such as) "
    r"(?P<text>@?[€$£]?[0-9][^;?`]*?|over [^,;?`]+?|mon\.\.fri|today|yesterday|[a-z]+day|x[0-9]+)"
    r"(?= or |,|;|\.(?: |$)| for | alone| in one word| without | ago, or|: a comma"
    r"| as a word| in quotes)"
)
# Sentences that a problem in the same place may have next: they say what the advice lacked.
_NEXT = (NO_AMOUNT, NO_TYPE, PRICE_ALONE, UNIT_OF_METER, SEVERAL_RECORDS, PRICE_AND_COST)
_NEXT_IN_PART = ("Costs are in ", "Is that a price for one ", "Write the date alone, or a period")
# Sentences whose example is only one: it does not stand for the words.
_EXAMPLES = (
    *(NO_AMOUNT, NO_TYPE, UNIT_OF_METER, PRICE_ALONE, NOT_A_DATE),
    *(NEW_WITHOUT_READING, ROLLED_WITHOUT_READING),
)

ACCOUNTS = {
    "as in the table": VOCABULARY,
    "in dollars": replace(
        VOCABULARY,
        currency="USD",
        number_format="1,234.5",
        date_order="month-first",
        measures="us",
        starts=Starts(15, 6),
    ),
    "in złoty": replace(
        VOCABULARY, currency="PLN", number_format="1 234,5", date_order="day-first"
    ),
    "without anything": Vocabulary(),
}
LINES = sorted(
    {case.line for case in cases() if case.rows[0]["unread"] and "\n" not in case.line}
    | {
        *("fuel 42.5l at 1.659", "fuel 42.5l @1.659", "fuel 42.5l 1.65€/l", "fuel 42.5l @1.65 €/l"),
        *(
            "fuel 40l $3.52/gal",
            "fuel 40l 6,59 zł/l",
            "rent 1.000,-",
            "fuel 40l za 270 zł",
            "water @ 120",
            "fuel 40l @ $3.52",
        ),
        *("run 1 hour 30 min", "run 1h 30", "sleep 7 hrs 30 min", "water 2 + 3", "water 2l x 3"),
        *("two hundred coffee", "run half an hour", "eggs half a dozen", "a few coffees"),
        *("coffee 2 05.10", "05.10.26: coffee 2", "coffee 2 10/1/26-10/31/26"),
        *("heating 300 kWh over oct 15-nov 14", "heating 300 kWh over the last month"),
        *("heating 300 kWh over 5 oct", "heating 300 kWh over Oktober", "coffee monday night"),
        *("coffee 2 hours ago", "coffee half an hour ago", "next monday coffee 2"),
        *("coffee 2 am Montag", "kaffee gestern Abend", "café il y a 3 jours", "rent 900,-"),
        *("heating 300 kWh letzten Monat", "5. Okt. 2026 kaffee 2", "rent 70€52"),
        *("glass of water 2", "drei Tassen coffee", "coffee 2 today at 8", "1. coffee 2"),
    }
)


def offers(line: str, problem: ParseProblem) -> Iterator[str]:
    """The line in each way that the sentence of a problem offers."""
    before, after = line[: problem.start], line[problem.end :]
    message = problem.message
    if re.search(r"(?:words?|it|you wrote) in quotes", message):
        yield f"{before}{quoted(problem.text)}{after}"
    left_out = re.search(r"[Ll]eave (.+?) out", message)
    if left_out and left_out[1].lower() in problem.text.lower():
        start = problem.text.lower().index(left_out[1].lower())
        rest = problem.text[:start] + problem.text[start + len(left_out[1]) :]
        yield f"{before}{rest}{after}"
    if message in _EXAMPLES or message.startswith(BEHIND_READING):
        return
    for match in _OFFERED.finditer(message):
        text = match["text"]
        is_example = message == NOT_A_VALUE or "such as @48213" in message
        if not is_example and f"{text} in quotes" not in message:
            yield f"{before}{text}{' ago' if f'{text} ago' in message else ''}{after}"


def test_the_examples_are_many() -> None:
    told = [
        changed
        for line in LINES
        for problem in read(line, TODAY, VOCABULARY).unread
        for changed in offers(line, problem)
    ]
    assert len(told) > 500


@pytest.mark.parametrize("account", ACCOUNTS)
@pytest.mark.parametrize("line", [pytest.param(line, id=line) for line in LINES])
def test_what_a_sentence_tells_one_to_write_is_read_in_its_place(line: str, account: str) -> None:
    known = ACCOUNTS[account]
    for problem in read(line, TODAY, known).unread:
        for changed in offers(line, problem):
            result = read(changed, TODAY, known)
            end = len(changed) - (len(line) - problem.end)
            again = [
                other
                for other in result.unread
                if other.start < end
                and problem.start < other.end
                # What a sentence lacked, or asks about besides.
                and other.message not in _NEXT
                and not other.message.startswith(_NEXT_IN_PART)
            ]
            assert not again, (problem.message, changed, again)
            for draft in result.records:
                _check_meaning(problem, changed[problem.start : end], draft)


def _check_meaning(problem: ParseProblem, text: str, draft: Draft) -> None:
    """What was written in place of a problem is in the record: the day, the number, the name."""
    if text == quoted(problem.text):
        assert problem.text.split()[0] in f"{draft.consumption_type} {draft.unit}"
    elif re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        assert draft.consumption_date == date.fromisoformat(text)
    elif re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", text) and not draft.converted_from:
        assert plain(draft.consumption_value) == plain(type(draft.consumption_value)(text))
    elif text.startswith("over ") and "this" not in text and "yesterday" not in text:
        assert draft.days > 1

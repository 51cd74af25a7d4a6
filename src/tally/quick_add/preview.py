"""How each line was read, as the page shows it before anything is saved. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from tally.charts.rounding import rounded_average
from tally.domain import meter_words
from tally.domain.formatting import Formatter
from tally.domain.meters import Consumption
from tally.domain.records import first_day
from tally.domain.units import counted, each
from tally.quick_add.grammar import split_lines
from tally.quick_add.results import Draft, ParseProblem, ParseResult


class SentencePart(NamedTuple):
    """A part of a sentence; the part of an offer has the new `line`, others ""."""

    text: str
    line: str = ""
    is_code: bool = False


class LinePart(NamedTuple):
    """A part of a line; `is_problem`: it could not be read."""

    text: str
    is_problem: bool


class Offer(NamedTuple):
    """Another meaning of a line, and the line rewritten to say so."""

    text: str
    line: str


@dataclass(frozen=True)
class PreviewLine:
    """One line: the records it makes or its problems, and the warnings that need a second Enter."""

    number: int
    text: str
    drafts: Sequence[Draft]
    unread: Sequence[ParseProblem]
    warning: str
    currency: str = ""
    is_metered: bool = False

    @property
    def draft(self) -> Draft | None:
        """The first record of the line."""
        return self.drafts[0] if self.drafts else None

    @property
    def remark(self) -> str:
        """The remark on how the value was read, if another number may be meant; else ""."""
        return self.draft.remark if self.draft else ""

    @property
    def asks_measures(self) -> bool:
        """Whether the account has to say if its gallons are US or imperial."""
        return any(problem.asks_measures for problem in self.unread)

    @property
    def offer(self) -> Offer | None:
        """The offer that Tab takes: a known type in place of a new one, or the unit as written."""
        draft = self.draft
        if draft is None:
            return None
        if draft.similar:
            return Offer(f"{draft.similar}?", draft.similar_line)
        if draft.kept_line:
            return Offer(f"keep {draft.unit_written}", draft.kept_line)
        return None

    @property
    def first_day(self) -> date | None:
        """The first day that the line's record covers."""
        draft = self.draft
        return first_day(draft.consumption_date, draft.days) if draft else None

    @property
    def parts(self) -> Iterator[LinePart]:
        """The text in parts: the unreadable ones, and those around them."""
        place = 0
        for problem in self.unread:
            if problem.start < place:  # Two problems of the same words are marked once.
                continue
            yield LinePart(self.text[place : problem.start], is_problem=False)
            yield LinePart(self.text[problem.start : problem.end], is_problem=True)
            place = problem.end
        yield LinePart(self.text[place:], is_problem=False)

    def pieces(self, problem: ParseProblem) -> list[SentencePart]:
        """The sentence of a problem in parts; words that it tells one to add are offers."""
        pieces = []
        for place, text in enumerate(problem.message.split("`")):
            line = f"{self.text.rstrip()} {text}" if text in problem.adds else ""
            pieces.append(SentencePart(text, line, is_code=place % 2 == 1))
        return [piece for piece in pieces if piece.text]

    def comes_to(self, formatter: Formatter) -> list[str]:
        """The results of a reading or a span: the amount, a day's share, the readings around it."""
        draft = self.draft
        if draft is None or (draft.reading is None and draft.days == 1):
            return []
        if draft.reading is not None and draft.days == 0:
            return ["first reading: consumption shows from the next one"]
        used = Consumption(draft.consumption_value, draft.days)
        words = [
            meter_words.consumption_in_words(
                used, counted(draft.unit, draft.consumption_value), formatter
            )
        ]
        if draft.days > 1:
            words.append(
                f"{formatter.number(rounded_average(draft.consumption_value / draft.days))} a day"
            )
        if draft.reading is not None and draft.before is not None:
            before = draft.before
            words.append(
                f"{formatter.number(draft.reading)}, before {formatter.number(before.figure)}"
                f" on {formatter.date_name(before.day)}"
            )
        return words

    def cost(self, formatter: Formatter) -> str:
        """The cost of the line, with the sign of the currency; "" without one."""
        draft = self.draft
        if draft is None or draft.cost is None:
            return ""
        return formatter.money(draft.cost, draft.currency or self.currency)

    def price(self, formatter: Formatter) -> str:
        """The price of a unit by that cost: `1.66 € a litre`; "" without one, or if it is 0."""
        draft = self.draft
        if draft is None or draft.cost is None or not draft.consumption_value:
            return ""
        price = draft.cost / draft.consumption_value
        return f"{formatter.price(price, draft.currency or self.currency)} {each(draft.unit)}"


def preview(
    text: str, reading: ParseResult, warnings: Mapping[int, str], currency: str = ""
) -> list[PreviewLine]:
    """Each line that is not blank. `warnings` by the number of the line."""
    drafts: dict[int, list[Draft]] = {}
    for draft in reading.records:
        drafts.setdefault(draft.line, []).append(draft)
    unread: dict[int, list[ParseProblem]] = {}
    for problem in reading.unread:
        unread.setdefault(problem.line, []).append(problem)
    return [
        PreviewLine(
            number,
            line,
            drafts.get(number, ()),
            unread.get(number, ()),
            warnings.get(number, ""),
            currency,
        )
        for number, line in split_lines(text)
    ]

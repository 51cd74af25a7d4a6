"""How lines would be read, line by line, as the page shows it before anything is saved. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tally.quick_add.grammar import Draft, ParseProblem, ParseResult, split_lines


@dataclass(frozen=True)
class SeenLine:
    """One line: the records it makes or its troubles, and what the typo guard says of it."""

    number: int
    text: str
    drafts: Sequence[Draft]
    unread: Sequence[ParseProblem]
    warning: str

    @property
    def remark(self) -> str:
        """How its value was read, where another number may be meant."""
        return self.drafts[0].remark if self.drafts else ""

    @property
    def parts(self) -> Iterator[tuple[str, bool]]:
        """The text in pieces, each with whether it is one that could not be read."""
        place = 0
        for trouble in self.unread:
            if trouble.start < place:  # Two troubles of the same words are marked once.
                continue
            yield self.text[place : trouble.start], False
            yield self.text[trouble.start : trouble.end], True
            place = trouble.end
        yield self.text[place:], False


def seen(text: str, reading: ParseResult, warnings: Mapping[int, str]) -> list[SeenLine]:
    """Each line that is not blank. `warnings` by the number of the line."""
    drafts: dict[int, list[Draft]] = {}
    for draft in reading.records:
        drafts.setdefault(draft.line, []).append(draft)
    unread: dict[int, list[ParseProblem]] = {}
    for trouble in reading.unread:
        unread.setdefault(trouble.line, []).append(trouble)
    return [
        SeenLine(
            number,
            line,
            drafts.get(number, ()),
            unread.get(number, ()),
            warnings.get(number, ""),
        )
        for number, line in split_lines(text)
    ]

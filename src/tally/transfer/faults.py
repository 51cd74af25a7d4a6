"""The faults of a file and of its cells. Each says in a sentence how to correct it."""

from __future__ import annotations


class UnreadableFile(ValueError):
    """A file that cannot be read at all.

    `field`: the choice that the sentence is about. `line`: the number of the line that it is about,
    else 1.
    """

    def __init__(self, sentence: str, field: str = "file", line: int = 1) -> None:
        super().__init__(sentence)
        self.field = field
        self.line = line


class Ambiguous(ValueError):
    """A cell with two meanings, of which only a person knows one; `asks` names the choice."""

    def __init__(self, sentence: str, asks: str) -> None:
        super().__init__(sentence)
        self.asks = asks

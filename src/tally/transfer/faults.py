"""What can be wrong with a file, and with a cell of it. Each says in a sentence what to change."""

from __future__ import annotations


class UnreadableFile(ValueError):
    """Nothing of the file can be taken. `field` is the choice that its sentence is about."""

    def __init__(self, sentence: str, field: str = "file") -> None:
        super().__init__(sentence)
        self.field = field


class Ambiguous(ValueError):
    """Only the person who wrote the cell knows what is meant; `asks` names the choice."""

    def __init__(self, sentence: str, asks: str) -> None:
        super().__init__(sentence)
        self.asks = asks

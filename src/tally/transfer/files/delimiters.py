"""The delimiter between the cells of a text file. Pure."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable
from itertools import islice

from tally.transfer.writers import COLUMNS, COLUMNS_OF_1_0

# The first wins if several divide the lines equally well: a comma may be a decimal mark.
DELIMITERS = ";\t|,"
# The number of first lines that decide the delimiter of a file.
LINES_TO_SEE = 200

_SAID = re.compile(r"\s*\"?sep=(.)\"?\s*", re.IGNORECASE)


def delimiter_in(lines: Iterable[str]) -> tuple[str, bool]:
    """The delimiter of a file by its first lines, and whether the first one only names it.

    Excel writes such a line: `sep=;`.
    """
    lines = [line.rstrip("\r\n") for line in islice(lines, LINES_TO_SEE)]
    marker = _SAID.fullmatch(lines[0]) if lines else None
    if marker is not None:
        return marker[1], True
    lines = [line for line in lines if line.strip()]
    own = next((mark for mark in DELIMITERS if lines and _is_own(lines[0], mark)), None)
    if own is not None:
        # Notes in the rows below cannot change that.
        return own, False
    return max(DELIMITERS, key=lambda mark: _fit(lines, mark)), False


def _is_own(header: str, mark: str) -> bool:
    """Whether the line is the header of a file that Tally wrote."""
    names = header.removeprefix("\ufeff").replace('"', "").split(mark)
    return names in (list(COLUMNS), list(COLUMNS_OF_1_0))


def _fit(lines: list[str], mark: str) -> tuple[float, int]:
    """How well a delimiter fits: the lines that it divides alike, and the number of their cells."""
    if not any(mark in line for line in lines):
        return 0, 0
    widths: Counter[int] = Counter()
    try:
        for cells in csv.reader(lines, delimiter=mark):
            widths[len(cells)] += 1
    except csv.Error:
        widths = Counter(line.count(mark) + 1 for line in lines)
    del widths[1]
    if not widths:
        return 0, 0
    width, alike = max(widths.items(), key=lambda item: (item[1], item[0]))
    # Runs of rows of several widths are several tables; strays are commas in texts.
    parted = sum(number for other, number in widths.items() if number > 1 or other == width)
    return (parted + alike) / 2, width

"""Lines pasted from a table: its headings, and cells in quotes. Pure."""

from tally.quick_add.lines.line import Line
from tally.quick_add.words.foreign_words import HEADINGS

HEADINGS_ALONE = "These are headings. Leave the line out, or put the words in quotes."
CELLS_IN_QUOTES = "In quotes each cell is part of the type. Leave the quotes out around the others."


def check_table(line: Line) -> None:
    """Report a line of headings, and one of cells that are all in quotes."""
    cells = [cell.strip().lower() for cell in line.text.strip().split("\t")]
    if len(cells) < 2 or not line.words:
        return
    if all(cell in HEADINGS for cell in cells):
        line.report(line.words, HEADINGS_ALONE)
    elif len(line.words) > 1 and all(word.is_quoted for word in line.words):
        line.report(line.words, CELLS_IN_QUOTES)

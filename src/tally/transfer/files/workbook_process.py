"""Run as a process of its own by workbook.py, which says why: sheets in, files of rows out.

Arguments: a folder with the file `workbook`, the most cells, the most memory, the most seconds, the
most sheets.
Prints the names of the sheets, or ends with one of the exit statuses below.
"""

from __future__ import annotations

import datetime
import json
import sys
from pathlib import Path
from typing import Any

# The most rows that a merged cell counts for.
MAX_MERGED = 10_000
# Exit statuses: a bound was met, the workbook has a password, it has too many sheets.
TOO_LARGE, ENCRYPTED, TOO_MANY_SHEETS = 3, 4, 5


def main(folder: Path, cells: int, memory: int, seconds: int, sheets: int) -> int:
    """Write each sheet that has a cell as `<place>.jsonl`."""
    _bound(memory, seconds)
    from python_calamine import CalamineWorkbook, PasswordError

    try:
        book = CalamineWorkbook.from_path(str(folder / "workbook"))
    except PasswordError:
        return ENCRYPTED
    if len(book.sheet_names) > sheets:
        return TOO_MANY_SHEETS
    names: list[str] = []
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        if not sheet.height or not sheet.width:
            continue
        cells -= sheet.height * sheet.width
        if cells < 0:
            return TOO_LARGE
        with open(folder / f"{len(names)}.jsonl", "w", encoding="utf-8", newline="\n") as rows:
            merged = _merged(sheet.merged_cell_ranges)
            above: list[Any] = []
            for number, row in enumerate(sheet.iter_rows()):
                for place in merged.get(number, ()):
                    if place < min(len(row), len(above)) and row[place] == "":
                        row[place] = above[place]
                rows.write(json.dumps([_text(cell) for cell in row]) + "\n")
                above = [cell if _is_shared(cell) else "" for cell in row]
        names.append(name)
    print(json.dumps(names))
    return 0


def _merged(ranges: list[tuple[tuple[int, int], tuple[int, int]]] | None) -> dict[int, list[int]]:
    """The columns, by their rows, whose cell is merged with the cell above.

    A cell over several columns is a title: only its height counts.
    """
    columns: dict[int, list[int]] = {}
    for (first, left), (last, right) in ranges or []:
        if left == right:
            for row in range(first + 1, min(last, first + MAX_MERGED) + 1):
                columns.setdefault(row, []).append(left)
    return columns


def _is_shared(cell: object) -> bool:
    """Whether a merged cell counts for each of its rows: a day or a word does, no amount does."""
    is_word = isinstance(cell, str) and not any(map(str.isdigit, cell))
    return is_word or isinstance(cell, datetime.date)


def _text(cell: object) -> str | list[str]:
    """A number as a list of it, so that it is never read by anybody's decimal mark."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return [str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)]
    if isinstance(cell, int):
        return [str(cell)]
    if isinstance(cell, datetime.datetime):
        # Spreadsheets count days in floats: nothing below a second can be meant.
        rounded = (cell + datetime.timedelta(milliseconds=500)).replace(microsecond=0)
        return (
            rounded.date().isoformat()
            if rounded.time() == datetime.time()
            else rounded.isoformat(" ")
        )
    if isinstance(cell, datetime.timedelta):
        minutes, seconds = divmod(round(cell.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    return str(cell)


def _bound(memory: int, seconds: int) -> None:
    try:
        import resource
    except ImportError:  # Windows lacks it; the caller bounds the time.
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *map(int, sys.argv[2:6])))

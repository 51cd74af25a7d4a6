"""NEM12, the meter data of Australia: a line for each day, an amount for each interval. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tally.transfer.files.csv_rows import CsvLine

HEADER = ["Date", "Time", "Value", "Unit", "Type"]
# The kinds of lines that matter here: a meter's register, and a day of it.
_METER, _DAY = "200", "300"
_DAY_MINUTES = 1440
_USUAL_MINUTES = 30
_LENGTHS = ("5", "15", "30")


def is_nem12(first: list[str]) -> bool:
    """Whether a file that begins with these lines is one."""
    start = next((line for line in first if line.strip()), "").lstrip("\ufeff").replace('"', "")
    return start.startswith("100,NEM12")


def lines(opened: Callable[[], Iterator[CsvLine]]) -> Iterator[CsvLine]:
    """`HEADER`, and each interval as a row below it.

    The type of a row is its register, such as `E1`, if the file has several.
    """
    yield CsvLine(1, HEADER)
    registers = {_register(row) for row in opened() if _kind(row) == _METER}
    unit = register = ""
    minutes = _USUAL_MINUTES
    for row in opened():
        if _kind(row) == _METER and len(row.cells) > 8:
            unit = row.cells[7].strip()
            register = _register(row) if len(registers) > 1 else ""
            length = row.cells[8].strip()
            minutes = int(length) if length in _LENGTHS else _USUAL_MINUTES
        elif _kind(row) == _DAY and len(row.cells) > 2:
            day = row.cells[1].strip()
            for place, value in enumerate(row.cells[2 : 2 + _DAY_MINUTES // minutes]):
                hour, minute = divmod(place * minutes, 60)
                clock = f"{hour:02}:{minute:02}"
                yield CsvLine(row.number, [day, clock, value.strip(), unit, register])
        elif row.fault:
            yield CsvLine(row.number, row.cells, row.fault)


def _kind(row: CsvLine) -> str:
    return row.cells[0].strip() if row.cells else ""


def _register(row: CsvLine) -> str:
    suffix, register = row.cells[4:5], row.cells[3:4]
    return ((suffix and suffix[0].strip()) or (register and register[0].strip())) or ""

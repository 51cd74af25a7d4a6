"""NEM12, the meter data of Australia: a line a day, an amount an interval. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from tally.transfer.csv_rows import Line

HEADER = ["Date", "Time", "Value", "Unit", "Type"]
_DAY_MINUTES = 1440


def is_nem12(first: list[str]) -> bool:
    """Whether a file that begins with these lines is one."""
    start = next((line for line in first if line.strip()), "").lstrip("\ufeff").replace('"', "")
    return start.startswith("100,NEM12")


def lines(rows: Iterator[Line]) -> Iterator[Line]:
    """Each interval as a row of `HEADER`, the first line above them; the type is the register,
    such as `E1`."""
    yield Line(1, HEADER)
    register = unit = ""
    minutes = 30
    for row in rows:
        kind = row.cells[0].strip() if row.cells else ""
        if kind == "200" and len(row.cells) > 8:
            register, unit = row.cells[4].strip() or row.cells[3].strip(), row.cells[7].strip()
            minutes = int(row.cells[8]) if row.cells[8].strip() in ("5", "15", "30") else 30
        elif kind == "300" and len(row.cells) > 2:
            count = _DAY_MINUTES // minutes
            day = row.cells[1].strip()
            for place, value in enumerate(row.cells[2 : 2 + count]):
                hour, minute = divmod(place * minutes, 60)
                yield Line(
                    row.number, [day, f"{hour:02}:{minute:02}", value.strip(), unit, register]
                )
        elif row.fault:
            yield Line(row.number, row.cells, row.fault)

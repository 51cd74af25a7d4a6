"""NEM12: a line a day, an amount an interval."""

from __future__ import annotations

from tally.transfer.files.csv_rows import CsvLine
from tally.transfer.files.nem12 import HEADER, is_nem12, lines

START = ["100", "NEM12", "202611010000", "MDP", "RETAILER"]


def meter(register: str, minutes: str, unit: str = "kWh") -> list[str]:
    return ["200", "NMI0000000", register, register, register, "", "METER", unit, minutes, ""]


def rows(*content: list[str]) -> list[CsvLine]:
    every = [CsvLine(number, cells) for number, cells in enumerate(content, 1)]
    return list(lines(lambda: iter(every)))


def test_a_nem12_file_is_told_by_its_first_line_that_is_not_blank() -> None:
    assert is_nem12(["\n", "\ufeff100,NEM12,202611010000,MDP,RETAILER\n"])
    assert is_nem12(['"100","NEM12"\n'])
    assert not is_nem12(["100,NEM13,x\n"])
    assert not is_nem12(["date,value\n", "100,NEM12\n"])
    assert not is_nem12([])


def test_each_interval_is_a_row_with_its_time_and_the_line_of_its_day() -> None:
    header, *content = rows(
        START, meter("E1", "30"), ["300", "20261001", *[f"0.{n}" for n in range(48)], "A", "", ""]
    )
    assert header == CsvLine(1, HEADER)
    assert len(content) == 48
    assert content[0] == CsvLine(3, ["20261001", "00:00", "0.0", "kWh", ""])
    assert content[-1] == CsvLine(3, ["20261001", "23:30", "0.47", "kWh", ""])


def test_the_length_of_an_interval_is_that_of_its_meter() -> None:
    content = rows(START, meter("E1", "5"), ["300", "20261001", *["1"] * 288, "A"])[1:]
    assert len(content) == 288
    assert content[-1].cells[1] == "23:55"
    content = rows(START, meter("E1", "0"), ["300", "20261001", *["1"] * 48, "A"])[1:]
    assert len(content) == 48


def test_several_registers_are_types_of_their_own() -> None:
    day = ["300", "20261001", "1", "2"]
    content = rows(START, meter("E1", "30"), day, meter("B1", "30", "Wh"), day)[1:]
    assert [line.cells[3:] for line in content] == [["kWh", "E1"]] * 2 + [["Wh", "B1"]] * 2


def test_a_broken_line_stays_one_and_others_are_passed_over() -> None:
    every = [CsvLine(1, START), CsvLine(2, ["junk"], "broken"), CsvLine(3, ["900"])]
    assert list(lines(lambda: iter(every)))[1:] == [CsvLine(2, ["junk"], "broken")]

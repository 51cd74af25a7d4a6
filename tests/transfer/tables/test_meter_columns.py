"""The columns of what meters show."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tally.transfer.rows.questions import ASK_FIGURES
from tests.transfer.guessed import below, columns, roles
from tests.transfer.parsed import entries, parsed


@pytest.mark.parametrize(
    ("header", "row", "right"),
    [
        ("Date;Meter reading (kWh)", "2026-10-05;12345", "date reading"),
        ("Datum;Zählerstand;Verbrauch", "2026-10-05;12345;12", "date - value"),
        ("Date;Index (m3);Conso jour (litres)", "2026-10-05;452.123;312", "date reading value"),
        # Its last word says what an amount is, as in a path of JSON.
        ("Date;readings.electricity.used", "2026-10-05;12.5", "date value"),
        ("Date;meterReading.consumption (kWh)", "2026-10-05;12.5", "date value"),
        ("Datum;Ablesung Verbrauch (kWh)", "2026-10-05;12,5", "date value"),
        # A word for any number says nothing beside one for readings.
        ("Date;reading.value (kWh)", "2026-10-05;12345", "date reading"),
        ("Datum;Zählerstand Wert", "2026-10-05;12345", "date reading"),
        ("Date;Valeur index (kWh)", "2026-10-05;12345", "date reading"),
        ("Datum;Verbrauch Zählerstand (kWh)", "2026-10-05;12345", "date reading"),
    ],
)  # fmt: skip
def test_what_meters_show_is_no_amount_used(header: str, row: str, right: str) -> None:
    assert roles(below(header, row)) == right


def test_of_registers_that_rise_together_one_that_is_named_tells_for_all() -> None:
    rows = ("2026-10-01;100;2000;5", "2026-10-02;103;2004;5", "2026-10-03;109;2007;6")
    assert roles(below("Date;Reading HT;NT;Feed", *rows)) == "date reading reading reading"
    falling = ("2026-10-01;100;7;5", "2026-10-02;103;4;9", "2026-10-03;109;8;6")
    assert roles(below("Date;Reading HT;NT;Feed", *falling)) == "date reading - -"


@pytest.mark.parametrize(
    ("header", "row", "later", "right", "asked"),
    [
        # Energy from the figures of the row, or a meter that begins at 0.
        ("Stand m³;kWh", "4512;0", "4530;191.5", "date reading -", True),
        ("Stand Strom;Gas", "4512;120", "4530;191", "date reading reading", False),
        ("Stand m³;Jour (litres)", "4.512;312", "4.841;329", "date reading -", True),
        ("Stand Bezug;Einspeisung", "4512;2120", "4530;2191", "date reading -", True),
        ("Stand;Verbrauch", "4512;18", "4530;19", "date - value", False),
        # What figures are multiplied by is no amount.
        ("Stand m³;Brennwert;Zustandszahl", "4512;11.2;0.95", "4530;11.3;0.96",
         "date reading - -", False),
    ],
)  # fmt: skip
def test_of_figures_beside_readings_those_that_may_be_amounts_are_asked_about(
    header: str, row: str, later: str, right: str, asked: bool
) -> None:
    text = below(f"Datum;{header}", f"2026-10-05;{row}", f"2026-10-12;{later}")
    assert roles(text) == right
    assert any(column.doubt == "figures" for column in columns(text)) == asked


def test_power_beside_readings_is_none_though_it_rises() -> None:
    rows = ("2026-10-01;100;0.35", "2026-10-02;103;0.41", "2026-10-03;109;0.41")
    assert roles(below("Date;Reading (kWh);Power (kW)", *rows)) == "date reading value"
    # Who writes the unit of power behind a reading means its energy.
    assert roles(below("Date;Reading (kW)", *(row[:14] for row in rows))) == "date reading"


def test_figures_that_only_rise_in_small_steps_are_readings_though_no_heading_says_so() -> None:
    rows = [f"2026-10-{day:02};{1000 + 3 * day};{10 + day};{day % 3}" for day in range(1, 13)]
    header = "Date;Import T1 kWh;Export T1 kWh;Peak W"
    assert roles(below(header, *rows)) == "date reading reading -"
    # A few rows that rise a little may do so by chance, which is asked.
    assert roles(below(header, *rows[:4])) == "date - value -"
    assert [column.doubt == "figures" for column in columns(below(header, *rows[:4]))] == [
        False, True, False, False,
    ]  # fmt: skip
    # Who says that it is consumption is believed.
    consumed = [row.rpartition(";")[0].rpartition(";")[0] for row in rows]
    assert roles(below("Date;Consumption (kWh)", *consumed)) == "date value"


# Those of a new inverter, of which each day is much of the whole.
NEW = [f"2026-10-{day:02};{day * day + 5 * day}.5" for day in range(1, 6)]


@pytest.mark.parametrize(
    "name", ["Lifetime energy (kWh)", "Accumulated kWh", "Ertrag kumuliert", "Cumulative (kWh)"]
)
def test_figures_of_all_that_was_counted_so_far_are_readings(name: str) -> None:
    assert roles(below(f"Date;{name}", *NEW)) == "date reading"
    assert roles(below(f"Date;{name}", *NEW[::-1])) == "date reading"


def test_a_lifetime_that_falls_is_none_of_a_meter() -> None:
    falling = (*NEW[:3], "2026-10-04;2.5")
    assert roles(below("Date;Lifetime (kWh)", *falling)) == "date value"


@pytest.mark.parametrize(
    "name", ["Total yield (kWh)", "E-Total [Wh]", "Gesamtertrag [kWh]", "Energia totale (kWh)",
             "Opbrengst totaal kWh", "Gesamtverbrauch [kWh]"]
)  # fmt: skip
def test_totals_that_only_rise_may_be_those_of_all_that_was_counted(name: str) -> None:
    header = f"Date;{name}"
    [_, column] = columns(below(header, *NEW))
    assert (column.role, column.doubt) == ("-", "figures")
    # A few may rise by chance, as may those of years; most do not.
    assert roles(below(header, *NEW[:4])) == "date value"
    assert roles(below(header, *NEW, "2026-10-06;3.5")) == "date value"
    years = [f"{year};{year * year % 1000 + year * 50}" for year in range(2020, 2026)]
    assert roles(below(header.replace("Date", "Year"), *years)) == "date value"


def test_a_total_without_a_unit_that_only_rises_is_noted() -> None:
    [_, column] = columns(below("Date;Gesamtertrag", *NEW))
    assert (column.role, column.facts.moves_on) == ("value", True)
    [_, column] = columns(below("Date;Ertrag", *NEW))
    assert (column.role, column.facts.moves_on) == ("value", False)


@pytest.mark.parametrize(
    "name", ["Value (kWh)", "Wert [kWh]", "_value;Unit", "Import (kWh)", "Einspeisung [kWh]"]
)
def test_rising_figures_below_a_word_for_any_number_or_a_direction_ask(name: str) -> None:
    unit = ";kWh" if "Unit" in name else ""
    rows = [f"2026-10-{day:02};{1000 + 3 * day}{unit}" for day in range(1, 13)]
    header = f"Date;{name}"
    assert [column.doubt for column in columns(below(header, *rows))][1] == "figures"
    assert [column.doubt for column in columns(below(header, *rows[:4]))][1] == "figures"
    used = [f"2026-10-{day:02};{20 + day % 5}{unit}" for day in range(1, 13)]
    assert roles(below(header, *used)).startswith("date value")


@pytest.mark.parametrize(
    ("figures", "is_asked"),
    [
        (["12345.6", "12400.1", "12450"], True),
        (["12450", "12400.1", "12345.6"], True),
        (["12345.6", "12400.1"], False),
        (["12.1", "12.3", "12.2"], False),
        (["300", "310", "325"], False),
        (["100", "100", "100"], False),
        # A meter that mostly stands still.
        (["512.1", "512.4", "512.4", "512.9"], True),
        ([*["512.1"] * 9, "512.4", "512.9"], True),
        ([*["512.1"] * 9, "512.4"], False),
    ],
)
def test_a_few_figures_that_rise_a_little_are_asked_about(
    figures: list[str], is_asked: bool
) -> None:
    rows = [f"2026-10-{day:02};{figure}" for day, figure in enumerate(figures, 1)]
    assert roles(below("Datum;HT kWh", *rows)) == ("date -" if is_asked else "date value")
    # Marbles are in no unit of meters.
    assert roles(below("Datum;HT Stk", *rows)) == "date value"
    text = below("Datum;HT kWh", *rows)
    problems = parsed(text, type="HT")[1]
    told = {(problem.asks, problem.message) for problem in problems}
    assert told == ({("columns", ASK_FIGURES.format("HT kWh"))} if is_asked else set())
    for role in ("reading", "value"):
        kept = entries(text, type="HT", columns=f",{role}")
        assert {entry.reading is not None for entry in kept} == {role == "reading"}


@pytest.mark.parametrize(
    ("step", "years", "is_asked"),
    [
        *((10, 3, False), (10, 7, False), (200, 7, False)),
        *((10, 9, True), (100, 9, True), (900, 9, False)),
    ],
)
@pytest.mark.parametrize("heading", ["Year", "Date", "Start"])
def test_figures_of_years_are_amounts_or_asked_about(
    heading: str, step: int, years: int, is_asked: bool
) -> None:
    day = "" if heading == "Year" else "-12-31"
    rows = [f"{2015 + at}{day};{3500 + step * at}" for at in range(years)]
    right = f"{'start' if heading == 'Start' else 'date'} {'-' if is_asked else 'value'}"
    for ordered in (rows, rows[::-1]):
        assert roles(below(f"{heading};Gas m³", *ordered)) == right
        told = columns(below(f"{heading};Gas m³", *ordered))
        assert (told[1].doubt == "figures") == is_asked
    # The years of each type by itself.
    both = [f"{row};{kind}" for row in rows for kind in ("gas", "water")]
    assert roles(below(f"{heading};m³;Type", *both)) == f"{right} type"
    # Who says that a meter shows them is believed.
    assert roles(below(f"{heading};Meter reading m³", *rows)).endswith("reading")


@pytest.mark.parametrize(
    ("header", "between", "right"),
    [("Start;End;kWh", ";", "start end value"), ("Period;kWh", " - ", "date value")],
)
def test_a_few_figures_between_a_start_and_an_end_are_amounts(
    header: str, between: str, right: str
) -> None:
    rows = [f"2026-10-{3 * n:02}{between}2026-10-{3 * n + 2:02};{400 + n}" for n in range(1, 5)]
    assert roles(below(header, *rows)) == right


def test_a_running_total_is_left_out_beside_its_amounts() -> None:
    rows = ["2026-10-01;5;5", "2026-10-02;6;11", "2026-10-03;7;18", "2026-10-04;1;19"]
    for ordered in (rows, rows[::-1]):
        assert roles(below("Date;kWh;Cumulative kWh", *ordered)) == "date value -"
        assert roles(below("Date;Cups;So far", *ordered)) == "date value -"


def test_all_registers_that_are_called_readings_are_read() -> None:
    header = "OpnameDatum;StandNormaal;StandDal;TerugleveringNormaal"
    rows = ["2026-10-01;1000;2000;0", "2026-10-02;1003;2004;0", "2026-10-03;1005;2009;0"]
    assert roles(below(header, *rows)) == "date reading reading -"


def test_the_unit_of_the_cells_or_of_the_row_tells_as_that_of_the_heading() -> None:
    figures = [f"{10_000.5 + 9 * day}" for day in range(25)]
    for row, right in (
        ("{};{} kWh", "date reading"),
        ("{};{};kWh", "date reading unit"),
        ("{};{};km", "date value unit"),
        ("{};{}", "date value"),
    ):
        header = "last_changed;state" + ";unit" * (row.count(";") - 1)
        rows = [row.format(f"2026-10-{day:02}", at) for day, at in enumerate(figures, 1)]
        assert roles(below(header, *rows)) == right


def long_file(*series: tuple[str, str, list[float]]) -> list[str]:
    """Rows of a type, a unit and figures, a day each: the types one below another."""
    return [
        f"{name};2026-10-{day:02};{figure};{unit}"
        for name, unit, figures in series
        for day, figure in enumerate(figures, 1)
    ]


GRID = ("grid", "kWh", [1000 + 1.5 * day for day in range(12)])
SOLAR = ("solar", "kWh", [200 + 2.5 * day for day in range(12)])
WATER = ("water", "m³", [20 + day / 8 for day in range(12)])
SUMMER = ("gas", "m³", [88.0] * 12)
POWER = ("power", "W", [37.0 * day % 91 for day in range(12)])
LONG = "entity_id;last_changed;state;unit_of_measurement"


@pytest.mark.parametrize("others", [[SOLAR], [WATER], [SUMMER], [("fan", "kWh", [7.0])]])
def test_meters_below_each_other_are_told_by_each_type(
    others: list[tuple[str, str, list[float]]],
) -> None:
    rows = long_file(GRID, *others)
    assert roles(below(LONG, *rows)) == "type date reading unit"
    assert roles(below(LONG, *sorted(rows, key=lambda row: row.split(";")[1]))) == (
        "type date reading unit"
    )
    assert roles(below(LONG, *rows[::-1])) == "type date reading unit"


@pytest.mark.parametrize(
    "other", [POWER, ("cups", "", [2.0] * 12), ("heat", "kWh", [9.0, 3.0, 5.0])]
)
def test_a_column_of_meters_beside_types_that_are_none_asks(
    other: tuple[str, str, list[float]],
) -> None:
    for rows in (long_file(GRID, other), long_file(other, GRID)):
        text = below(LONG, *rows)
        assert roles(text) == "type date - unit"
        assert [column.doubt == "meters" for column in columns(text)] == [False, False, True, False]
    # Who says what they are is believed.
    said = below(LONG.replace("state", "consumption"), *long_file(GRID, other))
    assert roles(said) == "type date value unit"


def test_the_figures_before_and_after_are_left_out_beside_their_difference() -> None:
    rows = ("2026-10-05;100;128.5;28.5", "2026-10-06;128.5;140;11.5")
    header = "Date;Meter start (kWh);Meter end (kWh);Energy (kWh)"
    assert roles(below(header, *rows)) == "date - - value"
    # Solar energy of a night comes to nothing, and is no meter.
    night = ("2026-10-05;0;98;98", "2026-10-06;0;120;120")
    flows = "Date;Exported to grid (Wh);Consumed (Wh);Imported from grid (Wh)"
    assert roles(below(flows, *night)) == "date value value value"


@pytest.mark.parametrize(
    ("header", "rows", "are_asked"),
    [
        ("kWh;m³", ["12000;900", "12300;915", "12580;930", "12830;938"], True),
        # Fewer than those that one meter takes, larger steps, or no unit of meters.
        ("kWh;m³", ["12000;900", "12300;915", "12580;930"], False),
        ("kWh;m³", ["12000;900", "12300;915", "12580;930", "12830;990"], False),
        ("kWh;steps", ["12000;900", "12300;915", "12580;930", "12830;938"], False),
    ],
)
def test_figures_that_rise_together_are_asked_about(
    header: str, rows: list[str], are_asked: bool
) -> None:
    """Columns of a sheet in which somebody notes the meters of a home once a month."""
    dated = [f"2026-0{month}-01;{row}" for month, row in enumerate(rows, 1)]
    told = columns(below(f"Date;{header}", *dated))
    doubt = "figures" if are_asked else None
    assert [column.doubt for column in told] == [None, doubt, doubt]


def of_hours(figures: list[float]) -> list[str]:
    """A row each two hours of three days, with these figures of a day."""
    return [
        f"2026-10-0{day} {2 * hour:02}:00;{figure}"
        for day in (1, 2, 3)
        for hour, figure in enumerate(figures)
    ]


def test_figures_that_start_anew_each_day_are_asked_about() -> None:
    yields = [0.0, 0.4, 1.1, 2.5, 4.0, 4.2]
    [_, told] = columns(below("Time;Daily Yield (kWh)", *of_hours(yields)))
    assert (told.role, told.doubt) == ("-", "figures")
    for header, figures in (
        ("Time;PV (kWh)", [0.0, 0.4, 1.1, 2.5, 1.0, 0.2]),
        ("Time;Rain (mm)", yields),
        ("Time;Export (kWh)", [0.0] * 6),
    ):
        assert roles(below(header, *of_hours(figures))) == "date value"
    few = [row for row in of_hours(yields) if not row.startswith("2026-10-03")][:8]
    assert roles(below("Time;Daily Yield (kWh)", *few)) == "date value"


@pytest.mark.parametrize("name", ["Daily Yield (kWh)", "Consumption (kWh)"])
def test_figures_that_rise_all_day_may_start_anew_on_the_next(name: str) -> None:
    rows = [f"2026-10-01 {8 + hour:02}:00;{hour * hour / 4}" for hour in range(9)]
    for day in (rows, rows[::-1]):
        [_, told] = columns(below(f"Time;{name}", *day))
        assert (told.role, told.doubt) == ("-", "figures")
    assert roles(below(f"Time;{name}", *rows[:8])) == "date value"
    assert roles(below(f"Time;{name}", *rows[:8], "2026-10-01 18:00;2.5")) == "date value"


@pytest.mark.parametrize(
    ("written", "hours"),
    [
        ("%Y-%m-%d %H:%M", 0),
        ("%b %d, %Y %H:%M", 0),
        ("%a %d.%m.%Y %H:%M", 0),
        ("%Y%m%d%H%M", 0),
        # The figure at midnight is that of the day before.
        ("%Y-%m-%d %H:%M", 4),
        ("%d.%m.%Y;%H:%M", 4),
        # The day of the account begins and ends in the middle of those of UTC.
        ("%Y-%m-%dT%H:%M:%SZ", -2),
        ("%Y-%m-%dT%H:%M:%SZ", 5),
        ("since 1970", -2),
    ],
)
@pytest.mark.parametrize("is_newest_first", [False, True])
def test_figures_that_start_anew_each_day_are_told_however_days_are_written(
    written: str, hours: int, is_newest_first: bool
) -> None:
    def at(moment: datetime) -> str:
        is_number = written == "since 1970"
        return str(int(moment.timestamp())) if is_number else moment.strftime(written)

    first = datetime(2026, 10, 1, tzinfo=UTC) + timedelta(hours=hours)
    rows = [
        f"{at(first + timedelta(days=day, hours=4 * place))};{figure}"
        for day in range(4)
        for place, figure in enumerate([0.0, 0.4, 1.1, 2.5, 4.0, 4.2])
    ]
    header = "Date;Time" if ";" in written else "Time"
    told = columns(below(f"{header};Yield (kWh)", *(rows[::-1] if is_newest_first else rows)))
    assert (told[-1].role, told[-1].doubt) == ("-", "figures")


def test_amounts_that_fall_now_and_then_are_no_figures_of_days() -> None:
    """Each of a few rows falls a little, less often than there are days."""
    used = [1.2, 1.4, 1.9, 1.9, 1.7, 2.0, 2.2, 2.3, 2.1, 2.4, 2.4, 2.6, 2.6]
    rows = [f"2026-10-0{1 + at // 6} {at % 6 * 4:02}:00;{figure}" for at, figure in enumerate(used)]
    assert roles(below("Time;Used (kWh)", *rows)) == "date value"


def test_amounts_without_a_unit_that_move_as_a_meter_does_say_so() -> None:
    figures = [f"{10_000.5 + 9 * day}" for day in range(12)]
    rows = [f"2026-10-{day:02};{at}" for day, at in enumerate(figures, 1)]
    assert [column.facts.moves_on for column in columns(below("Date;Value", *rows))] == [
        False,
        True,
    ]
    assert not columns(below("Date;Value", *rows[:7]))[1].facts.moves_on
    assert not columns(below("Date;Value (km)", *rows))[1].facts.moves_on
    other = [*rows, "2026-10-13;5"]
    assert not columns(below("Date;Value", *other))[1].facts.moves_on


def test_two_meters_that_show_nearly_the_same_are_not_one() -> None:
    """What is used of something else is no difference of theirs, small as it is beside them."""
    rows = [
        f"2026-10-{day:02};{10_000 + 7 * day};{10_020 + 5 * day};{3 + day % 4}"
        for day in range(1, 13)
    ]
    header = "Date;Home (kWh);Garage (kWh);Water used (l)"
    assert roles(below(header, *rows)) == "date reading reading value"


@pytest.mark.parametrize(
    ("names", "right"),
    [
        ("HT (kWh);NT (kWh);Total (kWh)", "reading reading -"),
        ("A (kWh);B (kWh);C (kWh)", "reading reading reading"),
    ],
)
def test_registers_beside_their_sum_are_not_what_it_moved(names: str, right: str) -> None:
    rows = [
        f"2026-10-{day:02};{6000 + 4 * day};{5000 + 3 * day};{11_000 + 7 * day}"
        for day in range(1, 13)
    ]
    assert roles(below(f"Date;{names}", *rows)) == f"date {right}"


def test_the_figures_of_a_volume_are_left_out_beside_its_energy() -> None:
    rows = [f"2026-10-{day:02};{5200 + 3 * day};{5203 + 3 * day};33.6" for day in range(1, 10)]
    assert roles(below("Date;Start reading;End reading;kWh", *rows)) == "date - - value"


@pytest.mark.parametrize("names", ["A (kWh);B (kWh)", "Start reading;End reading"])
@pytest.mark.parametrize(("step", "places"), [("7.4", 0), ("0.37", 1), ("0.125", 3)])
def test_figures_that_are_rounded_are_left_out_beside_their_difference(
    names: str, step: str, places: int
) -> None:
    rows = [
        f"2026-10-{day:02};{1000 + float(step) * day:.{places}f}"
        f";{1000 + float(step) * (day + 1):.{places}f};{step}"
        for day in range(1, 13)
    ]
    assert roles(below(f"Date;{names};Used (kWh)", *rows)) == "date - - value"


def test_the_figures_before_and_after_are_left_out_beside_many_other_meters() -> None:
    names = "".join(f";Plug {number} (kWh)" for number in range(25))
    rows = [
        f"2026-10-{day:02};{1000 + 3 * day};{1003 + 3 * day};3"
        + "".join(f";{5000 + 100 * number + 2 * day}" for number in range(25))
        for day in range(1, 13)
    ]
    header = f"Date;Start reading (kWh);End reading (kWh);Used (kWh){names}"
    assert roles(below(header, *rows)) == f"date - - value{' reading' * 25}"


def test_figures_without_a_name_are_left_out_beside_what_they_moved() -> None:
    rows = [f"2026-10-{day:02};1.5;{100 + 1.5 * day};{9000 + 1.5 * day}" for day in range(1, 13)]
    assert roles(below("start;change;sum;state", *rows)) == "start value - -"


@pytest.mark.parametrize(
    "names",
    ["Previous Reading;Present Reading", "Anfangsstand;Endstand", "alter Stand;neuer Stand"],
)
@pytest.mark.parametrize("rows", [["12;100", "100;310"], ["12;100", "100;310", "310;420"]])
@pytest.mark.parametrize("turn", [1, -1])
def test_a_meter_that_is_shown_before_and_after_is_read_once(
    names: str, rows: list[str], turn: int
) -> None:
    dated = [f"2026-0{month}-15;{row}" for month, row in enumerate(rows, 6)]
    assert roles(below(f"Date;{names}", *dated[::turn])) == "date - reading"


def test_figures_before_and_after_are_those_of_each_meter() -> None:
    rows = ("A1;12;100", "B7;5;9", "A1;100;310", "B7;9;14")
    dated = [f"2026-0{month}-15;{row}" for month, row in enumerate(rows, 5)]
    header = "Date;Meter;Previous Reading;Present Reading"
    assert roles(below(header, *dated)) == "date meter - reading"


def test_two_meters_that_stand_still_are_both_read() -> None:
    header, rows = "Date;Reading T1;Reading T2", ("2026-08-31;100;100", "2026-09-30;100;100")
    assert roles(below(header, *rows)) == "date reading reading"


def test_units_consumed_are_the_amount_beside_the_figures_of_the_meter() -> None:
    rows = ("2026-08-15;12;100;88", "2026-09-15;100;310;210")
    header = "Date;Previous Reading;Present Reading;Units Consumed"
    assert roles(below(header, *rows)) == "date - - value"


def test_numbers_that_never_change_are_no_readings_beside_some_that_do() -> None:
    rows = ("123;4;2026-08-31;120", "123;4;2026-09-30;145", "123;4;2026-10-31;155")
    assert roles(below("Property;Flat;Date;Reading (m³)", *rows)) == "- - date reading"


def test_the_number_of_a_flat_may_differ_between_its_meters() -> None:
    rows = (
        "A1;4;2026-08-31;120",
        "A1;4;2026-09-30;145",
        "B7;5;2026-08-31;80",
        "B7;5;2026-09-30;99",
    )
    assert roles(below("Meter;Flat;Date;Reading (m³)", *rows)) == "meter - date reading"


@pytest.mark.parametrize("heading", ["Garden (m³)", "Reading garden"])
def test_a_meter_that_stands_still_is_read_if_its_heading_tells(heading: str) -> None:
    rows = ("2026-08-31;120;345", "2026-09-30;145;345")
    assert roles(below(f"Date;Reading (m³);{heading}", *rows)) == "date reading reading"


def test_a_register_without_a_unit_that_is_still_zero_is_read() -> None:
    rows = ("2026-08-31;120;0", "2026-09-30;145;0")
    assert roles(below("Date;Reading;Returned", *rows)) == "date reading reading"

"""Kinds of files, each with the records that are meant: what is guessed and what is chosen."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest

from tally.domain.amounts import plain
from tally.transfer import readers
from tally.transfer.arrange import Row
from tally.transfer.choices import read_choices
from tally.transfer.plan import Reader
from tally.transfer.row_parser import Problem

TODAY = date(2026, 11, 27)
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


class Kind(NamedTuple):
    """A file, the choices that go with it, and its records as `date type value unit …`."""

    name: str
    file: str | bytes
    records: list[str]
    choices: Mapping[str, str] = MappingProxyType({})
    nothing: int = 0
    left_out: int = 0
    problems: int = 0


def read(kind: Kind) -> tuple[list[str], readers.Opened, list[Problem]]:
    content = kind.file.encode() if isinstance(kind.file, str) else kind.file
    reader = Reader(TODAY, ZoneInfo("Europe/Berlin"), currency="EUR")
    choices = read_choices(kind.choices)
    with readers.opened(io.BytesIO(content), choices, reader, {}, NOW) as opened:
        rows = list(opened.rows)
    records = [told(row) for row in rows if isinstance(row, Row)]
    return records, opened, [row for row in rows if isinstance(row, Problem)]


def told(row: Row) -> str:
    record = row.record
    parts = [
        record.consumption_date.isoformat(),
        record.consumption_type,
        plain(record.consumption_value),
        record.unit,
    ]
    if record.reading is not None:
        parts[2] = "@" + plain(record.reading)
    elif record.days != 1:
        parts.append(f"{record.days} days")
    if record.cost is not None:
        parts.append(f"cost {plain(record.cost)}")
    if record.notes:
        parts.append(f"; {record.notes}")
    return " ".join(filter(None, parts))


NEM12 = (
    """100,NEM12,202611010000,MDP,RETAILER
200,NMI0000000,E1,E1,E1,,METER,kWh,30,
300,20261001,"""
    + ",".join(["0.5"] * 48)
    + """,A,,,20261002,
300,20261002,"""
    + ",".join(["0.25"] * 48)
    + """,A,,,20261003,
900
"""
)

# ruff: noqa: E501
KINDS = [
    Kind("tabs", "Date\tType\tValue\n05.10.2026\ttea\t1,5\n", ["2026-10-05 tea 1.5"]),
    Kind("Dutch", "Datum;Soort;Hoeveelheid;Eenheid;Opmerking\n05-10-2026;gas;3,2;m3;koud\n13-10-2026;gas;1;m3;\n",
         ["2026-10-05 gas 3.2 m³ ; koud", "2026-10-13 gas 1 m³"]),
    Kind("French", "Date;Catégorie;Quantité;Unité;Commentaire\n5/10/2026;eau;1,5;l;froide\n15/10/2026;eau;2;l;\n",
         ["2026-10-05 eau 1.5 l ; froide", "2026-10-15 eau 2 l"]),
    Kind("Spanish", "Fecha;Tipo;Cantidad;Unidad;Notas\n05/10/2026;agua;1,5;l;\n25/10/2026;agua;2;l;\n",
         ["2026-10-05 agua 1.5 l", "2026-10-25 agua 2 l"]),
    Kind("Italian", "Data;Tipo;Valore;Unità;Note\n05/10/2026;acqua;1,5;l;\n25/10/2026;acqua;2;l;\n",
         ["2026-10-05 acqua 1.5 l", "2026-10-25 acqua 2 l"]),
    Kind("Portuguese", "Data;Tipo;Quantidade;Unidade;Observações\n05/10/2026;água;1,5;l;\n25/10/2026;água;2;l;\n",
         ["2026-10-05 água 1.5 l", "2026-10-25 água 2 l"]),
    Kind("Swedish", "Datum;Typ;Värde;Enhet;Anteckning\n2026-10-05;vatten;1,5;l;\n", ["2026-10-05 vatten 1.5 l"]),
    Kind("Polish in cp1250", "Data;Typ;Ilość;Jednostka;Uwagi\n2026-10-05;woda;1,5;l;zużycie\n".encode("cp1250"),
         ["2026-10-05 woda 1.5 l ; zużycie"]),
    Kind("German month names", "Datum;Art;Menge\n5. Oktober 2026;Tee;1\n6. März 2026;Tee;2\n", ["2026-10-05 Tee 1", "2026-03-06 Tee 2"]),
    Kind("French month names", "date,type,value\n5 octobre 2026,thé,1\n1er août 2026,thé,2\n", ["2026-10-05 thé 1", "2026-08-01 thé 2"]),
    Kind("American long dates", 'date,type,value\n"Oct 5, 2026",tea,1\n"Monday, October 12, 2026",tea,2\n', ["2026-10-05 tea 1", "2026-10-12 tea 2"]),
    Kind("two digits with names", "date,type,value\n05-Oct-26,tea,1\n", ["2026-10-05 tea 1"]),
    Kind("seconds since 1970", "time,usage,unit\n1791190800,1.5,kWh\n", ["2026-10-05 power 1.5 kWh"], {"type": "power"}),
    Kind("UTC in the heading", "Date/time UTC,type,value\n2026-10-05 22:30,tea,1\n", ["2026-10-06 tea 1"]),
    Kind("24:00", "date,time,type,value\n2026-10-05,24:00,tea,1\n", ["2026-10-05 tea 1"]),
    Kind("a range in a cell", "Period,Usage (kWh)\n2026-09-01 - 2026-09-30,245\n", ["2026-09-30 power 245 kWh 30 days"], {"type": "power"}),
    Kind("a range of hours", "Interval,Usage (kWh)\n2026-09-01 00:00 - 2026-09-01 01:00,2\n2026-09-01 23:00 - 2026-09-02 00:00,3\n",
         ["2026-09-01 power 2 kWh", "2026-09-01 power 3 kWh"], {"type": "power"}),
    Kind("bills", "From;To;Usage kWh;Cost\n2026-01-01;2026-01-31;300;90,10\n2026-02-01;2026-02-28;280;84,00\n",
         ["2026-01-31 power 300 kWh 31 days cost 90.1", "2026-02-28 power 280 kWh 28 days cost 84"], {"type": "power"}),
    Kind("bills that meet", "Start date,End date,kWh\n2026-01-01,2026-02-01,300\n2026-02-01,2026-03-01,280\n2026-03-01,2026-04-01,250\n",
         ["2026-01-31 power 300 kWh 31 days", "2026-02-28 power 280 kWh 28 days", "2026-03-31 power 250 kWh 31 days"], {"type": "power"}),
    Kind("bills with one date", "date,type,value,unit\n2026-03-01,gas,30,m3\n2026-01-31,gas,50,m3\n",
         ["2026-01-31 gas 50 m³", "2026-03-01 gas 30 m³ 29 days"], {"since": "1"}),
    Kind("days across", "Type;01.10.2026;02.10.2026;03.10.2026\ncoffee;2;3;-\ntea;1;;2\n",
         ["2026-10-01 coffee 2", "2026-10-02 coffee 3", "2026-10-01 tea 1", "2026-10-03 tea 2"], nothing=2),
    Kind("days above", "05.10.2026\nName;Amount\ncoffee;2\ntea;1\n06.10.2026\ncoffee;3\n",
         ["2026-10-05 coffee 2", "2026-10-05 tea 1", "2026-10-06 coffee 3"]),
    Kind("hours as numbers", "Date," + ",".join(map(str, range(1, 25))) + "\n2026-10-05," + ",".join(["1"] * 24) + "\n",
         ["2026-10-05 power 24 kWh"], {"type": "power", "unit": "kWh", "daily": "1"}),
    Kind("units in a second line", "Day;Production;Consumption\n;kWh;kWh\n05.10.2026;12,5;8,1\n",
         ["2026-10-05 Production 12.5 kWh", "2026-10-05 Consumption 8.1 kWh"]),
    Kind("sums between", "Date,Type,Value\n2026-09-30,tea,1\nSubtotal,,1\n2026-10-01,tea,2\nGrand total,,3\n",
         ["2026-09-30 tea 1", "2026-10-01 tea 2"], left_out=2),
    Kind("NEM12", NEM12, ["2026-10-01 electricity 24 kWh", "2026-10-02 electricity 12 kWh"], {"daily": "1", "type": "electricity"}),
    Kind("power by the quarter", "Time,Power (W)\n2026-10-05 00:00,400\n2026-10-05 00:15,800\n2026-10-05 00:30,400\n2026-10-05 00:45,0\n",
         ["2026-10-05 sun 0.1 kWh", "2026-10-05 sun 0.2 kWh", "2026-10-05 sun 0.1 kWh", "2026-10-05 sun 0 kWh"], {"type": "sun"}),
    Kind("power as it is", "Time,Power (W)\n2026-10-05 00:00,400\n2026-10-05 00:15,800\n",
         ["2026-10-05 sun 400 W", "2026-10-05 sun 800 W"], {"type": "sun", "columns": "date,value:sun:W"}),
    Kind("readings newest first", "Datum;Zählerstand (kWh)\n03.10.2026;120,5\n01.10.2026;100\n",
         ["2026-10-01 power @100 kWh", "2026-10-03 power @120.5 kWh"], {"type": "power"}),
    Kind("readings of a day", "time,reading\n2026-10-01 08:00,100\n2026-10-01 20:00,104\n2026-10-02 08:00,106\n2026-10-02 20:00,109\n",
         ["2026-10-01 power @100 kWh", "2026-10-01 power @104 kWh", "2026-10-02 power @109 kWh"], {"type": "power", "unit": "kWh", "daily": "1"}),
    Kind("a bank's file", "Date;Payee;Amount (EUR)\n05.10.2026;Shop;-12,50\n06.10.2026;Bakery;-3,20\n",
         ["2026-10-05 spending 12.5 €", "2026-10-06 spending 3.2 €"], {"type": "spending", "negative": "flip"}),
    Kind("habits with marks", "Date,Run,Read\n2026-10-05,yes,no\n2026-10-06,yes,yes\n",
         ["2026-10-05 Run 1", "2026-10-06 Run 1", "2026-10-06 Read 1"], nothing=1),
    Kind("thousandths", "Date,Water\n2026-10-05,1500\n2026-10-06,2000\n", ["2026-10-05 water 1.5 l", "2026-10-06 water 2 l"],
         {"type": "water", "unit": "l", "factor": "0.001"}),
    Kind("a price a unit", "date,type,value,unit,price/l\n2026-10-05,fuel,40,l,1.70\n", ["2026-10-05 fuel 40 l cost 68"]),
    Kind("another currency", "date,type,value,unit,cost\n2026-10-05,fuel,40,l,$70.00\n", ["2026-10-05 fuel 40 l"]),
    Kind("no heading", "2026-10-05,coffee,2,cup\n2026-10-06,coffee,1,cup\n", ["2026-10-05 coffee 2 cup", "2026-10-06 coffee 1 cup"]),
    Kind("quoted everything", '"Date","Type","Value"\n"2026-10-05","tea","1,234.5"\n', ["2026-10-05 tea 1234.5"]),
    Kind("lines of JSON", '{"date":"2026-10-05","type":"tea","value":1.25}\n{"date":"2026-10-06","type":"tea","value":2}\n',
         ["2026-10-05 tea 1.25", "2026-10-06 tea 2"]),
    Kind("JSON inside", '{"meta":{"v":1},"data":{"items":[{"time":"2026-10-05T08:00:00Z","kwh":0.5},{"time":"2026-10-06T08:00:00Z","kwh":0.7}]}}',
         ["2026-10-05 power 0.5 kWh", "2026-10-06 power 0.7 kWh"], {"type": "power", "unit": "kWh"}),
    Kind("decimal mark told by a semicolon", "Datum;Typ;Wert\n05.10.2026;gas;1,234\n", ["2026-10-05 gas 1.234"]),
    Kind("spaces as groups", "date;type;value\n2026-10-05;gas;1 234,5\n", ["2026-10-05 gas 1234.5"]),
    Kind("signs behind", "date,type,value\n2026-10-05,gas,12.50-\n2026-10-06,gas,3\n", ["2026-10-06 gas 3"], left_out=1),
    Kind("UTF-16", "date\ttype\tvalue\n2026-10-05\tčaj\t1\n".encode("utf-16"), ["2026-10-05 čaj 1"]),
    Kind("cp437", "Datum;Art;Menge\n05.10.2026;Tee grün;1\n06.10.2026;Kräuter;2\n".encode("cp437"), ["2026-10-05 Tee grün 1", "2026-10-06 Kräuter 2"], {"encoding": "cp437"}),
    Kind("an address above", "Jane Sample\n12 Sample Street\n\nDate,Usage,Units\n10/13/2026,12,kWh\n10/14/2026,13,kWh\n",
         ["2026-10-13 power 12 kWh", "2026-10-14 power 13 kWh"], {"type": "power"}),
    Kind("start and duration", "Start,Hours,Activity\n2026-10-05 08:00,1:30:00,Reading\n", ["2026-10-05 Reading 1.5 h"],
         {"columns": "date,value,type", "unit": "h"}),
    Kind("the similar ones to the right", "Date,A,B,C\n2026-10-05,1,2,3\n", ["2026-10-05 x 1 kWh", "2026-10-05 x 2 kWh", "2026-10-05 x 3 kWh"],
         {"columns": "date,value:x:kWh*"}),
    Kind("one bad row", "date,type,value\n2026-10-05,tea,1\n31/02/2026,tea,2\n", ["2026-10-05 tea 1"], problems=1),
    Kind("future days", "date,type,value\n2026-10-05,tea,1\n2099-01-01,tea,2\n", ["2026-10-05 tea 1"], problems=1),
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_kind_of_file(kind: Kind) -> None:
    records, opened, problems = read(kind)
    assert sorted(records) == sorted(kind.records), opened.plan.understood()
    assert len(problems) == kind.problems
    assert (opened.counts.nothing, opened.counts.left_out) == (kind.nothing, kind.left_out)

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
from tally.transfer.plans.choices import read_choices
from tally.transfer.plans.reader import Reader
from tally.transfer.plans.understood import understood_fields
from tally.transfer.rows.arrange import FileRow
from tally.transfer.rows.entries import RowProblem

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


def read(kind: Kind) -> tuple[list[str], readers.Opened, list[RowProblem]]:
    content = kind.file.encode() if isinstance(kind.file, str) else kind.file
    reader = Reader(TODAY, ZoneInfo("Europe/Berlin"), currency="EUR")
    choices = read_choices(kind.choices)
    with readers.opened(io.BytesIO(content), choices, reader, {}, NOW) as opened:
        rows = list(opened.rows)
    records = [told(row) for row in rows if isinstance(row, FileRow)]
    return records, opened, [row for row in rows if isinstance(row, RowProblem)]


def told(row: FileRow) -> str:
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
    *(Kind(f"days of months across, {name}", f"{corner};" + ";".join(map(str, range(1, 32))) + f"{end}\n{first};" + ";".join(["1,5"] * 30) + f";{sums}\n{second};" + ";".join(["2"] * 31) + f"{sums}\n",
         [f"2026-09-{day:02} power 1.5 kWh" for day in range(1, 31)] + [f"2026-10-{day:02} power 2 kWh" for day in range(1, 32)], {"type": "power", "unit": "kWh"}, nothing=1)
      for name, corner, first, second, end, sums in (
          ("named", "Monat", "September 2026", "Oktober 2026", "", ""), ("with sums", "Month", "2026-09", "2026-10", ";Total", ";62"),
          ("without a heading", "", "09/2026", "10/2026", "", ""), ("as first days", "Monat", "01.09.2026", "01.10.2026", "", ""),
          ("beside years", "Jahr;Monat", "2026;9", "2026;10", "", ""))),
    Kind("days that a month does not have", "Month," + ",".join(map(str, range(1, 32))) + "\n2026-09," + ",".join(["1"] * 31) + "\n2026-10-05," + ",".join(["1"] * 31) + "\n2026-10," + ",".join(["1"] * 31) + "\n",
         [f"2026-{month}-{day:02} power 1" for month, last in (("09", 30), ("10", 31)) for day in range(1, last + 1)], {"type": "power"}, problems=32),
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
    Kind("a column of units that is called otherwise", "Alkuaika;Yksikkötyyppi;Resoluutio;Määrä\n2026-10-05T10:00:00Z;kWh;PT15M;0,123000\n2026-10-05T10:15:00Z;kWh;PT15M;0,113000\n",
         ["2026-10-05 power 0.123 kWh", "2026-10-05 power 0.113 kWh"], {"type": "power"}),
    Kind("a column of words beside a unit in the heading", "Date,Meter used,Amount (kWh)\n2026-10-05,gal,5\n2026-10-06,gal,7\n", ["2026-10-05 power 5 kWh", "2026-10-06 power 7 kWh"], {"type": "power"}),
    Kind("a column of 0 and 1 among other counts", "Date,Coffee,Tea,Total\n2026-10-05,2,1,3\n2026-10-06,3,0,3\n",
         ["2026-10-05 Coffee 2", "2026-10-05 Tea 1", "2026-10-06 Coffee 3", "2026-10-06 Tea 0"]),
    Kind("a mark beside the only amount of a type", "Date,Type,Done,Tsp\n2026-10-05,tea,1,2\n2026-10-06,tea,0,3\n", ["2026-10-05 tea 2", "2026-10-06 tea 3"]),
    *(Kind(f"figures of a meter beside what it moved, {name}", f"Datum;{header}\n01.10.2026;{rows[0]}\n02.10.2026;{rows[1]}\n13.10.2026;{rows[2]}\n", [f"2026-10-{day} Strom {value} kWh" for day, value in moved], {"type": "Strom"}, nothing=nothing)
      for name, header, rows, moved, nothing in (
          ("since the row before", "Zählerstand (kWh);Verbrauch (kWh)", ("12345,6;", "12353,8;8,2", "12360,9;7,1"), (("02", 8.2), ("13", 7.1)), 1),
          ("to the next row", "Verbrauch (kWh);Zählerstand (kWh)", ("8,123;12.345,678", "7,100;12.353,801", "6,900;12.360,901"), (("01", 8.123), ("02", 7.1), ("13", 6.9)), 0),
          ("of one type", "Art;Zählerstand (kWh);Verbrauch (kWh)", ("Strom;12345,6;", "Strom;12353,8;8,2", "Strom;12360,9;7,1"), (("02", 8.2), ("13", 7.1)), 1))),
    Kind("registers beside what they moved", "Date,Import reading kWh,Export reading kWh,Import kWh,Export kWh\n2026-10-01,100,50,3,2\n2026-10-02,104,51,4,1\n2026-10-03,109,54,5,3\n",
         [f"2026-10-0{day} {name} {value} kWh" for day, *both in ((1, 3, 2), (2, 4, 1), (3, 5, 3)) for name, value in zip(("Import", "Export"), both, strict=True)]),
    Kind("a meter beside what another one moved", "Date,Water reading m³,Gas used m³\n2026-10-01,100,3\n2026-10-02,104,9\n2026-10-03,109,2\n",
         ["2026-10-01 Gas used 3 m³", "2026-10-02 Gas used 9 m³", "2026-10-03 Gas used 2 m³", "2026-10-01 Water reading @100 m³", "2026-10-02 Water reading @104 m³", "2026-10-03 Water reading @109 m³"]),
    *(Kind(f"a bank's file with numbers of its own below {heading}", f"Date;{heading};Amount (€)\n05.10.2026;1042;-12,50\n06.10.2026;123456;-3,20\n07.10.2026;;-1,00\n",
           ["2026-10-05 spending 12.5 €", "2026-10-06 spending 3.2 €", "2026-10-07 spending 1 €"], {"type": "spending", "negative": "flip"})
      for heading in ("Reference", "Kundenreferenz", "Payment ref", "Beleg", "Receipt", "IBAN")),
    Kind("hledger", "date,account,amount,commodity,credit,debit\n2026-10-05,expenses:food,12.50,€,,12.50\n2026-10-05,assets:bank,-12.50,€,12.50,\n2026-10-06,time:work,2,h,,2\n",
         ["2026-10-05 expenses:food 12.5 €", "2026-10-06 time:work 2 h"], left_out=1),
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
    Kind("an inverter with the names above the units","Version 1|Delimiter semicolon\n\n;SN: 123;SN: 123\n;Total yield;Day yield\ndd.MM.yyyy;kWh;kWh\n01.10.2026;1234,5;12,3\n02.10.2026;1240;5,5\n",
         ["2026-10-01 Total yield 1234.5 kWh","2026-10-01 Day yield 12.3 kWh","2026-10-02 Total yield 1240 kWh","2026-10-02 Day yield 5.5 kWh"]),
    Kind("meters beside each other","Date;Meter 1 kWh;Meter 2 kWh\n2026-10-05;1,5;2,5\n2026-10-06;3;2\n",
         ["2026-10-05 Meter 1 1.5 kWh","2026-10-05 Meter 2 2.5 kWh","2026-10-06 Meter 1 3 kWh","2026-10-06 Meter 2 2 kWh"]),
    Kind("what meters show, under their names","Datum;Zähler 1 (kWh);Zähler 2 (kWh)\n05.10.2026;1001,5;2002,5\n06.10.2026;1003;2004\n07.10.2026;1003;2009\n",
         ["2026-10-05 Zähler 1 @1001.5 kWh","2026-10-05 Zähler 2 @2002.5 kWh","2026-10-06 Zähler 1 @1003 kWh","2026-10-06 Zähler 2 @2004 kWh",
          "2026-10-07 Zähler 1 @1003 kWh","2026-10-07 Zähler 2 @2009 kWh"]),
    Kind("two columns with one heading","Date,kWh,kWh\n2026-10-05,1,2\n",[],problems=1),
    Kind("a price of a gallon","Date,Gallons,MPG,Price/gal\n10/05/2026,10.5,30.1,3.299\n10/15/2026,9.8,31.2,3.199\n",
         ["2026-10-05 fuel 10.5 gal cost 34.6395","2026-10-15 fuel 9.8 gal cost 31.3502"],{"type":"fuel"}),
    Kind("thousands in a German file","Datum;Verbrauch (Wh);Temperatur\n05.10.2026;1.345;12,5\n06.10.2026;987;11,0\n",
         ["2026-10-05 e 1345 Wh","2026-10-06 e 987 Wh"],{"type":"e"}),
    Kind("dots before three digits in a German file","Datum;Verbrauch (Wh)\n05.10.2026;1.345\n06.10.2026;987\n",["2026-10-06 e 987 Wh"],{"type":"e"},problems=1),
    Kind("dots before three digits from a program","date,kWh\n2026-10-05,1.345\n2026-10-06,12.040\n",
         ["2026-10-05 e 1.345 kWh","2026-10-06 e 12.04 kWh"],{"type":"e"}),
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
    Kind("German utility, readings by register","Zählernummer;Ablesedatum;Zählerstand HT;Zählerstand NT;Einheit\n1ESY123;31.01.2026;10.234,5;8.120,0;kWh\n1ESY123;28.02.2026;10.401,2;8.230,7;kWh\n",
         ["2026-01-31 Zählerstand HT @10234.5 kWh","2026-02-28 Zählerstand HT @10401.2 kWh","2026-01-31 Zählerstand NT @8120 kWh","2026-02-28 Zählerstand NT @8230.7 kWh"]),
    Kind("smart meter portal, quarter hours with two dates","Datum von;Uhrzeit von;Datum bis;Uhrzeit bis;Verbrauch (kWh);Status\n01.10.2026;00:00;01.10.2026;00:15;0,123;gemessen\n01.10.2026;23:45;02.10.2026;00:00;0,2;gemessen\n",
         ["2026-10-01 Strom 0.123 kWh","2026-10-01 Strom 0.2 kWh"],{"type":"Strom"}),
    Kind("French Linky daily","Horodate;Valeur\n2026-10-05T00:00:00+02:00;12345\n2026-10-06T00:00:00+02:00;11234\n",["2026-10-05 elec 12345 Wh","2026-10-06 elec 11234 Wh"],{"type":"elec","unit":"Wh"}),
    Kind("French water in months","Mois;Consommation (m3);Montant (€)\noctobre 2026;12,5;45,20\nseptembre 2026;11,0;40,10\n",["2026-10-31 eau 12.5 m³ 31 days cost 45.2","2026-09-30 eau 11 m³ 30 days cost 40.1"],{"type":"eau"}),
    Kind("Gazpar","Date de relevé;Index de début;Index de fin;Volume consommé (m3);Energie consommée (kWh)\n05/10/2026;1000;1003;3;33,5\n25/10/2026;1003;1010;7;78,1\n",
         ["2026-10-05 gaz 33.5 kWh","2026-10-25 gaz 78.1 kWh"],{"type":"gaz","columns":"date,-,-,-,value:gaz:kWh"}),
    Kind("UK smart meter, CET half hours","Consumption (kwh), Start, End\n0.125000, 2026-10-05T00:00:00+01:00, 2026-10-05T00:30:00+01:00\n0.250000, 2026-10-05T00:30:00+01:00, 2026-10-05T01:00:00+01:00\n",
         ["2026-10-05 e 0.125 kWh","2026-10-05 e 0.25 kWh"],{"type":"e"}),
    Kind("SolarEdge","Time,Energy (Wh)\n10/05/2026,12000\n10/25/2026,15000.5\n",["2026-10-05 sun 12000 Wh","2026-10-25 sun 15000.5 Wh"],{"type":"sun"}),
    Kind("Fronius",'Datum und Uhrzeit;"Energie | Primo 5.0-1 (1)";Gesamt\n[dd.MM.yyyy];[kWh];[kWh]\n05.10.2026;12,5;12,5\n06.10.2026;10,1;10,1\n',
         ["2026-10-05 sun 12.5 kWh","2026-10-06 sun 10.1 kWh"],{"type":"sun","columns":"date,value:sun:kWh,-"}),
    Kind("SMA Sunny Portal","sep=;\n;Gesamtanlage\nPeriode;Energie [kWh]\n01.10.26;12,345\n02.10.26;9,876\n",["2026-10-01 sun 12.345 kWh","2026-10-02 sun 9.876 kWh"],{"type":"sun"}),
    Kind("Growatt",'Time,Photovoltaic Output(kWh),Load Consumption(kWh),Exported To Grid(kWh)\n2026-10-05,12.1,8.0,5.5\n2026-10-06,9.9,7.5,3.1\n',
         ["2026-10-05 Photovoltaic Output 12.1 kWh","2026-10-05 Load Consumption 8 kWh","2026-10-05 Exported To Grid 5.5 kWh","2026-10-06 Photovoltaic Output 9.9 kWh","2026-10-06 Load Consumption 7.5 kWh","2026-10-06 Exported To Grid 3.1 kWh"]),
    Kind("Huawei FusionSolar","Plant Report\nStatistical Period,PV Yield (kWh),Revenue (€)\n2026-10-05,12.1,3.4\n2026-10-06,9.9,2.8\n",["2026-10-05 sun 12.1 kWh","2026-10-06 sun 9.9 kWh"],{"type":"sun"}),
    Kind("Tesla","Date time,Home (kWh),From Powerwall (kWh),Solar Energy (kWh),Grid (kWh)\n2026-10-05T00:00:00+02:00,12.5,3,8,-2.1\n",
         ["2026-10-05 Home 12.5 kWh","2026-10-05 From Powerwall 3 kWh","2026-10-05 Solar Energy 8 kWh"],left_out=1),
    Kind("Shelly","Timestamp,Active energy Wh (A),Returned energy Wh (A)\n1790000000,12.5,0\n1790000060,11.5,0\n",
         ["2026-09-21 Active energy (A) 12.5 Wh","2026-09-21 Active energy (A) 11.5 Wh","2026-09-21 Returned energy (A) 0 Wh","2026-09-21 Returned energy (A) 0 Wh"]),
    Kind("Tibber JSON",'{"data":{"viewer":{"homes":[{"consumption":{"nodes":[{"from":"2026-10-05T00:00:00.000+02:00","to":"2026-10-05T01:00:00.000+02:00","cost":0.42,"consumption":1.5,"consumptionUnit":"kWh"}]}}]}}}',["2026-10-05 e 1.5 kWh cost 0.42"],{"type":"e","unit":"kWh"}),
    Kind("Garmin hydration","Date,Goal,Intake\n2026-10-05,2839ml,1500ml\n2026-10-06,2839ml,2000ml\n",["2026-10-05 water 1500 ml","2026-10-06 water 2000 ml"],{"type":"water","columns":"date,-,value"}),
    Kind("WaterMinder","Date,Drink,Amount,Unit\n\"Oct 5, 2026 at 8:30 AM\",Water,250,ml\n\"Oct 5, 2026 at 9:15 PM\",Tea,200,ml\n",["2026-10-05 Water 250 ml","2026-10-05 Tea 200 ml"]),
    Kind("Apple Health style",'type,sourceName,unit,creationDate,startDate,endDate,value\nDietaryCaffeine,App,mg,2026-10-05 08:31:00 +0200,2026-10-05 08:30:00 +0200,2026-10-05 08:30:00 +0200,95\n',["2026-10-05 DietaryCaffeine 95 mg"]),
    Kind("Loop Habit Tracker","Date,Meditate,Read,Run,\n2026-10-05,2,0,2,\n2026-10-06,2,2,0,\n",["2026-10-05 Meditate 2","2026-10-05 Read 0","2026-10-05 Run 2","2026-10-06 Meditate 2","2026-10-06 Read 2","2026-10-06 Run 0"]),
    Kind("Drivvo",'##Refuelling\n"Odometer","Date","Fuel","Price / gal","Total cost","Gallons","Full tank"\n"12345","2026-10-05 08:30:00","Gas","3.50","35.00","10.000","Yes"\n"12745","2026-10-19 18:30:00","Gas","3.40","34.00","10.000","Yes"\n',
         ["2026-10-05 Gas 10 gal cost 35","2026-10-19 Gas 10 gal cost 34"]),
    Kind("Fuelly",'"name","model","mpg","miles","gallons","price","city_percentage","fuelup_date","date_added","tags","notes","missed_fuelup","partial_fuelup"\n"Car","Golf","30.1","300","9.9","2.50","50","10-05-2026","10-06-2026","","cold","0","0"\n"Car","Golf","31.1","310","9.8","2.55","50","10-19-2026","10-19-2026","","","0","0"\n',
         ["2026-10-05 fuel 9.9 gal ; cold","2026-10-19 fuel 9.8 gal"],{"type":"fuel","unit":"gal","columns":"-,-,-,-,value,-,-,date,-,-,notes,-,-"}),
    Kind("EV charger","Start,Ende,Dauer,Energie (kWh),Kosten (€),Ladepunkt\n05.10.2026 18:00,05.10.2026 22:30,04:30:00,28.5,9.12,Garage\n06.10.2026 23:00,07.10.2026 05:00,06:00:00,40.2,12.86,Garage\n",
         ["2026-10-05 car 28.5 kWh cost 9.12","2026-10-07 car 40.2 kWh 2 days cost 12.86"],{"type":"car"}),
    Kind("go-e charger JSON list",'[{"Start":"05.10.2026 18:00:00","Ende":"05.10.2026 20:00:00","Energie [kWh]":"12,3"},{"Start":"13.10.2026 18:00:00","Ende":"13.10.2026 20:00:00","Energie [kWh]":"11,0"}]',["2026-10-05 car 12.3 kWh","2026-10-13 car 11 kWh"],{"type":"car"}),
    Kind("German bank",'"Buchungstag";"Valutadatum";"Buchungstext";"Verwendungszweck";"Betrag";"Waehrung"\n"05.10.26";"05.10.26";"LASTSCHRIFT";"Stadtwerke";"-85,00";"EUR"\n"06.10.26";"06.10.26";"LASTSCHRIFT";"Miete";"-900,00";"EUR"\n',
         ["2026-10-05 spending 85 € ; Stadtwerke","2026-10-06 spending 900 € ; Miete"],{"negative":"flip","type":"spending"}),
    Kind("a bank in several currencies","Type,Started Date,Description,Amount,Fee,Currency,Balance\nCARD,2026-10-05 10:00:00,Shop,-12.50,0.00,EUR,100.00\nCARD,2026-10-07 10:00:00,Deli,-20.00,0.00,USD,80.00\nCARD,2026-10-09 10:00:00,Shop,-7.25,0.00,EUR,72.75\n",
         ["2026-10-05 CARD 12.5 € ; Shop","2026-10-07 CARD 20 $ ; Deli","2026-10-09 CARD 7.25 € ; Shop"],{"negative":"flip"}),
    Kind("a ledger in several currencies","type,currency_code,amount,foreign_currency_code,date\nWithdrawal,EUR,-12.50,,2026-10-05\nWithdrawal,USD,-20.00,,2026-10-06\n",["2026-10-05 Withdrawal 12.5 €","2026-10-06 Withdrawal 20 $"],{"negative":"flip"}),
    Kind("a currency beside what amounts cost","Date,Type,Amount,Cost,Currency\n2026-10-05,fuel,40,70,EUR\n2026-10-06,fuel,30,50,USD\n",["2026-10-05 fuel 40 cost 70","2026-10-06 fuel 30"]),
    Kind("sums of quarters and years among months","Month,kWh\n2026-01,100\n2026-02,90\n2026-03,80\nQ1 2026,270\n2026-04,50\n2026-05,30\n2026-06,20\n2026-Q2,100\n2026,370\n",
         ["2026-01-31 power 100 kWh 31 days","2026-02-28 power 90 kWh 28 days","2026-03-31 power 80 kWh 31 days","2026-04-30 power 50 kWh 30 days","2026-05-31 power 30 kWh 31 days","2026-06-30 power 20 kWh 30 days"],{"type":"power"},left_out=3),
    Kind("weeks beside years","Jahr;KW;Tassen\n2026;40;12\n2026;41;9\n",["2026-10-04 Kaffee 12 7 days","2026-10-11 Kaffee 9 7 days"],{"type":"Kaffee"}),
    Kind("US bank","Posting Date,Description,Amount,Type,Balance\n10/05/2026,COFFEE SHOP,-4.50,DEBIT,1000.00\n10/15/2026,GROCER,-54.10,DEBIT,945.90\n",["2026-10-05 DEBIT 4.5 ; COFFEE SHOP","2026-10-15 DEBIT 54.1 ; GROCER"],{"negative":"flip"}),
    Kind("spreadsheet, months across","Consumption 2026,Jan 2026,Feb 2026,Mar 2026\nElectricity kWh,300,280,250\nGas m3,120,110,90\n",
         ["2026-01-31 Electricity kWh 300 31 days","2026-02-28 Electricity kWh 280 28 days","2026-03-31 Electricity kWh 250 31 days","2026-01-31 Gas m3 120 31 days","2026-02-28 Gas m3 110 28 days","2026-03-31 Gas m3 90 31 days"]),
    Kind("German spreadsheet with title and sum","Stromverbrauch 2026\n\nMonat;kWh;Kosten\nJanuar 2026;310;102,30 €\nFebruar 2026;280;92,40 €\nSumme;590;194,70 €\n",["2026-01-31 Strom 310 kWh 31 days cost 102.3","2026-02-28 Strom 280 kWh 28 days cost 92.4"],{"type":"Strom"},left_out=1),
    Kind("coffee list with blanks","Date;Who;Cups;\n5 Oct 2026;me;3;\n;;;\n6 Oct 2026;me;2;\n",["2026-10-05 coffee 3 cup","2026-10-06 coffee 2 cup"],{"type":"coffee","unit":"cup","columns":"date,-,value"}),
    Kind("Excel German with thousands","Datum;Zählerstand Wasser (m³);Zählerstand Strom (kWh)\n01.09.2026;1.234,567;12.345,6\n01.10.2026;1.240,001;12.612,3\n",
         ["2026-09-01 Zählerstand Wasser @1234.567 m³","2026-10-01 Zählerstand Wasser @1240.001 m³","2026-09-01 Zählerstand Strom @12345.6 kWh","2026-10-01 Zählerstand Strom @12612.3 kWh"]),
    Kind("weekday in front","Tag;Menge;Getränk\nMo 05.10.2026;2;Kaffee\nDi 06.10.2026;3;Tee\n",["2026-10-05 Kaffee 2","2026-10-06 Tee 3"]),
    Kind("Russian","Дата;Наименование;Количество;Ед\n05.10.2026;Вода;1,5;л\n06.10.2026;Вода;2;л\n",["2026-10-05 Вода 1.5 л","2026-10-06 Вода 2 л"]),
    Kind("InfluxDB",'name,time,mean\nenergy,1790000000000000000,0.5\nenergy,1790003600000000000,0.7\n',["2026-09-21 energy 0.5 kWh","2026-09-21 energy 0.7 kWh"],{"unit":"kWh"}),
    Kind("annotated influx","#group,false,false,true\n#datatype,string,long,dateTime:RFC3339\n,result,table,_time,_value,_field\n,,0,2026-10-05T08:00:00Z,0.5,kwh\n,,0,2026-10-06T08:00:00Z,0.7,kwh\n",["2026-10-05 kwh 0.5","2026-10-06 kwh 0.7"],{"columns":"-,-,-,date,value,type"}),
    Kind("Home Assistant statistics JSON",'{"sensor.energy":[{"start":1790000000000,"end":1790003600000,"change":0.5,"sum":100.5},{"start":1790003600000,"end":1790007200000,"change":0.7,"sum":101.2}]}',["2026-09-21 e 0.5 kWh","2026-09-21 e 0.7 kWh"],{"type":"e","unit":"kWh","columns":"start,end,value,-"}),
    Kind("DST day with offsets","time,kWh\n2026-10-25T02:00:00+02:00,1\n2026-10-25T02:00:00+01:00,2\n",["2026-10-25 e 1 kWh","2026-10-25 e 2 kWh"],{"type":"e"}),
    Kind("Dutch P1 with T1 and T2","datum;Import T1 kWh;Import T2 kWh;Export T1 kWh\n2026-10-01 00:00;1000,1;2000,2;10\n2026-10-02 00:00;1003,1;2004,2;11\n",
         ["2026-10-01 Import T1 @1000.1 kWh","2026-10-02 Import T1 @1003.1 kWh","2026-10-01 Import T2 @2000.2 kWh","2026-10-02 Import T2 @2004.2 kWh","2026-10-01 Export T1 @10 kWh","2026-10-02 Export T1 @11 kWh"],{"columns":"date,reading,reading,reading"}),
    Kind("pence and pounds","Date,Electricity (kWh),Cost (p)\n05/10/2026,8.1,202\n25/10/2026,9.1,230\n",["2026-10-05 e 8.1 kWh","2026-10-25 e 9.1 kWh"],{"type":"e"}),
    Kind("alcohol diary","Date,Drink,Volume (ml),ABV %,Units\n2026-10-05,Beer,500,5,2.5\n2026-10-06,Wine,175,12,2.1\n",["2026-10-05 Beer 500 ml","2026-10-06 Wine 175 ml"]),
    Kind("cigarettes","day,cigarettes\n2026-10-05,12\n2026-10-06,9\n",["2026-10-05 cigarettes 12","2026-10-06 cigarettes 9"],{"type":"cigarettes"}),
    Kind("medication log","Date/Time,Medication,Dosage,Status\n05.10.2026 08:00,Ibuprofen,400 mg,Taken\n06.10.2026 08:00,Ibuprofen,400 mg,Taken\n",["2026-10-05 Ibuprofen 400 mg","2026-10-06 Ibuprofen 400 mg"]),
    Kind("printer pages","Date;User;Pages;Copies\n2026-10-05;ann;12;1\n2026-10-06;bob;3;2\n",["2026-10-05 pages 12","2026-10-06 pages 3"],{"type":"pages","columns":"date,-,value,-"}),
    Kind("Excel exported times","Date,Time,Type,Value\n2026-10-05 00:00:00,1899-12-30 08:30:00,tea,1\n",["2026-10-05 tea 1"]),
    Kind("American month names in columns","Month,Usage (gal)\nSep-26,3000\nOct-26,3100\n",["2026-09-30 water 3000 gal 30 days","2026-10-31 water 3100 gal 31 days"],{"type":"water"}),
    Kind("Swedish with spaces","Datum;Förbrukning (kWh)\n2026-10-05;1 234,5\n2026-10-06;987,1\n",["2026-10-05 el 1234.5 kWh","2026-10-06 el 987.1 kWh"],{"type":"el"}),
    Kind("Swiss apostrophes","Datum;Verbrauch kWh\n05.10.2026;1'234.5\n06.10.2026;1'100.0\n",["2026-10-05 Strom 1234.5 kWh","2026-10-06 Strom 1100 kWh"],{"type":"Strom"}),
    Kind("Brazilian","Data;Consumo (kWh);Valor (R$)\n05/10/2026;12,5;R$ 10,20\n15/10/2026;11,0;R$ 9,10\n",["2026-10-05 luz 12.5 kWh","2026-10-15 luz 11 kWh"],{"type":"luz"}),
    Kind("Australian solar by NMI","NMI,Date,Usage kWh,Feed-in kWh\n4103,5/10/2026,8.1,3.2\n4103,25/10/2026,7.9,2.9\n",["2026-10-05 Usage 8.1 kWh","2026-10-05 Feed-in 3.2 kWh","2026-10-25 Usage 7.9 kWh","2026-10-25 Feed-in 2.9 kWh"]),
    Kind("March alone","Date,kWh\nMar 2026,300\nApr 2026,280\n",["2026-03-31 e 300 kWh 31 days","2026-04-30 e 280 kWh 30 days"],{"type":"e"}),
    Kind("March with a day","Date,kWh\n\"Mar 5, 2026 10:30\",300\nmar 6 oct 2026,1\nmar 20/10/2026,2\n",["2026-03-05 e 300 kWh","2026-10-06 e 1 kWh","2026-10-20 e 2 kWh"],{"type":"e"}),
    Kind("half hours across, a meter in front, their sum behind", "MPAN,Date,00:00,06:30,12:00,Total\n1200,05/10/2026,1,1,1,3\n1200,13/10/2026,1,2,3,6\n",
         ["2026-10-05 e 3 kWh","2026-10-13 e 6 kWh"],{"type":"e","unit":"kWh","daily":"1"}),
    Kind("quarter hours as ranges beside a date","Date;Interval;kWh\n2026-10-05;00:00-00:15;1\n2026-10-05;13:00-13:15;2\n2026-10-05;23:45-00:00;3\n",
         ["2026-10-05 e 1 kWh","2026-10-05 e 2 kWh","2026-10-05 e 3 kWh"],{"type":"e"}),
    Kind("Finnish data hub","Tunnus;Resoluutio;Lukeman tyyppi;Alkuaika;Määrä;Laatu\n643007000000000001;PT1H;BN01;2026-09-30T21:00:00Z;0,253000;OK\n643007000000000001;PT1H;BN01;2026-09-30T22:00:00Z;0,301000;OK\n",
         ["2026-09-30 BN01 0.253","2026-10-01 BN01 0.301"]),
    Kind("Danish data hub","Målepunkt id;Fra_dato;Til_dato;Mængde;Måleenhed;Type\n571313174001234567;05-10-2026 00:00:00;05-10-2026 01:00:00;0,432;KWH;Tidsserie\n571313174001234567;13-10-2026 23:00:00;14-10-2026 00:00:00;0,5;KWH;Tidsserie\n",
         ["2026-10-05 Tidsserie 0.432 kWh","2026-10-13 Tidsserie 0.5 kWh"],{"unit":"kWh"}),
    Kind("French load curve below its contract","Identifiant PRM;Date de debut;Date de fin;Grandeur\n123;05/10/2026;13/10/2026;Energie active\nHorodate;Valeur\n2026-10-05T00:30:00+02:00;240\n2026-10-05T01:00:00+02:00;260\n",
         ["2026-10-05 e 240 Wh","2026-10-05 e 260 Wh"],{"type":"e","unit":"Wh"}),
    Kind("Spanish hub","cups,date,time,consumptionKWh,obtainMethod\nES002,2026/10/05,01:00,0.123,Real\nES002,2026/10/05,24:00,0.2,Real\n",
         ["2026-10-05 e 0.123 kWh","2026-10-05 e 0.2 kWh"],{"type":"e"}),
    Kind("Texan smart meters","ESIID,USAGE_DATE,USAGE_START_TIME,USAGE_END_TIME,USAGE_KWH,CONSUMPTION_SURPLUSGENERATION\n'1044372000000,10/05/2026,00:00,00:15,.123,Consumption\n'1044372000000,10/15/2026,23:45,00:00,.2,Surplus Generation\n",
         ["2026-10-05 Consumption 0.123 kWh","2026-10-15 Surplus Generation 0.2 kWh"]),
    Kind("a price and a total of fuel","Date,Odometer,Litres,Price,Total\n05/10/2026,12345,40.5,1.70,68.85\n25/10/2026,12945,38.1,1.68,64.01\n",
         ["2026-10-05 fuel 40.5 l cost 68.85","2026-10-25 fuel 38.1 l cost 64.01"],{"type":"fuel","unit":"l"}),
    Kind("a price in parts of another currency","From,To,Consumption (kWh),Price (øre/kWh),Cost (kr)\n2026-10-05 00:00,2026-10-05 01:00,1.2,80.5,0.97\n",
         ["2026-10-05 e 1.2 kWh"],{"type":"e"}),
    Kind("a bill over its period","Bill date,Usage period,Usage\n\"Oct 5, 2026\",\"Sep 1, 2026 - Sep 30, 2026\",350 kWh\n",
         ["2026-09-30 e 350 kWh 30 days"],{"type":"e"}),
    Kind("tariffs and their sum","Date,Peak,Off Peak,Shoulder,Total\n5/10/2026,3.1,2.2,1.1,6.4\n25/10/2026,3,2,1,6\n",
         ["2026-10-05 Peak 3.1 kWh","2026-10-05 Off Peak 2.2 kWh","2026-10-05 Shoulder 1.1 kWh","2026-10-25 Peak 3 kWh","2026-10-25 Off Peak 2 kWh","2026-10-25 Shoulder 1 kWh"],{"unit":"kWh"}),
    Kind("the year and the month apart","Jahr;Monat;Strom kWh;Kosten\n2026;9;100;30,00\n2026;10;200;60,00\n2026;Summe;300;90,00\n",
         ["2026-09-30 Strom 100 kWh 30 days cost 30","2026-10-31 Strom 200 kWh 31 days cost 60"],{"type":"Strom"},left_out=1),
    Kind("day, month and year apart","Day,Month,Year,Cups\n5,10,2026,1\n6,10,2026,2\n,10,2026,4\n",["2026-10-05 coffee 1 cup","2026-10-06 coffee 2 cup"],{"type":"coffee"},problems=1),
    Kind("periods with the year at their end","Zeitraum;kWh;Kosten €\n15.12. - 14.01.2026;310;93,00\n15.1.-14.2.2026;280;84,00\n",
         ["2026-01-14 power 310 kWh 31 days cost 93","2026-02-14 power 280 kWh 31 days cost 84"],{"type":"power"}),
    Kind("the number of each row in front, no heading","1;2026-10-05;tea;2\n2;2026-10-06;tea;3\n3;2026-10-07;tea;1\n",
         ["2026-10-05 tea 2","2026-10-06 tea 3","2026-10-07 tea 1"]),
    Kind("an index in front, without a heading of its own",",day,what,how much\n0,2026-10-05,tea,2\n1,2026-10-06,tea,3\n",["2026-10-05 tea 2","2026-10-06 tea 3"],{"columns":",,type"}),
    Kind("months below their years","Monat;kWh\n2024;\nJanuar;310\nFebruar;280\nSumme;590\n2025;\nJanuar;300\nMärz;270\n",
         ["2024-01-31 power 310 kWh 31 days","2024-02-29 power 280 kWh 29 days","2025-01-31 power 300 kWh 31 days","2025-03-31 power 270 kWh 31 days"],{"type":"power"},left_out=1),
    Kind("months below their years, no heading","2024;\nJan;3\nFeb;2\n2025;\nJan;12\n",
         ["2024-01-31 power 3 kWh 31 days","2024-02-29 power 2 kWh 29 days","2025-01-31 power 12 kWh 31 days"],{"type":"power","unit":"kWh"}),
    Kind("months across below their years","2024\nArt;Jan;Feb;Summe\nHerd;310;280;590\nGas;100;90;190\n2025\nArt;Jan;Feb;Summe\nHerd;300;;300\n",
         ["2024-01-31 Herd 310 kWh 31 days","2024-02-29 Herd 280 kWh 29 days","2024-01-31 Gas 100 kWh 31 days","2024-02-29 Gas 90 kWh 29 days","2025-01-31 Herd 300 kWh 31 days"],{"unit":"kWh"},nothing=1),
    Kind("months across below days","05.10.2026\nName;Jan;Feb\ntea;2;3\n06.10.2026\nName;Jan;Feb\ntea;1;1\n",[],problems=4),
    Kind("a row without its month below a year","Monat;kWh\n2024;\nJan;3\n;2\nMär;4\n",
         ["2024-01-31 power 3 kWh 31 days","2024-03-31 power 4 kWh 31 days"],{"type":"power"},problems=1),
    Kind("quarters below their years","Quartal;kWh\n2024;\nQ1;310\nQ2;280\n2025;\nQ1;300\n",
         ["2024-03-31 power 310 kWh 91 days","2024-06-30 power 280 kWh 91 days","2025-03-31 power 300 kWh 90 days"],{"type":"power"}),
    Kind("weeks below their years","Woche;kWh\n2024;\nKW 1;310\nKW 40;280\n2025;\nKW 1;300\n",
         ["2024-01-07 power 310 kWh 7 days","2024-10-06 power 280 kWh 7 days","2025-01-05 power 300 kWh 7 days"],{"type":"power"}),
    Kind("numbers of weeks below their years","Week;kWh\n2024;\n1;310\n40;280\n2025;\n1;300\n",
         ["2024-01-07 power 310 kWh 7 days","2024-10-06 power 280 kWh 7 days","2025-01-05 power 300 kWh 7 days"],{"type":"power"}),
    Kind("days below their years","Datum;kWh\n2024;\n05.10.;310\n2025;\n05.10.;300\n06.10.;290\n",
         ["2024-10-05 power 310 kWh","2025-10-05 power 300 kWh","2025-10-06 power 290 kWh"],{"type":"power"}),
    Kind("days and months below their months","Datum;kWh\nOktober 2025;\n05.10.;300\n06.10.;290\nNovember 2025;\n01.11.;280\n",
         ["2025-10-05 power 300 kWh","2025-10-06 power 290 kWh","2025-11-01 power 280 kWh"],{"type":"power"}),
    Kind("quarters below years across","Quartal;2024;2025\nQ1;310;300\nQ2;280;\nSumme;590;300\n",
         ["2024-03-31 power 310 kWh 91 days","2024-06-30 power 280 kWh 91 days","2025-03-31 power 300 kWh 90 days"],{"type":"power","unit":"kWh"},nothing=1,left_out=2),
    Kind("weeks below years across","Week;2024;2025\n1;310;300\n2;280;270\n40;290;260\n",
         ["2024-01-07 power 310 kWh 7 days","2024-01-14 power 280 kWh 7 days","2024-10-06 power 290 kWh 7 days","2025-01-05 power 300 kWh 7 days","2025-01-12 power 270 kWh 7 days","2025-10-05 power 260 kWh 7 days"],{"type":"power","unit":"kWh"}),
    Kind("types below their years","Art;kWh\n2024;\nHerd;310\n2025;\nHerd;300\n",["2024-12-31 Herd 310 kWh 366 days","2025-12-31 Herd 300 kWh 365 days"]),
    Kind("years below each other, months across","Year,Jan,Feb,Mar,Total\n2025,100,110,120,330\n2026,90,95,,185\n",
         ["2025-01-31 gas 100 31 days","2025-02-28 gas 110 28 days","2025-03-31 gas 120 31 days","2026-01-31 gas 90 31 days","2026-02-28 gas 95 28 days"],{"type":"gas"},nothing=1),
    Kind("a range of hours in one cell","Time,kWh\n2026-10-05 08:00-09:00,1\n2026-10-05 13:00-14:00,2\n2026-10-05 23:00-00:00,3\n",
         ["2026-10-05 e 1 kWh","2026-10-05 e 2 kWh","2026-10-05 e 3 kWh"],{"type":"e"}),
    Kind("moments west of Greenwich","Time,kWh\n2026-10-05 08:00-05:00,1\n2026-10-05 19:30-05:00,2\n",
         ["2026-10-05 e 1 kWh","2026-10-06 e 2 kWh"],{"type":"e"}),
    Kind("a German range of hours","Zeitraum;Verbrauch kWh\n05.10.2026 00:00-00:15;1\n05.10.2026 23:45-00:00;2\n",["2026-10-05 e 1 kWh","2026-10-05 e 2 kWh"],{"type":"e"}),
    Kind("hours that are counted","CUPS;Fecha;Hora;AE_kWh\nES0021;05/10/2026;1;0,1\nES0021;05/10/2026;24;0,4\nES0021;25/10/2026;25;0,5\n",
         ["2026-10-05 e 0.1 kWh","2026-10-05 e 0.4 kWh","2026-10-25 e 0.5 kWh"],{"type":"e"}),
    Kind("a charger with its meter","Erstellt,Ladepunkt,Zähler Start (kWh),Zähler Stop (kWh),Energie (kWh),Kosten (€)\n2026-10-05 18:00:00,Garage,100,128.5,28.5,5.70\n2026-10-06 18:00:00,Garage,128.5,140,11.5,2.30\n",
         ["2026-10-05 car 28.5 kWh cost 5.7","2026-10-06 car 11.5 kWh cost 2.3"],{"type":"car"}),
    Kind("decimal commas without quotes among commas","Datum,Wert\n05.10.2026,1,5\n06.10.2026,2,25\n",[],{"type":"gas"},problems=2),
    Kind("screen time in words","Date,Screen time\n2026-10-05,3h 12m\n2026-10-06,45m\n",["2026-10-05 screen 3.2 h","2026-10-06 screen 45 min"],{"type":"screen"}),
    Kind("a bill from the reading before to this one","Previous reading date,Previous reading,Current reading date,Current reading,Consumption\n2026-09-01,100,2026-10-01,150,50\n2026-10-01,150,2026-11-01,180,30\n",
         ["2026-09-30 water 50 m³ 30 days","2026-10-31 water 30 m³ 31 days"],{"type":"water","unit":"m3"}),
    Kind("Enedis, watts","\ufeffIdentifiant PRM;Type de donnees;Date de debut;Date de fin;Grandeur physique;Grandeur metier;Etape temporelle;Unite\n24100123456789;Courbe de charge;01/10/2026;03/10/2026;Puissance active;Consommation;;W\nHorodate;Valeur\n2026-10-01T00:30:00+02:00;412\n2026-10-01T01:00:00+02:00;390\n2026-10-01T01:30:00+02:00;100\n",
         ["2026-10-01 e 0.206 kWh","2026-10-01 e 0.195 kWh","2026-10-01 e 0.05 kWh"],{"type":"e"}),
    Kind("Enedis, watt hours","Identifiant PRM;Type de donnees;Date de debut;Date de fin;Grandeur physique;Grandeur metier;Etape temporelle;Unite\n24100123456789;Consommation quotidienne;01/10/2026;03/10/2026;Energie active;Consommation;P1D;Wh\nHorodate;Valeur\n2026-10-01T00:00:00+02:00;9120\n2026-10-02T00:00:00+02:00;8800\n",
         ["2026-10-01 e 9120 Wh","2026-10-02 e 8800 Wh"],{"type":"e"}),
    Kind("the unit above two amounts","Zählpunkt;AT001\nEinheit;kWh\n\nDatum;Bezug;Einspeisung\n01.10.2026;5,5;1\n02.10.2026;6,5;2\n",
         ["2026-10-01 Bezug 5.5 kWh","2026-10-01 Einspeisung 1 kWh","2026-10-02 Bezug 6.5 kWh","2026-10-02 Einspeisung 2 kWh"]),
    Kind("Fronius, units below","Datum und Uhrzeit;Energie;Energie pro kWp;PV Produktion\n[dd.MM.yyyy];[Wh];[kWh/kWp];[Wh]\n01.10.2026;12345,67;1,51;12345,67\n02.10.2026;9345,67;1,11;9345,67\n",
         ["2026-10-01 Energie 12345.67 Wh","2026-10-01 PV Produktion 12345.67 Wh","2026-10-02 Energie 9345.67 Wh","2026-10-02 PV Produktion 9345.67 Wh"]),
    Kind("Victron, power below","timestamp,Solar charger [258],Battery Monitor [256]\nEurope/Berlin (+02:00),PV power,Voltage\n,W,V\n2026-10-01 00:00:00,100,52.1\n2026-10-01 00:15:00,200,52.0\n2026-10-01 00:30:00,80,52.0\n",
         ["2026-10-01 pv 0.025 kWh","2026-10-01 pv 0.05 kWh","2026-10-01 pv 0.02 kWh"],{"type":"pv"}),
    Kind("FRITZ!DECT","sep=;\nDatum/Uhrzeit;Einstellung;Verbrauchswert;Einheit;Verbrauch in Euro;Einheit;CO2-Ausstoss;Einheit;Ansicht: Monat;Datum;01.11.2026 10:00 Uhr\n01.10.2026;;1,012;kWh;0,30;Euro;0,506;kg CO2;;;\n14.10.2026;;0,913;kWh;0,27;Euro;0,406;kg CO2;;;\n",
         ["2026-10-01 x 1.012 kWh cost 0.3","2026-10-14 x 0.913 kWh cost 0.27"],{"type":"x"}),
    Kind("the unit beside a list",'{"power":{"timeUnit":"QUARTER_OF_AN_HOUR","unit":"W","values":[{"date":"2026-10-01 10:00:00","value":1200.0},{"date":"2026-10-01 10:15:00","value":null},{"date":"2026-10-01 10:30:00","value":800.0}]}}',
         ["2026-10-01 pv 0.3 kWh","2026-10-01 pv 0.2 kWh"],{"type":"pv"},nothing=1),
    Kind("no unit beside a list",'{"unit":"metric","values":[{"date":"2026-10-01","value":3},{"date":"2026-10-02","value":4}]}',
         ["2026-10-01 tea 3","2026-10-02 tea 4"],{"type":"tea"}),
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_kind_of_file(kind: Kind) -> None:
    records, opened, problems = read(kind)
    assert sorted(records) == sorted(kind.records), understood_fields(opened.plan)
    assert len(problems) == kind.problems
    assert (opened.counts.nothing, opened.counts.left_out) == (kind.nothing, kind.left_out)

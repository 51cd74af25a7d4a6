"""The meaning of a column's heading: its role, its unit, a zone, a time of day. Pure.

Words of ten languages (English, German, Dutch, French, Spanish, Italian, Portuguese, Swedish,
Polish, Russian), folded. A heading is looked up whole first, then word by word; the result is a
weight for each role, since the content of the column counts, too.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from datetime import UTC, date, tzinfo
from functools import lru_cache
from typing import Literal, NamedTuple, get_args

from tally.domain.units import Units
from tally.transfer.cells.clocks import is_clock, read_clock
from tally.transfer.cells.dates import shape_of
from tally.transfer.cells.names import plain_letters, words, zone_of
from tally.transfer.cells.values import SHORT_SIGNS
from tally.transfer.tables.other_units import is_of_bills, may_be_missed, may_be_unit

Role = Literal[
    "date", "time", "start", "end", "value", "reading", "type", "unit", "notes", "tag", "cost",
    "price", "direction", "meter", "-",
]  # fmt: skip
ROLES: tuple[Role, ...] = get_args(Role)
# The roles of amounts.
AMOUNTS: tuple[Role, ...] = ("value", "reading")

# The weight depends on the position in a line: the first words are the surest. `|` separates lines
# of equal words.
_WORDS: dict[Role, str] = {
    "date": """
        date datum day tag dag fecha dia data giorno jour dzien дата день consumption_date
        datetime timestamp date/time calendardate dato dt | ts moment when month monat maand
        mois mes mese mes manad miesiac месяц tidpunkt zeitpunkt zeitstempel tijdstip
        tijdstempel period periode période periodo período okres период used_date opnamedatum
        epoch unix_time readdate reading_date horodate horodatage week quarter year jahr jaar annee
        buchungstag buchungsdatum ano anno ar rok год | 日期 日付 날짜
    """,
    "time": """
        time uhrzeit zeit tijd heure hora ora hour tid klockslag czas godzina время час stunde
        uur
    """,
    "start": """
        start from begin beginn von vom van vanaf fra debut du desde inicio inizio dal da inicio de
        previous previous_date prior vorherig vorheriges vorige precedent precedente anterior
        poprzednia fran fran_och_med od poczatek с от начало start_time startdatum startzeit
        begindatum begintijd interval_start since ab started opening period_start from_date
        fradato fra_og_med startdato starttid alku alkupvm alkupaiva alkaen
    """,
    "end": """
        end to until bis tot fin au hasta fim fine al ate till slut do koniec по до конец stop
        finish eind einde ende enddatum einddatum eindtijd endzeit end_time interval_end thru
        current_date current_reading_date aktuelles_ablesedatum huidige_datum fecha_actual
        data_attuale through stopped closing period_end to_date
        interval_ending period_ending time_ending intervallende periodenende
        til tildato til_og_med till_och_med tot_en_met t/m tom slutdato slutdatum sluttid
        loppu loppupvm loppupaiva asti
    """,
    "value": """
        value quantity wert menge waarde valeur quantite valor cantidad valore quantita
        quantidade varde mangd wartosc ilosc значение количество consumption_value qty
        hoeveelheid anzahl count aantal number_of antal maara mængde | usage consumption
        verbrauch verbruik consommation consomme consommee
        consumo forbrukning zuzycie потребление расход consumed use used forbrug
        расход_воды kwh_verbrauch consumptie consumi levering teruglevering einspeisung bezug
        afname injectie import export imported exported delivered received soutirage prelievo
        immissione vertido excedentes feedin | amount betrag bedrag montant importe
        importo montante belopp kwota сумма | volume duration dauer duur duree duracion durata
        duracao varaktighet czas_trwania длительность litres liters fuel energy energie energia
        energi | generation production erzeugung opbrengst productie producao produccion
        produzione produktion state serving dose
    """,
    "reading": """
        reading zahlerstand meterstand stand meter_reading index releve lettura lectura leitura
        matarstallning odczyt показания показание stand_normaal counter_reading ablesung
        zaehlerstand avlesning register_read register_reading totalizer cumulative
        register_content
    """,
    "type": """
        type art typ name soort tipo tyypp тип вид consumption_type habit habitname activity
        item product food drink beverage medication medicine substance exercise workout
        getrank boisson bebida bevanda drank dryck napoj напиток medikament medicament
        medicamento farmaco medicijn lek entity entity_id statistic_id sensor | kategorie category
        categorie categoria kategori kategoria категория название
        наименование bezeichnung naam nom nombre nome namn
        nazwa label title titel titre titolo titulo field metric measurement series article artikel
        produkt producto produit prodotto produto commodity fuel_type utility service | register
        channel device source description beschreibung omschrijving fuel kraftstoff
        carburant
    """,
    "unit": """
        unit units einheit eenheid unite unidad unita unidade enhet jednostka единица ед uom
        unit_of_measurement unit_of_measure measure_unit messeinheit единица_измерения
        mass_einheit masseinheit enhed maleenhed yksikko mittayksikko
    """,
    "notes": """
        notes note comment comments bemerkung bemerkungen notiz notizen kommentar opmerking
        opmerkingen notitie commentaire remarque comentario comentarios nota notas observaciones
        commento nota observacoes anteckning uwagi komentarz notatka примечание комментарий
        заметки remark remarks memo commenttext verwendungszweck | description
        beschreibung beschrijving omschrijving descripcion descrizione descricao
        beskrivning opis описание
    """,
    "tag": """
        tag_s tags schlagwort schlagworte etikett etiquette etiqueta etiquetas label_s labels
        marca tagg теги метки
    """,
    "cost": """
        cost costs kosten preis price total_price gesamtpreis cout prix coste costo costi custo
        preco precio prezzo kostnad pris koszt cena стоимость цена total_cost paid prijs
        totaalprijs totalprice gesamtbetrag spend expense total_eur total_amount betrag_eur
        cost_eur price_eur | charge charges fee fees | grundpreis grundgebuhr grundgebuehr
        grundkosten vastrecht standing_charge base_fee basic_fee base_charge basic_charge base_price
        fixed_charge service_charge supply_charge balance saldo kontostand solde
    """,
    "price": """
        unit_price price_per_unit price_per price_per_kwh price_per_litre price_per_liter
        literpreis einzelpreis stuckpreis arbeitspreis preis_pro rate tariff_rate prix_unitaire
        precio_unitario prezzo_unitario preco_unitario stukprijs prijs_per цена_за price/unit
        price_l price/l ppl unitprice fuel_price prijs_per_liter | | price preis prix precio
        prezzo preco prijs pris cena цена
    """,
    "-": """
        id ean nmi txnidx idx transaction_id posting_id serial number nummer numero no nr n° nº
        code status quality qualitat created created_at
        updated modified latitude longitude lat lon lng odometer odo mileage kilometerstand trip
        economy mpg currency wahrung valuta devise moneda moeda waluta валюта full missed tank
        tanknumber account meter meter_type temperature temperatur temp temperatuur humidity
        pressure tariff tarif tarief piek estimated flag version vehicle city address row
        index_no version_id user owner validation_status valid validated isfilltofull
        missedfuelup fueleconomy completed driving tires roads l/100km km/l efficiency average
        avg mean min max minimum maximum soc irradiance voltage current frequency power_factor
        last_updated due invoice rechnung facture factura tax vat standing_charge base_fee
        basic_fee base_charge basic_charge base_price fixed_charge service_charge supply_charge
        grundpreis grundgebuhr grundgebuehr grundkosten vastrecht balance saldo
        kontostand solde percent score rank uuid guid timezone zone weekday wochentag co2
        emissions exchange_rate wechselkurs taux_de_change
        reference references ref referenz referencia referentie riferimento referens iban bic
        beleg receipt voucher resolution resoluutio |
    """,
}
# Beside another word these only say which one of several it is: they decide no role.
_WEAK = words(
    """
    no nr number id code type typ name meter total tariff tarif tarief
    """
)
# The end of a word for one of several tariffs: `Hochtarif`, `laagtarief`.
_TARIFFS = words("tariff tarif tarief")
# A tax behind one of these is in what was paid, or not: it is not the column of the tax.
_TAXES = words("tax taxes vat")
_BESIDE_TAX = words("inc incl including inclusive excl excluding ex with without before after")


class Heading(NamedTuple):
    """A heading: its name without the unit, the unit, and the weight of each role.

    `clock`: seconds since midnight where the heading is a time of day. `aside`: a word in brackets
    after it that may be a unit, but was not recognised as one.
    """

    text: str
    name: str
    unit: str
    weights: dict[Role, float]
    zone: tzinfo | None
    clock: int | None
    is_money: bool
    is_rate: bool
    aside: str = ""


_BRACKETS = re.compile(r"\s*[(\[{<]\s*([^()\[\]{}<>]*?)\s*[)\]}>]\s*")
_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ][a-zà-ÿ])|[_\s./:#*-]+")
_LAST_CAPITAL = re.compile(r"(\w*[a-z])([A-Z][A-Za-z]?[A-Za-z]?[23]?)")
# `Until (exclusive)`, `bis (inkl.)`, `to (not included)`.
_EXCLUDED = re.compile(r"\b(?:excl|exkl|ausschl|esclu|(?:not|nicht|non|no|niet) in[ck])")
# And `Til og med`, `Till och med` or `T.o.m.`, `Tot en met` or `T/m`.
_INCLUDED = re.compile(r"\b(?:in[ck]l|einschl|till? o(?:g|ch) med|t\.?o\.?m\b|tot en met|t/m\b)")
_EDGES = re.compile(r'^[\s#"\'=]+|[\s"\':*]+$')
_NOT_UNITS = words(
    """
    optional utc gmt local time date required incl. inc. excl. total avg sum max min t1
    t2 kw/kwh in out night day high low normal dal import export value text number
    """
)
_MONEY_CODES = words(
    """
    eur usd gbp chf sek nok dkk pln czk huf ron rub uah try inr jpy cny krw brl mxn aud
    cad nzd zar p pence ct cent cents cts € $ £ dollar dollars euro euros pound pounds ¢
    kr zł zl
    """
) | frozenset(SHORT_SIGNS)
# Directions of a flow: two of them side by side are never the same amounts.
FLOWS = words(
    """
    consumption verbrauch verbruik consommation consumo import imported bezug afname soutirage
    prelievo levering lieferung export exported einspeisung teruglevering injectie immissione
    vertido excedentes feedin generation production erzeugung produktion
    """
)
# From this weight on a heading names a role.
SAYS = 0.5
_INTERVALS = {24: 3600, 25: 3600, 48: 1800, 96: 900, 100: 900, 288: 300}


@lru_cache(1024)
def read_heading(text: str) -> Heading:
    """The role, unit, zone and time of day that one heading names."""
    text = " ".join(text.split())
    bare = _EDGES.sub("", text)
    name, unit = _apart(bare)
    parts = parts_of_name(name)
    zone = UTC if _names_utc(bare) else None
    clock = read_clock(bare)[0] if is_clock(bare) else None
    is_rate = "/" in unit or not {"per", "pro"}.isdisjoint(plain_letters(bare).split(" "))
    is_money = not _MONEY_CODES.isdisjoint(re.split(r"[\s/]+", plain_letters(unit)))
    weights = dict(_weights(name, parts, bare))
    if weights.get("cost") and _is_of_one(bare):
        weights["price"] = 1.0
    if unit and not is_money and ("meter" in parts[:-1] or _TARIFFS.intersection(parts)):
        # The number of a meter and the name of a tariff have no unit; their figures do.
        weights.pop("-", None)
    aside = "" if unit else _aside(bare)
    if may_be_unit(aside) and _is_amount(weights):
        unit, aside = aside, ""
    return Heading(
        text, name, unit, weights, zone, clock, is_money, is_rate,
        aside if may_be_missed(aside) else "",
    )  # fmt: skip


def _names_utc(text: str) -> bool:
    """Whether a word of the heading is a time zone at UTC."""
    words_in = re.split(r"[\s()\[\]]+", text)
    zones = [zone_of(word) for word in words_in if word.isalpha() and len(word) > 1]
    return any(zone and zone.utcoffset(None) == UTC.utcoffset(None) for zone in zones)


def parts_of_name(name: str) -> tuple[str, ...]:
    """The words of a heading, also of `fuelConsumed`."""
    return tuple(plain_letters(word) for word in _CAMEL.split(name) if word)


def _aside(text: str) -> str:
    """The words in the last brackets of a heading that mean nothing else; "" without any."""
    inner = ([match[1].strip() for match in _BRACKETS.finditer(text)] or [""])[-1]
    return "" if inner.casefold() in _NOT_UNITS or _of_word(plain_letters(inner)) else inner


def _is_amount(weights: Mapping[Role, float]) -> bool:
    """Whether the heading names amounts or readings more than anything else."""
    most = max(weights.values(), default=0)
    return most >= SAYS and most == max(weights.get(role, 0) for role in AMOUNTS)


def _is_of_one(text: str) -> bool:
    """Whether a heading of money is the price of a unit: `Price/gal`, but not `Cost/€`."""
    before, slash, measure = text.rpartition("/")
    measure = measure.strip(" )]")
    return bool(before and slash) and (
        plain_letters(measure) not in _MONEY_CODES and bool(measure) and _is_unit(measure)
    )


def series_of_hours(headings: list[str]) -> list[int] | None:
    """Seconds since midnight for headings that count a day's hours, halves or quarters.

    `1` to `24`, `H01` to `H24`, `0` to `23`; None for any others.
    """
    numbers = [
        re.fullmatch(
            r"(?:hour|hr|he|h|stunde|uur|heure|hora|ora|interval|period)?[\s_]?0*(\d{1,3})",
            plain_letters(heading),
        )
        for heading in headings
    ]
    counted = [int(number[1]) if number else -1 for number in numbers]
    step = _INTERVALS.get(len(headings))
    if (
        step is None
        or counted != list(range(counted[0], counted[0] + len(counted)))
        or counted[0] not in (0, 1)
    ):
        return None
    return [min(place * step, 86_399) for place in range(len(headings))]


def unit_in(text: str) -> str:
    """The unit in a cell of a second heading line; "" without one."""
    bare = text.strip().strip("()[]{}<>").strip()
    return bare if bare and _is_unit(bare) else ""


def names_role_alone(name: str) -> bool:
    """Whether a heading names nothing beside its role: `Meter reading`, but not `Gas used`."""
    return all(word in _LOOKUP or word in _WEAK for word in parts_of_name(name))


def excludes_end(text: str) -> bool | None:
    """Whether the heading of ends says that they are not included; None if it says neither."""
    plain = plain_letters(text)
    if _EXCLUDED.search(plain):
        return True
    return False if _INCLUDED.search(plain) else None


def is_day(text: str, today: date) -> bool:
    """Whether the heading is itself a day or a month."""
    bare = _EDGES.sub("", text)
    return len(bare) > 4 and shape_of(bare, today) in ("day", "month", "range")


def _apart(text: str) -> tuple[str, str]:
    """The name and the unit of `Consumption (kWh)`, `PV[Wh]` and `Import T1 kWh`."""
    for match in reversed(list(_BRACKETS.finditer(text))):
        inner = match[1].strip()
        if inner.casefold() in _NOT_UNITS or not inner:
            continue
        if _is_unit(inner) or (
            len(inner) <= 12 and not inner.isdecimal() and match.end() == len(text) and "/" in inner
        ):
            name = (text[: match.start()] + " " + text[match.end() :]).strip()
            return _BRACKETS.sub(" ", name).strip() or name, inner
    named = _BRACKETS.sub(" ", text).strip() or text
    parts = re.split(r"(?:,\s*|\s+(?:in\s+)?|_)", named)
    if (
        len(parts) > 1
        and len(parts[-1]) > 1 - (parts[-1] in _MONEY_CODES)
        and _is_unit(parts[-1], strict=True)
    ):
        cut = named[: len(named) - len(parts[-1])].rstrip(" ,_")
        return re.sub(r"\s+in$", "", cut), parts[-1]
    if _is_unit(named, strict=True):
        return named, named
    # `consumptionKWh`: a program's name, whose last part begins with a capital.
    capital = _LAST_CAPITAL.fullmatch(named)
    if capital is not None and _is_unit(capital[2], strict=True):
        return capital[1], capital[2]
    return named, ""


def _is_unit(text: str, *, strict: bool = False) -> bool:
    """Whether a text is a unit that Tally knows, or one of money; `strict`: no bracket says so."""
    parts = text.split("/")
    if len(parts) == 2:
        return all(map(_is_unit, parts)) or (
            _is_unit(parts[0]) and bool(re.fullmatch(r"\d*\s?[a-z²³]{1,5}|100 ?km", parts[1]))
        )
    if plain_letters(text) in _MONEY_CODES:
        return not strict or len(text) != 1 or text in SHORT_SIGNS
    if strict and plain_letters(text) in _ALSO_WORDS:
        return False
    return _KNOWN.find(text) is not None or is_of_bills(text)


# Units that have another meaning at the end of a heading: the day, the minutes of a meeting.
_ALSO_WORDS = words(
    """
    d h m t g s l k a day days dag tag times time piece pieces can page pages pack
    portion degree second seconds pound pounds point min oz cup glass bottle dia jour
    giorno hour hours date
    """
)
_KNOWN = Units()


@lru_cache(4096)
def _weights(name: str, parts: tuple[str, ...], bare: str) -> dict[Role, float]:
    whole = re.sub(r"[\s.:#*-]+", "_", plain_letters(name)).strip("_")
    weights: dict[Role, float] = {}
    for phrase in (whole, whole.replace("_", ""), plain_letters(bare).replace(" ", "_")):
        _raise(weights, _LOOKUP.get(phrase, {}))
    return weights or _of_words(parts)


def _raise(weights: dict[Role, float], others: Mapping[Role, float], share: float = 1.0) -> None:
    """Raise the weights to a share of other ones where that is more."""
    for role, weight in others.items():
        weights[role] = max(weights.get(role, 0), weight * share)


def _of_words(parts: tuple[str, ...]) -> dict[Role, float]:
    """The weights of a heading by its words: the first and the last one count most."""
    weights: dict[Role, float] = {}
    parts = _without_taxes(parts)
    for place, word in enumerate(parts):
        share = 0.8 if place in (0, len(parts) - 1) else 0.6
        if word in _WEAK and len(parts) > 1:
            # `No sugar`, `No. of cups`: in front of other words it is no number of a row.
            share *= 0 if (word, place) == ("no", 0) else 0.6
        _raise(weights, _of_word(word), share)
    for pair in itertools.pairwise(parts):
        _raise(weights, _LOOKUP.get("_".join(pair), {}), 0.9)
    if "start" in weights and "end" in weights and parts[0] in ("from", "start", "von", "van"):
        del weights["end"]
    # `Start time` and `Until (date)` are ends of an interval, whichever half of it they hold.
    for edge in ("start", "end"):
        if weights.get(edge, 0) >= 0.6:
            weights[edge] = max(weights[edge], 0.85)
    return weights


def _without_taxes(parts: tuple[str, ...]) -> tuple[str, ...]:
    """The words without a tax that is named beside what was paid: `Cost inc. VAT`."""
    for place, (before, word) in enumerate(itertools.pairwise(parts)):
        if place and before in _BESIDE_TAX and word in _TAXES:
            return parts[:place] + parts[place + 2 :]
    return parts


def _of_word(word: str) -> dict[Role, float]:
    if word in _LOOKUP:
        return _LOOKUP[word]
    # `fuelconsumed`, `Wasserverbrauch`, `verbruikgas`: the known word is a part of a longer one.
    for known, weights in _LONG.items():
        if word.startswith(known) or (word.endswith(known) and known not in _TARIFFS):
            return {role: weight * 0.9 for role, weight in weights.items()}
    return {}


def _lookup() -> dict[str, dict[Role, float]]:
    table: dict[str, dict[Role, float]] = {}
    for role, text in _WORDS.items():
        for place, line in enumerate(text.split("|")):
            for word in line.split():
                table.setdefault(plain_letters(word), {}).setdefault(role, 1 - place * 0.15)
    # The tag of German is a day; of a file that says `tag` it may be either.
    table["tag"] = {"date": 0.7, "tag": 0.7}
    return table


_LOOKUP = _lookup()
_LONG = {
    word: weights
    for word, weights in sorted(_LOOKUP.items(), key=lambda item: -len(item[0]))
    if len(word) >= 5 and "_" not in word and word not in ("month", "total", "giorno", "beleg")
}

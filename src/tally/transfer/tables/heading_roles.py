"""The roles that the words of a heading name. Pure.

Words of ten languages (English, German, Dutch, French, Spanish, Italian, Portuguese, Swedish,
Polish, Russian), folded. A heading is looked up whole first, then word by word; the result is a
weight for each role, since the content of the column counts, too.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal, get_args

from tally.transfer.cells.names import plain_letters, words

Role = Literal[
    "date", "time", "start", "end", "value", "reading", "type", "unit", "notes", "tag", "cost",
    "price", "direction", "meter", "-",
]  # fmt: skip
ROLES: tuple[Role, ...] = get_args(Role)
# The roles of amounts.
AMOUNTS: tuple[Role, ...] = ("value", "reading")

# From this weight on a heading names a role.
SAYS = 0.5
# The weight depends on the position in a line: the first words are the surest. `|` separates lines
# of equal words.
_WORDS: dict[Role, str] = {
    "date": """
        date datum day tag dag fecha dia data giorno jour dzien дата день consumption_date
        datetime timestamp date/time calendardate dato dt | ts moment when month monat maand
        wann wanneer quand cuando quando nar kiedy когда
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
        slutt sluttdato
        loppu loppupvm loppupaiva asti
    """,
    "value": """
        value quantity wert menge waarde valeur quantite valor cantidad valore quantita
        quantidade varde mangd wartosc ilosc значение количество consumption_value qty
        hoeveelheid anzahl count aantal number_of antal maara mængde units_used units_consumed
        used_units consumed_units | usage consumption
        verbrauch verbruik consommation consomme consommee
        consumo forbrukning zuzycie потребление расход consumed use used forbrug
        расход_воды kwh_verbrauch consumptie consumi levering teruglevering einspeisung bezug
        afname injectie import export imported exported delivered received soutirage prelievo
        charged discharge discharged entladung immissione vertido excedentes feedin
        conso consos wieviel how_much how_many hoeveel combien cuanto quanto hur_mycket ile сколько
        | amount betrag bedrag montant importe importo montante belopp kwota сумма
        | volume duration dauer duur duree duracion durata
        duracao varaktighet czas_trwania длительность litres liters fuel energy energie energia
        energi | generation production erzeugung opbrengst productie producao produccion
        produzione produktion state serving dose
    """,
    "reading": """
        reading zahlerstand meterstand stand meter_reading index releve lettura lectura leitura
        matarstallning odczyt показания показание stand_normaal counter_reading ablesung
        zaehlerstand avlesning register_read register_reading totalizer cumulative
        register_content ablesewert zahlerwert
    """,
    "type": """
        type art typ name soort tipo tyypp тип вид consumption_type habit habitname activity
        item product food drink beverage medication medicine substance exercise workout
        what was wat quoi que cosa vad что
        activity_type exercise_type workout_type aktivitatstyp type_d'activite tipo_de_actividad
        tipo_di_attivita tipo_de_atividade activiteittype aktivitetstyp typ_aktywnosci
        getrank boisson bebida bevanda drank dryck napoj напиток medikament medicament
        medicamento farmaco medicijn lek entity entity_id statistic_id sensor | kategorie category
        categorie categoria kategori kategoria категория название
        наименование bezeichnung naam nom nombre nome namn
        nazwa label title titel titre titolo titulo field metric measurement series article artikel
        produkt producto produit prodotto produto commodity fuel_type utility service sparte
        energieart energietrager | register channel device source description beschreibung
        omschrijving fuel kraftstoff carburant
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
        cost_eur price_eur montant_ttc total_ttc prix_ttc rechnungsbetrag bruttobetrag
        importe_total importo_totale valor_total bill_amount amount_billed amount_paid
        | charge charges fee fees | grundpreis grundgebuhr grundgebuehr
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
        last_updated due due_date payment_due payment_due_date falligkeit falligkeitsdatum fallig_am
        date_d'echeance echeance vervaldatum vencimiento fecha_de_vencimiento scadenza
        data_scadenza data_di_scadenza vencimento data_de_vencimento forfallsdato forfall
        forfallodag invoice rechnung facture factura tax vat standing_charge base_fee
        basic_fee base_charge basic_charge base_price fixed_charge service_charge supply_charge
        grundpreis grundgebuhr grundgebuehr grundkosten vastrecht balance saldo
        kontostand solde percent score rank uuid guid timezone zone weekday wochentag co2
        emissions exchange_rate wechselkurs taux_de_change heart_rate heartrate pulse_rate
        pulse puls herzfrequenz brennwert abrechnungsbrennwert heizwert zustandszahl zustandzahl
        z_zahl umrechnungsfaktor umrechnung bewertungsfaktor faktor factor calorific_value
        conversion_factor correction_factor volume_correction coefficient coefficient_de_conversion
        coefficiente coefficiente_c
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
TARIFFS = words("tariff tarif tarief")
# Beside another word the column is of the high tariff: `Stroom piek`.
_HIGH = words("piek")
# Beside one of these a charge is no money: `battery.charge`.
_BATTERIES = words("battery batterie batterij akku accu bateria batteria batteri powerwall")
_CHARGES = words("charge charges")
# A tax behind one of these is in what was paid, or not: it is not the column of the tax.
_TAXES = words("tax taxes vat")
_BESIDE_TAX = words("inc incl including inclusive excl excluding ex with without before after")
# Directions of a flow: two of them side by side are never the same amounts.
FLOWS = words(
    """
    consumption verbrauch verbruik consommation consumo import imported bezug afname soutirage
    prelievo levering lieferung export exported einspeisung teruglevering injectie immissione
    vertido excedentes feedin generation production erzeugung produktion
    """
)
# Words for what was used: at the end of a heading they say that it is no reading of a meter.
USED = words(
    """
    used usage use consumption consumed verbrauch verbruik consommation conso consomme consumo
    consumi forbrukning forbruk forbrug zuzycie потребление расход
    """
)
# Words for any number: beside a word for readings they do not say what an amount is.
ANY_NUMBER = words("value values wert werte valeur valor valore waarde varde wartosc значение")
_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ][a-zà-ÿ])|[_\s./:#*-]+")


def parts_of_name(name: str) -> tuple[str, ...]:
    """The words of a heading, also of `fuelConsumed`."""
    return tuple(plain_letters(word) for word in _CAMEL.split(name) if word)


def names_role_alone(name: str) -> bool:
    """Whether a heading names nothing beside its role: `Meter reading`, but not `Gas used`."""
    return all(word in _LOOKUP or word in _WEAK for word in parts_of_name(name))


@lru_cache(4096)
def role_weights(name: str, text: str) -> dict[Role, float]:
    """The weight of each role, above 0 up to 1, that a heading names.

    `name`: without its unit; `text`: with it.
    """
    whole = re.sub(r"[\s.:#*-]+", "_", plain_letters(name)).strip("_")
    weights: dict[Role, float] = {}
    for phrase in (whole, whole.replace("_", ""), plain_letters(text).replace(" ", "_")):
        _raise(weights, _LOOKUP.get(phrase, {}))
    return weights or _of_words(parts_of_name(name))


def _raise(weights: dict[Role, float], others: Mapping[Role, float], share: float = 1.0) -> None:
    """Raise the weights to a share of other ones where that is more."""
    for role, weight in others.items():
        weights[role] = max(weights.get(role, 0), weight * share)


def _of_words(parts: tuple[str, ...]) -> dict[Role, float]:
    """The weights of a heading by its words: the first and the last one count most."""
    weights: dict[Role, float] = {}
    parts = _without_any_number(_without_taxes(_of_batteries(_without_tariff(parts))))
    for place, word in enumerate(parts):
        share = 0.8 if place in (0, len(parts) - 1) else 0.6
        if word in _WEAK and len(parts) > 1:
            # `No sugar`, `No. of cups`: in front of other words it is no number of a row.
            share *= 0 if (word, place) == ("no", 0) else 0.6
        _raise(weights, weights_of_word(word), share)
    for pair in itertools.pairwise(parts):
        _raise(weights, _LOOKUP.get("_".join(pair), {}), 0.9)
    if "value" in weights and parts[-1] in USED:
        weights.pop("reading", None)
    if "start" in weights and "end" in weights and parts[0] in ("from", "start", "von", "van"):
        del weights["end"]
    # `Start time` and `Until (date)` are ends of an interval, whichever half of it they hold.
    for edge in ("start", "end"):
        if weights.get(edge, 0) >= 0.6:
            weights[edge] = max(weights[edge], 0.85)
    return weights


def _without_tariff(parts: tuple[str, ...]) -> tuple[str, ...]:
    """The words without the one for the high tariff, unless it is the only one."""
    return tuple(word for word in parts if word not in _HIGH) or parts


def _of_batteries(parts: tuple[str, ...]) -> tuple[str, ...]:
    """The words, of which a charge beside a battery is an amount."""
    if _BATTERIES.isdisjoint(parts):
        return parts
    return tuple("charged" if word in _CHARGES else word for word in parts)


def _without_any_number(parts: tuple[str, ...]) -> tuple[str, ...]:
    """The words without one for any number beside one for readings: `Meter reading value`."""
    if not any("reading" in weights_of_word(word) for word in parts):
        return parts
    return tuple(word for word in parts if word not in ANY_NUMBER)


def _without_taxes(parts: tuple[str, ...]) -> tuple[str, ...]:
    """The words without a tax that is named beside a cost: `Cost inc. VAT`."""
    for place, (before, word) in enumerate(itertools.pairwise(parts)):
        if place and before in _BESIDE_TAX and word in _TAXES:
            return parts[:place] + parts[place + 2 :]
    return parts


def weights_of_word(word: str) -> dict[Role, float]:
    """The weight of each role that a word names, or that a known word in it does."""
    if word in _LOOKUP:
        return _LOOKUP[word]
    # `fuelconsumed`, `Energiepreis`, `verbruikgas`: the known word is a part of a longer one, whose
    # end says more than its beginning.
    ending = next((known for known in _ENDINGS if word.endswith(known)), "")
    known = ending or next((known for known in _LONG if word.startswith(known)), "")
    return {role: weight * 0.9 for role, weight in _LOOKUP[known].items()} if known else {}


def _lookup() -> dict[str, dict[Role, float]]:
    table: dict[str, dict[Role, float]] = {}
    for role, text in _WORDS.items():
        for place, line in enumerate(text.split("|")):
            for word in line.split():
                table.setdefault(plain_letters(word), {}).setdefault(role, 1 - place * 0.15)
    # What charges a battery is no charge, which is a cost; these begin with known words by chance.
    table |= {word: {} for word in words("charger chargers customer customers country statement")}
    table |= {word: {} for word in words("kostenstelle kostentrager kostnadsstalle kostenplaats")}
    # The tag of German is a day; of a file that says `tag` it may be either.
    table["tag"] = {"date": 0.7, "tag": 0.7}
    return table


_LOOKUP = _lookup()
# Words that may be a part of a longer one, the longest first; short ones only at its end.
_LONG = [
    word
    for word in sorted(_LOOKUP, key=len, reverse=True)
    if len(word) >= 5 and "_" not in word and word not in ("month", "total", "giorno", "beleg")
]
_ENDINGS = [word for word in _LONG if word not in TARIFFS] + ["pris", "cost"]

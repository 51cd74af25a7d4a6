"""Words of other languages around a type and its amount, by their meaning.

The grammar is English. The line knows these words to ask about them: beside a type of the account
they are hardly part of its name.
"""

# Words in front of what was paid, and of what one costs.
FOR = frozenset({"für", "pour", "por", "voor", "za", "за"})
AT_PRICE = frozenset({"à", "á", "a", "zu", "je", "tegen", "po", "по"})
# Words in front of a time of day, and behind its hour.
AT_TIME = frozenset({"um", "kl", "kl.", "à", "vers", "las", "om", "o", "około"})
HOURS = frozenset({"uhr", "uur", "h", "heure", "heures", "horas"})
# Words before a number that may be a meter's reading.
METER = frozenset(
    {"stand", "zähler", "zählerstand", "ablesung", "index", "relevé", "compteur", "lectura"}
    | {"contador", "meterstand", "licznik", "licznika", "stan", "odczyt", "mätarställning"}
    | {"показания", "показание", "счётчик", "счетчик", "счётчика", "счетчика"}
)
NONE = frozenset(
    {"kein", "keine", "keinen", "aucun", "aucune", "pas de", "sin", "geen", "bez", "żadna"}
    | {"zéro", "cero", "nada", "nichts", "niets"}
)
ROUGHLY = frozenset(
    {"etwa", "ungefähr", "environ", "aproximadamente", "unos", "unas", "ongeveer", "około"}
)
# Words of a rate: `pro Monat`, `par mois`; and rates in one word.
PER = frozenset({"pro", "jeden", "jede", "je", "par", "por", "al", "na"})
PERIODS = frozenset(
    {"stunde", "tag", "woche", "monat", "jahr", "heure", "jour", "semaine", "mois", "an"}
    | {"hora", "día", "semana", "mes", "año", "uur", "dag", "week", "maand", "jaar", "persoon"}
    | {"dzień", "tydzień", "miesiąc", "rok"}
)
EACH = frozenset(
    {"täglich", "wöchentlich", "monatlich", "jährlich", "quotidien", "hebdomadaire", "mensuel"}
    | {"annuel", "diario", "semanal", "mensual", "anual", "dagelijks", "wekelijks", "maandelijks"}
    | {"jaarlijks", "dziennie", "tygodniowo", "miesięcznie", "rocznie"}
)
# `3 mal`, as `3 times`.
TIMES = frozenset({"mal", "fois", "veces", "keer", "razy", "gånger"})
# The headings of the columns of a table, in English too.
HEADINGS = frozenset(
    {"date", "day", "type", "value", "amount", "quantity", "unit", "notes", "note", "cost", "price"}
    | {"datum", "tag", "typ", "art", "wert", "menge", "betrag", "einheit", "notiz", "notizen"}
    | {"kosten", "preis", "valeur", "quantité", "unité", "coût", "prix", "fecha", "tipo", "valor"}
    | {"cantidad", "unidad", "notas", "coste", "precio", "soort", "waarde", "eenheid", "prijs"}
    | {"data", "wartość", "ilość", "jednostka", "uwagi", "koszt", "cena"}
)
# Words in front of a month, and of a unit that counts: `tasse de café`.
IN_MONTH = frozenset(
    {"im", "für", "seit", "ab", "von", "vom", "bis", "und", "über", "en", "de", "pour", "depuis"}
    | {"jusqu'en", "desde", "hasta", "por", "voor", "van", "tot", "w", "we", "za", "od", "do"}
    | {"i", "в", "за", "с", "по"}
)
OF = frozenset({"de", "d'", "di"})
# `2 heures et demie`, in words behind the number and what it counts.
HALVES_BEHIND = frozenset(
    {("et", "demie"), ("et", "demi"), ("y", "media"), ("y", "medio"), ("und", "eine", "halbe")}
    | {("en", "een", "half"), ("i", "pół")}
)

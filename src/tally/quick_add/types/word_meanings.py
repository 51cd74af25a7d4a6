"""Words around a type and its amount, by their meaning, in all languages that the line knows. Pure.

They are for sentences on what to write: beside a type of the account such words are hardly a name.
"""

from tally.quick_add.calendar import foreign_dates
from tally.quick_add.words import foreign_words

_TIMES = {"once": "1", "twice": "2", "thrice": "3"}
_NONE = dict.fromkeys(foreign_words.NONE | {"no", "none", "zero", "nothing", "nil"}, "0")
NUMBERS = _TIMES | _NONE | foreign_dates.NUMBERS
ARTICLES = frozenset({"a", "an"})
BELOW_ZERO = frozenset({"minus", "negative"})
ROUGHLY = foreign_words.ROUGHLY | {
    *("about", "approx", "approximately", "around", "ca", "circa", "roughly")
}
_HAD = frozenset({"i", "had", "drank", "ate", "used", "took", "bought", "paid", "spent"})
# Words of a sentence around a type: `i had coffee`, `another coffee`, `paid 70€ for fuel`.
FILLING = (
    foreign_words.TIMES
    | _HAD
    | {
        *("for", "on", "another", "more", "some", "again", "the", "and", "also", "und", "each"),
        *("every", "per", "am", "pm", "yet", "log", "add", "please", "thanks"),
        *("now", "just", "only", "already", "earlier", "later", "total", "altogether"),
        *("nearly", "almost", "exactly", "at", "is", "was", "are", "were"),
    }
)
# Words around an amount that do not make a type: `had 2 coffees`, `etwa 2 Kaffee`.
AROUND_AMOUNT = ROUGHLY | _HAD | {"another", "some", "just", "only", "nearly", "almost", "exactly"}
# Words between them and the type.
LIGHT = frozenset({"a", "an", "of", "my", "our", "one"})
OF = foreign_words.OF | {"of"}
# Words in front of a month, a time of day and a period, in a sentence.
MONTH_LEADS = foreign_words.IN_MONTH | {
    *("in", "for", "during", "since", "between", "from", "to", "until", "till", "through", "by"),
    *("of", "and"),
}
TIME_LEADS = foreign_words.AT_TIME | {
    *("at", "in", "around", "about", "before", "after", "by", "during", "this", "the", "am", "zu")
}
# Words that name a time of day without another word in front.
NOON = frozenset(
    {"noon", "midday", "midi", "rano", "wieczorem", "утром", "днём", "днем", "вечером", "ночью"}
)
PER = foreign_words.PER | {"per", "each", "every", "a", "an"}
PERIODS = foreign_words.PERIODS | {
    *("hour", "day", "morning", "evening", "night", "weekday", "week", "month", "quarter", "year"),
    *("person", "head"),
}
EACH = foreign_words.EACH | {"hourly", "daily", "weekly", "monthly", "quarterly", "yearly"}
# Words in front of a number that may be a reading of the meter of a type.
METER_WORDS = foreign_words.METER | {"meter", "reading", "reads", "shows", "counter"}
# Words that tell what happened to the meter of a reading.
METER_EVENTS = frozenset(
    {"new", "replaced", "replacement", "exchanged", "changed", "swapped", "installed", "reset"}
    | {"restarted", "rollover", "rolled", "turned", "overflow", "the", "a", "my", "was", "after"}
)
# Marks around a word that is no part of a name: `electricity (kWh)`, `Mo: coffee`, `coffee, two`.
MARKS_AROUND = "()[]:,=：，＝"

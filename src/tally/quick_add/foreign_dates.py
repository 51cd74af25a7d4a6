"""Words of dates in other languages and in short, and the word to write instead. Pure."""


def _table(text: str) -> dict[str, str]:
    """Each name to the English word in front of its row."""
    rows = (row.partition(": ") for row in text.strip().splitlines())
    return {name: english for english, _, names in rows for name in names.split()}


DAYS = _table("""
today: heute aujourd'hui hoy oggi hoje vandaag dziś dzisiaj idag dnes bugün сегодня сьогодні
today: 今日 今天
yesterday: gestern hier ayer ieri ontem gisteren wczoraj igår včera dün eilen вчера вчора
yesterday: 昨日 昨天 yday yest ystd y'day går
2 days ago: vorgestern avant-hier anteayer eergisteren przedwczoraj позавчера förrgår
monday: montag lundi lunes lunedì maandag poniedziałek понедельник måndag mandag
tuesday: dienstag mardi martes martedì dinsdag wtorek вторник tisdag tirsdag
wednesday: mittwoch mercredi miércoles mercoledì woensdag środa среда onsdag
thursday: donnerstag jeudi jueves giovedì donderdag czwartek четверг torsdag
friday: freitag vendredi viernes venerdì vrijdag piątek пятница fredag
saturday: samstag sonnabend samedi sábado sabato zaterdag sobota суббота lördag lørdag
sunday: sonntag dimanche domingo domenica zondag niedziela воскресенье söndag søndag
""")

# Months are dates only beside the number of a day.
MONTHS = _table("""
jan: januar jänner janvier enero gennaio januari stycznia января янв
feb: februar février fév févr febrero febbraio februari lutego февраля фев
mar: märz mär mars marzo maart marca марта marts
apr: avril avr abril abr aprile kwietnia апреля апр
may: mai mayo maggio mei maja мая
jun: juni juin junio giugno czerwca июня июн
jul: juli juillet juil julio luglio lipca июля июл
aug: août agosto augustus sierpnia августа авг augusti
sep: septembre septiembre settembre września сентября сен
oct: okt oktober octobre octubre ottobre outubro października октября окт
nov: novembre noviembre listopada ноября ноя
dec: dez dezember décembre déc diciembre dic dicembre grudnia декабря дек desember
""")

# Words in front of a date, such as those for since and until.
SINCE = frozenset(
    {"seit", "ab", "von", "vom", "depuis", "desde", "dal", "sinds", "vanaf", "od", "от", "с"}
)
LEADS = SINCE | {"bis", "zum", "jusqu'au", "hasta", "tot", "до"}

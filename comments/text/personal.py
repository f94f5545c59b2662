"""Personal details that nobody should show to everybody: telephone numbers, addresses for mail, numbers of records and insurance.

Figures are everywhere in talk about health (doses, dates, pressure, studies), so a number counts only when it is written
as a telephone number is, or when a word beside it says what it is. Numbers of drugs, substances, books and studies are
written much the same; they are known by their own form, by a check digit, or by what stands before or behind them.
"""

import re
import unicodedata
from bisect import bisect_right
from functools import cached_property

MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64} ?(?:@|\(at\)|\[at\]) ?[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}", re.IGNORECASE)
SPOKEN_MAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64} (?:at|\(at\)|\[at\]) [\w-]{1,63} (?:dot|punkt|\(dot\)|\[dot\]) (?:com|net|org|de|fr|es|uk)\b",
    re.IGNORECASE,
)
BETWEEN = r"[ \u00a0\u2009\u202f()./\u2010-\u2013-]{0,2}"
NUMBER = re.compile(rf"(?<![\w.,:/#-])(?:\+|\(\+?)?\d(?:{BETWEEN}\d){{6,14}}(?![\w%]|[.,:/-]\d)")
# What it is called when somebody gives hers, and what may stand between that and the number.
REACH = re.compile(
    r"(?:call|phone|tel|telephone|mobile|cell|whats ?app|text|sms|reach|ring|fax|signal|telegram|ruf|anrufen|telefon|handy"
    r"|appel\w*|t[ée]l\w*|portable|ll[aá]m\w*|tel[ée]fono|m[oó]vil)(?=\W)",
    re.IGNORECASE,
)
CALL = re.compile(rf"{REACH.pattern}|(?:nummer|num[ée]ro|n[uú]mero|number)(?=\W)", re.IGNORECASE)
IN_WORDS = re.compile(r"\W{1,4}(?:\w{1,12}\W{1,3}){0,3}")
RECORD = re.compile(
    r"\b(?:mrn|nhs|ssn|nin|medicare|medicaid|dni|nie|nif|nir|kvnr|iban"
    r"|(?:patient|record|chart|case|insurance|member|policy|social security|national insurance|hospital|passport)"
    r"(?: (?:id|record))?"
    r"|versicherten\w*|versicherungs\w*|krankenkassen\w*|patienten\w*|fall|akten\w*|sozialversicherungs\w*"
    r"|s[ée]curit[ée] sociale|dossier|carte vitale|assur\w{1,3}|historia|expediente|seguridad social|tarjeta sanitaria)"
    r"\W{0,3}(?:no|nr|number|num|id|nummer|num[ée]ro|n[uú]mero|n°|nº|#|is|ist|est|es|:|\.|mein\w*|my)?"
    r"[\s:.#°º]{0,3}(?:is|ist|est|es|:)?[\s:]{0,2}"
    r"(?P<number>[a-z]{0,2} ?\d(?:[ ./-]?[\da-z]){4,24})",
    re.IGNORECASE,
)
SOCIAL = re.compile(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])")
GERMAN_INSURED = re.compile(r"(?<!\w)[A-Z]\d{9}(?!\w)")


def listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


# What stands before the number of a study, a book, a drug or a packet; the second ones only with "number" between.
REGISTERS = listed(
    "pmid pmids pmc pubmed nct doi isbn issn orpha icd omim drks isrctn eudract ndc pzn din cas cid atc rxcui snomed sctid"
    " loinc gtin ean upc udi mesh chebi umls cui orcid"
)
THINGS = listed(
    "study studie trial drug product produkt lot batch charge serial model item article artikel catalog catalogue order"
    " reference approval étude essai lote estudio"
)
NUMBERED = listed("no nr num number nummer numéro número numero n nº n° # id code")
COMPOUNDS = listed("chargennummer artikelnummer produktnummer zulassungsnummer bestellnummer studiennummer")
LINKING = NUMBERED | listed("is was ist est es 10 13")
BEFORE_IT = re.compile(r"[^\W_]+|#")
NEW_SENTENCE = re.compile(r"[?!;\n]|\.\s")
# How drugs are numbered in America: who makes it, what it is, how it is packed.
DRUG = re.compile(r"0\d{3}-\d{4}-\d{2}|\d{5}-\d{3}-\d{2}|\d{5}-\d{4}-\d{1,2}")
SUBSTANCE = re.compile(r"[1-9]\d{1,6}-\d\d-\d")
BOOK = re.compile(r"\d{1,5}([ -])\d{1,7}\1\d{1,6}\1\d")
PAPER = re.compile(r"10\.\d{4,9}/")
AMOUNT = re.compile(
    r"\s?(?:mgs?|mcg|[µμu]g|kg|g|ml|l|iu|ie|ui|units?|einheiten|kcal|calories|kalorien|mmol|mm|cm|km|bpm|steps|schritte"
    r"|people|patients?|participants|women|men|menschen|patienten|teilnehmer|frauen|personnes|personas|pacientes"
    r"|€|\$|euros?|dollars?)(?!\w)",
    re.IGNORECASE,
)
DATE = re.compile(
    r"\d{1,2}[./-]\d{1,2}[./-](?:(?:19|20)\d\d|\d\d(?!\d))|\d{4}[./-]\d{1,2}[./-]\d{1,2}(?!\d)"
    r"|(?:19|20)\d\d ?[-–/] ?(?:19|20)\d\d|\d{1,2}\.\d{1,2}\. ?[-–] ?\d{1,2}\.\d{1,2}\.(?: ?(?:19|20)\d\d)?"
)
YEAR = re.compile(r"(?:19|20)\d\d")
BEFORE = 48  # characters that are looked at


def personal_in(text: str) -> list[tuple[int, int]]:
    """Places of personal details, in order."""
    found = {match.span() for pattern in (MAIL, SPOKEN_MAIL) for match in pattern.finditer(text)}
    if sum(map(str.isdecimal, text)) > 4:
        found |= {match.span() for pattern in (SOCIAL, GERMAN_INSURED) for match in pattern.finditer(text)}
        worded = text if any(map(str.isalpha, text)) else ""  # among figures alone nothing says what one of them is
        found |= {match.span("number") for match in RECORD.finditer(worded) if is_record(match["number"])}
        reached, called = Ahead(text, REACH), Ahead(text, CALL)
        found |= {match.span() for match in NUMBER.finditer(text) if is_telephone(match, reached, called)}
    return without_overlaps(sorted(found))


def is_record(written: str) -> bool:
    return sum(map(str.isdecimal, written)) >= 5 and not are_dates(written)


class Ahead:
    """What a number is called, if that stands ahead of it. The text is read for it once, however many numbers it holds."""

    def __init__(self, text: str, name: re.Pattern[str]) -> None:
        self.text, self.name = text, name

    @cached_property
    def ends(self) -> list[int]:
        return [match.end() for match in self.name.finditer(self.text)]

    def __contains__(self, number: re.Match[str]) -> bool:
        nearest = bisect_right(self.ends, number.start()) - 1
        return nearest >= 0 and IN_WORDS.fullmatch(self.text, self.ends[nearest], number.start()) is not None


def is_telephone(match: re.Match[str], reached: Ahead, called: Ahead) -> bool:
    text = match.string
    written = "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in match.group())
    before = text[max(0, match.start() - BEFORE) : match.start()]
    if not any(map(str.isalpha, before)):
        before = ""
    is_asked = bool(before) and match in reached
    if are_dates(written) or AMOUNT.match(text, match.end()) or is_code(written, before, is_asked):
        return False
    digits = "".join(filter(str.isdecimal, written))
    if written.startswith(("+", "(+", "00")):
        return len(digits) >= 8
    if before and match in called:
        return len(digits) >= 7
    return looks_national(written, len(digits))


def are_dates(written: str) -> bool:
    """One that has its whole year, and whatever follows; or nothing but dates: 06.12.34.56.78 is none."""
    first = DATE.match(written.strip("() "))
    return first is not None and (YEAR.search(first.group()) is not None or not re.search(r"\d", DATE.sub("", written)))


def is_code(written: str, before: str, reached: bool) -> bool:
    """The number of a drug, a substance, a book, a packet or a study, or several amounts."""
    if is_numbered(before) or PAPER.match(written) or are_amounts(written):
        return True
    if reached:
        return False
    return bool(DRUG.fullmatch(written)) or is_substance(written) or is_book(written) or is_packet(written)


def is_numbered(before: str) -> bool:
    """Whether the words before it say that it is the number of something: "NDC code is", "lot no."."""
    words = BEFORE_IT.findall(NEW_SENTENCE.split(before.replace("no. ", "no ").replace("Nr. ", "nr "))[-1].casefold())
    numbered = False
    while words and words[-1] in LINKING:
        numbered |= words.pop() in NUMBERED
    last = words[-1] if words else ""
    return last in REGISTERS or last in COMPOUNDS or (numbered and last in THINGS)


def are_amounts(written: str) -> bool:
    """ "0.25/0.5/1.0/1.7": at least two of them with a point, and none with two, as in 06.12.34.56.78."""
    dots = [part.count(".") for part in re.split(r"[ /-]+", written)]
    return max(dots) == 1 and dots.count(1) > 1


def is_substance(written: str) -> bool:
    """A CAS number: its last figure is made of the others, counted from behind."""
    digits = [int(digit) for digit in written if digit.isdecimal()][::-1]
    return bool(SUBSTANCE.fullmatch(written)) and sum(n * each for n, each in enumerate(digits)) % 10 == digits[0]


def is_book(written: str) -> bool:
    """An ISBN of ten figures in its four groups. Longer ones look like no telephone number."""
    digits = [int(digit) for digit in written if digit.isdecimal()]
    weighed = sum((10 - n) * each for n, each in enumerate(digits))
    return len(digits) == 10 and bool(BOOK.fullmatch(written)) and weighed % 11 == 0


def is_packet(written: str) -> bool:
    """What is under the bars on a packet, begun with a 0 (EAN-13, GTIN-14)."""
    if not written.isdecimal() or len(written) not in {13, 14}:
        return False
    return sum(int(each) * (3 if n % 2 else 1) for n, each in enumerate(written[::-1])) % 10 == 0


def looks_national(written: str, digits: int) -> bool:
    """Without its country: begins with a 0, or stands in groups as numbers do in America (3-3-4) and Spain (3-3-3)."""
    if written.lstrip("(").startswith("0"):
        return digits >= 9
    groups = [len(group) for group in re.split(r"\D+", written) if group]
    american = groups in ([3, 3, 4], [1, 3, 3, 4]) or (digits == 10 and groups == [10] and written[0] in "2345")
    return american or (written[0] in "679" and groups in ([3, 3, 3], [3, 2, 2, 2], [2, 3, 2, 2]))


def without_overlaps(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for start, end in spans:
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept

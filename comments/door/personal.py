"""What a person should not show to everybody: telephone numbers, addresses for mail, numbers of records and insurance.

Figures are everywhere in talk about health (doses, dates, pressure, studies), so a number counts only when it is written
as a telephone number is, or when a word beside it says what it is.
"""

import re

MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64} ?(?:@|\(at\)|\[at\]) ?[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}", re.IGNORECASE)
SPOKEN_MAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64} (?:at|\(at\)|\[at\]) [\w-]{1,63} (?:dot|punkt|\(dot\)|\[dot\]) (?:com|net|org|de|fr|es|uk)\b",
    re.IGNORECASE,
)
NUMBER = re.compile(r"(?<![\w.,:/#-])(?:\+|\(\+?)?\d(?:[ ()./-]{0,2}\d){6,14}(?![\w%]|[.,:/-]\d)")
# What it is called when somebody gives hers, in the words just before.
CALL = re.compile(
    r"(?:call|phone|tel|telephone|mobile|cell|whats ?app|text|sms|reach|ring|fax|signal|telegram|ruf|anrufen|telefon|handy"
    r"|nummer|appel\w*|t[ée]l\w*|portable|num[ée]ro|ll[aá]m\w*|tel[ée]fono|m[oó]vil|n[uú]mero|number)"
    r"\W{1,4}(?:\w{1,12}\W{1,3}){0,3}$",
    re.IGNORECASE,
)
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
STUDY = re.compile(r"(?:pmid|pmc|nct|doi|isbn|issn|orpha|icd|omim|drks|isrctn)\W{0,3}$", re.IGNORECASE)
DATE = re.compile(
    r"(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./-]\d{1,2}[./-]\d{1,2}|(?:19|20)\d\d ?[-–/] ?(?:19|20)\d\d)"
)
BEFORE = 48  # characters that are looked at


def personal_in(text: str) -> list[tuple[int, int]]:
    """Places of personal details, in order."""
    found = {match.span() for pattern in (MAIL, SPOKEN_MAIL) for match in pattern.finditer(text)}
    if sum(map(str.isdecimal, text)) > 4:
        found |= {match.span() for pattern in (SOCIAL, GERMAN_INSURED) for match in pattern.finditer(text)}
        found |= {match.span("number") for match in RECORD.finditer(text) if has_figures(match["number"])}
        found |= {match.span() for match in NUMBER.finditer(text) if is_telephone(text, match)}
    return without_overlaps(sorted(found))


def has_figures(written: str) -> bool:
    return sum(map(str.isdecimal, written)) >= 5


def is_telephone(text: str, match: re.Match[str]) -> bool:
    written, before = match.group(), text[max(0, match.start() - BEFORE) : match.start()]
    digits = "".join(filter(str.isdecimal, written))
    if DATE.match(written.strip("() ")) or STUDY.search(before):
        return False
    if written.startswith(("+", "(+", "00")):
        return len(digits) >= 8
    if CALL.search(before):
        return len(digits) >= 7
    return looks_national(written, len(digits))


def looks_national(written: str, digits: int) -> bool:
    """Without its country: begins with a 0, or stands in groups as numbers do in America (3-3-4) and Spain (3-3-3)."""
    if written.lstrip("(").startswith("0"):
        return digits >= 9
    groups = [len(group) for group in re.split(r"\D+", written) if group]
    american = groups in ([3, 3, 4], [1, 3, 3, 4]) or (digits == 10 and groups == [10] and written[0] in "2345")
    return american or (written[0] in "679" and groups in ([3, 3, 3], [3, 2, 2, 2]))


def without_overlaps(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for start, end in spans:
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept

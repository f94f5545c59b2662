"""Telephone numbers are found in every dress, and what only looks like one is left alone."""

import pytest

from comments.text.personal import personal_in

NUMBERS = """
My number is +49 30 1234567
Call +1 (555) 123-4567 any time
(555) 123-4567
555-123-4567
555.123.4567
1-555-123-4567
5551234567
I am at (030) 123 456 78
0171 2345678
0171-2345678
0171/2345678
030/123.456.78
07700 900123
07700 900 123
020 7946 0958
0044 20 7946 0958
call me: 7946 0958
06 12 34 56 78
06.12.34.56.78
06 12 34 56 78
06-12-34-56-78
555–123–4567
555‑123‑4567
612 345 678
612 34 56 78
91 123 45 67
０１７１ ２３４５６７８
٠١٧١ ٢٣٤٥٦٧٨
Telefon 0171-2345-67
call 0002-8215-01 for me
text me on 15687-27-1
+44 7700 900123, after the 500 mg
06 12 34 56 78 pas le soir
Is there a study? 0171 2345678
the area code 030 1234567
my order: 0171 2345678
05/12/2023: 0171 2345678
PMID 31234567. Call 0171 2345678
"""
NO_NUMBERS = """
NDC 0002-8215-01 is my insulin
NDC: 50580-449-05
It says 0378-6150-93 on the box
0002-8215-01
50580-449-05
00002-8215-01
NDC number 00002821501
the NDC code is 0002821501
63323-165-02 and 0409-4902-34
CAS 15687-27-1
CAS number 15687-27-1
acetaminophen (103-90-2) and ibuprofen 15687-27-1
doi 10.1016/0140-6736(95)91234-5
https://doi.org/10.1016/S0140-6736(20)30183-5
10.1002/14651858
PMID 31234567
PMIDs: 31234567
PubMed number 31234567
ISBN 0-306-40615-2
0-306-40615-2
ISBN-10: 0306406152
ISBN-13: 978-0-306-40615-7
ISSN 0140-6736
NCT 01234567
EudraCT number 2004-000446-20
PZN 01234567
PZN-01234567
SNOMED 3723001000
lot number 0123456789
batch no. 0123456789
Artikelnummer: 0123456789
Chargennummer 0123456789
EAN 0300450449054
00300450449054
ICD-10 G43.909 and M54.50
0.25/0.5/1.0/1.7/2.4 mg
went from 0.25/0.5/1.0/1.7 up
600 800 400 mg
700 600 500 steps a day
012 345 678 people
120/80 130/85 125/82
0-0-1-0 and 1-0-1-0
01.02.-03.04.2024
05/12/2023
in fall 2023-2024
2019-2021 2022
orcid 0000-0002-1825-0097
"""


def lines(text):
    return text.strip().split("\n")


@pytest.mark.parametrize("text", lines(NUMBERS))
def test_a_telephone_number_is_found_in_every_dress(text):
    assert len(personal_in(text)) == 1


@pytest.mark.parametrize("text", lines(NO_NUMBERS))
def test_the_number_of_a_drug_a_book_or_a_study_is_no_telephone_number(text):
    assert [text[start:end] for start, end in personal_in(text)] == []

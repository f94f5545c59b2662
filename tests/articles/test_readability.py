import re
from pathlib import Path
from time import process_time

import pytest

from articles.checklist.facts import read
from articles.text.passages import passages
from articles.text.readability import grade, measure, sentences, stem, syllables

HERE = Path(__file__).parent
# By ear, with a dictionary where in doubt.
SPOKEN = {
    1: "the he breathe helped nerve you eye used blood played through strength tongue whole",
    2: "table muscle people tissue vaccine pressure handled spasm rhythm client being something sometimes safely fatigue "
    "business lion patient ancient special eyelid breathing disease fluid create lawyer beyond doesn't react syringe",
    3: "medicine essential beautiful easier easily various serious influence media hernia opinion cardiac apnea physician "
    "biopsy management requirement hospital syncope oxygen suicide recipe idea orient video happiness arthritis",
    4: "diabetes anxiety operation temperature hypertensive hypertension pneumonia insomnia diarrhea society emergency "
    "experience influenza diagnosis cholesterol",
    5: "antibiotics immediately physiology metabolism examination university laboratory over-the-counter",
    6: "osteoporosis rehabilitation cardiovascular",
}
EASY = "The cat sat on the mat. " * 10
HARD = (
    "Comprehensive rehabilitation necessitates interdisciplinary collaboration for the patient with the disease. " * 10
)


def split(text):
    return [sentence.text for sentence in sentences(text)]


def p(text):
    return f"<p>{text}</p>"


def test_the_formula_is_the_published_one():
    # 100 words in 5 sentences with 150 syllables.
    assert grade(100, 5, 150) == pytest.approx(0.39 * 20 + 11.8 * 1.5 - 15.59)
    assert round(grade(100, 5, 150), 2) == 9.91


def test_syllables_are_counted_as_they_are_spoken():
    words = [(word, count) for count, line in SPOKEN.items() for word in line.split()]

    assert [(word, syllables(word)) for word, count in words if syllables(word) != count] == []
    assert [syllables(word) for word in ("MRI", "NSAIDs", "WHO", "2.5", "مرحبا")] == [3, 5, 5, 1, 1]


def test_a_sentence_ends_at_its_dot_and_not_at_that_of_an_abbreviation_an_initial_or_a_number():
    assert split("Dr. Smith gave 2.5 mg. It helped, e.g. at night. See No. 5. No. Then J. R. Smith came.") == [
        "Dr. Smith gave 2.5 mg.", "It helped, e.g. at night.", "See No. 5.", "No.", "Then J. R. Smith came.",
    ]  # fmt: skip
    assert split("Take vitamin C. It helps at 5 p.m. Then sleep.") == [
        "Take vitamin C.", "It helps at 5 p.m.", "Then sleep.",
    ]  # fmt: skip
    assert split("He said “Stop.” Really?! Yes… no. Why [1]. So.[2] End") == [
        "He said “Stop.”", "Really?!", "Yes… no.", "Why [1].", "So.[2]", "End",
    ]  # fmt: skip
    assert split("مرحبا. كيف؟ نعم") == ["مرحبا.", "كيف؟", "نعم"]
    assert split(" … ! ") == split("") == []


def test_items_are_sentences_and_headings_tables_pictures_and_footnotes_are_not():
    html = (
        "<h2>A head</h2><p>One two.</p><ul><li>Three</li><li>Four<ul><li>Five</li></ul></li></ul>"
        "<table><tbody><tr><th>Six</th><td>Seven</td></tr></tbody></table><figure><figcaption>Eight</figcaption></figure>"
        '<p>Nine<span data-footnote="">Ten eleven.</span> twelve.<br>Thirteen.</p>'
    )
    kinds = {"text": [], "heading": [], "aside": []}
    for passage in passages(html):
        kinds[passage.kind].append(passage.text)

    assert kinds["heading"] == ["A head"]
    assert kinds["aside"] == ["Six", "Seven", "Eight", "Ten eleven."]
    assert kinds["text"] == ["One two.", "Three", "Four", "Five", "Nine twelve.\nThirteen."]
    assert (measure(html).words, measure(html).sentences) == (15, 6)


def test_an_easy_text_has_a_lower_grade_than_a_hard_one():
    easy, hard = measure(p(EASY)), measure(p(HARD))

    assert easy.grade == 0
    assert easy.is_easy
    assert hard.grade > 20
    assert not hard.is_easy


def test_a_grade_is_not_given_for_few_words_or_another_language():
    german = "Die Leber ist ein großes Organ und liegt rechts im Bauch, wo sie das Blut reinigt. " * 5
    arabic = "القلب عضلة تضخ الدم إلى الجسم كله. " * 12

    assert measure("").why_not == measure(p("Only a few words.")).why_not == "short"
    assert (
        measure(p(german)).why_not == measure(p(arabic)).why_not == measure("<p>世界你好。</p>").why_not == "language"
    )
    assert measure(p(arabic)).grade is None
    assert measure(p(arabic)).words == 84
    assert measure("<p>世界你好。</p>").words == 4


def test_a_sentence_of_more_than_25_words_is_long():
    words = " ".join(["word"] * 25)

    assert measure(p(f"{words}. Short.")).long == ()
    assert measure(p(f"{words} [3] more. Short.")).long == (f"{words} [3] more.",)


def test_the_forms_of_a_word_have_one_stem():
    for forms in ["administer administers administered administering", "biopsy biopsies", "metastasis metastases",
                  "vertebra vertebrae", "excise excised excising", "intravenous intravenously", "chronic chronically",
                  "patient’s patient's patients"]:  # fmt: skip
        words = forms.split()
        stems = {stem(word).removesuffix("ly") for word in words}
        assert len(stems) == 1, forms


def test_a_word_that_the_text_explains_is_not_marked_anywhere_in_it():
    assert measure(p("Hypertension is common.")).jargon == (("Hypertension", "high blood pressure", 1),)
    assert measure(p("It is high blood pressure (hypertension).") + p("Hypertension is common.")).jargon == ()
    assert measure(p("So is hypertension (high blood pressure).") + p("Hypertension is common.")).jargon == ()


def test_a_mark_names_the_passage_of_running_words_and_the_character_where_it_begins():
    long = " ".join(["Word"] * 26)
    table = "<table><tbody><tr><td>Chronic</td></tr></tbody></table>"
    html = f"<h2>Chronic</h2><p> 😀  Hypertension.</p><ul><li><p>No.</p></li></ul>{table}<p>So. {long}.</p>"

    marks = [(mark.passage, mark.start, mark.found, mark.plainer) for mark in measure(html).marks]

    assert marks == [(0, 2, "Hypertension", "high blood pressure"), (2, 4, f"{long}.", "")]


def test_nine_of_ten_medical_words_are_found_and_four_of_five_marks_are_right():
    found = right = planted = 0
    for line in (HERE / "jargon.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        wanted = re.findall(r"\[(.*?)\]", line)
        marked = [words for words, _plainer, _times in measure(p(re.sub(r"[\[\]]", "", line))).jargon]
        planted, found = planted + len(wanted), found + len(marked)
        right += len(set(wanted) & set(marked))

    assert right / planted >= 0.9, "recall"
    assert right / found >= 0.8, "precision"


def test_hostile_texts_are_measured_in_time():
    began = process_time()
    for piece in ["<", '<a "', "[1", "a.", "a-", "&amp;", "<p>", "e.g. ", "\u0301", "1,", "A. ", "a ", "in a "]:
        measure(piece * 5_000)
        read(piece * 5_000)

    assert process_time() - began < 10

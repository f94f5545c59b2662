"""The import of MedQuAD, with small archives of our own and, where it lies beside the checkout, the whole one."""

import io
import os
import re
import tarfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from articles.imports import medquad
from articles.models import Background, Topic, TopicSynonym
from articles.templatetags.reading import blocks, readable
from tests.factories import create_topic

pytestmark = pytest.mark.django_db
WHOLE = Path(os.environ.get("MEDQUAD", Path(__file__).parents[3] / "shared" / "data" / "medquad.tar.xz"))

FILE = """<?xml version="1.0" encoding="UTF-8"?>
<Document id="0000145" source="NINDS" url="http://www.ninds.nih.gov/x.htm">
<Focus>{name}</Focus>
<FocusAnnotations><Synonyms>{synonyms}</Synonyms></FocusAnnotations>
<QAPairs>
<QAPair pid="1"><Question qid="1-1" qtype="information">What is (are) {name} ?</Question><Answer>{answer}</Answer></QAPair>
<QAPair pid="2"><Question qid="1-2" qtype="treatment">What are the treatments for {name} ?</Question><Answer></Answer></QAPair>
</QAPairs></Document>"""
DIALECT = """<doc docid="7" corpus="NINDS" url="http://www.ninds.nih.gov/y.htm"><doctitle-focus>ALS</doctitle-focus>
<qaPairs><pair pid="1"><question qid="7-1" qtype="information">what is als?</question><answer>A disease.</answer></pair></qaPairs></doc>"""
BOMB = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><Document><Focus>&b;</Focus></Document>'


def document(name="Hemifacial Spasm", answer="A twitch.", synonyms=()):
    return FILE.format(name=name, answer=answer, synonyms="".join(f"<Synonym>{each}</Synonym>" for each in synonyms))


@pytest.fixture
def archive(tmp_path):
    """Makes an archive of these files: `archive(**{"6_X_QA/0000145.xml": text})`."""

    def make(files):
        path = tmp_path / "medquad.tar.xz"
        with tarfile.open(path, "w:xz") as tar:
            for name, content in files.items():
                info = tarfile.TarInfo(name)
                info.size = len(content.encode())
                tar.addfile(info, io.BytesIO(content.encode()))
        return path

    return make


def run(path, capsys=None):
    call_command("import_medquad", str(path))
    return capsys.readouterr() if capsys else None


def state():
    return [list(model.objects.order_by("pk").values()) for model in (Topic, TopicSynonym, Background)]


def test_a_condition_becomes_a_topic_with_its_other_names_and_answers(archive):
    run(archive({"6_X_QA/0000145.xml": document(synonyms=["HFS", "hfs", "Hemifacial spasm"])}))

    topic = Topic.objects.get()
    assert (topic.name, topic.slug, topic.letter, topic.guide) == ("Hemifacial Spasm", "hemifacial-spasm", "H", "")
    assert [synonym.name for synonym in topic.synonyms.all()] == ["HFS"]
    row = topic.background.get()
    assert (row.question, row.answer, row.kind) == ("What is Hemifacial Spasm?", "A twitch.", "information")
    assert row.source.endswith("(NINDS)")
    assert row.source_url == "http://www.ninds.nih.gov/x.htm"


def test_the_same_condition_in_several_files_is_one_topic(archive):
    files = {
        "1_X/1.xml": document("Graves' Disease"),
        "2_X/1.xml": document("graves' disease"),
        "3_X/1.xml": document("Graves disease"),
    }
    run(archive(files))

    topic = Topic.objects.get()
    assert topic.background.count() == 3
    assert [synonym.name for synonym in topic.synonyms.all()] == ["Graves disease"]


def test_a_second_run_changes_nothing_and_writes_nothing(archive, django_assert_num_queries):
    path = archive({"1_X/1.xml": document("One", synonyms=["Uno"]), "1_X/2.xml": document("Two")})
    run(path)
    before = state()

    with django_assert_num_queries(5) as queries:  # three reads, and a transaction that stays empty
        run(path)

    assert state() == before
    assert not [query["sql"] for query in queries if re.match(r"INSERT|UPDATE|DELETE", query["sql"])]


def test_an_import_that_was_killed_goes_on_where_it_stopped(archive, monkeypatch):
    monkeypatch.setattr(medquad, "BATCH", 2)
    path = archive({f"1_X/{n}.xml": document(f"Condition {n}") for n in range(5)})
    for _figures in medquad.import_archive(path, medquad.Figures()):
        break
    assert Topic.objects.count() == 2

    run(path)

    assert sorted(Topic.objects.values_list("name", flat=True)) == [f"Condition {n}" for n in range(5)]
    assert Background.objects.count() == 5


@pytest.mark.parametrize(
    ("name", "slug"), [("hemifacial spasm", "our-address"), ("Hemifacial-spasm!", "hemifacial-spasm")]
)
def test_a_topic_of_ours_is_used_and_its_words_are_not_touched(archive, name, slug):
    ours = create_topic(name=name, slug=slug, guide="<p>Ours.</p>", summary="Ours.")

    run(archive({"1_X/1.xml": document(synonyms=["HFS"])}))

    assert Topic.objects.get() == ours
    ours.refresh_from_db()
    assert (ours.name, ours.slug, ours.guide, ours.summary) == (name, slug, "<p>Ours.</p>", "Ours.")
    assert ours.background.count() == 1


def test_a_topic_that_an_editor_renamed_is_recognised(archive):
    path = archive({"1_X/1.xml": document()})
    run(path)
    Topic.objects.update(name="Face twitch", slug="face-twitch")

    run(path)

    assert [topic.name for topic in Topic.objects.all()] == ["Face twitch"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("<Document><Focus>Cut off", "not well-formed"),
        ("", "not well-formed"),
        ('<?xml version="1.0" encoding="no-such"?><a/>', "not well-formed"),
        (BOMB, "document type"),
        (document(name=""), "names no condition"),
        (document(name="x" * 151), "too long"),
    ],
)
def test_a_broken_file_is_reported_and_skipped(archive, capsys, content, reason):
    out = run(archive({"1_X/1.xml": content, "1_X/2.xml": document()}), capsys)

    assert re.search(rf"skipped 1_X/1\.xml: .*{reason}", out.err)
    assert Topic.objects.get().name == "Hemifacial Spasm"


def test_an_archive_that_ends_in_the_middle_keeps_what_was_read(archive, tmp_path):
    whole = archive({f"1_X/{n}.xml": document(f"Condition {n}", answer=os.urandom(9000).hex()) for n in range(9)})
    cut = tmp_path / "cut.tar.xz"
    cut.write_bytes(whole.read_bytes()[:-30_000])

    with pytest.raises(CommandError, match="cannot be read any further"):
        run(cut)

    assert 0 < Topic.objects.count() < 9


@pytest.mark.parametrize("content", [b"", b"not an archive at all", b"\xfd7zXZ\x00 broken"])
def test_a_file_that_is_no_archive_is_refused_with_a_sentence(tmp_path, content):
    path = tmp_path / "x.tar.xz"
    path.write_bytes(content)

    with pytest.raises(CommandError):
        run(path)
    with pytest.raises(CommandError, match="There is no file"):
        run(tmp_path / "nothing")


def test_the_other_dialect_of_the_collection_is_read_too(archive):
    run(archive({"6_NINDS_QA/0000018.xml": DIALECT}))

    assert Topic.objects.get().name == "ALS"
    assert Background.objects.get().question == "What is als?"


@pytest.mark.parametrize(
    ("question", "name", "read_aloud"),
    [
        ("What is (are) Migraine ?", "Migraine", "What is Migraine?"),
        ("What is (are) Bladder Diseases ?", "Bladder Diseases", "What are Bladder Diseases?"),
        ("Who is at risk for AHF? ?", "AHF", "Who is at risk for AHF?"),
        ("Do you have information about Stroke", "Stroke", "Do you have information about Stroke?"),
        ("what research is being done ?", "X", "What research is being done?"),
    ],
)
def test_questions_made_from_templates_are_read_aloud(question, name, read_aloud):
    assert medquad.tidy_question(question, name) == read_aloud


def test_answers_become_paragraphs_lists_and_headings():
    text = "It can be   - red  -  sore   - itchy.      Rest helps.\n     \nOutlook\n     \nMost people get well."

    assert list(blocks(text)) == [
        ("p", ["It can be"]),
        ("ul", ["red", "sore", "itchy."]),
        ("p", ["Rest helps."]),
        ("h4", ["Outlook"]),
        ("p", ["Most people get well."]),
    ]


def test_the_first_item_is_found_in_the_sentence_before_its_list():
    assert list(blocks("People may have - pain  - fever  - a rash.  See a doctor.")) == [
        ("p", ["People may have"]),
        ("ul", ["pain", "fever", "a rash."]),
        ("p", ["See a doctor."]),
    ]


def test_a_dash_within_a_sentence_is_no_list():
    assert list(blocks("It lasts - as a rule - a week.")) == [("p", ["It lasts - as a rule - a week."])]


def test_symptoms_with_their_frequency_become_a_list():
    text = (
        "Signs. Approximate number of patients (when available) Apnea 90% Long face 7.5% Ataxia - "
        "The Human Phenotype Ontology (HPO) has collected information."
    )

    assert ("ul", ["Apnea (90%)", "Long face (7.5%)", "Ataxia"]) in list(blocks(text))


def test_a_very_long_paragraph_is_cut_at_sentences():
    text = "This sentence has words enough to count for something. " * 40

    paragraphs = [parts[0] for kind, parts in blocks(text)]

    assert len(paragraphs) > 2
    assert all(paragraph.endswith(".") for paragraph in paragraphs)
    assert " ".join(paragraphs) == text.strip()


@pytest.mark.parametrize(
    "text", ["", "   \n ", "- ", "-", "\n- \n- \n", "*" * 5000, " -" * 5000, "a" * 100_000, "A. " * 20_000]
)
def test_any_text_can_be_set(text):
    assert isinstance(readable(text), str)


def test_answers_are_escaped():
    html = readable("<script>alert(1)</script>  - <b>x</b>  - y & z")

    assert "<script" not in html
    assert "<b>" not in html
    assert "y &amp; z" in html


# Takes seconds: 5,497 files are read.
@pytest.mark.skipif(not WHOLE.exists(), reason="the collection does not lie beside the checkout")
def test_the_whole_collection_is_imported_and_no_word_of_it_is_lost(client, capsys):
    out = run(WHOLE, capsys).out

    assert "5497 files, 3 of them skipped, 4752 named conditions. Added: 4723 topics" in out
    assert Background.objects.count() == 16_409
    for answer in Background.objects.order_by("pk").values_list("answer", flat=True)[::25]:
        shown = " ".join(" ".join(parts) for _kind, parts in blocks(answer))
        assert re.findall(r"\w+", shown) == re.findall(r"\w+", answer)
    assert "blood vessel pressing on the facial nerve" in client.get("/topics/hemifacial-spasm/").content.decode()

"""What search engines are told, apart from the page it stands on."""

import json
from datetime import date

from accounts.models import Writer
from articles.models import Article, Reference, Topic
from articles.models.reviews import Reviewed
from articles.public import jsonld

TOPIC = Topic(name="Hemifacial spasm", slug="hemifacial-spasm", kind="MedicalCondition")
PERSON = {"name": "Dr Brandt", "slug": "brandt", "title": "neurologist", "credentials": "MD", "is_listed": True}
REVIEW = {**PERSON, "scope": "", "reviewed_on": date(2026, 10, 9), "next_due_on": None}


def page(*, reviewed=None, references=(), **fields):
    article = Article(title="A face that twitches", slug="a-face", summary="What helps.", topic=TOPIC, **fields)
    writer = Writer(name="Nadia", slug="nadia", title="health writer")
    return jsonld.article_page(article, [writer], list(references), reviewed, [TOPIC])


def test_a_page_is_a_medical_web_page_around_an_article():
    data = page()

    assert data["@type"] == "MedicalWebPage"
    assert data["about"] == {"@type": "MedicalCondition", "name": "Hemifacial spasm"}
    assert data["mainEntity"]["@type"] == "Article"
    assert data["mainEntity"]["author"][0]["name"] == "Nadia"


def test_the_reviewer_is_named_on_the_page_and_only_for_the_text_shown():
    current = page(reviewed=Reviewed(**REVIEW, is_current=True))
    earlier = page(reviewed=Reviewed(**REVIEW, is_current=False))

    assert current["lastReviewed"] == "2026-10-09"
    assert current["reviewedBy"]["honorificSuffix"] == "MD"
    assert "reviewedBy" not in current["mainEntity"]
    assert not {"lastReviewed", "reviewedBy"} & set(earlier)


def test_sources_are_citations_with_their_links():
    data = page(references=[Reference(number=1, text="A study", doi="10.1/x"), Reference(number=2, text="A book")])

    assert data["mainEntity"]["citation"] == [
        {"@type": "CreativeWork", "name": "A study", "url": "https://doi.org/10.1/x"},
        {"@type": "CreativeWork", "name": "A book"},
    ]


def test_an_average_is_told_from_five_votes_on():
    assert "aggregateRating" not in page(rating_count=4, rating_sum=20)["mainEntity"]
    assert page(rating_count=5, rating_sum=22)["mainEntity"]["aggregateRating"]["ratingValue"] == 4.4


def test_a_draft_has_no_dates_to_tell():
    assert "datePublished" not in page()["mainEntity"]


def test_the_trail_is_numbered_and_absolute():
    steps = page()["breadcrumb"]["itemListElement"]

    assert [step["position"] for step in steps] == [1, 2]
    assert all(step["item"].startswith("http") for step in steps)


def test_a_topic_is_told_with_its_other_names():
    data = jsonld.topic_page(TOPIC, ["Tic convulsif"], [TOPIC])

    assert data["about"]["alternateName"] == ["Tic convulsif"]


def test_a_topic_is_no_illness_unless_somebody_says_so():
    area = Topic(name="Living with illness", slug="living")

    assert jsonld.topic_page(area, [], [area])["about"] == {"@type": "Thing", "name": "Living with illness"}


def test_no_text_can_end_the_script_element():
    text = jsonld.script({"name": "</script><!--&"}, "Wellread")

    assert not {"<", ">", "&"} & set(text)
    assert json.loads(text)["name"] == "</script><!--&"

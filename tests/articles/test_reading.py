"""The article's page: what stands on it, what does not, and what it costs."""

import gzip
import json
import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from articles.models import Article, FormerAddress, MedicalReview, Reference
from articles.workflow.saving import adopt
from newsletters.subscribing import wording
from pages.models import SiteSettings
from tests.factories import create_article, create_comment, create_image, create_topic, create_writer

pytestmark = pytest.mark.django_db
HIDDEN = ["draft", "submitted", "in_review", "approved", "scheduled", "archived"]


def page(client, article, status=200, **query):
    response = client.get(article.get_absolute_url(), query)
    assert response.status_code == status
    return response.content.decode()


def json_ld(html):
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)[1])


def review(article, *, current=True, **fields):
    revision = adopt(article, by=None)
    Article.objects.filter(pk=article.pk).update(live_revision=revision)
    if not current:
        article.title += ", changed"
        article.save()
        adopt(article, by=None)
    reviewer = create_writer(name="Dr Ilse Brandt", title="neurologist", credentials="MD")
    fields = {"reviewed_on": date(2026, 10, 9), "next_due_on": timezone.localdate() + timedelta(days=300), **fields}
    return MedicalReview.objects.create(article=article, revision=revision, reviewer=reviewer, **fields)


def test_the_page_says_what_it_is_who_wrote_it_and_when(client):
    writer = create_writer(name="Nadia Okafor", title="health writer", bio="Studied neuroscience.")
    article = create_article(published=True, writer=writer, title="A face that twitches", summary="What helps.")

    html = page(client, article)

    assert "<h1>A face that twitches</h1>" in html
    assert "What helps." in html
    assert f'<a href="{writer.get_absolute_url()}" rel="author">Nadia Okafor</a>, health writer' in html
    assert "Studied neuroscience." in html
    assert f'datetime="{timezone.localtime(article.published_at).isoformat()[:16]}' in html


def test_a_writer_who_is_no_medical_professional_is_said_to_be_none(client):
    lay = create_article(published=True, writer=create_writer())
    doctor = create_article(published=True, writer=create_writer(is_medical_professional=True, credentials="MD"))

    assert "Not a medical professional" in page(client, lay)
    assert "Not a medical professional" not in page(client, doctor)


def test_conflicts_of_interest_are_shown_and_silence_is_not_taken_for_none(client):
    paid = create_article(published=True, writer=create_writer(conflicts="Paid talks for a maker of toxins."))

    assert "Paid talks for a maker of toxins." in page(client, paid)
    assert "Conflicts of interest: None" in page(client, create_article(published=True))
    silent = create_article(published=True, writer=create_writer(conflicts=" "))
    assert "Conflicts of interest: not stated" in page(client, silent)


def test_a_writer_without_a_page_is_named_and_not_linked(client):
    guest = create_writer(name="A Guest", is_listed=False)

    html = page(client, create_article(published=True, writer=guest))

    assert "A Guest" in html
    assert guest.get_absolute_url() not in html


def test_a_review_of_the_text_that_is_shown_is_shown(client):
    article = create_article(published=True)
    review(article)

    html = page(client, article)

    assert "Reviewed by" in html
    assert "next review" in html
    assert json_ld(html)["lastReviewed"] == "2026-10-09"
    assert json_ld(html)["reviewedBy"]["name"] == "Dr Ilse Brandt"


def test_a_review_of_an_earlier_text_is_never_shown_as_a_review_of_this_one(client):
    article = create_article(published=True)
    review(article, current=False)

    html = page(client, article)

    assert "Updated since its review on" in html
    assert "Reviewed by" not in html
    assert not {"lastReviewed", "reviewedBy"} & set(json_ld(html))


def test_without_a_review_the_page_says_so(client):
    html = page(client, create_article(published=True))

    assert "Not medically reviewed" in html
    assert "reviewedBy" not in json_ld(html)


def test_an_overdue_review_is_a_plain_sentence(client):
    article = create_article(published=True)
    review(article, next_due_on=timezone.localdate() - timedelta(days=1))

    html = page(client, article)

    assert "has not happened yet" in html
    assert "· next review" not in html


def test_references_stand_numbered_at_the_end_with_their_links(client):
    article = create_article(published=True, body="<p>It beats on the nerve [2].</p>")
    Reference.objects.create(article=article, number=2, text="A study", doi="10.1000/x")
    adopt(article, by=None)

    html = page(client, article)

    assert 'href="#ref-2"' in html
    assert re.search(
        r'<li id="ref-2" value="2"><a href="https://doi.org/10.1000/x" rel="[^"]*noopener[^"]*">A study</a>', html
    )


def test_key_points_and_when_to_get_help_stand_out(client):
    article = create_article(published=True, key_points="One\n\nTwo", get_help="Call an ambulance.")

    html = page(client, article)

    assert "<li>One</li><li>Two</li>" in html
    assert "When to get help" in html
    assert "Call an ambulance." in html


def test_every_page_carries_the_disclaimer_and_the_ways_on(client):
    article = create_article(published=True)

    html = page(client, article)

    assert html.count(SiteSettings().disclaimer.replace("'", "&#x27;")) >= 2
    for words in ["Get e-mail updates", "Read the guide", "Ask a question", "Sign up", "Rate this", "Add a comment"]:
        assert words in html


def test_the_newsletter_form_shows_the_wording_that_is_kept_as_consent(client):
    assert str(wording(None)) in page(client, create_article(published=True))


def test_a_page_without_comments_says_so_and_one_with_comments_shows_the_approved_ones(client):
    quiet, lively = create_article(published=True), create_article(published=True)
    create_comment(thread=lively.thread, body="Approved words", status="approved")
    create_comment(thread=lively.thread, body="Pending words")

    assert "There are no comments yet. Be the first one to start the conversation" in page(client, quiet)
    assert "Approved words" in page(client, lively)
    assert "Pending words" not in page(client, lively)


def test_the_page_names_itself_to_those_who_share_it(client):
    article = create_article(published=True, image=create_image(alt="A nerve"), summary='With "quotes" & more')

    html = page(client, article)

    address = f"http://localhost:8000{article.get_absolute_url()}"
    assert f'<link rel="canonical" href="{address}">' in html
    assert f'<meta property="og:image" content="http://localhost:8000{article.image.file.url}">' in html
    assert '<meta name="description" content="With &quot;quotes&quot; &amp; more">' in html


@pytest.mark.parametrize("status", HIDDEN)
def test_what_is_not_published_has_no_page(client, status):
    article = create_article(published=True)
    Article.objects.filter(pk=article.pk).update(
        status=status, is_live=False, publish_at=timezone.now(), published_at=None
    )

    assert page(client, article, status=404)


def test_an_article_of_tomorrow_has_no_page_today(client):
    article = create_article(published=True, published_at=timezone.now() + timedelta(days=1))

    page(client, article, status=404)


def test_what_was_taken_down_says_so_kindly(client):
    article = create_article(published=True, title="SECRET-TITLE")
    Article.objects.filter(pk=article.pk).update(status="archived", is_live=False)

    html = page(client, article, status=410)

    assert "no longer here" in html
    assert "SECRET-TITLE" not in html


def test_an_old_address_leads_to_the_new_one(client):
    article = create_article(published=True)
    FormerAddress.objects.create(path="/articles/old-name/", article=article)

    response = client.get("/articles/old-name/")

    assert response.status_code == 301
    assert response["Location"] == article.get_absolute_url()


def test_an_old_address_does_not_give_away_what_is_hidden(client):
    FormerAddress.objects.create(path="/articles/old-name/", article=create_article())

    assert client.get("/articles/old-name/").status_code == 404


def test_a_page_is_public_and_leaves_no_trace(client):
    response = client.get(create_article(published=True).get_absolute_url())

    assert "public" in response["Cache-Control"]
    assert "s-maxage" in response["Cache-Control"]
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


def test_a_signed_in_reader_gets_the_same_bytes(client, reader):
    article = create_article(published=True)
    before = page(client, article)
    client.force_login(reader)

    assert page(client, article) == before


def test_a_browser_that_has_the_page_is_told_so(client):
    article = create_article(published=True)
    tag = client.get(article.get_absolute_url())["ETag"]

    assert client.get(article.get_absolute_url(), headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("comments", [0, 50, 120])
def test_the_page_takes_eight_queries_at_most_however_many_comments(client, comments, django_assert_max_num_queries):
    article = create_article(published=True, image=create_image())
    Reference.objects.create(article=article, number=1, text="A study")
    review(article)
    for n in range(comments):
        comment = create_comment(thread=article.thread, status="approved")
        if n % 10 == 0:
            create_comment(parent=comment, status="approved")

    with django_assert_max_num_queries(8):
        page(client, article)


def test_the_page_with_fifty_comments_stays_small(client):
    article = create_article(published=True, body="<p>" + "A sentence of the article. " * 400 + "</p>")
    adopt(article, by=None)
    for _n in range(50):
        create_comment(thread=article.thread, status="approved", body="Thank you for saying that. " * 6)

    # A tenth of it says for screen readers which comment each control is about; it compresses well.
    whole = page(client, article).encode()
    assert len(whole) < 71_000
    assert len(gzip.compress(whole)) < 7_000


def test_nothing_in_the_structured_data_can_close_its_element(client):
    article = create_article(published=True, title="</script><script>alert(1)</script>", summary="<!-- & -->")

    html = page(client, article)

    assert "<script>alert" not in html
    assert json_ld(html)["mainEntity"]["headline"] == article.title


def test_a_foreign_page_number_shows_a_page_all_the_same(client):
    article = create_article(published=True)

    for number in ["0", "999", "x", "", "١"]:
        page(client, article, page=number)


def test_the_way_from_the_top_of_the_tree_stands_over_the_title(client):
    nerves = create_topic(name="Brain and nerves")
    article = create_article(published=True, topic=create_topic(name="Hemifacial spasm", parent=nerves))

    html = page(client, article)

    body = html[html.index("<main") : html.index("<h1>")]
    assert body.index("Brain and nerves") < body.index("Hemifacial spasm")
    names = [item["name"] for item in json_ld(html)["breadcrumb"]["itemListElement"]]
    assert names == ["Brain and nerves", "Hemifacial spasm", article.title]


def test_a_title_that_runs_from_right_to_left_says_so_and_others_do_not(client):
    hebrew = create_article(published=True, title="כאב ראש", summary="מה עוזר", key_points="מים", get_help="112: מיד")
    html = client.get(hebrew.get_absolute_url()).content.decode()

    assert '<h1 dir="auto">כאב ראש</h1>' in html
    assert html.count(' dir="auto"') == 4
    assert ' dir="auto"' not in client.get(create_article(published=True).get_absolute_url()).content.decode()

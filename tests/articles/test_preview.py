"""The preview: the page to come, byte for byte, and who gets to see it."""

import re
from datetime import timedelta
from itertools import cycle

import pytest
from django.utils import timezone

from articles.models import Article, EditorialEvent, Part, PreviewLink, Series
from articles.models.steps import NotAllowed, NotReady, WrongStep
from articles.workflow import previews
from articles.workflow.previews import revoke
from articles.workflow.publishing import archive, publish, publish_due, reopen, schedule
from articles.workflow.reviewing import pass_review, start_review
from articles.workflow.saving import adopt, write
from articles.workflow.submitting import submit, withdraw
from comments.models import Thread
from tests.articles.article_form import url
from tests.factories import (
    create_article,
    create_comment,
    create_image,
    create_topic,
    create_user,
    create_writer,
)

pytestmark = pytest.mark.django_db
BANNER = re.compile(rb'<aside class="wrap banners" id="preview".*?</aside>', re.DOTALL)
WEEK = timedelta(days=7)


@pytest.fixture
def frozen(monkeypatch):
    """The clock stands still, an hour from now; call it with a moment to set it."""

    def stop(moment):
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    moment = timezone.now() + timedelta(hours=1)
    stop(moment)
    stop.at = moment
    return stop


def without_banner(page: bytes) -> bytes:
    banners = BANNER.findall(page)
    assert len(banners) == 1
    return BANNER.sub(b"", page)


def share(article, by, **fields) -> PreviewLink:
    return previews.share(article, by=by, lasts=WEEK, **fields)


def save(article, by, **changes):
    write(article, {**article.content, **changes}, by=by, since=article.edition)


def references(*numbers):
    row = {"url": "", "doi": "", "pmid": "", "accessed_on": None}
    return [{**row, "number": n, "text": f"Source {n}", "accessed_on": "2026-03-01"} for n in numbers]


VIDEO = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"


def shapes():
    """Contents as different as writers make them, with what the test has put into the library."""
    image, more, writers = create_image(credit="Ana"), create_image(), [create_writer(is_listed=False), create_writer()]
    deep = create_topic(parent=create_topic(parent=create_topic()))
    figure = f'<figure><img src="{more.file.url}" alt="Two hands"><figcaption>Hands</figcaption></figure>'
    table = "<table><tbody><tr><th>Dose</th><th>Times</th></tr><tr><td>5 mg</td><td>2</td></tr></tbody></table>"
    parts = "<h2>One</h2><p>a</p><h2>Two &amp; more</h2><p>b</p><h2>Two &amp; more</h2><h3>Three</h3><p>c</p>"
    rtl = {"title": "ألم في الوجه", "summary": "ما الذي يساعد.", "body": "<h2>ما هو؟</h2><p>نص عربي &amp; English.</p>"}
    return [
        {},
        {"image": image.pk},
        {"body": f"<p>See.</p>{figure}<p>More.</p>"},
        {"body": "<p>It helps [1] and [2–3], but not (9).</p>", "references": references(1, 2, 3)},
        {"references": references(3, 1, 2)},
        {"key_points": "Rest.\nDrink.\n\nSleep.", "get_help": "Call 112.\n\nNow."},
        {"body": table},
        {"body": parts},
        {"writers": [writers[1].pk, writers[0].pk]},
        {"topic": deep.pk, "other_topics": [create_topic().pk]},
        rtl,
        {"title": "</script><b>&amp; “quotes” 'and' \"more\"", "summary": "<i>No</i> & yes", "slug": "odd-title"},
        {"body": '<p><a href="https://example.org/a?b=1&amp;c=2">Elsewhere</a> <a href="/topics/">here</a></p>'},
        {"body": "<blockquote><p>Said.</p></blockquote><ul><li>One<ol><li>Two</li></ol></li></ul>"},
        {"body": "<p>" + "word " * 3000 + "</p>"},
        {"body": f'<p>See.</p><figure data-embed="{VIDEO}"><figcaption>Eyes</figcaption></figure><p>Then.</p>'},
        {"body": '<p>So<span data-footnote="">See</span>.</p><aside data-callout="help"><p>Call.</p></aside>'},
        {"body": '<p>preview banner &lt;aside id="preview"&gt; in words</p>', "get_help": "<aside>"},
    ]


# Takes seconds: each shape is written, previewed, published and read.
@pytest.mark.once
def test_the_preview_is_the_page_to_come_byte_for_byte(client, editor, frozen):
    """Of every shape: never published, a draft beside a live text, at a new address, with votes and comments."""
    series = Series.objects.create(title="Faces", slug="faces")
    pages = 0
    for content, is_live in zip([*shapes(), *shapes()[:6]], cycle([False, True, False]), strict=False):
        article = create_article()
        adopt(article, by=editor)
        if is_live:
            publish(article, by=editor)
            Article.objects.filter(pk=article.pk).update(rating_count=7, rating_sum=30)
            # Long ago, so that the page shows a date and no "3 seconds ago".
            create_comment(thread=article.thread, status="approved", created_at=frozen.at - timedelta(days=30))
            content = {"summary": "Newer.", **content, "slug": f"{article.slug}-new"}
        if pages % 3 == 0:
            Part.objects.create(series=series, article=article, position=pages)
        save(article, editor, **{**content, "slug": content.get("slug", article.slug) + f"-{pages}"})
        article = Article.objects.get(pk=article.pk)
        address = share(article, editor).get_absolute_url()
        client.force_login(editor)
        beside = client.get(url("preview", article.pk)).content
        client.logout()
        shared = client.get(address).content

        publish(article, by=editor)
        public = client.get(article.get_absolute_url())

        assert public.status_code == 200
        assert without_banner(shared) == public.content, content
        assert without_banner(beside) == public.content, content
        assert without_banner(client.get(address).content) == public.content, "after it was published"
        pages += 1
    assert pages >= 20


def test_what_is_reviewed_is_shown_as_reviewed_only_if_the_text_to_come_was(client, editor, reviewer, frozen):
    reviewer.writer.is_medical_professional = True
    reviewer.writer.save()
    article = create_article()
    adopt(article, by=editor)
    submit(article, by=editor)
    start_review(article, by=editor)
    pass_review(article, by=reviewer, scope="All of it")
    address = share(article, editor).get_absolute_url()

    reviewed = client.get(address).content
    save(article, editor, summary="Changed since.")
    changed = client.get(address).content
    publish(Article.objects.get(pk=article.pk), by=editor)

    assert b"Reviewed by" in reviewed
    assert b"Reviewed by" not in changed
    assert without_banner(changed) == client.get(article.get_absolute_url()).content


def test_of_a_scheduled_text_it_is_the_page_of_that_moment(client, editor, frozen):
    article = create_article()
    adopt(article, by=editor)
    moment = frozen.at + timedelta(days=2)
    schedule(article, by=editor, at=moment)
    address = share(article, editor).get_absolute_url()

    coming = client.get(address).content
    frozen(moment)
    publish_due()

    assert without_banner(coming) == client.get(article.get_absolute_url()).content


def test_a_draft_that_lacks_everything_has_a_preview(client, editor):
    article = Article.objects.create(slug="new-x")
    client.force_login(editor)

    assert client.get(url("preview", article.pk)).status_code == 200


def test_it_asks_the_database_a_bounded_number_of_questions(client, editor, django_assert_max_num_queries):
    article = create_article(image=create_image())
    rows = references(*range(1, 60))
    save(article, editor, references=rows, writers=[create_writer().pk for _n in range(6)])
    address = share(article, editor).get_absolute_url()

    with django_assert_max_num_queries(16):
        assert client.get(address).status_code == 200


# --- The thread of readers -----------------------------------------------------------------------------------------------


def test_the_thread_of_a_draft_is_there_and_nobody_can_write_in_it(client, moderator):
    article = create_article(title="Secret plan")

    assert (article.thread.title, article.thread.address, article.thread.is_public) == ("", "", False)
    assert client.get(f"/comments/threads/{article.thread_id}/add/").status_code == 404
    client.force_login(moderator)
    assert client.get(f"/admin/comments/thread/{article.thread_id}/change/").status_code in {302, 404}
    assert b"results" not in client.get("/admin/comments/thread/").content.partition(b"result_list")[2]


def test_it_begins_when_readers_first_see_it(editor):
    article = create_article()
    Thread.objects.update(created_at=timezone.now() - timedelta(days=900))

    publish(article, by=editor)

    thread = Thread.objects.get(pk=article.thread_id)
    assert (thread.created_at, thread.title, thread.is_public) == (article.published_at, article.title, True)
    before = thread.created_at
    save(article, editor, title="Another")
    publish(Article.objects.get(pk=article.pk), by=editor)
    assert Thread.objects.get(pk=article.thread_id).created_at == before


def test_it_goes_with_the_draft():
    article = create_article()

    article.delete()

    assert not Thread.objects.exists()


# --- The address for people without an account -------------------------------------------------------------------------


def test_whoever_has_the_address_sees_the_latest_text_and_leaves_no_trace(client, editor):
    article = create_article()
    adopt(article, by=editor)
    link = share(article, editor, for_whom="Dr Brandt")
    save(article, editor, summary="The latest words.")

    answer = client.get(link.get_absolute_url())

    page = answer.content.decode()
    assert "The latest words." in page
    assert "A preview for Dr Brandt." in page
    assert "Brandt" not in article.events.get(step="share").note, "a log that is never blanked"
    assert f"as revision {article.edition}." in page
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert not answer.cookies
    assert not answer.has_header("ETag")
    assert link.get_absolute_url().split("/")[2] not in page, "the address stands in no page that it leads to"
    assert "Disallow: /preview/" in client.get("/robots.txt").content.decode()


def test_of_everything_that_leads_nowhere_the_answer_is_the_same(
    client, editor, django_assert_num_queries, django_assert_max_num_queries
):
    articles = [create_article() for _n in range(4)]
    expired, revoked, archived, deleted = (share(article, editor) for article in articles)
    PreviewLink.objects.filter(pk=expired.pk).update(expires_at=timezone.now())
    revoke(revoked, by=editor)
    publish(articles[2], by=editor)
    archive(articles[2], by=editor, note="Old.")
    articles[3].delete()
    forged = "/preview/" + "a" * 32 + ":forged/"
    client.get(forged)

    answers = set()
    for address in [*(link.get_absolute_url() for link in (expired, revoked, archived, deleted)), forged]:
        with django_assert_num_queries(2):  # the link, and the site's name
            answer = client.get(address)
        answers.add((answer.status_code, answer.content, answer["X-Robots-Tag"]))

    assert len(answers) == 1
    assert next(iter(answers))[0] == 404


def test_nobody_can_make_an_address_up(client, editor):
    link = share(create_article(), editor)
    secret, _colon, signature = link.get_absolute_url().split("/")[2].partition(":")

    for token in (
        secret,
        f"{secret}:",
        f"{secret}:{signature[:-1]}x",
        f":{signature}",
        f"{link.pk}:{signature}",
        "\x00",
    ):
        assert client.get(f"/preview/{token}/").status_code == 404, token


# --- Who may ------------------------------------------------------------------------------------------------------------


def test_who_may_make_a_link_to_what(writer, editor, reviewer, moderator, newsletter_editor, reader, administrator):
    """Whoever may change, publish or review the text, and nobody else."""
    other = create_user(role="Writer", byline=True)
    mine = create_article(writer=writer.writer)
    people = [writer, editor, reviewer, moderator, newsletter_editor, reader, administrator, other]
    may = {
        "draft": [writer, editor, administrator],
        "submitted": [editor, reviewer, administrator],
        "in_review": [editor, reviewer, administrator],
        "approved": [editor, reviewer, administrator],
        "archived": [],
    }

    for status, who in may.items():
        Article.objects.filter(pk=mine.pk).update(status=status)
        for person in people:
            article = Article.objects.get(pk=mine.pk)
            before = PreviewLink.objects.count()
            try:
                share(article, person)
            except NotAllowed:
                assert person not in who, (status, person)
            else:
                assert person in who, (status, person)
            assert PreviewLink.objects.count() - before == (person in who)


def test_an_address_of_the_desk_is_nobodys_who_may_not_read_the_draft(
    client, writer, reviewer, moderator, newsletter_editor, reader
):
    article = create_article(title="Nobody knows yet")
    adopt(article, by=None)
    link = PreviewLink.objects.create(article=article, expires_at=timezone.now() + WEEK)
    other = create_user(role="Writer", byline=True)

    for person in (writer, other, reviewer, moderator, newsletter_editor, reader):
        client.force_login(person)
        for address in (url("preview", article.pk), url("preview_links", article.pk)):
            answer = client.get(address)
            assert answer.status_code in {302, 404}, (person, address)
            assert b"Nobody knows" not in answer.content
        client.post(url("preview_links", article.pk), {"_preview-days": "7"})
        client.post(url("preview_revoke", article.pk, link.pk))
    assert PreviewLink.objects.get().is_open


def test_who_may_see_only_what_is_live_gets_the_live_page_and_no_links(client, writer, reviewer, moderator, editor):
    live = create_article(published=True, summary="What readers see.")
    adopt(live, by=editor)
    save(live, editor, summary="The next words.", title="The next title")
    link = share(live, editor, for_whom="The board")

    for person in (writer, reviewer, moderator):
        client.force_login(person)
        answer = client.get(url("preview", live.pk))
        assert without_banner(answer.content) == client.get(live.get_absolute_url()).content
        assert b"The next" not in answer.content
        assert b"this article is" not in answer.content, "where the next text is on its way"
        page = client.get(url("change", live.pk)).content
        assert link.secret.encode() not in page
        assert b"The board" not in page
        assert client.get(url("preview_links", live.pk)).status_code == 404
        assert client.post(url("preview_links", live.pk), {"_preview-days": "7"}).status_code in {403, 404}
    assert PreviewLink.objects.count() == 1


def test_a_reviewer_sees_the_draft_once_it_is_submitted(client, reviewer):
    article = create_article()
    adopt(article, by=None)
    client.force_login(reviewer)

    seen = []
    for status in ("draft", "submitted", "in_review", "approved"):
        Article.objects.filter(pk=article.pk).update(status=status)
        seen.append(client.get(url("preview", article.pk)).status_code)

    assert seen == [404, 200, 200, 200]


def test_a_link_is_revoked_by_whoever_made_it_and_by_those_who_could(writer, editor, moderator):
    article = create_article(writer=writer.writer)
    first, second = share(article, writer), share(article, writer)
    submit(article, by=writer)

    with pytest.raises(NotAllowed):
        revoke(first, by=moderator)
    revoke(first, by=writer)
    revoke(second, by=editor)
    with pytest.raises(WrongStep):
        revoke(second, by=editor)

    assert not PreviewLink.objects.open().exists()
    steps = EditorialEvent.objects.filter(article=article).order_by("pk").values_list("step", "by")
    assert [step for step in steps if "share" in step[0]] == [
        ("share", writer.pk), ("share", writer.pk), ("unshare", writer.pk), ("unshare", editor.pk),
    ]  # fmt: skip


def test_a_link_shows_no_more_than_whoever_made_it_may_read(client, writer, reviewer):
    article = create_article(writer=writer.writer)
    hers = share(article, writer).get_absolute_url()
    submit(article, by=writer)
    address = share(article, reviewer).get_absolute_url()

    withdraw(article, by=writer)
    assert [client.get(path).status_code for path in (address, hers)] == [404, 200]
    submit(article, by=writer)
    assert [client.get(path).status_code for path in (address, hers)] == [200, 200]
    reviewer.is_active = False
    reviewer.save()
    writer.delete()
    assert [client.get(path).status_code for path in (address, hers)] == [404, 404]


def test_there_are_so_many_open_links_and_no_more(editor, monkeypatch):
    monkeypatch.setattr(previews, "MOST", 2)
    article = create_article()
    links = [share(article, editor) for _n in range(2)]

    with pytest.raises(NotReady):
        share(article, editor)
    revoke(links[0], by=editor)

    assert share(article, editor).is_open


# --- The desk -----------------------------------------------------------------------------------------------------------


def test_links_are_made_and_revoked_beside_the_text(client, writer, draft):
    client.force_login(writer)
    fetch = {"X-Requested-With": "fetch"}

    said = client.post(
        url("preview_links", draft.pk), {"_preview-days": "30", "_preview-for_whom": "Rosa"}, headers=fetch
    )

    link = PreviewLink.objects.get()
    assert (link.for_whom, link.by, link.expires_at.date()) == ("Rosa", writer, (timezone.now() + 30 * WEEK / 7).date())
    assert link.address in said.content.decode()
    assert link.address in client.get(url("change", draft.pk)).content.decode()
    assert link.address in client.get(url("preview_links", draft.pk)).content.decode()
    said = client.post(url("preview_revoke", draft.pk, link.pk), headers=fetch)
    assert link.address not in said.content.decode()
    assert "revoked on" in said.content.decode()


def test_a_link_lasts_no_longer_than_can_be_chosen(client, writer, draft):
    client.force_login(writer)

    for days in ("", "0", "-1", "31", "9999", "x"):
        assert client.post(url("preview_links", draft.pk), {"_preview-days": days}).status_code == 422, days
    assert not PreviewLink.objects.exists()


def test_a_link_of_another_article_is_not_revoked_from_this_one(client, writer, editor, draft):
    link = share(create_article(), editor)
    client.force_login(writer)

    assert client.post(url("preview_revoke", draft.pk, link.pk)).status_code == 404
    assert link.is_open


def test_only_our_own_pages_may_frame_the_preview_and_nothing_else_is_framed(client, editor, draft):
    client.force_login(editor)

    preview, links, change = (client.get(url(name, draft.pk)) for name in ("preview", "preview_links", "change"))

    assert preview["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in preview["Content-Security-Policy"]
    assert "no-store" in preview["Cache-Control"]
    for answer in (links, change, client.get("/articles/")):
        assert answer["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert "frame-src 'self'" in change["Content-Security-Policy"]
    for answer in (preview, links, client.get("/articles/")):
        assert "frame-src" not in answer["Content-Security-Policy"]
    assert "unsafe" not in change["Content-Security-Policy"]


def test_a_link_that_archiving_has_ended_stays_ended_when_the_article_is_opened_again(client, editor):
    article = create_article()
    adopt(article, by=editor)
    link = share(article, editor)
    archive(article, by=editor, note="Old.")
    reopen(article, by=editor)

    assert client.get(link.get_absolute_url()).status_code != 200
    link.refresh_from_db()
    assert not link.is_open
    assert client.get(share(article, editor).get_absolute_url()).status_code == 200

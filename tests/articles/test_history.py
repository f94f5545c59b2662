from articles.differences import differences
from articles.models import Article
from articles.revisions import record, write
from tests.articles.article_form import url
from tests.factories import create_article, create_topic, create_user


def save(article, by, *, by_itself=False, **changes):
    content = {**article.content, **changes}
    return write(
        article, content, by=by, since=article.edition, is_autosave=by_itself, window="a1" if by_itself else ""
    )


def shown(before, after, part="body"):
    empty = {"title": "", "slug": "", "summary": "", "key_points": "", "get_help": "", "body": "", "image": None,
             "topic": None, "other_topics": [], "writers": [], "references": []}  # fmt: skip
    found = differences({**empty, part: before}, {**empty, part: after})
    return found[0].html if found else ""


def test_words_that_came_and_went_are_marked_and_the_rest_is_left_out():
    before = "<p>One.</p><p>Two.</p><p>Three.</p><p>Four is good.</p>"
    after = "<p>One.</p><p>Two.</p><p>Three.</p><p>Four is very good.</p>"

    html = shown(before, after)

    assert html == '<p class="muted">…</p><p>Three.</p><p>Four is <ins>very </ins>good.</p>'


def test_a_paragraph_that_became_a_list_is_shown_as_both():
    html = shown("<p>Words.</p>", "<ul><li>Words.</li></ul>")

    assert '<div class="diff__gone">' in html
    assert "<p>Words.</p>" in html
    assert "<ul><li>Words.</li></ul>" in html


def test_hostile_words_run_nothing_in_a_comparison():
    bad = "<script>alert(1)</script><img src=x onerror=alert(2)>"

    for part in ("body", "title", "key_points"):
        for html in (shown("", bad, part), shown(bad, "x", part), shown(f"a {bad} b", f"a {bad} c", part)):
            assert "<script" not in html
            assert "onerror=alert(2)>" not in html


def test_a_long_hostile_text_is_compared_in_good_time():
    assert shown("a " * 100_000, "b " * 100_000, "summary")
    assert shown("<p>a</p>" * 30_000, "<p>b</p>" * 30_000)


def test_what_is_not_text_is_named(db):
    gone, come = create_topic(name="Sleep"), create_topic(name="Pain")

    html = shown([gone.pk], [come.pk], "other_topics")

    assert html == "<ul><li><del>Sleep</del></li><li><ins>Pain</ins></li></ul>"


def test_what_saved_itself_is_one_line_of_the_history(client, editor):
    article = create_article()
    record(article, editor)
    for n in range(5):
        save(article, editor, by_itself=True, summary=f"Summary {n}")
    save(article, editor, summary="Saved.")
    client.force_login(editor)

    page = client.get(url("history", article.pk)).content.decode()

    assert page.count('name="from"') == 3
    assert "and 4 before it" in page


def test_any_two_revisions_are_compared(client, editor):
    article = create_article()
    record(article, editor)
    save(article, editor, summary="In other words.")
    save(article, editor, title="Other")
    client.force_login(editor)

    page = client.get(url("compare", article.pk), {"from": 1, "to": 2}).content.decode()
    latest = client.get(url("compare", article.pk)).content.decode()

    assert "<ins>other words.</ins>" in page
    assert "<ins>Other</ins>" in latest
    for number in ("0", "x", "9" * 30, "-1"):
        assert client.get(url("compare", article.pk), {"from": number}).status_code == 200


def test_comparing_and_the_history_cost_the_same_for_many_revisions(client, editor, django_assert_max_num_queries):
    article = create_article()
    record(article, editor)
    for n in range(120):
        save(article, editor, summary=f"Summary {n}")
    client.force_login(editor)

    with django_assert_max_num_queries(16):
        client.get(url("compare", article.pk), {"from": 2, "to": 118})
    with django_assert_max_num_queries(16):
        client.get(url("history", article.pk))


def test_an_earlier_text_is_brought_back_and_the_later_one_stays_in_the_history(client, editor):
    article = create_article()
    record(article, editor)
    save(article, editor, summary="Worse.")
    client.force_login(editor)

    client.post(url("restore", article.pk, 1))

    article = Article.objects.get(pk=article.pk)
    assert [revision.content["summary"] for revision in article.revisions.all()] == ["In short.", "Worse.", "In short."]
    assert (article.events.get().step, article.events.get().note) == ("restore", "#1")


def test_who_may_not_write_it_may_not_bring_anything_back(client, draft, writer):
    draft.submit(by=writer)
    client.force_login(writer)
    client.post(url("restore", draft.pk, 1))
    client.force_login(create_user(role="Writer", byline=True))

    assert client.post(url("restore", draft.pk, 1)).status_code == 404
    assert client.get(url("compare", draft.pk)).status_code == 404
    assert not draft.events.filter(step="restore").exists()

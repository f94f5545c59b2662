"""Which links no longer work, and how politely that is found out."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from articles.models import Article, FormerAddress, Link, Series
from articles.newsroom.stale import has_broken_link
from articles.sources import link_checks
from articles.sources.link_checks import check_due_links, check_now
from edge.fetching import Answer, NotFetched
from tests.factories import create_article

pytestmark = pytest.mark.django_db
A = "https://a.example/"


class Sites:
    """What each address answers: a status, what it answers to HEAD and to GET, or why there is no answer."""

    def __init__(self):
        self.asked, self.answers = [], {}

    def fetch(self, address, *, method="GET", **limits):
        self.asked.append((method, address))
        said = self.answers.get(address, 200)
        said = said[method] if isinstance(said, dict) else said
        if isinstance(said, str):
            raise NotFetched("No.", said)
        return Answer(address, said, "text/html", "", b"", is_cut=False)


@pytest.fixture
def sites(monkeypatch, settings):
    settings.OUTSIDE_LOOKUPS = True
    sites = Sites()
    monkeypatch.setattr(link_checks, "fetch", sites.fetch)
    cache.clear()
    return sites


@pytest.fixture
def article():
    return create_article()


def link_to(article, address=A, **fields):
    link = Link.objects.create(address=address, **fields)
    link.articles.add(article)
    return link


def check_again(link):
    """It is due now, and its site has been left in peace for long enough."""
    Link.objects.filter(pk=link.pk).update(due_at=timezone.now())
    cache.clear()
    assert check_due_links() == 1
    link.refresh_from_db()
    return link


def test_what_works_is_looked_at_weekly_and_then_monthly(sites, article):
    link = link_to(article)
    days = [round((check_again(link).due_at - timezone.now()) / timedelta(days=1)) for _n in range(2)]

    assert (days, link.broken_at, link.answer) == ([7, 30], None, "200")
    assert sites.asked[0] == ("HEAD", A)


def test_a_page_that_is_gone_is_broken_at_the_second_try(sites, article):
    sites.answers[A] = 404
    link = link_to(article)

    assert check_again(link).broken_at is None
    assert round((link.due_at - timezone.now()) / timedelta(days=1)) == 1
    assert check_again(link).broken_at is not None
    assert list(Article.objects.filter(has_broken_link())) == [article]

    sites.answers[A] = 200
    assert check_again(link).broken_at is None
    assert list(Article.objects.filter(has_broken_link())) == []


def test_a_site_that_is_away_is_broken_at_the_third_try(sites, article):
    for n, why in enumerate(("name", "tls", "refused")):
        sites.answers[f"https://{n}.example/"] = why
        link = link_to(article, f"https://{n}.example/")
        tries = [bool(check_again(link).broken_at) for _n in range(3)]
        assert tries == [False, False, True], why


def test_who_turns_programs_away_is_not_broken(sites, article):
    for n, answer in enumerate((401, 403, 429, 500, 503, "slow", "unclear", "private")):
        sites.answers[f"https://{n}.example/"] = answer
        link = link_to(article, f"https://{n}.example/", tries=5)
        assert check_again(link).broken_at is None, answer
        assert link.tries == 5


def test_without_a_connection_nothing_is_broken_and_it_is_tried_again_soon(sites, article):
    sites.answers[A] = "offline"
    link = check_again(link_to(article, tries=2))

    assert (link.tries, link.broken_at) == (2, None)
    assert link.due_at - timezone.now() < timedelta(hours=2)


def test_a_site_that_does_not_know_head_is_asked_for_the_page(sites, article):
    sites.answers[A] = {"HEAD": 405, "GET": 200}

    assert check_again(link_to(article)).answer == "200"


def test_one_site_is_asked_for_one_page_at_a_time_and_holds_up_no_other(sites, article):
    for n in range(20):
        link_to(article, f"https://big.example/{n}", due_at=timezone.now() - timedelta(days=1))
    link_to(article, A)

    assert check_due_links() == 2
    assert [address for _method, address in sites.asked] == ["https://big.example/0", A]
    assert check_due_links() == 0
    waits = sorted(Link.objects.filter(address__contains="big").values_list("due_at", flat=True))[:19]
    assert timedelta(seconds=85) < waits[-1] - waits[0] <= timedelta(seconds=95)


def test_what_nobody_links_to_any_more_is_deleted(sites, article):
    Link.objects.create(address=A)

    assert (check_due_links(), Link.objects.count(), sites.asked) == (1, 0, [])


def test_two_workers_do_not_ask_for_the_same_page(sites, article):
    link = link_to(article)
    first, second = (Link.objects.get(pk=link.pk) for _n in range(2))

    assert [link_checks.claim(first), link_checks.claim(second)] == [True, False]


def test_our_own_pages_are_looked_up_in_the_database(sites, article):
    shown = create_article(published=True, slug="shown")
    FormerAddress.objects.remember("/articles/once/", article=shown)
    FormerAddress.objects.remember("/articles/gone/", article=article)
    Series.objects.create(title="Nothing to read yet", slug="empty")
    for path, works in {
        "/articles/shown/": True, f"/topics/{shown.topic.slug}/": True, "/articles/once/": True, "/articles/": True,
        f"/articles/{article.slug}/": False, "/articles/never/": False, "/nothing/": False,
        "/articles/gone/": False, "/series/empty/": False,
    }.items():  # fmt: skip
        link = check_again(link_to(article, f"http://localhost:8000{path}"))
        assert bool(link.tries) is not works, path
    assert sites.asked == []


def test_checking_by_hand_mends_at_once_and_breaks_nothing_faster(sites, article):
    link = link_to(article, tries=2, broken_at=timezone.now())
    check_now(link)
    assert (link.broken_at, link.tries) == (None, 0)

    sites.answers[A] = 404
    for _n in range(5):
        assert "gone" in check_now(link).words
    link.refresh_from_db()
    assert (link.broken_at, link.tries) == (None, 0)


def test_nobody_asks_other_sites_faster_than_a_person_does(client, editor, sites, article, monkeypatch):
    monkeypatch.setattr("articles.desk.link_checks.CHECKS", 2)
    link = link_to(article)
    client.force_login(editor)

    pages = [client.post(f"/admin/articles/link/{link.pk}/check/", follow=True).content.decode() for _n in range(3)]

    assert ["Please wait some minutes" in page for page in pages] == [False, False, True]
    assert len(sites.asked) == 2


def test_switched_off_nobody_is_asked(sites, article, settings):
    settings.OUTSIDE_LOOKUPS = False
    link_to(article)

    assert (check_due_links(), sites.asked) == (0, [])

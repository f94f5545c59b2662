"""Near-identical texts are one row; what many honest people write is not."""

import random
import tomllib
from datetime import timedelta
from itertools import combinations
from pathlib import Path

import pytest
from django.utils import timezone

from benchmarks._spam import FAMILIES, spun
from comments.intake.near_duplicates import (
    ALIKE,
    alike,
    cluster_for,
    forget_old_marks,
    jaccard,
    likeness_of,
    names_a_site,
)
from comments.models import Cluster, ClusterKey
from tests.factories import create_comment

pytestmark = pytest.mark.django_db
LETTER = (
    "I want to thank doctor {} who healed me from spasms with his herbs after five years of pain. Many doctors told me "
    "there was no cure, but it worked in three weeks{}"
)


@pytest.mark.parametrize(
    "again",
    [
        LETTER.format("Grace", "."),
        LETTER.format("MUSA", "!!! 😀").upper(),
        LETTER.format("Ada", ", number 4711."),
        LETTER.format("Ada", ".").replace("thank", "tha\u200bnk").replace("pain", "pаin"),  # a Cyrillic letter
        LETTER.format("Ada", ".").replace("told", "said to").replace("five", "ten").replace("cure", "remedy"),
    ],
    ids=["name", "capitals", "digits", "invisible", "swapped"],
)
def test_what_spammers_change_makes_no_new_cluster(again):
    first = cluster_for(LETTER.format("Ada", "."))

    assert first is not None
    assert cluster_for(again) == first


def test_short_words_that_many_people_write_are_in_no_cluster():
    assert cluster_for("Thank you! This helped me a lot.") is None
    assert not ClusterKey.objects.exists()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Cheap pills: http://a1.pills.example/x7", "look https://www.pills.example:8080/other?q=2"),
        ("write to dr.musa@mail.example", "He helps. DR.MUSA@mail.example"),
        ("Call +44 7700 900123 now", "real healer, 0044-7700-900123"),
        ("Call 07700 900123 now", "real healer, 0044-7700-900123"),
    ],
)
def test_short_texts_with_the_same_contact_are_one(one, other):
    first = cluster_for(one)

    assert first is not None
    assert cluster_for(other) == first


def test_honest_texts_that_name_the_same_site_stay_apart():
    one, other = (
        cluster_for(f"{words} https://www.nhs.example/{page}")
        for words, page in [
            (
                "My mother has had this since she was fifty and nobody believed her until she found this page about it",
                "a",
            ),
            (
                "Has anyone of you tried to sleep on the other side, with two pillows and warm hands? It helps me at night",
                "b",
            ),
        ]
    )

    assert one != other


def test_honest_comments_are_far_from_alike():
    folder = Path(__file__).parent
    words = tomllib.loads((folder.parents[1] / "site/config/demo/comments.toml").read_text("utf-8"))["comment"]
    texts = {comment["body"] for comment in words}
    if (own := folder / "honest.txt").exists():
        texts |= set(own.read_text("utf-8").splitlines())
    likenesses = [likeness for text in texts if not (likeness := likeness_of(text)).is_short]

    assert len(likenesses) > 50
    assert max(jaccard(a.sketch, b.sketch) for a, b in combinations(likenesses, 2)) < ALIKE


def test_a_family_of_spam_is_few_clusters():
    dice = random.Random(7)
    for family in FAMILIES:
        found = {cluster_for(spun(family, dice)) for _n in range(12)}
        assert len(found) <= 3, family


def test_an_old_cluster_is_not_joined_and_its_marks_go():
    old = cluster_for(LETTER.format("Ada", "."))
    Cluster.objects.update(last_at=timezone.now() - timedelta(days=8))

    assert cluster_for(LETTER.format("Ada", ".")) != old
    assert forget_old_marks() > 0
    assert not ClusterKey.objects.filter(cluster=old).exists()


def test_alike_counts_the_others():
    cluster = cluster_for(LETTER.format("Ada", "."))
    first, *_others = [create_comment(cluster=cluster) for _n in range(3)]

    assert alike(cluster) == 0, "who has just made it need not ask"
    known = Cluster.objects.get(pk=cluster.pk)
    assert (alike(known), alike(known, besides=first.pk), alike(None)) == (3, 2, 0)


def test_recognising_costs_one_look_and_remembering_two_writes(django_assert_num_queries):
    with django_assert_num_queries(3):
        cluster_for(LETTER.format("Ada", "."))
    with django_assert_num_queries(1):
        cluster_for(LETTER.format("Eve", "."))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("see http://pills.example", True),
        ("see pills-shop.com for more", True),
        ("bit.ly/x7", True),
        ("It hurts.It really does", False),
        ("I take 2.5 mg, e.g. in the evening", False),
        ("rosa@example.com wrote", False),
    ],
)
def test_what_counts_as_a_link(text, named):
    assert names_a_site(text) is named

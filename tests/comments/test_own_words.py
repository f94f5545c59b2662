"""A moderator is a reader, too: what she wrote herself is judged by somebody else."""

import pytest

from comments.decisions.comments import approve, keep, remove
from comments.models import Comment, OwnWords
from tests.factories import create_comment

pytestmark = pytest.mark.django_db


def fresh(comment):
    return Comment.objects.get(pk=comment.pk)


@pytest.fixture
def hers(moderator, administrator):
    comment = create_comment(author=moderator, email=moderator.email)
    approve(comment, by=administrator)
    Comment.objects.filter(pk=comment.pk).update(reported_at=comment.created_at)
    return fresh(comment)


def test_nobody_finds_her_own_words_fine(hers, moderator, administrator):
    with pytest.raises(OwnWords):
        keep(hers, by=moderator)

    assert fresh(hers).reported_at
    keep(fresh(hers), by=administrator)
    assert not fresh(hers).reported_at


def test_nobody_brings_back_her_own_words(hers, moderator, administrator):
    remove(hers, by=administrator, reason="unkind")

    with pytest.raises(OwnWords):
        approve(fresh(hers), by=moderator)

    assert fresh(hers).status == "removed"


def test_she_may_remove_them(hers, moderator):
    remove(hers, by=moderator, reason="unkind")

    assert fresh(hers).status == "removed"


def test_at_the_desk_she_reads_why(client, hers, moderator):
    client.force_login(moderator)
    form = {f"{hers.pk}-seen": f"{hers.version}.0.approved", f"{hers.pk}-verb": "keep"}

    answer = client.post(f"/admin/comments/desk/{hers.pk}/decide/", form)

    assert answer.status_code == 409
    assert "your own words" in answer.content.decode()

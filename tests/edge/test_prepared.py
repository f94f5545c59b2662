"""A query made once answers as the same query made anew."""

from datetime import timedelta

import pytest
from django.db import models
from django.utils import timezone

from accounts.models import User
from edge.prepared import Prepared
from tests.factories import create_user, create_writer

pytestmark = pytest.mark.django_db

BY_NAME = Prepared(
    lambda name, before: User.objects.filter(name=name, joined_at__lt=before).select_related("writer").order_by("pk"),
    name=models.CharField(),
    before=models.DateTimeField(),
)


@pytest.mark.parametrize("name", ["Rosa", "Nobody", "' OR 1=1 --", "50 % %s", "سلام"])
def test_each_value_finds_what_it_finds_in_a_query_of_its_own(name):
    for called in (name, "Rosa", "Jun"):
        create_writer(user=create_user(name=called))
    now = timezone.now() + timedelta(seconds=1)

    found = BY_NAME(name=name, before=now)

    assert found == list(User.objects.filter(name=name).order_by("pk"))
    assert [user.writer.name for user in found] == [user.writer.name for user in User.objects.filter(name=name)]
    assert BY_NAME(name=name, before=now - timedelta(days=1)) == []


def test_it_is_made_once(django_assert_num_queries):
    made = []
    by_number = Prepared(lambda pk: made.append(pk) or User.objects.filter(pk=pk), pk=models.BigIntegerField())
    first, second = create_user(), create_user()

    with django_assert_num_queries(3):
        assert [by_number(pk=user.pk) for user in (first, second, first)] == [[first], [second], [first]]
    assert len(made) == 1


def test_what_is_fetched_along_is_fetched_anew():
    with_writer = Prepared(
        lambda pk: User.objects.filter(pk=pk).prefetch_related("groups"), pk=models.BigIntegerField()
    )
    user = create_user()

    assert [list(found.groups.all()) for found in with_writer(pk=user.pk)] == [[]]
    user.groups.create(name="Readers")
    assert [group.name for found in with_writer(pk=user.pk) for group in found.groups.all()] == ["Readers"]

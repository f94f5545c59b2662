import pytest
from django.contrib.auth.models import Group

from accounts.roles import ADMINISTRATOR, ROLES, apply_roles, expand


@pytest.mark.django_db
def test_every_role_of_the_file_is_a_group():
    assert set(Group.objects.values_list("name", flat=True)) == {*ROLES, ADMINISTRATOR}


@pytest.mark.django_db
def test_applying_the_roles_takes_away_what_somebody_added_by_hand():
    writer = Group.objects.get(name="Writer")
    writer.permissions.add(*Group.objects.get(name="Moderator").permissions.all())

    apply_roles()

    assert not writer.permissions.filter(codename="moderate_comment").exists()


def test_a_pattern_stands_for_each_combination():
    assert list(expand("a.(add|view)_(x|y)")) == [("a", "add_x"), ("a", "add_y"), ("a", "view_x"), ("a", "view_y")]


def test_a_writer_cannot_publish(writer):
    assert not writer.has_perm("articles.publish_article")


def test_an_editor_cannot_moderate(editor):
    assert not editor.has_perm("comments.moderate_comment")


def test_a_moderator_cannot_read_the_list_of_subscribers(moderator):
    assert not moderator.has_perm("newsletters.view_subscriber")


def test_an_administrator_may_do_what_every_role_may(administrator):
    for patterns in ROLES.values():
        for pattern in patterns:
            assert all(administrator.has_perm(f"{app}.{name}") for app, name in expand(pattern))

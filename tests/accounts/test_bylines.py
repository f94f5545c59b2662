import pytest
from django.core.exceptions import ValidationError

from tests.factories import create_writer


def test_a_writer_changes_her_own_byline_but_not_her_credentials(client, writer):
    client.force_login(writer)
    byline = writer.writer

    client.post(
        f"/admin/accounts/writer/{byline.pk}/change/",
        {"name": "Nadia O.", "bio": "New.", "credentials": "MD", "is_medical_professional": "on", "title": ""},
    )

    byline.refresh_from_db()
    assert (byline.name, byline.credentials, byline.is_medical_professional) == ("Nadia O.", "", False)


def test_a_writer_cannot_open_the_byline_of_another(client, writer):
    other = create_writer()
    client.force_login(writer)

    answer = client.get(f"/admin/accounts/writer/{other.pk}/change/")

    assert answer.status_code in {302, 403, 404}


def test_an_editor_changes_every_byline(client, editor):
    other = create_writer()
    client.force_login(editor)

    assert client.get(f"/admin/accounts/writer/{other.pk}/change/").status_code == 200


def test_a_medical_professional_names_her_credentials(db):
    byline = create_writer(is_medical_professional=True)

    with pytest.raises(ValidationError, match="credentials"):
        byline.clean()


@pytest.mark.parametrize(
    ("name", "initials"), [("Nadia Okafor", "NO"), ("Jun", "J"), ("", "?"), ("李 明", "李明"), ("🙂", "?")]
)
def test_initials_come_from_the_first_and_the_last_name(db, name, initials):
    assert create_writer(name=name).initials == initials

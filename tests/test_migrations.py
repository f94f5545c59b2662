"""A database of another version is met with a sentence, and left alone."""

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

pytestmark = pytest.mark.django_db


def test_a_database_of_this_version_is_migrated():
    call_command("migrate", verbosity=0, skip_checks=False)


def test_a_database_from_before_the_migrations_began_anew_gets_a_sentence():
    MigrationRecorder(connection).record_applied("comments", "0002_moderation_desk")

    with pytest.raises(SystemCheckError, match=r"another version of Wellread.*comments\.0002_moderation_desk"):
        call_command("migrate", verbosity=0, skip_checks=False)


def test_packages_may_forget_migrations_of_their_own():
    MigrationRecorder(connection).record_applied("sessions", "0000_of_long_ago")

    call_command("migrate", verbosity=0, skip_checks=False)

from django.db import migrations, models

from edge.mailboxes import mailbox_of

AT_ONCE = 2_000


def fill_in(apps, schema_editor):
    comments = apps.get_model("comments", "Comment").objects.exclude(email="").only("pk", "email")
    fill(comments, lambda comment: comment.email)
    sanctions = apps.get_model("comments", "Sanction").objects.exclude(email="", user=None).select_related("user")
    fill(sanctions, lambda sanction: sanction.email or sanction.user.email)


def fill(rows, address_of):
    """By number, a few at a time: while rows are written, PostgreSQL and SQLite read on where they were."""
    last = 0
    while some := list(rows.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        for row in some:
            row.mailbox = mailbox_of(address_of(row))
        rows.model.objects.bulk_update(some, ["mailbox"], batch_size=200)
        last = some[-1].pk


class Migration(migrations.Migration):
    dependencies = [("comments", "0011_appeals_are_taken_back")]
    operations = [
        *(
            migrations.AddField(
                model, "mailbox", models.CharField(blank=True, default="", editable=False, max_length=254)
            )
            for model in ("comment", "sanction")
        ),
        migrations.RunPython(fill_in, migrations.RunPython.noop, elidable=True),
    ]

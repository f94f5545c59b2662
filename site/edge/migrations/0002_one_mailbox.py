from django.db import migrations, models

from edge.mailboxes import mailbox_of

AT_ONCE = 2_000


def fill_in(apps, schema_editor):
    letters, last = apps.get_model("edge", "Letter").objects.exclude(to=""), 0
    while some := list(letters.filter(pk__gt=last).order_by("pk").only("pk", "to")[:AT_ONCE]):
        for letter in some:
            letter.mailbox = mailbox_of(letter.to)
        letters.bulk_update(some, ["mailbox"], batch_size=200)
        last = some[-1].pk


class Migration(migrations.Migration):
    dependencies = [("edge", "0001_initial")]
    operations = [
        migrations.AddField(
            "letter", "mailbox", models.CharField(blank=True, default="", editable=False, max_length=254)
        ),
        migrations.AddIndex("letter", models.Index(fields=["mailbox"], name="edge_letter_mailbox")),
        migrations.RunPython(fill_in, migrations.RunPython.noop, elidable=True),
    ]

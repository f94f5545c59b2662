from django.db import migrations, models

TITLE = "Somebody close to you is in danger"


def mark_ours(apps, schema_editor):
    """The one among the templates that a site begins with, if the house has kept its title."""
    apps.get_model("comments", "ReplyTemplate").objects.filter(title=TITLE).update(for_close=True)


class Migration(migrations.Migration):
    dependencies = [("comments", "0009_what_its_writer_took_back")]
    operations = [
        migrations.AddField(
            "replytemplate",
            "for_close",
            models.BooleanField(
                default=False,
                help_text="Among the words for danger it then stands first where somebody close to the writer is in it.",
                verbose_name="for a reader who worries about somebody else",
            ),
        ),
        migrations.RunPython(mark_ours, migrations.RunPython.noop, elidable=True),
    ]

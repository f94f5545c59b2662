from django.db import migrations, models


class Migration(migrations.Migration):
    # Apart from the filling in: PostgreSQL makes no index in a transaction that has changed rows of its table.
    dependencies = [("comments", "0012_one_mailbox")]
    operations = [
        migrations.AddIndex("comment", models.Index(fields=["mailbox"], name="comments_mailbox")),
        migrations.AddIndex(
            "sanction",
            models.Index(fields=["mailbox"], name="comments_sanction_mailbox", condition=~models.Q(mailbox="")),
        ),
    ]

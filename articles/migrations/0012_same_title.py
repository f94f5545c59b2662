from django.db import migrations, models
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    dependencies = [("articles", "0011_threads_of_drafts")]

    operations = [
        migrations.AddIndex(
            model_name="article",
            index=models.Index(Lower("title"), condition=models.Q(is_live=True), name="articles_same_title"),
        ),
    ]

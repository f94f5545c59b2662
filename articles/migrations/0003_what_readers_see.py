from django.db import migrations


def tell_what_readers_see(apps, schema_editor):
    """Until now what was published was what readers see; and what was archived kept the revision that they saw last."""
    articles = apps.get_model("articles", "Article").objects
    articles.filter(status="published").update(is_live=True)
    articles.filter(status="archived").update(live_revision=None)


class Migration(migrations.Migration):
    dependencies = [("articles", "0002_drafts_beside_live")]
    operations = [migrations.RunPython(tell_what_readers_see, migrations.RunPython.noop)]

from django.db import migrations


def forget_addresses(apps, schema_editor):
    """The filter of a batch that is done may hold an address that was searched for. From now on none can."""
    batches = apps.get_model("comments", "Batch").objects.filter(ended_at__isnull=False, query__contains="%40")
    batches.update(query="")


class Migration(migrations.Migration):
    dependencies = [("comments", "0007_letters_that_tell_of_many")]
    operations = [migrations.RunPython(forget_addresses, migrations.RunPython.noop, elidable=True)]

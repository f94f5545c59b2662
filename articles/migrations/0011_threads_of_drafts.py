"""The readers' thread of an article is there before it is published: drafts get theirs."""

from django.db import migrations


def give_threads(apps, schema_editor):
    Article, Thread = apps.get_model("articles", "Article"), apps.get_model("comments", "Thread")
    for pk in list(Article.objects.filter(thread=None).values_list("pk", flat=True)):
        Article.objects.filter(pk=pk).update(thread=Thread.objects.create(title="", address=""))


class Migration(migrations.Migration):
    dependencies = [("articles", "0010_ends_and_reviews")]

    operations = [migrations.RunPython(give_threads, migrations.RunPython.noop)]

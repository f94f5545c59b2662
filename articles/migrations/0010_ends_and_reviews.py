from django.db import migrations, models
from django.utils import timezone


def note_reviews(apps, schema_editor):
    """Readers see a text that was reviewed before it was changed: that is work, from today."""
    Review = apps.get_model("articles", "MedicalReview")
    Article = apps.get_model("articles", "Article")
    earlier = Review.objects.filter(revision__number__lte=models.F("article__live_revision__number"))
    changed = Article.objects.filter(is_live=True, reviewed_on=None, pk__in=earlier.values("article"))
    changed.update(review_due_on=timezone.localdate())


class Migration(migrations.Migration):
    dependencies = [("articles", "0009_newsroom_lists")]

    operations = [
        migrations.AddConstraint(
            model_name="article",
            constraint=models.CheckConstraint(
                condition=models.Q(("expire_at", None), ("is_live", True), ("status", "scheduled"), _connector="OR"),
                name="articles_end_has_begin",
            ),
        ),
        migrations.RunPython(note_reviews, migrations.RunPython.noop),
    ]

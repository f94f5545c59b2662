from django.db import migrations
from django.db.models import F


def note_reviews(apps, schema_editor):
    """Of each article that readers see, the newest review of the text they see."""
    Review = apps.get_model("articles", "MedicalReview")
    Article = apps.get_model("articles", "Article")
    live = Review.objects.filter(article__is_live=True, revision=F("article__live_revision"))
    for review in live.order_by("reviewed_on", "id").iterator():
        Article.objects.filter(pk=review.article_id).update(
            reviewed_on=review.reviewed_on, review_due_on=review.next_due_on
        )


class Migration(migrations.Migration):
    dependencies = [("articles", "0006_the_newsroom")]
    operations = [migrations.RunPython(note_reviews, migrations.RunPython.noop)]

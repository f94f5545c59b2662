from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0003_what_readers_see")]

    operations = [
        migrations.AddIndex(
            model_name='article',
            index=models.Index(condition=models.Q(('is_live', True)), fields=['-published_at', '-id'], name='articles_newest'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(condition=models.Q(('is_live', True)), fields=['topic', '-published_at'], name='articles_of_topic'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(('is_live', False), models.Q(('published_at__isnull', False), ('thread__isnull', False), ('topic__isnull', False)), _connector='OR'), name='articles_live_has_date'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('status', 'published'), _negated=True), ('is_live', True), _connector='OR'), models.Q(models.Q(('status', 'archived'), _negated=True), ('is_live', False), _connector='OR')), name='articles_status_fits_readers'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.CheckConstraint(condition=models.Q(('full__isnull', False), ('undo__isnull', False), _connector='OR'), name='articles_revision_readable'),
        ),
    ]

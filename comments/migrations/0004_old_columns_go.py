from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("comments", "0003_fill_in_the_desk")]
    operations = [
        migrations.RemoveField(
            model_name='thread',
            name='is_open',
        ),
        migrations.RemoveField(
            model_name='thread',
            name='policy',
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('status', 'pending'), ('waiting_version__isnull', False), _connector='OR'), ('waits_since__isnull', False)), models.Q(models.Q(('status', 'pending'), _negated=True), ('waiting_version', None), ('waits_since', None)), _connector='OR'), name='comments_waiting_waits'),
        ),
    ]

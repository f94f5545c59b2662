from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0007_reviews_in_lists'),
    ]

    operations = [
        migrations.AddField(
            model_name='paper',
            name='articles',
            field=models.ManyToManyField(editable=False, related_name='papers', to='articles.article'),
        ),
    ]

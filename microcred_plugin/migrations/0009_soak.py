from django.db import migrations, models


class Migration(migrations.Migration):
    """Take an index away that MariaDB chose for claims, which then locked the rows of all other learners."""

    dependencies = [
        ('microcred_plugin', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='pending',
            name='parked_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]

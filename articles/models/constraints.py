"""Database constraints and indexes of articles."""

from django.db import models
from django.db.models.functions import Lower

CONSTRAINTS: list[models.BaseConstraint] = [
    models.CheckConstraint(
        condition=models.Q(is_live=False)
        | models.Q(published_at__isnull=False, thread__isnull=False, topic__isnull=False),
        name="articles_live_has_date",
    ),
    models.CheckConstraint(
        condition=(~models.Q(status="published") | models.Q(is_live=True))
        & (~models.Q(status="archived") | models.Q(is_live=False)),
        name="articles_status_fits_readers",
    ),
    models.CheckConstraint(
        condition=~models.Q(status="scheduled") | models.Q(publish_at__isnull=False),
        name="articles_scheduled_has_time",
    ),
    models.CheckConstraint(
        condition=models.Q(expire_at=None) | models.Q(is_live=True) | models.Q(status="scheduled"),
        name="articles_end_has_begin",
    ),
]

INDEXES = [
    models.Index(fields=["-published_at", "-id"], name="articles_newest", condition=models.Q(is_live=True)),
    models.Index(fields=["topic", "-published_at"], name="articles_of_topic", condition=models.Q(is_live=True)),
    models.Index(fields=["publish_at"], name="articles_due", condition=models.Q(status="scheduled")),
    models.Index(fields=["status", "submitted_at"], name="articles_work"),
    models.Index(fields=["expire_at"], name="articles_expiring", condition=models.Q(expire_at__isnull=False)),
    # Without the empty ones: SQLite would look there for what was never reviewed.
    models.Index(
        fields=["review_due_on", "id"],
        name="articles_review_due",
        condition=models.Q(is_live=True, review_due_on__isnull=False),
    ),
    models.Index(fields=["updated_at", "id"], name="articles_untouched", condition=models.Q(is_live=True)),
    models.Index(
        fields=["review_due_on", "id"],
        name="articles_changed",
        condition=models.Q(is_live=True, reviewed_on=None, review_due_on__isnull=False),
    ),
    models.Index(
        fields=["published_at", "id"],
        name="articles_unreviewed",
        condition=models.Q(is_live=True, reviewed_on=None, review_due_on=None),
    ),
    models.Index(Lower("title"), name="articles_same_title", condition=models.Q(is_live=True)),
    models.Index(fields=["id"], name="articles_unread", condition=models.Q(is_indexed=False)),
]

from datetime import datetime

from django.contrib.sitemaps import Sitemap
from django.db.models import Max, QuerySet

from questions.models import Question


class QuestionSitemap(Sitemap):
    def items(self) -> QuerySet[Question]:
        return Question.objects.public().select_related("thread__opening").order_by("pk")

    def lastmod(self, question: Question) -> datetime:
        """When it became readable, or was last written anew."""
        opening = question.thread.opening
        return (opening and opening.decided_at) or question.asked_at

    def get_latest_lastmod(self) -> datetime | None:
        return Question.objects.public().aggregate(latest=Max("thread__opening__decided_at"))["latest"]

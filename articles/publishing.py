"""Scheduled articles appear when their time has come."""

import logging

from articles.models import Article
from articles.steps import NotReady, StepRefused

logger = logging.getLogger(__name__)


def publish_due() -> int:
    """Publishes what is due; returns how many articles appeared. Several workers may call it at once: each article is
    published once, and one that cannot be does not hold up the others."""
    return sum(publish_one(article) for article in Article.objects.due().order_by("publish_at", "id"))


def publish_one(article: Article) -> bool:
    try:
        article.publish_when_due()
    except NotReady as why:
        logger.error("article %s is due and cannot be published: %s", article.pk, why)
        return False
    except StepRefused:
        # Another worker or an editor was faster.
        return False
    except Exception:
        logger.exception("article %s not published", article.pk)
        return False
    return True

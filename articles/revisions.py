"""What an article was at each save: snapshots, and everything else that has to follow a save."""

import json
from hashlib import blake2b
from typing import Any

from django.db import transaction
from django.db.models import F
from django.urls import reverse

from accounts.models import User
from articles.models.addresses import FormerAddress
from articles.models.articles import Article
from articles.models.record import Revision
from articles.rendering import refresh

PLAIN_FIELDS = ("title", "slug", "summary", "body", "key_points", "get_help", "image", "topic")
PARTS = (*PLAIN_FIELDS, "other_topics", "writers", "references")
REFERENCE_FIELDS = ("number", "text", "url", "doi", "accessed_on")


def snapshot(article: Article) -> dict[str, Any]:
    """Everything an editor can change, as it stands in the database: plain values, ready for JSON.

    `image`, `topic`, `other_topics` and `writers` are primary keys, writers in the order of the byline.
    """
    content = Article.objects.values(*PLAIN_FIELDS).get(pk=article.pk)
    content["other_topics"] = sorted(article.other_topics.order_by().values_list("pk", flat=True))
    content["writers"] = list(article.authorships.order_by("position", "id").values_list("writer", flat=True))
    content["references"] = [
        {**reference, "accessed_on": reference["accessed_on"] and reference["accessed_on"].isoformat()}
        for reference in article.references.order_by("number").values(*REFERENCE_FIELDS)
    ]
    return content


def fingerprint(content: dict[str, Any]) -> str:
    """32 hexadecimal digits that differ when anything in the snapshot differs."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return blake2b(text.encode(), digest_size=16).hexdigest()


def save_revision(article: Article, by: User | None) -> Revision:
    """Keeps what the article is now. When nothing has changed since the latest revision, that one is returned.

    A new revision raises `edition`: whoever began to write before it is told so. A published article shows it at once.
    """
    with transaction.atomic():
        row = Article.objects.select_for_update().only("status").get(pk=article.pk)
        content = snapshot(article)
        latest = article.revisions.order_by("-number").first()
        if latest is None or latest.fingerprint != fingerprint(content):
            latest = article.revisions.create(
                number=latest.number + 1 if latest else 1, content=content, fingerprint=fingerprint(content), by=by
            )
            changes = {"latest_revision": latest, "updated_at": latest.created_at, "edition": F("edition") + 1}
            if row.status == Article.Status.PUBLISHED:
                changes["live_revision"] = latest
            Article.objects.filter(pk=article.pk).update(**changes)
        article.refresh_from_db(fields=["latest_revision", "live_revision", "updated_at", "edition"])
        return latest


def record(article: Article, by: User | None, *, former_slug: str = "") -> Revision:
    """What follows every save of an editor: the revision, the page as readers get it, the thread's name, the address."""
    with transaction.atomic():
        revision = save_revision(article, by)
        refresh(article)
        if former_slug and former_slug != article.slug and article.published_at:
            FormerAddress.objects.remember(reverse("articles:detail", args=[former_slug]), article=article)
            FormerAddress.objects.reclaim(article.get_absolute_url())
        article.keep_thread()
        return revision


def changed_fields(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Names of the parts that differ between two snapshots, in the order of the form."""
    return [name for name in PARTS if before.get(name) != after.get(name)]


def changes_since(article: Article, edition: int) -> tuple[Revision | None, list[str]]:
    """The latest revision, and what it and those before it changed since somebody opened `edition`."""
    latest = article.revisions.select_related("by").order_by("-number").first()
    started = article.revisions.filter(number=edition).first()
    if latest is None or started is None:
        return latest, []
    return latest, changed_fields(started.content, latest.content)

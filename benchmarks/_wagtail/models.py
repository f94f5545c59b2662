from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import TaggedItemBase
from wagtail.fields import RichTextField
from wagtail.models import Page


class Writer(models.Model):
    name = models.CharField(max_length=100)
    title = models.CharField(max_length=100)
    bio = models.TextField()

    def __str__(self) -> str:
        return self.name


class HomePage(Page):
    pass


class ArticleTag(TaggedItemBase):
    content_object = ParentalKey("news.ArticlePage", related_name="tagged_items", on_delete=models.CASCADE)


class ArticlePage(Page):
    summary = models.CharField(max_length=300)
    date = models.DateTimeField(default=timezone.now)
    writer = models.ForeignKey(Writer, models.PROTECT)
    image = models.ForeignKey("wagtailimages.Image", models.SET_NULL, null=True, related_name="+")
    key_points = models.TextField(blank=True)
    body = RichTextField()
    get_help = models.TextField(blank=True)
    sources = models.TextField(blank=True)
    tags = ClusterTaggableManager(through=ArticleTag, blank=True)

    template = "news/article.html"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        comments = self.comments.filter(is_approved=True).select_related("writer")
        return {
            **super().get_context(request, *args, **kwargs),
            # Families together, the newest first, replies in order; `root` is the comment itself where it is no reply.
            "comments": comments.order_by("-root", "id")[:50],
            "related": ArticlePage.objects.live().exclude(pk=self.pk).only("title", "url_path")[:3],
            "menu": self.get_parent().get_children().live().in_menu(),
        }


class Comment(models.Model):
    page = models.ForeignKey(ArticlePage, models.CASCADE, related_name="comments")
    root = models.PositiveBigIntegerField()
    is_reply = models.BooleanField(default=False)
    writer = models.ForeignKey(Writer, models.SET_NULL, null=True)
    name = models.CharField(max_length=60)
    email = models.EmailField()
    body = models.TextField()
    is_approved = models.BooleanField(default=False)
    helpful = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["page", "is_approved", "-root", "id"])]

    def __str__(self) -> str:
        return self.name

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from articles.public import feeds, videos, views, votes
from edge.public_pages import at_our_address, public_page


def feed_of(feed: feeds.ArticleFeed) -> Callable[..., HttpResponse]:
    return require_safe(public_page(at_our_address(feeds.where_it_went(feed))))


app_name = "articles"
urlpatterns = [
    path("", views.home, name="home"),
    path("articles/", views.index, name="list"),
    # A dot cannot stand in an article's address, so no article is hidden behind these.
    path("articles/feed.xml", feed_of(feeds.ArticleFeed()), name="feed"),
    path("articles/<slug:slug>/", views.detail, name="detail"),
    path("articles/<slug:slug>/rate/", views.vote, {"ballot": votes.RATING}, name="rate"),
    path("articles/<slug:slug>/helpful/", views.vote, {"ballot": votes.FEEDBACK}, name="feedback"),
    path("articles/<slug:slug>/video/<int:number>/", videos.watch, name="video"),
    path("preview/<str:token>/", views.preview, name="preview"),
    path("series/<slug:slug>/", views.series, name="series"),
    path("series/<slug:slug>/feed.xml", feed_of(feeds.SeriesFeed()), name="series_feed"),
    path("topics/", views.topics, name="topics"),
    path("topics/<slug:slug>/", views.topic, name="topic"),
    path("topics/<slug:slug>/feed.xml", feed_of(feeds.TopicFeed()), name="topic_feed"),
]

from django.urls import path

from articles import embeds, feeds, views
from edge.pagecache import at_our_address, public_page

app_name = "articles"
urlpatterns = [
    path("", views.home, name="home"),
    path("articles/", views.index, name="list"),
    # A dot cannot stand in an article's address, so no article is hidden behind these.
    path("articles/feed.xml", public_page(at_our_address(feeds.ArticleFeed())), name="feed"),
    path("articles/<slug:slug>/", views.detail, name="detail"),
    path("articles/<slug:slug>/rate/", views.rate, name="rate"),
    path("articles/<slug:slug>/video/<int:number>/", embeds.watch, name="video"),
    path("topics/", views.topics, name="topics"),
    path("topics/<slug:slug>/", views.topic, name="topic"),
    path("topics/<slug:slug>/feed.xml", public_page(at_our_address(feeds.TopicFeed())), name="topic_feed"),
]

from articles.admin.articles import ArticleAdmin
from articles.admin.frontpage import FrontPageAdmin
from articles.admin.images import ImageAdmin
from articles.admin.links import LinkAdmin
from articles.admin.log import EditorialEventAdmin
from articles.admin.series import SeriesAdmin
from articles.admin.topics import BackgroundAdmin, TopicAdmin

__all__ = [
    "ArticleAdmin",
    "BackgroundAdmin",
    "EditorialEventAdmin",
    "FrontPageAdmin",
    "ImageAdmin",
    "LinkAdmin",
    "SeriesAdmin",
    "TopicAdmin",
]

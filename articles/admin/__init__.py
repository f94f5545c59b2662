from articles.admin.articles import ArticleAdmin
from articles.admin.frontpage import FrontPageAdmin
from articles.admin.images import ImageAdmin
from articles.admin.topics import BackgroundAdmin, TopicAdmin

__all__ = ["ArticleAdmin", "BackgroundAdmin", "FrontPageAdmin", "ImageAdmin", "TopicAdmin"]

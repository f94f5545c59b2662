from articles.models.addresses import FormerAddress
from articles.models.articles import Article, Authorship, Reference
from articles.models.frontpage import FrontPage
from articles.models.images import Image, Rendition
from articles.models.ratings import Rating
from articles.models.record import EditorialEvent, MedicalReview, Presence, Revision
from articles.models.topics import Background, Topic, TopicSynonym

__all__ = [
    "Article",
    "Authorship",
    "Background",
    "EditorialEvent",
    "FormerAddress",
    "FrontPage",
    "Image",
    "MedicalReview",
    "Presence",
    "Rating",
    "Reference",
    "Rendition",
    "Revision",
    "Topic",
    "TopicSynonym",
]

from articles.models.addresses import FormerAddress
from articles.models.articles import Article, Authorship
from articles.models.corrections import Correction
from articles.models.front_page import FrontPage
from articles.models.images import FormerFile, Image, Rendition
from articles.models.links import Likeness, Link
from articles.models.log import EditorialEvent
from articles.models.notes import Note
from articles.models.presence import Presence
from articles.models.previews import PreviewLink
from articles.models.ratings import Feedback, Rating
from articles.models.references import Paper, Reference
from articles.models.reviews import MedicalReview
from articles.models.revisions import Revision
from articles.models.series import Part, Series
from articles.models.topics import Background, Topic, TopicSynonym

from comments.models.appeals import AlreadyAnswered, Appeal, CannotAppeal, NotYours
from comments.models.comments import (
    EDIT_HOURS,
    MAX_DEPTH,
    Comment,
    Statement,
)
from comments.models.door import Cluster, ClusterKey, HouseRules, HouseWording, Raid, SpamModel
from comments.models.errors import AlreadyDecided, NotReceived, OwnWords
from comments.models.pending_letters import Owed
from comments.models.queries import CommentQuerySet
from comments.models.readers import FanOut, Follower, Helpful
from comments.models.record import APPEAL_DAYS, GONE, MOVES, UNDO_MINUTES, Decision, Seal, State, Status, Version
from comments.models.reports import Report
from comments.models.sanctions import Sanction
from comments.models.threads import Thread, ThreadQuerySet
from comments.models.words import WordRule
from comments.models.work import Batch, Message, Note, ReplyTemplate, Seat

__all__ = [
    "APPEAL_DAYS",
    "EDIT_HOURS",
    "GONE",
    "MAX_DEPTH",
    "MOVES",
    "UNDO_MINUTES",
    "AlreadyAnswered",
    "AlreadyDecided",
    "Appeal",
    "Batch",
    "CannotAppeal",
    "Cluster",
    "ClusterKey",
    "Comment",
    "CommentQuerySet",
    "Decision",
    "FanOut",
    "Follower",
    "Helpful",
    "HouseRules",
    "HouseWording",
    "Message",
    "NotReceived",
    "Note",
    "OwnWords",
    "NotYours",
    "Owed",
    "Raid",
    "ReplyTemplate",
    "Report",
    "Sanction",
    "Seal",
    "Seat",
    "SpamModel",
    "State",
    "Statement",
    "Status",
    "Thread",
    "ThreadQuerySet",
    "Version",
    "WordRule",
]

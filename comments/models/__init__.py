from comments.models.appeals import Appeal
from comments.models.comments import (
    EDIT_HOURS,
    MAX_DEPTH,
    UNDO_MINUTES,
    AlreadyDecided,
    Comment,
    CommentQuerySet,
    NotReceived,
    Statement,
)
from comments.models.door import Cluster, ClusterKey, HouseRules, HouseWording, Raid, SpamModel
from comments.models.readers import FanOut, Follower, Helpful
from comments.models.record import MOVES, Decision, State, Status, Version
from comments.models.reports import Report
from comments.models.sanctions import Sanction
from comments.models.threads import Thread, ThreadQuerySet
from comments.models.words import WordRule
from comments.models.work import Batch, Message, Note, ReplyTemplate, Seat

__all__ = [
    "EDIT_HOURS",
    "MAX_DEPTH",
    "MOVES",
    "UNDO_MINUTES",
    "AlreadyDecided",
    "Appeal",
    "Batch",
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
    "Raid",
    "ReplyTemplate",
    "Report",
    "Sanction",
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

from comments.models.comments import (
    EDIT_MINUTES,
    MAX_DEPTH,
    AlreadyDecided,
    Comment,
    CommentQuerySet,
    Decision,
    NotReceived,
    Version,
)
from comments.models.threads import Thread, ThreadQuerySet

__all__ = [
    "EDIT_MINUTES",
    "MAX_DEPTH",
    "AlreadyDecided",
    "Comment",
    "CommentQuerySet",
    "Decision",
    "NotReceived",
    "Thread",
    "ThreadQuerySet",
    "Version",
]

from comments.models.appeals import AlreadyAnswered, Appeal, CannotAppeal, NotYours
from comments.models.comments import EDIT_HOURS, MAX_DEPTH, Comment, CommentQuerySet, Seen
from comments.models.door import Cluster, ClusterKey, HouseRules, Raid, SpamModel, WordRule
from comments.models.enquiries import Enquiry
from comments.models.errors import AlreadyDecided, NotReceived, OwnWords
from comments.models.moves import GONE, MOVES, State, Status, Verb
from comments.models.readers import FanOut, Follower, Helpful
from comments.models.record import APPEAL_DAYS, UNDO_MINUTES, Decision, Seal, Version
from comments.models.reports import Report
from comments.models.sanctions import Sanction
from comments.models.threads import Thread, ThreadQuerySet
from comments.models.wording import HouseWording
from comments.models.work import Batch, Message, Note, PendingLetter, ReplyTemplate, Seat

"""Pages of a thread, ready for the template: a handful of queries, however many comments there are.

Pages have no numbers: each says at which comment it begins (`?from=`), so that the last page costs what the first does,
and a link stays right while others write.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db import models
from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Writer
from comments.models import GONE, MAX_DEPTH, Comment, Status, Thread
from edge.numbers import number_in
from edge.parts import render_kept
from edge.prepared import Given, Prepared

# A page holds about so many comments, replies included: whole families, and at least one.
COMMENTS_PER_PAGE = 50
# Under one comment the first replies stand; the others have a page of their own.
REPLIES_SHOWN = 10
REPLIES_PER_PAGE = 100
# Up to here comments are counted exactly; "5,000+" tells a reader as much as 99,812, and costs the same for a million.
COUNTED = 5_000


class Sort(models.TextChoices):
    NEWEST = "newest", gettext_lazy("Newest")
    OLDEST = "oldest", gettext_lazy("Oldest")
    HELPFUL = "helpful", gettext_lazy("Most helpful")

    @classmethod
    def of(cls, thread: Thread) -> "Sort":
        """Talk under an article begins with the newest; answers to a question are read in order."""
        return cls.NEWEST if thread.opening_id is None else cls.OLDEST


# Where the rest is and where it all begins, in the words of each order.
ONWARD = {
    Sort.NEWEST: gettext_lazy("Older comments"),
    Sort.OLDEST: gettext_lazy("Later comments"),
    Sort.HELPFUL: gettext_lazy("More comments"),
}
BACK = {
    Sort.NEWEST: gettext_lazy("To the newest comments"),
    Sort.OLDEST: gettext_lazy("To the first comments"),
    Sort.HELPFUL: gettext_lazy("To the most helpful comments"),
}


class Line(NamedTuple):
    """All that the list shows of a comment, in plain values: the list is kept by them, see `edge.parts.render_kept`."""

    number: int
    gone: str  # what stands in its place
    name: str
    is_writer: bool
    is_expert: bool
    profile: str
    qualification: str
    written: datetime
    reply_to: str
    words: str
    helpful: int
    replies: "tuple[Line, ...]"
    has_more: bool


class Way(NamedTuple):
    address: str
    words: str


@dataclass
class Shown:
    comment: Comment
    depth: int
    reply_to: str = ""  # whom it answers, where the tree does not show that
    replies: "list[Shown]" = field(default_factory=list)
    has_more: bool = False  # replies that are not shown

    @property
    def is_gone(self) -> bool:
        """Removed, or its writer has left and took her words along."""
        return self.comment.status in GONE or not self.comment.body

    @property
    def line(self) -> Line:
        comment, writer, is_gone = self.comment, self.comment.writer, self.is_gone
        return Line(
            number=comment.pk,
            gone=gone_sentence(comment) if is_gone else "",
            name="" if is_gone else (writer or comment).name,
            is_writer=writer is not None,
            is_expert=writer is not None and bool(writer.credentials),
            profile=writer.get_absolute_url() if writer and writer.is_listed else "",
            qualification=_qualification(writer) if writer else "",
            written=comment.created_at,
            reply_to=self.reply_to,
            words="" if is_gone else comment.body,
            helpful=comment.helpful_count,
            replies=tuple(reply.line for reply in self.replies),
            has_more=self.has_more,
        )


def gone_sentence(comment: Comment) -> str:
    return _("Its writer took this comment back.") if comment.is_withdrawn else _("This comment was removed.")


def _qualification(writer: Writer) -> str:
    return " · ".join(filter(None, [writer.title, _("medical professional") if writer.is_medical_professional else ""]))


@dataclass(frozen=True)
class Counted:
    """How many there are; `more` when counting stopped before the end."""

    number: int
    more: bool = False

    @classmethod
    def of(cls, comments: QuerySet[Comment]) -> "Counted":
        number = comments.order_by().values("pk")[: COUNTED + 1].count()
        return cls(min(number, COUNTED), number > COUNTED)

    def __str__(self) -> str:
        return f"{self.number:,}+" if self.more else f"{self.number:,}"

    def __bool__(self) -> bool:
        return self.number > 0


@dataclass
class CommentPage:
    thread: Thread
    comments: list[Shown]
    sort: Sort = Sort.NEWEST
    onward: str = ""  # where the next page begins; "" for the last one
    is_first: bool = True
    sorts: list[tuple[Sort, str, bool]] = field(default_factory=list)  # (order, its address, whether it is this one)
    counted: QuerySet[Comment] | None = None
    empty: str = ""  # another sentence for a list that holds nothing

    @cached_property
    def count(self) -> Counted:
        """Approved comments of the whole thread, or of the family that the page is about; never the opening text."""
        return Counted.of(self.counted if self.counted is not None else approved(self.thread))

    @property
    def invitation(self) -> str:
        words = ngettext("%(count)s comment", "%(count)s comments", self.count.number) % {"count": self.count}
        return words if self.count else _("Be the first to comment")

    @property
    def roots(self) -> list[Comment]:
        return [shown.comment for shown in self.comments if shown.depth == 0 and not shown.is_gone]

    @property
    def html(self) -> SafeString:
        return render_kept("comments/thread.html", self.plain)

    @property
    def plain(self) -> dict[str, Any]:
        return {
            "thread": self.thread.pk,
            "is_open": self.thread.is_open,
            "lines": tuple(shown.line for shown in self.comments if shown.depth == 0),
            "sorts": tuple((str(sort.label), address, is_this) for sort, address, is_this in self.sorts),
            "empty": self.empty,
            "onward": Way(self._address(self.onward), str(ONWARD[self.sort])) if self.onward else None,
            "back": None if self.is_first else Way(self._address(""), str(BACK[self.sort])),
        }

    def _address(self, start: str) -> str:
        parts = [f"sort={self.sort}"] if self.sort != Sort.of(self.thread) else []
        parts += [f"from={start}"] if start else []
        return ("?" + "&".join(parts) if parts else self.thread.address) + "#comments"


def page_of(thread: Thread, start: str | None = None, sort: str | None = None) -> CommentPage:
    """What readers see of the thread from the comment `start` on; what cannot be understood is the first page.

    The caller has made sure that the thread's page may be read.
    """
    order = Sort(sort) if sort in Sort.values else Sort.of(thread)
    begin = place(start, order)
    found, replies = families(thread, order, begin)
    roots, follower = _that_fit(found, replies)
    onward = cursor(follower, order) if follower else ""
    sorts = [(each, f"?sort={each}#comments", each == order) for each in Sort] if len(roots) > 1 else []
    return CommentPage(thread, _nested(list(_in_order(roots, replies))), order, onward, begin is None, sorts)


def approved(thread: Thread) -> QuerySet[Comment]:
    """Everything of the thread that readers see. The opening text is not among it: it is the page."""
    return Comment.objects.filter(thread=thread, status=Status.APPROVED).exclude(pk=thread.opening_id or 0)


def answers(thread: Thread) -> int:
    """How many answer the page itself, not each other; counted up to COUNTED."""
    return Counted.of(approved(thread).filter(root=None)).number


def cursor(root: Comment, sort: Sort) -> str:
    """What stands in an address for a page that begins with this comment."""
    return f"{root.helpful_count}.{root.pk}" if sort == Sort.HELPFUL else str(root.pk)


def place(start: str | None, sort: Sort) -> tuple[int, int] | None:
    """(helpful, number) from a cursor; None for the first page. In an order by time only the number counts."""
    if not start:
        return None
    helpful, _dot, last = start.rpartition(".")
    votes, number = number_in(helpful), number_in(last)
    if number is None or (votes is None) == (sort == Sort.HELPFUL):
        return None
    return votes or 0, number


def families(thread: Thread, sort: Sort, begin: tuple[int, int] | None) -> tuple[list[Comment], list[Comment]]:
    """What a page may hold from `begin` (included) on: comments that answer the page itself, and their first replies.

    One more of each than fits. Two queries. In an order by time a removed comment keeps its place while it has replies; it
    is found through them, by one query more.
    """
    about = {"thread": thread.pk, "opening": thread.opening_id or 0}
    if sort == Sort.HELPFUL:
        where = {**about, "helpful": begin[0], "begin": begin[1]} if begin else about
        return HELPFUL_ROOTS[bool(begin)](**where), HELPFUL_REPLIES[bool(begin)](**where)
    first, last = (LAST, 0) if sort == Sort.NEWEST else (0, LAST)
    start = begin[1] if begin else first
    found = ROOTS[sort](**about, begin=start)
    until = found[-1].pk if len(found) > COMMENTS_PER_PAGE else last
    replies = REPLIES[sort](thread=thread.pk, begin=start, until=until)
    removed = {reply.root_id for reply in replies if reply.root_status in GONE}  # type: ignore[attr-defined]
    if removed:
        found += Comment.objects.filter(pk__in=removed).select_related("writer")
    return sorted(found, key=lambda root: root.pk, reverse=sort == Sort.NEWEST), replies


def roots_by_time(sort: Sort) -> Prepared[Comment]:
    beyond, minus = ("lte", "-") if sort == Sort.NEWEST else ("gte", "")

    def build(thread: Given, opening: Given, begin: Given) -> QuerySet[Comment]:
        standing = to_read().filter(~Q(pk=opening), Q(**{f"pk__{beyond}": begin}), thread_id=thread, root=None)
        # `root` is empty in all of them: it stands here, and below, so that PostgreSQL reads the index of the page in its
        # order, and does not sort the thread or read the whole table from its newer end.
        return standing.order_by(f"{minus}root_id", f"{minus}id")[: COMMENTS_PER_PAGE + 1]

    return Prepared(build, thread=NUMBER, opening=NUMBER, begin=NUMBER)


def replies_by_time(sort: Sort) -> Prepared[Comment]:
    beyond, until_, minus = ("lte", "gte", "-") if sort == Sort.NEWEST else ("gte", "lte", "")

    def build(thread: Given, begin: Given, until: Given) -> QuerySet[Comment]:
        span = Q(**{f"root__{beyond}": begin, f"root__{until_}": until})
        return first_replies(thread, span, [f"{minus}root_id", "id"])

    return Prepared(build, thread=NUMBER, begin=NUMBER, until=NUMBER)


def helpful_roots(thread: Given, opening: Given, **begin: Given) -> QuerySet[Comment]:
    standing = to_read().filter(~Q(pk=opening), thread_id=thread, root=None)
    if begin:  # without it the index is read in its order
        onward = Q(helpful_count__lt=begin["helpful"]) | Q(pk__lte=begin["begin"])
        standing = standing.filter(onward, helpful_count__lte=begin["helpful"])
    return standing.order_by("root_id", "-helpful_count", "-id")[: COMMENTS_PER_PAGE + 1]


def helpful_replies(thread: Given, **where: Given) -> QuerySet[Comment]:
    roots = helpful_roots(thread, **where).select_related(None).values("pk")
    return first_replies(thread, Q(root__in=roots), ["-root__helpful_count", "-root_id", "id"])


def to_read() -> QuerySet[Comment]:
    """Approved comments with what the list shows of them and of their writers."""
    return Comment.objects.filter(status=Status.APPROVED).select_related("writer").only(*SHOWN)


def first_replies(thread: Any, wanted: Q, order: list[str]) -> QuerySet[Comment]:
    """The oldest approved replies under each root, one more than is shown: that one says that there are others."""
    nth = Window(RowNumber(), partition_by=[F("root")], order_by=F("id").asc())
    # With the thread's number the index holds everything that is asked for.
    first = Comment.objects.filter(wanted, thread_id=thread, status=Status.APPROVED)
    ids = first.annotate(nth=nth).filter(nth__lte=REPLIES_SHOWN + 1).order_by(*order).values("pk")
    # Cut here, so that PostgreSQL knows how few there are, and does not read the whole table for them.
    found = Comment.objects.filter(pk__in=ids[: COMMENTS_PER_PAGE + 1]).select_related("writer").only(*SHOWN)
    return found.annotate(root_status=F("root__status")).order_by(*order)


SHOWN = [
    *("thread", "parent", "root", "name", "body", "status", "helpful_count", "created_at"),
    *(f"writer__{name}" for name in ("name", "slug", "title", "credentials", "is_listed", "is_medical_professional")),
]
LAST = 2**63 - 1  # beyond every number there is
NUMBER: "models.BigIntegerField[int, int]" = models.BigIntegerField()
ROOTS = {sort: roots_by_time(sort) for sort in (Sort.NEWEST, Sort.OLDEST)}
REPLIES = {sort: replies_by_time(sort) for sort in (Sort.NEWEST, Sort.OLDEST)}
FIRST = {"thread": NUMBER, "opening": NUMBER}
LATER = {**FIRST, "helpful": NUMBER, "begin": NUMBER}
HELPFUL_ROOTS = {later: Prepared(helpful_roots, **(LATER if later else FIRST)) for later in (False, True)}
HELPFUL_REPLIES = {later: Prepared(helpful_replies, **(LATER if later else FIRST)) for later in (False, True)}


def _that_fit(roots: list[Comment], replies: list[Comment]) -> tuple[list[Comment], Comment | None]:
    """The roots whose families fill one page, and the one with which the next page begins."""
    count = Counter(reply.root_id for reply in replies)
    # Of this family not all replies may have been asked for.
    cut = replies[-1].root_id if len(replies) > COMMENTS_PER_PAGE else None
    total = 0
    for n, root in enumerate(roots):
        total += 1 + min(count[root.pk], REPLIES_SHOWN)
        if n and (total > COMMENTS_PER_PAGE or root.pk == cut):
            return roots[:n], root
    return roots, None


def replies_page(root: Comment, start: str | None = None) -> CommentPage:
    """All replies under one comment, in the order they were written, each with the name of whom it answers."""
    replies = Comment.objects.filter(thread=root.thread_id, status=Status.APPROVED, root=root)
    begin = place(start, Sort.OLDEST)
    onward_from = replies.filter(pk__gte=begin[1]) if begin else replies
    found = list(onward_from.select_related("writer", "parent__writer").order_by("id")[: REPLIES_PER_PAGE + 1])
    onward = cursor(found.pop(), Sort.OLDEST) if len(found) > REPLIES_PER_PAGE else ""
    shown = [Shown(reply, depth=0, reply_to=_whom(reply)) for reply in found]
    return CommentPage(root.thread, shown, Sort.OLDEST, onward, begin is None, counted=replies)


def address_of(comment: Comment) -> str:
    """Where a public comment can be seen: path, page and anchor. A few queries, however long the thread."""
    anchor = f"#comment-{comment.pk}"
    thread, root = comment.thread, comment.root_id or comment.pk
    if comment.pk == thread.opening_id:
        return thread.address + anchor
    if comment.root_id and _is_far_down(comment):
        return reverse("comments:replies", args=[root]) + f"?from={comment.pk}{anchor}"
    first = {shown.comment.pk for shown in page_of(thread).comments}
    start = "" if root in first else f"?from={root}"
    return thread.address + start + anchor


def _is_far_down(reply: Comment) -> bool:
    """Among the replies that its page leaves out."""
    family = Comment.objects.filter(thread=reply.thread_id, status=Status.APPROVED, root=reply.root_id)
    before = family.filter(pk__lt=reply.pk).order_by("id").values("pk")
    return before[:REPLIES_SHOWN].count() == REPLIES_SHOWN


def _nested(shown: list[Shown]) -> list[Shown]:
    """The same list; each hangs under what it answers as well."""
    above: list[Shown] = []
    for each in shown:
        del above[each.depth :]
        if above:
            above[-1].replies.append(each)
        above.append(each)
    return shown


def _in_order(roots: list[Comment], replies: list[Comment]) -> Iterator[Shown]:
    by_root: dict[int | None, list[Comment]] = defaultdict(list)
    for reply in replies:
        by_root[reply.root_id].append(reply)
    for root in roots:
        replies = by_root[root.pk]
        yield Shown(root, depth=0, has_more=len(replies) > REPLIES_SHOWN)
        yield from _family(root, replies[:REPLIES_SHOWN])


def _family(root: Comment, replies: list[Comment]) -> Iterator[Shown]:
    """Every reply behind what it answers. One whose parent is not shown (removed, say) stands right under the root."""
    present = {root.pk: root, **{reply.pk: reply for reply in replies}}
    children: dict[int, list[Comment]] = defaultdict(list)
    for reply in replies:
        children[reply.parent_id if reply.parent_id in present else root.pk].append(reply)
    waiting = [(reply, root, 1) for reply in reversed(children[root.pk])]
    while waiting:
        reply, above, depth = waiting.pop()
        # Where the tree may not grow deeper, the name says whom this answers.
        deepest = depth > MAX_DEPTH
        depth = min(depth, MAX_DEPTH)
        yield Shown(reply, depth, reply_to=above.display_name if deepest else "")
        waiting += [(child, reply, depth + 1) for child in reversed(children[reply.pk])]


def _whom(reply: Comment) -> str:
    parent = reply.parent
    return parent.display_name if parent and parent.pk != reply.root_id and parent.is_public else ""

"""A page of a thread, ready for the template: a handful of queries, however many comments there are.

Pages have no numbers: each says at which comment it begins (`?from=`), so that the last page costs what the first does,
and a link stays right while others write.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from itertools import pairwise

from django.contrib.humanize.templatetags.humanize import naturaltime
from django.db import models
from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments.models import GONE, MAX_DEPTH, Comment, Status, Thread
from edge.numbers import number_in

# A page holds about so many comments, replies included: whole families, and at least one.
COMMENTS_PER_PAGE = 50
# Under one comment the first replies stand; the others have a page of their own.
REPLIES_SHOWN = 10
REPLIES_PER_PAGE = 100
# Up to here comments are counted exactly; "5,000+" tells a reader as much as 99,812, and costs the same for a million.
COUNTED = 5_000
# After that many days "3 days ago" says less than the date.
RECENT = timedelta(days=7)


class Sort(models.TextChoices):
    NEWEST = "newest", gettext_lazy("Newest")
    OLDEST = "oldest", gettext_lazy("Oldest")
    HELPFUL = "helpful", gettext_lazy("Most helpful")

    @classmethod
    def of(cls, thread: Thread) -> "Sort":
        """Talk under an article begins with the newest; answers to a question are read in order."""
        return cls.NEWEST if thread.newest_first else cls.OLDEST


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


@dataclass
class Shown:
    """A comment where it stands. The template writes one flat list; `opens` and `closes` make the tree of it."""

    comment: Comment
    depth: int
    opens: bool = False  # the first reply: a list begins before it
    leads: bool = False  # replies follow inside it
    closes: str = ""  # one letter per list that ends behind it
    more_of: int | None = None  # the last of the replies shown; there are more, under the comment of this number
    reply_to: str = ""  # whom it answers, where the tree does not show that

    @property
    def is_gone(self) -> bool:
        """Removed, or its writer has left and took her words along."""
        return not self.comment.is_public or not self.comment.body

    @property
    def when(self) -> str:
        return when(self.comment)

    @property
    def reply_label(self) -> str:
        return _("Reply to %(name)s") % {"name": self.comment.display_name}

    @property
    def report_address(self) -> str:
        return reverse("comments:report", args=[self.comment.pk])

    @property
    def moment(self) -> str:
        """For machines and for the tooltip; in no language, for fifty dates in words take longer than the queries."""
        return timezone.localtime(self.comment.created_at).isoformat(" ", "minutes")


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

    @cached_property
    def count(self) -> Counted:
        """Approved comments of the whole thread, or of the family that the page is about; never the opening text."""
        return Counted.of(self.counted if self.counted is not None else approved(self.thread))

    @property
    def roots(self) -> list[Comment]:
        return [shown.comment for shown in self.comments if shown.depth == 0 and not shown.is_gone]

    @property
    def onward_address(self) -> str:
        return self._address(self.onward)

    @property
    def onward_words(self) -> str:
        return str(ONWARD[self.sort])

    @property
    def back_address(self) -> str:
        return self._address("")

    @property
    def back_words(self) -> str:
        return str(BACK[self.sort])

    @property
    def query(self) -> str:
        """What tells this page from the first one in its usual order: "from=12", or ""."""
        first = self.comments[0].comment if self.comments else None
        return "" if self.is_first or first is None else f"from={cursor(first, self.sort)}"

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
    return CommentPage(thread, list(_tree(roots, replies)), order, onward, begin is None, sorts)


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
    helpful, _dot, last = (start or "").rpartition(".")
    votes, number = number_in(helpful), number_in(last)
    if number is None or (votes is None) == (sort == Sort.HELPFUL):
        return None
    return votes or 0, number


def families(thread: Thread, sort: Sort, begin: tuple[int, int] | None) -> tuple[list[Comment], list[Comment]]:
    """What a page may hold from `begin` (included) on: comments that answer the page itself, and their first replies.

    One more of each than fits. Two queries. In an order by time a removed comment keeps its place while it has replies; it
    is found through them, by one query more.
    """
    limit = COMMENTS_PER_PAGE + 1
    standing = approved(thread).filter(root=None).select_related("writer")
    if sort == Sort.HELPFUL:
        if begin:
            helpful, pk = begin
            standing = standing.filter(Q(helpful_count__lt=helpful) | Q(pk__lte=pk), helpful_count__lte=helpful)
        found = list(standing.order_by("-helpful_count", "-id")[:limit])
        by = ["-root__helpful_count", "-root_id", "id"]
        return found, first_replies(thread, Q(root__in=[root.pk for root in found]), by) if found else []
    beyond, until = ("lte", "gte") if sort == Sort.NEWEST else ("gte", "lte")
    if begin:
        standing = standing.filter(**{f"pk__{beyond}": begin[1]})
    minus = "-" if sort == Sort.NEWEST else ""
    # `root` is the same (empty) in all of them: it stands here so that the index of the page is read in its order, not
    # the whole table from its newer end, which PostgreSQL thinks is quicker.
    found = list(standing.order_by(f"{minus}root_id", f"{minus}id")[:limit])
    span = {f"root__{beyond}": begin[1]} if begin else {}
    if len(found) == limit:
        span[f"root__{until}"] = found[-1].pk
    replies = first_replies(thread, Q(root__isnull=False, **span), [f"{minus}root_id", "id"])
    removed = {reply.root_id for reply in replies if reply.root_status in GONE}  # type: ignore[attr-defined]
    if removed:
        found += Comment.objects.filter(pk__in=removed).select_related("writer")
    return sorted(found, key=lambda root: root.pk, reverse=sort == Sort.NEWEST), replies


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


def first_replies(thread: Thread, wanted: Q, order: list[str]) -> list[Comment]:
    """The oldest approved replies under each root, one more than is shown: that one says that there are others."""
    nth = Window(RowNumber(), partition_by=[F("root")], order_by=F("id").asc())
    # With the thread's number the index holds everything that is asked for.
    first = Comment.objects.filter(wanted, thread=thread, status=Status.APPROVED).annotate(nth=nth)
    ids = first.filter(nth__lte=REPLIES_SHOWN + 1).order_by().values("pk")
    found = Comment.objects.filter(pk__in=ids).select_related("writer").annotate(root_status=F("root__status"))
    return list(found.order_by(*order)[: COMMENTS_PER_PAGE + 1])


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


def when(comment: Comment) -> str:
    """How long ago while that is easily grasped, then the date."""
    recent = timezone.now() - comment.created_at < RECENT
    return naturaltime(comment.created_at) if recent else date_format(timezone.localtime(comment.created_at))


def _tree(roots: list[Comment], replies: list[Comment]) -> Iterator[Shown]:
    """Roots and replies in the order they are read, with the marks where lists open and close."""
    ordered = list(_in_order(roots, replies))
    for here, after in pairwise([*ordered, Shown(Comment(), depth=0)]):
        here.leads = after.opens = after.depth > here.depth
        here.closes = "x" * max(0, here.depth - after.depth)
    return iter(ordered)


def _in_order(roots: list[Comment], replies: list[Comment]) -> Iterator[Shown]:
    by_root: dict[int | None, list[Comment]] = defaultdict(list)
    for reply in replies:
        by_root[reply.root_id].append(reply)
    for root in roots:
        family = [Shown(root, depth=0), *_family(root, by_root[root.pk][:REPLIES_SHOWN])]
        family[-1].more_of = root.pk if len(by_root[root.pk]) > REPLIES_SHOWN else None
        yield from family


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

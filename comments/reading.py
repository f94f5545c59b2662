"""A page of a thread, ready for the template: three queries, however many comments there are."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from django.contrib.humanize.templatetags.humanize import naturaltime
from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from comments.models import MAX_DEPTH, Comment, Thread

ROOTS_PER_PAGE = 50
# Under one comment the first replies stand; the others have a page of their own.
REPLIES_SHOWN = 10
REPLIES_PER_PAGE = 100
# After that many days "3 days ago" says less than the date.
RECENT = timedelta(days=7)


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
    def moment(self) -> str:
        """For machines and for the tooltip; in no language, for fifty dates in words take longer than the queries."""
        return timezone.localtime(self.comment.created_at).isoformat(" ", "minutes")


@dataclass
class CommentPage:
    thread: Thread
    count: int  # approved comments in the whole thread; never counts the opening text
    answers: int  # those of them that answer the page itself, not each other
    page_obj: Page
    comments: list[Shown]

    @property
    def roots(self) -> list[Comment]:
        return [shown.comment for shown in self.comments if shown.depth == 0 and not shown.is_gone]


def page_of(thread: Thread, number: int | str | None = 1) -> CommentPage:
    """What readers see of the thread on page `number`; any number is answered with the nearest page there is.

    The caller has made sure that the thread's page may be read.
    """
    roots = roots_of(thread)
    standing = Count("pk", filter=Q(status=Comment.Status.APPROVED))
    top_level = Count("pk", filter=Q(status=Comment.Status.APPROVED, root=None))
    counts = listed(thread).aggregate(count=standing, answers=top_level, gone=Count("pk", filter=_kept_for_replies()))
    paginator = Paginator(roots.select_related("writer"), ROOTS_PER_PAGE)
    paginator.count = counts["answers"] + counts["gone"]  # type: ignore[misc]  # known: no second query for it
    page_obj = paginator.get_page(number)
    on_page = list(page_obj.object_list)
    shown = list(_tree(on_page, first_replies(on_page)))
    return CommentPage(thread, counts["count"], counts["answers"], page_obj, shown)


def listed(thread: Thread) -> QuerySet[Comment]:
    """Everything that can stand in the list. The opening text does not: it is the page."""
    return Comment.objects.filter(thread=thread).exclude(pk=thread.opening_id or 0)


def roots_of(thread: Thread) -> QuerySet[Comment]:
    """What answers the page itself, in the thread's order. A removed comment keeps its place while it has replies."""
    roots = listed(thread).filter(Q(status=Comment.Status.APPROVED, root=None) | _kept_for_replies())
    return roots.order_by("-id" if thread.newest_first else "id")


def first_replies(roots: Iterable[Comment]) -> list[Comment]:
    """The oldest approved replies under each root, one more than is shown: that one says that there are others."""
    nth = Window(RowNumber(), partition_by=[F("root")], order_by=F("id").asc())
    ids = [root.pk for root in roots]
    first = Comment.objects.filter(root__in=ids, status=Comment.Status.APPROVED).annotate(nth=nth)
    wanted = first.filter(nth__lte=REPLIES_SHOWN + 1).order_by().values("pk")
    return list(Comment.objects.filter(pk__in=wanted).select_related("writer").order_by("id")) if ids else []


def replies_page(root: Comment, number: int | str | None = 1) -> CommentPage:
    """All replies under one comment, in the order they were written, each with the name of whom it answers."""
    replies = Comment.objects.filter(root=root, status=Comment.Status.APPROVED)
    replies = replies.select_related("writer", "parent__writer").order_by("id")
    paginator = Paginator(replies, REPLIES_PER_PAGE)
    page_obj = paginator.get_page(number)
    shown = [Shown(reply, depth=0, reply_to=_whom(reply)) for reply in page_obj.object_list]
    return CommentPage(root.thread, paginator.count, 0, page_obj, shown)


def address_of(comment: Comment) -> str:
    """Where a public comment can be seen: path, page and anchor. At most two queries, however long the thread."""
    anchor = f"#comment-{comment.pk}"
    if comment.pk == comment.thread.opening_id:
        return comment.thread.address + anchor
    if comment.root_id:
        place = Comment.objects.filter(root=comment.root_id, status=Comment.Status.APPROVED, pk__lt=comment.pk).count()
        if place >= REPLIES_SHOWN:
            return replies_address(comment.root_id, place // REPLIES_PER_PAGE + 1) + anchor
    root = comment.root_id or comment.pk
    before = Q(pk__gt=root) if comment.thread.newest_first else Q(pk__lt=root)
    number = roots_of(comment.thread).filter(before).count() // ROOTS_PER_PAGE + 1
    return comment.thread.address + (f"?page={number}" if number > 1 else "") + anchor


def replies_address(root: int, number: int) -> str:
    return reverse("comments:replies", args=[root]) + (f"?page={number}" if number > 1 else "")


def when(comment: Comment) -> str:
    """How long ago while that is easily grasped, then the date."""
    recent = timezone.now() - comment.created_at < RECENT
    return naturaltime(comment.created_at) if recent else date_format(timezone.localtime(comment.created_at))


def _kept_for_replies() -> Q:
    """A removed root with approved replies: its words are gone, its place is not."""
    replies = Comment.objects.filter(root=OuterRef("pk"), status=Comment.Status.APPROVED)
    return Q(Exists(replies), status=Comment.Status.REMOVED, root=None)


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

"""What readers report: taken in once, shown to the desk, and answered."""

import re
from collections.abc import Iterable
from datetime import timedelta
from itertools import product
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.db.models.functions import RowNumber
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comments.captcha import challenge as captchas
from comments.intake.trust import is_blocked
from comments.models import UNDO_MINUTES, Comment, Decision, Report
from comments.text.signing import REPORT
from edge.day import start_of_today
from edge.mail import write_letter
from edge.mailboxes import mailbox_of
from edge.models import Letter
from edge.network import in_network, one_at_a_time, shares, wider_key
from edge.numbers import number_in

# How many one account, or without one a network, may send.
PER_PERSON = {timedelta(minutes=10): 10, timedelta(days=1): 40}
NOTICES_PER_PERSON = {timedelta(minutes=10): 5, timedelta(days=1): 10}
MOST_A_DAY = 5  # letters about reports and notices to one address
LONGEST_PATH = 300
ANCHOR = re.compile(r"comment-(\d{1,18})", re.ASCII)
NAMES_COMMENT = {"comments:comment", "comments:report", "comments:helpful"}
# Of each comment at the desk.
SHOWN = 5


def first_reports(about: Iterable[int]) -> models.QuerySet[Report]:
    """The open reports of the comments with these numbers: notices and the oldest, SHOWN of each comment's, and one at
    least of each reason.

    Each says in `in_all` how many of its comment's reports are open, and in `alike` how many have its reason.
    """
    of_comment, of_reason = [models.F("comment")], [models.F("comment"), models.F("reason")]
    first = [models.F("is_notice").desc(), models.F("id").asc()]
    found = Report.objects.open().filter(comment__in=about).order_by()
    return found.annotate(
        nth=models.Window(RowNumber(), partition_by=of_comment, order_by=first),
        nth_alike=models.Window(RowNumber(), partition_by=of_reason, order_by=first),
        in_all=models.Window(models.Count("pk"), partition_by=of_comment),
        alike=models.Window(models.Count("pk"), partition_by=of_reason),
    ).filter(Q(nth__lte=SHOWN) | Q(nth_alike=1))


# --- Taking in ---------------------------------------------------------------------------------------------------


class NotTaken(Exception):
    """Why a report was not taken in. Nothing was saved; the reader gets her words back."""

    class Why(models.TextChoices):
        GONE = "gone", _("This comment has been taken down meanwhile. Thank you for looking after others.")
        BLOCKED = "blocked", _("Reports from here are not taken at present. A notice of illegal content still is.")
        TOO_MANY = "too_many", _("Many reports came from your network lately. Please try again later.")
        CAPTCHA = "captcha", _("This picture was already used. Your words are still here; try the new picture.")

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


def receive(report: Report, *, captcha: str | None = None, limited: bool = True) -> Report:
    """Takes in a report or a notice that is not saved yet, and tells the desk.

    Whoever has reported this text before gets back what was saved then, and so does the same form sent twice, even at
    the same moment. `captcha` is a key that was answered and is spent here. Raises NotTaken.
    """
    try:
        with transaction.atomic():
            return _take_in(report, captcha=captcha, limited=limited)
    except IntegrityError:
        if earlier := sent_before(report):
            return earlier
        raise


def sent_before(report: Report) -> Report | None:
    """The same form, or the same person (without an account: the same network) about the same text."""
    if earlier := Report.objects.sent_with(report.form_key):
        return earlier
    if report.is_notice or not (report.by_id or report.network):
        return None
    mine = Q(by=report.by_id) if report.by_id else Q(by=None, network=report.network)
    return Report.objects.filter(mine, comment=report.comment_id, version=report.version, is_notice=False).first()


def place_at(address: str, host: str) -> tuple[Comment | None, str]:
    """Where an address of this site leads: the comment, if it names one that readers see, and the path.

    Raises ValueError when it is no address of ours. What is hidden and what never existed look the same.
    """
    address = address.strip()
    if not address.startswith("/") and "://" not in address:
        address = f"https://{address}"
    parts = urlsplit(address)
    foreign = parts.netloc.lower() not in {host.lower(), urlsplit(settings.BASE_URL).netloc.lower()}
    if (parts.scheme or parts.netloc) and (foreign or parts.scheme not in {"http", "https"}):
        raise ValueError("another site")
    path = parts.path or "/"
    if path.startswith("//") or "\\" in path or len(path) > LONGEST_PATH:
        raise ValueError("no path of ours")
    try:
        found = resolve(path)
    except Resolver404 as error:
        raise ValueError("no page of ours") from error
    whole = urlunsplit(("", "", path, parts.query, parts.fragment))
    anchor = ANCHOR.fullmatch(parts.fragment)
    number = anchor[1] if anchor else str(found.kwargs["pk"]) if found.view_name in NAMES_COMMENT else ""
    comment = Comment.objects.public().filter(pk=number_in(number) or 0).first() if number else None
    return comment, whole if len(whole) <= LONGEST_PATH else path


def _take_in(report: Report, *, captcha: str | None, limited: bool) -> Report:
    comment = _locked(report)
    if earlier := sent_before(report):
        return earlier
    if limited:
        _let_in(report)
    report.save(force_insert=True)
    if captcha is not None and not captchas.spend(captcha):
        raise NotTaken(NotTaken.Why.CAPTCHA)
    if comment and report.is_open:
        _tell_desk(report, comment)
    if report.is_notice:
        write_receipt(report)
    return report


def _locked(report: Report) -> Comment | None:
    """The comment as it is now, and stays until the report is saved. A notice outlives the comment; a report does not."""
    if report.comment_id is None:
        return None
    found = Comment.objects.public().select_for_update(no_key=True, of=("self",)).filter(pk=report.comment_id)
    number, report.comment = report.comment_id, found.first()
    comment = report.comment
    if comment is None and not report.is_notice:
        raise NotTaken(NotTaken.Why.GONE)
    if comment is None:
        report.page = reverse("comments:comment", args=[number])
    if comment:
        report.version = comment.version
        if comment.checked_version == comment.version and not report.is_notice:
            _answer_at_once(report, comment)
    return comment


def _answer_at_once(report: Report, comment: Comment) -> None:
    """A moderator has found this very text fine. Who notices something illegal is heard all the same."""
    report.state, report.decided_at, report.told_at = Report.State.DECLINED, report.created_at, report.created_at
    kept = comment.decisions.filter(outcome=Decision.Outcome.APPROVED, version=comment.version)
    report.decision = kept.order_by("-id").first()


def _let_in(report: Report) -> None:
    if not report.is_notice and is_blocked(user=report.by, network=report.network):
        raise NotTaken(NotTaken.Why.BLOCKED)
    if not (report.by or report.network):
        return
    one_at_a_time(f"report:{report.by_id or wider_key(report.network)}")
    mine = [(Q(by=report.by), 1)]
    if not report.by:
        mine = [(Q(by=None) & in_network(key), times) for key, times in shares(report.network)]
    limits = NOTICES_PER_PERSON if report.is_notice else PER_PERSON
    for (by, times), (span, most) in product(mine, limits.items()):
        sent = Report.objects.filter(by, is_notice=report.is_notice, created_at__gt=timezone.now() - span)
        if sent.count() >= times * most:
            raise NotTaken(NotTaken.Why.TOO_MANY)


def _tell_desk(report: Report, comment: Comment) -> None:
    """Into the queue of what was reported, where the oldest stands first; before all others when somebody is in danger."""
    comment.reported_at = comment.reported_at or report.created_at
    comment.is_crisis = comment.is_crisis or report.reason == Report.Reason.CRISIS
    Comment.objects.filter(pk=comment.pk).update(reported_at=comment.reported_at, is_crisis=comment.is_crisis)


def answer_notice(notice: Report, *, state: str, answer: str) -> bool:
    """A moderator's answer to a notice that is about no comment. False when somebody else was faster."""
    mine = Report.objects.open().filter(pk=notice.pk, is_notice=True, comment=None)
    notice.state, notice.answer, notice.decided_at = state, answer, timezone.now()
    return bool(mine.update(state=state, answer=answer, decided_at=notice.decided_at))


# --- Hearing back ------------------------------------------------------------------------------------------------


def tell_reporters(limit: int = 100) -> int:
    """Letters to whom a decision answers: accounts, and who sent a notice. Once it cannot be taken back by a click.

    The private page says it at once. Returns how many reports were seen to.
    """
    now = timezone.now()
    due = Report.objects.untold().filter(decided_at__lte=now - timedelta(minutes=UNDO_MINUTES))
    nobody = due.filter(by=None, email="").update(told_at=now)
    told: set[tuple[str, int | None, int | None]] = set()
    reports = list(due.select_related("by", "decision").order_by("decided_at", "id")[:limit])
    for report in reports:
        about = (address_of_sender(report), report.comment_id, report.decision_id)
        with transaction.atomic():
            mine = Report.objects.untold().filter(pk=report.pk).update(told_at=now)
            # Who reported two wordings of one comment gets one letter.
            if mine and (report.comment_id is None or about not in told):
                _write("report", report, subject=gettext("We have looked at what you reported"))
        told.add(about)
    return nobody + len(reports)


def write_receipt(notice: Report) -> None:
    """That it has arrived (Article 16(4)). Anybody can type anybody's address: no typed word stands in it."""
    _write("notice", notice, subject=gettext("We have received your notice"))


def address_of_sender(report: Report) -> str:
    """ "" for nowhere: an account that was closed, a report without one."""
    if report.email:
        return report.email
    return report.by.email if report.by and report.by.is_active else ""


def _write(kind: str, report: Report, *, subject: str) -> None:
    to = address_of_sender(report)
    today = start_of_today()
    keys = Letter.objects.filter(mailbox=mailbox_of(to), created_at__gte=today).values_list("key", flat=True)
    if not to or sum(key.startswith(("report:", "notice:")) for key in keys) >= MOST_A_DAY:
        return
    write_letter(
        key=f"{kind}:{report.pk}",
        to=to,
        subject=subject,
        template=f"mail/comments/{kind}",
        context={"report": report, "link": settings.BASE_URL + REPORT.to(report.pk)},
    )

"""What readers write to the editors: taken in once, and answered."""

from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from comments.captcha import challenge as captchas
from comments.intake.reports import NotTaken
from comments.models import Enquiry
from comments.text.phrases import said_in
from comments.text.words import Comparable
from edge.mail import write_letter
from edge.network import in_network, one_at_a_time, shares, wider_key

PER_PERSON = {timedelta(minutes=10): 5, timedelta(days=1): 10}


def receive(enquiry: Enquiry, *, captcha: str | None) -> Enquiry:
    """The same form sent twice, even at the same moment, is one message. Raises NotTaken."""
    enquiry.is_crisis = "crisis" in said_in(Comparable(enquiry.text))
    try:
        with transaction.atomic():
            _let_in(enquiry.network)
            enquiry.save(force_insert=True)
            if captcha is not None and not captchas.spend(captcha):
                raise NotTaken(NotTaken.Why.CAPTCHA)
    except IntegrityError:
        return Enquiry.objects.get(form_key=enquiry.form_key)
    return enquiry


def _let_in(network: str) -> None:
    if not network:
        return
    one_at_a_time(f"enquiry:{wider_key(network)}")
    for key, times in shares(network):
        for span, most in PER_PERSON.items():
            sent = Enquiry.objects.filter(in_network(key), created_at__gt=timezone.now() - span)
            if sent.count() >= times * most:
                raise NotTaken(NotTaken.Why.TOO_MANY)


def answer(enquiry: Enquiry, text: str, *, by: User) -> bool:
    """By letter, with the question quoted. Without a text it is closed. False when somebody else was faster."""
    state = Enquiry.State.ANSWERED if text else Enquiry.State.CLOSED
    mine = Enquiry.objects.filter(pk=enquiry.pk, state=Enquiry.State.OPEN)
    with transaction.atomic():
        if not mine.update(state=state, answer=text, answered_by=by, answered_at=timezone.now()):
            return False
        if text:
            write_letter(
                key=f"enquiry:{enquiry.pk}",
                to=enquiry.email,
                subject=_("Our answer to your message"),
                template="mail/comments/enquiry",
                context={"enquiry": enquiry, "answer": text, "link": settings.BASE_URL + "/contact/"},
            )
    return True

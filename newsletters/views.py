"""Signing up, and the pages behind the links in mail. A link opens a page; only its button changes something."""

from collections.abc import Callable
from functools import wraps

from allauth.account.models import EmailAddress
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from articles.models import Article, Topic
from comments.followers.following import wishes_of
from comments.models import Follower
from edge.network import allow
from edge.numbers import numbers_in
from edge.origin import token_or_same_origin
from edge.public_pages import public_page
from edge.resending import may_be_sent_again
from newsletters import subscribing
from newsletters.forms import FollowForm, SignUpForm
from newsletters.models import Subscriber, Subscription
from newsletters.preferences import PreferencesForm, forget, is_waiting, mails_to, remains_of, stop_everything
from newsletters.signing import Purpose, WrongLink, preferences_path, read_address, read_token

SIGN_UPS = 5
HOUR = 3600


@public_page
@may_be_sent_again(gettext_lazy("a sign-up for the newsletter"), SignUpForm)
@token_or_same_origin
def sign_up(request: HttpRequest) -> HttpResponse:
    return take(request, SignUpForm(request.POST or None), page="sign_up", how="newsletter form")


@public_page
@may_be_sent_again(gettext_lazy("a sign-up for news about a topic"), FollowForm)
@token_or_same_origin
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    topic = get_object_or_404(Topic, pk=pk)
    return take(request, FollowForm(request.POST or None, topic=topic), page="follow", how="topic form")


def take(request: HttpRequest, form: SignUpForm, *, page: str, how: str) -> HttpResponse:
    """Shows the form, or takes it. The answer is the same whether we know the address or not."""
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            if allow(request, "newsletter", limit=SIGN_UPS, seconds=HOUR):
                form.ask(how=how)
                return thank(request)
            form.add_error(None, _("There were many sign-ups from your network just now. Please try again in an hour."))
            status = 429
    part = "parts/" if request.headers.get("HX-Request") and form.is_bound else ""
    return render(request, f"newsletters/{part}{page}.html", {"form": form, "topic": form.topic}, status=status)


def thank(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return render(request, "newsletters/parts/asked.html")
    return redirect("newsletters:asked")


@public_page
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    return render(request, "newsletters/asked.html")


@require_safe
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """The article behind a link in mail."""
    return redirect(get_object_or_404(Article.objects.published(), pk=pk))


def behind(read: Callable[[str], tuple]) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A page behind a signed link: the view gets what `read` finds in it.

    The link itself is the proof, so neither cookie nor token is asked for: mail programs that press the button for
    their owner (RFC 8058) bring neither.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @wraps(view)
        def wrapper(request: HttpRequest, token: str) -> HttpResponse:
            try:
                found = read(token)
            except WrongLink as wrong:
                context = {"expired": wrong.expired}
                return render(request, "newsletters/wrong_link.html", context, status=410 if wrong.expired else 404)
            return view(request, *found)

        return wrapper

    return decorate


@behind(lambda token: read_token(token, Purpose.CONFIRM))
def confirm(request: HttpRequest, subscriber: Subscriber, purpose: Purpose) -> HttpResponse:
    """What waits for this address is listed, of every kind, and one button begins it."""
    started: list[Subscription | Follower] = []
    if request.method == "POST":
        chosen, followed = (numbers_in(request.POST.getlist(name)) for name in ("subscription", "conversation"))
        started += subscribing.confirm(subscriber, chosen, how="link in the mail")
        started += subscribing.begin_to_follow(subscriber, followed, how="link in the mail")
    waiting = [*subscriber.subscriptions.waiting().select_related("topic"), *wishes_of(subscriber.email)]
    context = {"started": started, "waiting": waiting, "preferences_url": preferences_path(subscriber)}
    return render(request, "newsletters/confirm.html", context)


@never_cache
@token_or_same_origin
@login_required
def own_preferences(request: HttpRequest) -> HttpResponse:
    """The same page for whoever is signed in; the address has to be hers beyond doubt."""
    email = str(request.user.email)  # type: ignore[union-attr]
    if not EmailAddress.objects.filter(user_id=request.user.pk, email__iexact=email, verified=True).exists():
        return redirect("account_email")
    return all_mail(request, email)


@behind(read_address)
def preferences(request: HttpRequest, email: str) -> HttpResponse:
    return all_mail(request, email)


def all_mail(request: HttpRequest, email: str) -> HttpResponse:
    """Everything the site mails to an address, whichever letter led here."""
    act = request.POST.get("act", "") if request.method == "POST" else ""
    if act == "delete" and request.POST.get("sure"):
        forget(email)
        return render(request, "newsletters/deleted.html", {"remains": remains_of(email)})
    form = PreferencesForm(mails_to(email), request.POST if act == "save" else None)
    said = ""
    if act == "stop":
        stop_everything(email)
        said = _("Everything is stopped. You will get no more mail from us.")
    elif act == "save" and form.is_valid():
        said = _("Saved.") if form.save() else _("Nothing was changed.")
    context = {
        "form": PreferencesForm(mails_to(email)) if said else form,
        "email": email,
        "waiting": is_waiting(email),
        "said": said,
        "unsure": act == "delete",
    }
    return render(request, "newsletters/preferences.html", context, status=422 if form.errors else 200)


@behind(lambda token: read_token(token, Purpose.STOP_NEWSLETTER, Purpose.STOP_UPDATES))
def stop(request: HttpRequest, subscriber: Subscriber, purpose: Purpose) -> HttpResponse:
    """The one click: a POST ends this kind of mail at once, whoever sends it. Twice is fine."""
    everything = subscriber.subscriptions.not_ended()
    newsletter = purpose is Purpose.STOP_NEWSLETTER
    concerned = everything.to_newsletter() if newsletter else everything.to_topics()
    if request.method == "POST":
        one_click = request.POST.get("List-Unsubscribe") == "One-Click"
        subscribing.stop(concerned.all(), how="one click in the mail program" if one_click else "stop page")
    context = {
        "newsletter": newsletter,
        "running": concerned.exists(),
        "others": any(mails_to(subscriber.email)),
        "preferences_url": preferences_path(subscriber),
    }
    return render(request, "newsletters/stop.html", context)

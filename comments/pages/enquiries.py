"""The page on which readers write to the editors."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from comments.forms.enquiries import EnquiryForm
from comments.models import Thread
from edge.numbers import number_in
from edge.origin import token_or_same_origin
from edge.public_pages import unlisted
from edge.resending import may_be_sent_again


@never_cache
@may_be_sent_again(_("a message to the editors"), EnquiryForm)
@token_or_same_origin
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    form = EnquiryForm(request, about=_asked_about(request))
    if sent := form.send():
        return unlisted(request, "comments/enquiry_sent.html", {"enquiry": sent})
    return unlisted(request, "comments/enquiry.html", {"form": form}, status=form.http_status)


def _asked_about(request: HttpRequest) -> Thread | None:
    return Thread.objects.readable().filter(pk=number_in(request.GET.get("thread")) or 0).first()

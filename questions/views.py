from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from articles.models import Topic
from comments.models import Comment
from comments.pages.comments import shut_out, thank
from comments.pages.thread import answers, page_of
from edge.origin import token_or_same_origin
from edge.public_pages import list_page, public_page
from edge.resending import may_be_sent_again
from questions.forms import AskForm
from questions.jsonld import qa_page
from questions.models import Question

PER_PAGE = 20


@public_page
@require_safe
def question_list(request: HttpRequest) -> HttpResponse:
    """What readers asked, newest first; `?topic=slug` for one topic."""
    questions = Question.objects.public().for_list()
    topic = None
    if slug := request.GET.get("topic", "").replace("\0", ""):
        topic = get_object_or_404(Topic, slug=slug)
        questions = questions.filter(topic=topic)
    page = list_page(request, questions, PER_PAGE, topic=slug)
    context = {"page": page, "topic": topic, "query": f"topic={topic.slug}&" if topic else ""}
    return render(request, "questions/list.html", context)


@never_cache
@may_be_sent_again(_("a question to us"), AskForm)
@token_or_same_origin
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    def save(**received: Any) -> Comment:
        return Question.ask(**received).thread.opening  # type: ignore[return-value]

    if refused := shut_out(request):
        return refused
    form = AskForm(request)
    if comment := form.send(save):
        return thank(request, comment)
    page = "questions/ask_fragment.html" if getattr(request, "htmx", False) else "questions/ask.html"
    return render(request, page, {"form": form}, status=form.http_status)


@public_page
@require_safe
def detail(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    questions = Question.objects.public().select_related("topic", "thread__opening__writer")
    question = get_object_or_404(questions, pk=pk)
    if slug != question.slug:
        return redirect(question, permanent=True)
    talk = page_of(question.thread, request.GET.get("from"), request.GET.get("sort"))
    talk.empty = gettext(
        "There is no answer yet. If you have lived through this, or know about it, yours would be the first."
    )
    answered = answers(question.thread)
    context = {
        "question": question,
        "opening": question.thread.opening,
        "talk": talk,
        "structured": qa_page(question, talk, answered),
        "answers": answered,
    }
    return render(request, "questions/detail.html", context)

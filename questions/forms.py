from typing import Any

from crispy_forms.layout import Row
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles.models import Article, Topic
from comments.forms.comments import CommentForm
from comments.forms.public import LineField
from comments.intake import raids
from questions.models import Question


class AskForm(CommentForm):
    """The comment form with a title and a topic: the same captcha, the same door."""

    title = LineField(
        label=_("Your question in one sentence"),
        max_length=150,
        error_messages={"required": _("Please put your question into one sentence.")},
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    topic = forms.ModelChoiceField(
        label=_("Topic"), queryset=Topic.objects.none(), to_field_name="slug", required=False, empty_label=_("None")
    )
    button = _("Ask")
    field_order = ["title", "topic", "body", "name", "email", *CommentForm.field_order[3:]]

    def __init__(self, request: HttpRequest) -> None:
        wanted = str(request.POST.get("topic") or request.GET.get("topic") or "").replace("\0", "")
        super().__init__(
            request, place="ask", action=reverse("questions:ask"), draft="ask",
            raid=raids.going_on(None) is not None, initial={"topic": wanted},
        )  # fmt: skip
        topic, body = self.fields["topic"], self.fields["body"]
        topic.queryset = topics_to_offer(wanted)  # type: ignore[attr-defined]
        body.label, body.help_text = _("What is behind it"), _("What happened, what you tried, what you want to know.")

    def received(self) -> dict[str, Any]:
        return {**super().received(), "title": self.cleaned_data["title"], "topic": self.cleaned_data["topic"]}

    def _asked(self) -> list[Any]:
        return ["title", "topic", "body", Row("name", "email")]


def topics_to_offer(wanted: str) -> QuerySet[Topic]:
    written = Article.objects.published().filter(topic=OuterRef("pk"))
    talked = Question.objects.public().filter(topic=OuterRef("pk"))
    return Topic.objects.filter(Q(Exists(written)) | Q(Exists(talked)) | Q(slug=wanted)).order_by("name")

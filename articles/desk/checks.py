"""Before publishing: what should be looked at, beside the text while somebody writes it, and where a step is asked for."""

from functools import partial

from django.template.loader import render_to_string
from django.template.response import TemplateResponse

from articles.checklist import check, holding, look
from articles.desk.saving import has_byline
from articles.desk.steps import StepsAdmin
from articles.models import Article
from articles.near_duplicates import alike, may_have_neighbours
from articles.text.content import empty
from articles.text.readability import measure

LIST = "admin/articles/article/checking_list.html"
READING = "admin/articles/article/reading.html"
SHOWS_READERS = {"publish", "schedule"}


class CheckingAdmin(StepsAdmin):
    def saved(self, request, article, own):
        checks = checked(request, article, article.content, can_change=True)
        # While nothing is like it, which is nearly always, that is all it takes: somebody is typing.
        checks["alike"] = alike_to(article, request.user) if may_have_neighbours(article) else []
        reading = how_it_reads(article.content["body"])
        return {
            **super().saved(request, article, own),
            "checks": render_to_string(LIST, checks),
            "reading": render_to_string(READING, {**reading, "can_mend": True}),
            "marks": reading["marks"],
        }

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        article = obj or Article()
        content = obj.content if obj else begun_by(request.user)
        can_change = add or self.has_change_permission(request, obj)
        context |= {
            **checked(request, article, content, can_change=can_change),
            **how_it_reads(content["body"]),
            "alike": alike_to(obj, request.user) if obj else [],
        }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def step_view(self, request, pk, name):
        """Who is about to publish sees what holds it before anything else is asked."""
        response = super().step_view(request, pk, name)
        if name in SHOWS_READERS and isinstance(response, TemplateResponse) and response.context_data:
            article = response.context_data["article"]
            response.context_data["holding"] = holding(article, article.content)
        return response


def alike_to(article, user):
    """Among those that she may read."""
    return alike(article, among=Article.objects.latest_open_to(user).values("pk"))


def checked(request, article, content, *, can_change):
    """For the list: what holds publication, what else could be better, and what is fine."""
    results = check(look(article, content))
    if not can_change and not getattr(article, "takes_notes", False):
        # How many notes there are on the next text is said to those who may read it.
        results = [(one, findings) for one, findings in results if one.key != "notes"]
    found = [(one, finding) for one, findings in results for finding in findings]
    return {
        "can_mend": can_change,
        "holds": [finding for one, finding in found if one.holds],
        "advice": [finding for one, finding in found if not one.holds],
        "fine": [one.fine for one, findings in results if not findings],
        "bylines": partial(bylines_open_to, request.user, content),  # asked only when somebody is silent
    }


def how_it_reads(body):
    """For the panel, and for the page's script: what is marked in the text, and where."""
    reading = measure(body)
    return {
        "reading": reading,
        "marks": [(mark.passage, mark.start, mark.found, mark.plainer) for mark in reading.marks],
    }


def bylines_open_to(user, content):
    """Which writers' pages in the admin she may change."""
    if user.has_perm("accounts.change_writer"):
        return content["writers"]
    return [user.writer.pk] if has_byline(user) and user.has_perm("accounts.change_own_byline") else []


def begun_by(user):
    """What a new article begins with."""
    return {**empty(), "writers": [user.writer.pk] if has_byline(user) else []}

"""Saving what is being written: in the form and by itself, by one person or by several at once.

The form shows and keeps the content of the latest revision, see `articles/drafts/saving.py`. Beside the buttons, the page's
script (`static/js/writing.js`) posts the same form while somebody types, and is answered in JSON.
"""

from functools import wraps
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.models import Writer
from articles.admin.writing import WritingAdmin
from articles.drafts.differences import label_of
from articles.drafts.saving import Choices, Overlap, Window
from articles.library.usage import with_present_files
from articles.models import Article, Image, Presence, Reference, Topic
from articles.models.steps import StepRefused
from articles.rendering import cited_numbers
from articles.text.content import TEXTS
from articles.text.merging import MINE, THEIRS
from articles.workflow.writing import write
from edge.numbers import LARGEST_SMALL, number_in
from edge.richtext import clean_html

KEY_LENGTH = 32  # of the names of windows and of new articles


class DraftingAdmin(WritingAdmin):
    def get_urls(self):
        return [
            path("autosave/", self.answering(self.begin_view), name="articles_article_begin"),
            path("<int:pk>/autosave/", self.answering(self.autosave_view), name="articles_article_autosave"),
            path("<int:pk>/presence/", self.answering(self.presence_view), name="articles_article_presence"),
            path("logged-in/", self.admin_site.admin_view(self.logged_in_view), name="articles_article_logged_in"),
            *super().get_urls(),
        ]

    def answering(self, view):
        """For the page's script: who has been logged out meanwhile is told so, and not led away."""
        for_staff = self.admin_site.admin_view(view)

        @require_POST
        @wraps(for_staff)
        def wrapper(request, *args, **kwargs):
            if not self.admin_site.has_permission(request):
                return JsonResponse({"why": _("You have been logged out.")}, status=401)
            return for_staff(request, *args, **kwargs)

        return wrapper

    def find(self, request, pk):
        related = Article.objects.select_related("topic__parent", "image", "thread", "latest_revision")
        article = related.visible_to(request.user).filter(pk=pk).first()
        if article is None or not self.has_view_permission(request):
            raise Http404
        article.show_to(request.user)
        return article

    # --- The form ----------------------------------------------------------------------------------------------------

    def get_object(self, request, object_id, from_field=None):
        """What is being written, which may be newer than what readers see."""
        article = super().get_object(request, object_id, from_field)
        if article is None:
            return None
        article.show_to(request.user)
        content = article.content
        for name in TEXTS:
            setattr(article, name, content[name])
        return article

    def get_formset_kwargs(self, request, obj, inline, prefix):
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        kwargs["queryset"] = inline.model.objects.none()
        if request.method != "POST" and obj.pk:
            kwargs["initial"] = inline.formset.rows_of(obj.content)
        return kwargs

    def get_changeform_initial_data(self, request):
        return {"draft_key": get_random_string(KEY_LENGTH), **super().get_changeform_initial_data(request)}

    def add_view(self, request, form_url="", extra_context=None):
        """A new article that has saved itself already is that one, whatever address its form was sent to."""
        begun = self.begun_by(request) if request.method == "POST" else None
        if begun:
            return self.change_view(request, str(begun.pk), reverse("admin:articles_article_change", args=[begun.pk]))
        return super().add_view(request, form_url, extra_context)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        try:
            return super().change_view(request, object_id, form_url, extra_context)
        except Overlap as overlap:
            return self.ask_which(request, overlap)
        except StepRefused as refusal:
            return self.give_back(request, str(refusal), status=409)

    def save_model(self, request, obj, form, change):
        """A new article gets its row; everything else is its content, see `save_related`."""
        if not change:
            draft_key = key(form.cleaned_data.get("draft_key"))
            is_free = draft_key and not Article.objects.filter(draft_key=draft_key).exists()
            obj.draft_key = draft_key if is_free else None
            super().save_model(request, obj, form, change)
            give_byline(obj, request.user)

    def save_related(self, request, form, formsets, change):
        article = form.instance
        content = content_of(form, formsets)
        since = started_from(form, article) if change else article.edition
        write(article, content, by=request.user, since=since, choices=chosen(request.POST), window=window(request))
        self.mention_lost_markers(request, content)

    def ask_which(self, request, overlap):
        """Two people changed the same words: both versions, and nothing is lost whatever is chosen."""
        typed = [(name, value) for name, values in request.POST.lists() for value in values]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Two people changed the same words"), "subtitle": str(overlap.article), "opts": self.opts,
            "article": overlap.article, "latest": overlap.article.latest_revision,
            "clashes": list(shown(overlap.merge.clashes)), "is_coarse": overlap.merge.is_coarse,
            "typed": [pair for pair in typed if not pair[0].startswith(("choice-", "settled_with", "csrf"))],
        }  # fmt: skip
        return TemplateResponse(request, "admin/articles/article/conflict.html", context, status=409)

    def mention_lost_markers(self, request, content):
        there = {row["number"] for row in content["references"]}
        if lost := sorted(cited_numbers(content["body"]) - there):
            text = ngettext(
                "The text points at [%(numbers)s], but there is no source with this number.",
                "The text points at [%(numbers)s], but there are no sources with these numbers.",
                len(lost),
            )
            self.message_user(request, text % {"numbers": ", ".join(map(str, lost))}, messages.WARNING)

    # --- By itself ---------------------------------------------------------------------------------------------------

    def begin_view(self, request):
        """A new article, as soon as something is written. Posted twice, it is one."""
        if not self.has_add_permission(request):
            return JsonResponse({"why": _("You may not write articles.")}, status=403)
        draft_key = key(request.POST.get("draft_key")) or get_random_string(KEY_LENGTH)
        article, is_new = Article.objects.get_or_create(
            draft_key=draft_key, defaults={"slug": f"new-{draft_key.lower()}"}
        )
        if is_new:
            give_byline(article, request.user)
        return self.keep(request, article)

    def autosave_view(self, request, pk):
        return self.keep(request, self.find(request, pk))

    def keep(self, request, article):
        """Keeps what is as it should be of the posted form; of the rest, what was there before."""
        if not self.has_change_permission(request, article):
            return JsonResponse({"why": self.why_not(article)}, status=403)
        form = self.get_form(request, article, change=True)(request.POST, instance=article)
        formsets, _inlines = self._create_formsets(request, article, change=True)  # type: ignore[attr-defined]
        form.is_valid()
        content = content_of(form, [formset for formset in formsets if formset.is_valid()])
        since = started_from(form, article)
        try:
            own = write(article, content, by=request.user, since=since, is_autosave=True, window=window(request))
        except Overlap as overlap:
            return JsonResponse({"who": str(getattr(overlap.article.latest_revision, "by", None) or "")}, status=409)
        except StepRefused as refusal:
            return JsonResponse({"why": str(refusal)}, status=403)
        return JsonResponse({**self.saved(request, article, own), "errors": errors_in(form, formsets)})

    def saved(self, request, article, own):
        """What the page's script hears when its words have arrived."""
        return {
            "edition": own.number,
            "merged": merged_since(article, own),
            "change": reverse("admin:articles_article_change", args=[article.pk]),
            **self.addresses(article),
            "others": names_of_others(request, article),
        }

    def presence_view(self, request, pk):
        """Who else has it open, and which edition is the latest: for a page on which nobody types at the moment."""
        article = self.find(request, pk)
        if not self.has_change_permission(request, article):
            return JsonResponse({"why": self.why_not(article)}, status=403)
        return JsonResponse({"edition": article.edition, "others": names_of_others(request, article)})

    def logged_in_view(self, request):
        """Where the small window ends in which somebody logged in again: it tells the page behind it, and closes."""
        context = {**self.admin_site.each_context(request), "title": _("Logged in again")}
        return TemplateResponse(request, "admin/articles/logged_in.html", context)

    def addresses(self, article):
        """For the page's script."""
        name = "admin:articles_article_"
        if article is None:
            return {"autosave_url": reverse(f"{name}begin"), "presence_url": ""}
        return {f"{act}_url": reverse(f"{name}{act}", args=[article.pk]) for act in ("autosave", "presence")}

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        login = f"{reverse('account_login')}?{urlencode({'next': reverse('admin:articles_article_logged_in')})}"
        context |= {"login_url": login, **self.addresses(obj)}
        return super().render_change_form(request, context, add, change, form_url, obj)

    def begun_by(self, request):
        """The article that this page has begun already."""
        draft_key = key(request.POST.get("draft_key"))
        begun = Article.objects.filter(draft_key=draft_key).first() if draft_key else None
        return begun if begun and begun.can_be_edited_by(request.user) else None


def content_of(form, formsets):
    content = form.content()
    for formset in formsets:
        formset.save()
        rows = formset.part()
        # The byline is never empty: whoever wrote it would lose sight of it.
        if formset.model is Reference or rows:
            content["references" if formset.model is Reference else "writers"] = rows
    return content


def started_from(form, article):
    """The edition; a page that has begun the article itself, and not heard of it, started from its own first words."""
    since = form.cleaned_data.get("started_from")
    begun_here = article.draft_key and form.cleaned_data.get("draft_key") == article.draft_key
    return min(1, article.edition) if begun_here and not since else since


def give_byline(article, user):
    if has_byline(user) and not article.authorships.exists():
        article.authorships.create(writer=user.writer)


def has_byline(user):
    return hasattr(user, "writer")


def merged_since(article, own):
    """What others have added to what was posted: the parts with new values, and the edition; None when nothing was."""
    latest = article.latest_revision
    if latest.number == own.number:
        return None
    content, posted = latest.content, own.content
    return {
        "edition": latest.number,
        "texts": {name: content[name] for name in TEXTS if content[name] != posted[name]},
        "more": any(content[name] != posted[name] for name in content.keys() - set(TEXTS)),
    }


def errors_in(form, formsets):
    """(label, what is wrong) of what was not kept."""
    wrong = [
        (str(form.fields[name].label or name), errors[0]) for name, errors in form.errors.items() if name in form.fields
    ]
    return wrong + [
        (str(formset.model._meta.verbose_name), str(next(iter(errors.values()))[0]))
        for formset in formsets
        for errors in formset.errors
        if errors
    ]


def names_of_others(request, article):
    """Says that this person is here, and tells who else is."""
    if name := window(request).name:
        here = {"user": request.user, "seen_at": timezone.now()}
        Presence.objects.update_or_create(article=article, window=name, defaults=here)
    others = Presence.objects.on(article).exclude(user=request.user).select_related("user")
    return sorted({str(presence.user) for presence in others})


def window(request):
    name, _colon, turn = request.POST.get("after", "").partition(":")
    before = number_in(turn)
    after = (key(name), before) if key(name) and before else None
    return Window(key(request.POST.get("window")), number_in(request.POST.get("turn"), LARGEST_SMALL), after)


def key(typed):
    return typed if typed and typed.isalnum() and typed.isascii() and len(typed) <= KEY_LENGTH else ""


def chosen(post):
    """How each clash was settled, when the person was asked."""
    edition = number_in(post.get("settled_with"))
    if edition is None:
        return None
    sides = [post[f"choice-{n}"] for n in range(len(post)) if f"choice-{n}" in post]
    return Choices(edition, tuple(side if side in {MINE, THEIRS} else THEIRS for side in sides))


def shown(clashes):
    """(label, is HTML, before, theirs, mine) of each."""
    rows = {"writers": Writer, "topic": Topic, "image": Image}
    for clash in clashes:
        values = [clash.base, clash.theirs, clash.mine]
        if model := rows.get(clash.part):
            values = [in_words(model, value) for value in values]
        elif clash.part == "body":
            values = [with_present_files(clean_html(html or "")) for html in values]
        elif clash.part == "references":
            values = ["\n".join(f"{row['number']}. {row['text']}" for row in rows) for rows in values]
        yield label_of(clash.part), clash.part == "body", *values


def in_words(model, numbers):
    found = model.objects.in_bulk(numbers if isinstance(numbers, list) else [numbers])
    return ", ".join(str(row) for row in found.values())

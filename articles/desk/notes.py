"""Notes to the writer: said beside the text, led to their paragraph, and resolved one by one."""

import json
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from articles.desk.saving import DraftingAdmin
from articles.drafts import note_places
from articles.models import Article, Note
from articles.models.steps import NotAllowed, StepRefused
from edge.numbers import number_in

LIST = "admin/articles/article/notes_list.html"


class NotesAdmin(DraftingAdmin):
    def get_urls(self):
        acts = [("resolve", Note.resolve), ("reopen", Note.reopen), ("take-back", Note.take_back)]
        return [
            path("<int:pk>/notes/add/", self.noting(self.add_note_view), name="articles_article_note_add"),
            *(
                path(f"<int:pk>/notes/<int:number>/{name}/", self.noting(self.settle_view), {"verb": verb},
                     name=f"articles_article_note_{name.replace('-', '_')}")
                for name, verb in acts
            ),
            *super().get_urls(),
        ]  # fmt: skip

    def noting(self, view):
        """The page's script is answered with the notes as they are then; a form is led back to the article.

        The buttons belong to the article's form: without the script, what was typed beside the note comes along, is kept
        first, and comes back to whoever was logged out meanwhile.
        """
        for_staff = self.admin_site.admin_view(view)

        @require_POST
        @wraps(for_staff)
        def wrapper(request, *args, **kwargs):
            if not self.admin_site.has_permission(request):
                why = _("You have been logged out, so this was not saved.")
                return self.refused(request, why, status=401)
            return for_staff(request, *args, **kwargs)

        return wrapper

    def add_note_view(self, request, pk):
        article = self.find_noted(request, pk)
        return self.kept_along(request, article) or self.noted(request, pk, lambda: add_note(request, article))

    def settle_view(self, request, pk, number, verb):
        article = self.find_noted(request, pk)
        note = get_object_or_404(article.notes.select_related("article"), pk=number)
        return self.kept_along(request, article) or self.noted(request, pk, lambda: verb(note, by=request.user))

    def find_noted(self, request, pk):
        """Notes are nobody's business who may only read what is live."""
        if not Article.objects.drafts_open_to(request.user).filter(pk=pk).exists():
            raise Http404
        return self.find(request, pk)

    def kept_along(self, request, article):
        """Keeps what the page's form held besides the note; an answer only when not all of it could be kept."""
        if "started_from" not in request.POST or not self.has_change_permission(request, article):
            return None
        answer = self.keep(request, article)
        if answer.status_code == 200 and not json.loads(answer.content)["errors"]:
            return None
        return self.give_back(request, _("Not everything on the page could be saved."), status=409)

    def noted(self, request, pk, act):
        try:
            act()
        except StepRefused as refusal:
            return self.refused(request, str(refusal), status=403 if isinstance(refusal, NotAllowed) else 400)
        if not asked_by_script(request):
            return HttpResponseRedirect(f"{reverse('admin:articles_article_change', args=[pk])}#notes")
        return HttpResponse(self.notes_list(request, self.find(request, pk)))

    def refused(self, request, why, *, status):
        if asked_by_script(request):
            return JsonResponse({"why": why}, status=status)
        return self.give_back(request, why, status=status)

    def notes_list(self, request, article):
        about = note_places.about(article, request.user)
        return render_to_string(LIST, {**about, "user": request.user}, request) if about else ""

    # --- The page ----------------------------------------------------------------------------------------------------

    def get_object(self, request, object_id, from_field=None):
        article = super().get_object(request, object_id, from_field)
        if article is not None:
            article.takes_notes = Article.objects.drafts_open_to(request.user).filter(pk=article.pk).exists()
        return article

    def save_related(self, request, form, formsets, change):
        """Whoever saves the page with a note half written means the note, too."""
        super().save_related(request, form, formsets, change)
        if change and request.POST.get("note_text", "").strip():
            try:
                add_note(request, form.instance)
            except StepRefused as refusal:
                self.message_user(request, str(refusal), messages.ERROR)

    def saved(self, request, article, own):
        said = super().saved(request, article, own)
        return {**said, "notes": self.notes_list(request, article) if article.notes.exists() else ""}

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None and (about := note_places.about(obj, request.user)):
            asked = request.POST.get("note_about") or request.GET.get("about", "")
            context |= {
                **about,
                "note_places": note_places.choices(obj), "note_about": asked, "note_text": request.POST.get("note_text", ""),
            }  # fmt: skip
        return super().render_change_form(request, context, add, change, form_url, obj)


def add_note(request, article):
    """About the paragraph that the script has quoted, or that was chosen from the list."""
    quote = request.POST.get("note_quote", "")
    place = number_in(request.POST.get("note_about"))
    if not quote and place is not None:
        quote = "".join(note_places.paragraphs_of(article.content["body"])[place : place + 1])
    return Note.objects.add(article, by=request.user, text=request.POST.get("note_text", ""), quote=quote)


def asked_by_script(request):
    return request.headers.get("X-Requested-With") == "fetch"

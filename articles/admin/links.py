"""Links that no longer work: which articles lead there, and a button to look once more."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import Http404, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from articles.models import Article, Link
from articles.sources.link_checks import check_now
from edge.limits import allow_person

ARTICLES_SHOWN = 5
CHECKS, CHECK_SECONDS = 30, 600  # of one person: each waits for another site


class BrokenFilter(admin.SimpleListFilter):
    """Opens on what is to be mended."""

    title = gettext_lazy("state")
    parameter_name = "what"

    def lookups(self, request, model_admin):
        return [("broken", _("Broken")), ("all", _("All"))]

    def choices(self, changelist):
        for value, label in self.lookup_choices:
            yield {
                "selected": (self.value() or "broken") == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": label,
            }

    def queryset(self, request, queryset):
        return queryset if self.value() == "all" else queryset.broken()


@admin.register(Link)
class LinkAdmin(admin.ModelAdmin):
    list_display = ["where", "answer", "broken_at", "leading_there", "again"]
    list_display_links = None
    list_filter = [BrokenFilter]
    list_per_page = 50
    search_fields = ["address__startswith"]
    search_help_text = gettext_lazy("The beginning of the address")
    actions = None
    show_full_result_count = False
    fields = readonly_fields = ("where", "answer", "broken_at", "answered_at", "due_at", "leading_there")

    @admin.display(description=gettext_lazy("address"), ordering="address")
    def where(self, link):
        return format_html(
            '<a href="{0}" target="_blank" rel="noopener noreferrer" class="link-address">{0}</a>', link.address
        )

    @admin.display(description=gettext_lazy("articles"))
    def leading_there(self, link):
        """The first few, each with its writing page."""
        pages = [
            (reverse("admin:articles_article_change", args=[article.pk]), article) for article in link.some_articles
        ]
        shown = format_html_join(", ", '<a href="{}">{}</a>', pages[:ARTICLES_SHOWN])
        return format_html("{} …", shown) if len(pages) > ARTICLES_SHOWN else shown or "–"

    @admin.display(description=gettext_lazy("check"))
    def again(self, link):
        """The list is a form already; this button sends it elsewhere."""
        return format_html(
            '<button type="submit" class="row-button" formaction="{}" aria-label="{}">{}</button>',
            reverse("admin:articles_link_check", args=[link.pk]), _("Check %(address)s now") % {"address": link.address},
            _("Check now"),
        )  # fmt: skip

    def get_queryset(self, request):
        few = Article.objects.only("pk", "title").order_by("pk")[: ARTICLES_SHOWN + 1]
        return super().get_queryset(request).prefetch_related(Prefetch("articles", few, to_attr="some_articles"))

    def has_add_permission(self, request):
        return False

    has_change_permission = has_delete_permission = lambda self, request, obj=None: False

    def get_urls(self):
        check = self.admin_site.admin_view(require_POST(self.check_view))
        return [path("<int:pk>/check/", check, name="articles_link_check"), *super().get_urls()]

    def check_view(self, request, pk):
        if not self.has_view_permission(request):
            raise PermissionDenied
        link = Link.objects.filter(pk=pk).first()
        if link is None:
            raise Http404
        if not allow_person(request.user.pk, "check-link", limit=CHECKS, seconds=CHECK_SECONDS):
            self.message_user(request, _("You have checked many links. Please wait some minutes."), messages.WARNING)
            return HttpResponseRedirect(reverse("admin:articles_link_changelist"))
        said = check_now(link)
        works = _("%(address)s works.") if said.works else _("%(address)s: %(answer)s")
        self.message_user(request, works % {"address": link.address, "answer": said.words})
        return HttpResponseRedirect(reverse("admin:articles_link_changelist"))

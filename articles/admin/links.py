from django.contrib import admin
from django.db.models import Prefetch
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.desk.link_checks import check_again
from articles.models import Article, Link
from edge.admin import OpeningFilter, ReadOnly

ARTICLES_SHOWN = 5


class BrokenFilter(OpeningFilter):
    title = gettext_lazy("state")
    parameter_name = "what"

    def lookups(self, request, model_admin):
        return [("broken", _("Broken")), ("all", _("All"))]

    def queryset(self, request, queryset):
        return queryset if self.value() == "all" else queryset.broken()


@admin.register(Link)
class LinkAdmin(ReadOnly, admin.ModelAdmin):
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
        few = Article.objects.only("pk", "title", "created_at").order_by("pk")[: ARTICLES_SHOWN + 1]
        return super().get_queryset(request).prefetch_related(Prefetch("articles", few, to_attr="some_articles"))

    def get_urls(self):
        check = self.admin_site.admin_view(check_again)
        return [path("<int:pk>/check/", check, name="articles_link_check"), *super().get_urls()]

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.http import Http404, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from articles.models import Article
from edge.admin import LongList, ReadOnly, ReadOnlyAdmin
from edge.numbers import number_in
from edge.richtext import PlainEditorWidget, RichTextField
from newsletters.export import subscribers_csv
from newsletters.models import ConsentEvent, Delivery, Issue, Subscriber, Subscription
from newsletters.sending import NotSendable, preview, send, send_test, what_is_missing
from newsletters.subscribing import erase, make_links_worthless, stop
from pages.models import SiteSettings

# The newest so many articles can be chosen for an issue: a longer list helps nobody.
ARTICLES_OFFERED = 300


def chip(thing):
    return format_html('<span class="chip chip--{}">{}</span>', thing.status, thing.get_status_display())


class SubscriptionInline(ReadOnly, admin.StackedInline):
    model = Subscription
    fields = [("status", "frequency"), ("asked_at", "started_at", "ended_at")]
    extra = 0

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("topic")


class ConsentInline(ReadOnly, admin.StackedInline):
    model = ConsentEvent
    fields = [("action", "about"), ("at", "how", "by"), "wording"]
    readonly_fields = ["about"]
    extra = 0

    @admin.display(description=_("about"))
    def about(self, consent):
        if consent.subscription is None:
            return "–"
        return consent.subscription.topic or _("The newsletter")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("subscription__topic", "by")


class GetsFilter(admin.SimpleListFilter):
    title = _("gets")
    parameter_name = "gets"

    def lookups(self, request, model_admin):
        return [
            ("newsletter", _("the newsletter")),
            ("topics", _("updates on topics")),
            ("waiting", _("has not confirmed")),
            ("nothing", _("nothing any more")),
            ("bounced", _("mail came back")),
        ]

    def queryset(self, request, queryset):
        running = Subscription.objects.active().filter(subscriber=OuterRef("pk"))
        waiting = Subscription.objects.waiting().filter(subscriber=OuterRef("pk"))
        conditions = {
            "newsletter": Exists(running.to_newsletter()),
            "topics": Exists(running.to_topics()),
            "waiting": Exists(waiting),
            "nothing": ~Exists(running) & ~Exists(waiting),
            "bounced": Q(bounced_at__isnull=False),
        }
        condition = conditions.get(self.value() or "")
        return queryset if condition is None else queryset.filter(condition)


@admin.register(Subscriber)
class SubscriberAdmin(LongList):
    fields = ["email", "confirmed_at", "bounced_at", "created_at"]
    readonly_fields = ["email", "confirmed_at", "bounced_at", "created_at"]
    list_display = ["email", "gets", "confirmed_at", "consent"]
    list_filter = [GetsFilter, ("created_at", admin.DateFieldListFilter)]
    search_fields = ["email__startswith"]
    search_help_text = _("How an address begins.")
    inlines = [SubscriptionInline, ConsentInline]
    actions = ["export_csv", "end_everything", "make_links_worthless"]

    @admin.display(description=_("gets"))
    def gets(self, subscriber):
        things = [one for one in subscriber.subscriptions.all() if one.status != Subscription.Status.ENDED]
        lines = [f"{one.topic or _('The newsletter')} ({one.get_status_display()})" for one in things]
        return ", ".join(lines) or "–"

    @admin.display(description=_("newest consent"))
    def consent(self, subscriber):
        newest = next((one for one in subscriber.consents.all() if one.action == ConsentEvent.Action.CONFIRMED), None)
        return f"{timezone.localtime(newest.at):%Y-%m-%d}, {newest.how}" if newest else "–"

    @admin.action(description=_("Export as CSV"), permissions=["export"])
    def export_csv(self, request, queryset):
        LogEntry.objects.create(
            user=request.user,
            content_type=ContentType.objects.get_for_model(Subscriber),
            object_repr="CSV",
            action_flag=CHANGE,
            change_message=f"Exported {queryset.count()} subscribers.",
        )
        # Asked for anew without the list's prefetches: the export brings its own.
        chosen = Subscriber.objects.filter(pk__in=queryset.order_by().values("pk")).order_by("pk")
        return subscribers_csv(chosen)

    @admin.action(description=_("End everything they get"), permissions=["end"])
    def end_everything(self, request, queryset):
        subscriptions = Subscription.objects.not_ended().filter(subscriber__in=queryset.values("pk"))
        ended = stop(subscriptions, how="the admin", by=request.user)
        self.message_user(request, ngettext("%d subscription ended.", "%d subscriptions ended.", ended) % ended)

    @admin.action(description=_("Make all links in earlier mails worthless"), permissions=["end"])
    def make_links_worthless(self, request, queryset):
        for subscriber in queryset:
            make_links_worthless(subscriber)
            self.log_change(request, subscriber, "Made all links in earlier mails worthless.")
        self.message_user(request, _("Done. The next mail brings new links."))

    def get_queryset(self, request):
        things = Prefetch("subscriptions", Subscription.objects.select_related("topic"))
        return super().get_queryset(request).prefetch_related(things, "consents")

    def get_deleted_objects(self, objs, request):
        """What hangs on a subscriber goes with her, though none of it may be deleted alone."""
        objects, counts, _needed, protected = super().get_deleted_objects(objs, request)
        return objects, counts, set(), protected

    def delete_model(self, request, obj):
        erase(obj)

    def delete_queryset(self, request, queryset):
        for subscriber in queryset:
            erase(subscriber)

    def has_export_permission(self, request):
        return request.user.has_perm("newsletters.export_subscriber")

    def has_end_permission(self, request):
        return request.user.has_perm("newsletters.change_subscription")

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnlyAdmin):
    fields = ["subscriber", "topic", "frequency", "status", "asked_at", "started_at", "ended_at"]
    list_display = ["subscriber", "what", "frequency", "status_chip", "started_at", "ended_at"]
    list_filter = ["status", "frequency", ("topic", admin.EmptyFieldListFilter)]
    list_select_related = ["subscriber", "topic"]
    search_fields = ["subscriber__email__startswith", "topic__name__istartswith"]
    search_help_text = _("How an address or a topic begins.")
    actions = ["end"]

    @admin.display(description=_("gets"))
    def what(self, subscription):
        return subscription.topic or _("The newsletter")

    @admin.display(description=_("status"))
    def status_chip(self, subscription):
        return chip(subscription)

    @admin.action(description=_("End"), permissions=["end"])
    def end(self, request, queryset):
        ended = stop(queryset, how="the admin", by=request.user)
        self.message_user(request, ngettext("%d subscription ended.", "%d subscriptions ended.", ended) % ended)

    def has_end_permission(self, request):
        return request.user.has_perm("newsletters.change_subscription")


class IssueForm(forms.ModelForm):
    # The edition this form was made from: two people must not overwrite each other.
    based_on = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Issue
        fields = ["subject", "intro", "articles"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "based_on" in self.fields:
            self.initial["based_on"] = self.instance.edition
        if "articles" in self.fields:
            newest = Article.objects.published().newest_first().values("pk")[:ARTICLES_OFFERED]
            chosen = self.instance.articles.values("pk") if self.instance.pk else Article.objects.none().values("pk")
            offered = Article.objects.filter(Q(pk__in=list(newest.values_list("pk", flat=True))) | Q(pk__in=chosen))
            self.fields["articles"].queryset = offered.newest_first()  # type: ignore[attr-defined]
            self.fields["articles"].help_text = _(
                "Newest first in the mail. Whatever is not public by then is left out."
            )

    def clean(self):
        super().clean()
        if self.instance.pk:
            self.check_nobody_was_faster(self.cleaned_data.get("based_on"))
        return self.cleaned_data

    def check_nobody_was_faster(self, based_on):
        """The words stay in the form either way; saving once more puts them over the other's."""
        now = Issue.objects.select_for_update().get(pk=self.instance.pk)
        if now.status != Issue.Status.DRAFT:
            raise forms.ValidationError(
                _("This issue was sent while you were writing. Your words are still here, but readers got the others.")
            )
        if based_on != now.edition:
            typed = QueryDict(mutable=True)
            typed.update(self.data)
            typed[self.add_prefix("based_on")] = str(now.edition)
            self.data = typed
            raise forms.ValidationError(
                _(
                    "Somebody saved this issue after you opened it. Your words are still here and not saved. Look at "
                    "the other text in a second window; saving once more replaces it with yours."
                )
            )


@admin.register(Issue)
class IssueAdmin(admin.ModelAdmin):
    form = IssueForm
    formfield_overrides = {RichTextField: {"widget": PlainEditorWidget}}
    fields = ["subject", "intro", "articles", "based_on"]
    list_display = ["subject", "status_chip", "copies", "sent_by", "released_at", "sent_at"]
    list_filter = ["status"]
    list_select_related = ["sent_by"]
    search_fields = ["subject"]
    filter_horizontal = ["articles"]
    change_form_template = "admin/newsletters/issue/change_form.html"

    @admin.display(description=_("status"))
    def status_chip(self, issue):
        return chip(issue)

    @admin.display(description=_("copies"))
    def copies(self, issue):
        return issue.copies_made

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(copies_made=Count("deliveries"))

    def get_fields(self, request, obj=None):
        if self.has_change_permission(request, obj):
            return self.fields
        return ["subject", "intro", "articles", "status", "sent_by", "released_at", "sent_at"]

    def save_model(self, request, obj, form, change):
        obj.edition += 1
        super().save_model(request, obj, form, change)

    def has_change_permission(self, request, obj=None):
        # A form that was open when the issue left is answered with its words, not with a refusal (IssueForm.clean).
        editable = obj is None or obj.status == Issue.Status.DRAFT or request.method == "POST"
        return editable and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return (obj is None or obj.status == Issue.Status.DRAFT) and super().has_delete_permission(request, obj)

    def has_send_permission(self, request):
        return request.user.has_perm("newsletters.send_issue")

    def get_urls(self):
        views = [("preview", self.preview_view), ("test", self.test_view), ("send", self.send_view)]
        return [
            path(f"<path:object_id>/{name}/", self.admin_site.admin_view(view), name=f"newsletters_issue_{name}")
            for name, view in views
        ] + super().get_urls()

    def preview_view(self, request, object_id):
        issue = self.issue_or_404(request, object_id)
        if not self.has_view_permission(request, issue):
            raise PermissionDenied
        return self.page(request, issue, "preview", _("Preview"), mail=preview(issue))

    def test_view(self, request, object_id):
        issue = self.issue_or_404(request, object_id)
        if not self.has_send_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            send_test(issue, to=request.user)
            told = _("A test is on its way to %(email)s.") % {"email": request.user.email}
            self.message_user(request, told, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:newsletters_issue_preview", args=[issue.pk]))

    def send_view(self, request, object_id):
        issue = self.issue_or_404(request, object_id)
        if not self.has_send_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            edition = number_in(request.POST.get("edition"))
            issue.edition = -1 if edition is None else edition
            try:
                send(issue, by=request.user)
            except NotSendable as reason:
                self.message_user(request, str(reason), messages.ERROR)
            else:
                self.log_change(request, issue, "Sent.")
                self.message_user(request, _("The newsletter is on its way."), messages.SUCCESS)
                return HttpResponseRedirect(reverse("admin:newsletters_issue_changelist"))
            issue.refresh_from_db()
        return self.page(
            request, issue, "send", _("Send"), people=issue.recipients().count(), missing=what_is_missing(issue)
        )

    def issue_or_404(self, request, object_id):
        issue = self.get_object(request, unquote(object_id))
        if issue is None:
            raise Http404
        return issue

    def page(self, request, issue, name, title, **context):
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "issue": issue,
            "original": issue,
            "may_send": self.has_send_permission(request) and issue.status == Issue.Status.DRAFT,
            **context,
        }
        return TemplateResponse(request, f"admin/newsletters/issue/{name}.html", context)

    def changelist_view(self, request, extra_context=None):
        if not SiteSettings.current().postal_address.strip():
            told = _("Mailings wait until an administrator has filled in the postal address under Site settings.")
            self.message_user(request, told, messages.WARNING)
        return super().changelist_view(request, extra_context)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    fields = ["issue", "subscriber", "what_happened"]
    list_display = ["subscriber", "issue", "what_happened"]
    list_filter = ["letter__status"]
    list_select_related = ["issue", "subscriber", "letter"]
    search_fields = ["subscriber__email__startswith"]
    search_help_text = _("How an address begins.")

    @admin.display(description=_("what happened"))
    def what_happened(self, delivery):
        if delivery.letter is None:
            return _("no record any more")
        return f"{delivery.letter.get_status_display()} {delivery.letter.error}".strip()

"""What waits for newsletter editors on the admin's front page."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from edge.front_page import Row, Section
from newsletters.models import Issue
from newsletters.subscribing import is_flooded
from pages.models import SiteSettings


def waiting_for(user: User) -> list[Section]:
    if not user.has_perm("newsletters.send_issue"):
        return []
    drafts = Issue.objects.filter(status=Issue.Status.DRAFT)
    rows = [
        Row(text=issue.subject, url=reverse("admin:newsletters_issue_change", args=[issue.pk]), at=issue.created_at)
        for issue in drafts.order_by("created_at")[:5]
    ]
    section = Section(
        title=_("Newsletters to finish"),
        url=reverse("admin:newsletters_issue_changelist"),
        count=drafts.count(),
        rows=rows,
        empty=_("No newsletter is being written."),
    )
    return [*in_the_way(user), section]


def in_the_way(user: User) -> list[Section]:
    found = []
    if not SiteSettings.current().postal_address.strip():
        settings_url = reverse("admin:pages_sitesettings_changelist")
        url = settings_url if user.has_perm("pages.change_sitesettings") else reverse("admin:index")
        note = _("Newsletters and updates wait. The law asks for the address in each of them.")
        ask = _("Fill it in") if user.has_perm("pages.change_sitesettings") else _("Ask an administrator to fill it in")
        row = Row(text=ask, url=url, note=note)
        found.append(Section(title=_("The postal address is missing"), url=url, count=1, rows=[row], alarm=True))
    if is_flooded():
        url = reverse("admin:newsletters_subscriber_changelist")
        note = _(
            "Many new addresses within an hour, and hardly anyone confirms. Mails to confirm are held until it ends."
        )
        row = Row(text=_("See the addresses"), url=url, note=note)
        found.append(Section(title=_("Somebody misuses the sign-up form"), url=url, count=1, rows=[row], alarm=True))
    return found

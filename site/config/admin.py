"""The admin: Django's own, with our front page that opens on what waits for you."""

from django.contrib.admin import AdminSite
from django.utils.translation import gettext_lazy as _


class WellreadAdminSite(AdminSite):
    site_title = _("Wellread admin")
    site_header = _("Wellread")
    index_title = _("What waits for you")
    index_template = "admin/front.html"
    enable_nav_sidebar = True

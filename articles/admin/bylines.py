"""Who wrote an article, with a way to name somebody who has no byline yet."""

from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _


class GuestWidget(RelatedFieldWidgetWrapper):
    """The field, and beside an empty one a link in words to a small window for a guest's byline."""

    def render(self, name, value, attrs=None, renderer=None):
        field = self.widget.render(name, value, attrs)
        if value or not self.can_add_related:
            return field
        # What Django's own script looks for when the window closes: this class, and the id of the field behind "add_".
        return format_html(
            '{}<br><a class="related-widget-wrapper-link add-related" id="add_id_{}" data-popup="yes" '
            'href="{}?_to_field=id&amp;_popup=1&amp;is_guest=1">{}</a>',
            field, name, reverse("admin:accounts_writer_add"), _("Add a guest writer"),
        )  # fmt: skip


class NamesGuests:
    """For the rows of the byline."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        plain = getattr(field, "widget", None)
        if db_field.name == "writer" and isinstance(plain, RelatedFieldWidgetWrapper):
            field.widget = GuestWidget(plain.widget, plain.rel, plain.admin_site, plain.can_add_related)
        return field

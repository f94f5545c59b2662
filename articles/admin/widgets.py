"""Fields of the newsroom's forms: the editor of articles and guides, an article's picture, its writers.

The editor's scripts find one another by the names in the page's import map (`desk/ask`), so that each is kept by browsers for as long
as it stays what it is.
"""

from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import ForeignKeyRawIdWidget, RelatedFieldWidgetWrapper
from django.forms import Field, Script
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_prose_editor.widgets import AdminProseEditorWidget, importmap, prose_editor_js
from js_asset import ImportMap, Media

from articles.desk import given_back
from articles.desk.pictures.cards import about
from articles.forms.articles import MAX_TEXT
from articles.models import Image
from edge.completing import Completing
from edge.numbers import number_in
from edge.richtext import CALLOUTS, EXTENSIONS, RichTextField
from edge.videos import PROVIDERS

MODULES = (
    "ask", "boxes", "directions", "figures", "footnotes", "links", "paste", "pick", "pictures", "tables", "toolbar",
    "videos", "words",
)  # fmt: skip
SCRIPTS = ImportMap({"desk/combobox": "js/combobox.js", **{f"desk/{name}": f"js/editor-{name}.js" for name in MODULES}})
GROUPS = ["headings", "marks", "lists", "nodes -blockType -lists", "link", "callouts", "table", "history"]

# Of the buttons; those of the boxes are what the boxes are called.
NAMES = {
    "heading2": _("Heading"),
    "heading3": _("Smaller heading"),
    "paragraph": _("Plain paragraph"),
    "bold": _("Bold"),
    "italic": _("Italic"),
    "subscript": _("Subscript"),
    "superscript": _("Superscript"),
    "bulletList": _("List"),
    "orderedList": _("Numbered list"),
    "blockquote": _("Quotation"),
    "horizontalRule": _("Line across"),
    "direction": _("Other direction of writing"),
    "figure": _("Picture"),
    "embed": _("Video"),
    "link": _("Link"),
    "unlink": _("Remove the link"),
    "footnote": _("Footnote"),
    "table": _("Table"),
    "table:toggleHeaderRow": _("First row is a header"),
    "table:toggleHeaderColumn": _("First column is a header"),
    "table:addRowAfter": _("Add a row below"),
    "table:deleteRow": _("Delete the row"),
    "table:addColumnAfter": _("Add a column behind"),
    "table:deleteColumn": _("Delete the column"),
    "table:mergeOrSplit": _("Join or split cells"),
    "table:deleteTable": _("Delete the table"),
    "history:undo": _("Undo"),
    "history:redo": _("Redo"),
    "keys": _("Keys"),
}
WORDS = {
    "toolbar": _("What the text can hold"),
    "insert": _("Insert"),
    "change": _("Change"),
    "cancel": _("Cancel"),
    "close": _("Close"),
    "keys": _("Keys"),
    "newLine": _("New line in the same paragraph"),
    "toToolbar": _("To the toolbar; the arrow keys go along it"),
    "typedTitle": _("Typed at the beginning of a line"),
    "address": _("Address"),
    "link": _("Link"),
    "linkWords": _("Words of the link"),
    "addressHelp": _("Of a page, a mailbox, or a telephone number."),
    "article": _("Or an article of ours"),
    "search": _("Type to search"),
    "none": _("Nothing found."),
    "failed": _("The list could not be loaded. Try again."),
    "noAddress": _("This is no address. One begins with https://, or is a mailbox or a telephone number."),
    "noLinkWords": _("Say what the link is called. “Here” helps nobody who listens to the page."),
    "footnote": _("Footnote"),
    "footnoteWords": _("Words of the footnote"),
    "footnoteHelp": _("An address in it, or tel:112, becomes a link. Take all words away to remove it."),
    "video": _("Video"),
    "videoAsks": _("Readers are asked before anything comes from there."),
    "videoHelp": _("Of a video at {names}. Or paste it on a line of its own."),
    "noVideo": _("This is not the address of a video at {names}. Any other page can be a link."),
    "captionHint": _("Caption: what the video shows"),
    "picture": _("Picture"),
    "library": _("Choose from the library"),
    "file": _("Choose a file"),
    "chosen": _("From the library"),
    "noPicture": _("No picture chosen yet."),
    "alt": _("What it shows"),
    "altHelp": _("For readers who cannot see the picture."),
    "noAlt": _("Say what the picture shows, or mark it as decoration."),
    "decorative": _("Decoration only: adds nothing that the text does not say"),
    "caption": _("Caption"),
    "credit": _("Credit: who made it"),
    "sending": _("Sending the picture"),
    "notSent": _("The picture did not arrive. Your words are still here: try again."),
    "tooLarge": _("This file is too large. Please make the picture smaller."),
    "onlyPictures": _("Only pictures can be dropped here: JPEG, PNG, WebP, AVIF or GIF."),
    "table": _("Table"),
    "tableCaption": _("Caption"),
    "tableCaptionHelp": _("Stands over the table and says what it is about."),
    "rows": _("Rows"),
    "columns": _("Columns"),
    "headerRow": _("First row is a header"),
    "tableBelow": _("What you pasted stands below this table: here it would have covered other cells."),
    "tooMuch": _(
        "What you paste has {length} characters; {most} is the most an article can hold. Nothing was changed."
    ),
    "tooMany": _("What you paste has {length} paragraphs; {most} is the most that can be pasted. Nothing was changed."),
    "noPictures": _(
        "Pasted text brings no pictures. What they show is kept, at places that ask for their files: press one."
    ),
    "same": _("The same picture is in the library already."),
    "useThat": _("Use the one there is"),
    "addAgain": _("Add this one all the same"),
    "pictureWanted": _("Choose the file of this picture"),
    "onlyWords": _(
        "That was very large, so only its words were pasted, without headings and links. Words that were deleted there may"
        " be among them."
    ),
    "unread": _(
        "This could not be read, so only its words were pasted. Words that were deleted there may be among them."
    ),
}
TYPED = [
    ("##", _("Heading")),
    ("###", _("Smaller heading")),
    ("-", _("List")),
    ("1.", _("Numbered list")),
    (">", _("Quotation")),
    ("---", _("Line across")),
]


def extensions() -> dict[str, Any]:
    """For the editor's configuration; addresses are known when a request asks."""
    desk = {
        "words": WORDS,
        "names": NAMES,
        "callouts": CALLOUTS,
        "typed": TYPED,
        "providers": [
            {"name": one.name, "pattern": one.pattern, "page": one.page, "opening_page": one.opening_page}
            for one in PROVIDERS
        ],
        "pick": reverse("admin:articles_image_pick"),
        "drop": reverse("admin:articles_image_dropped"),
        "articles": reverse("admin:articles_article_to_link"),
        "most": MAX_TEXT,
    }
    menu = {"groups": [{"group": group} for group in GROUPS]}
    blocks = {"Callout": True, "Footnote": True, "Embed": True, "Direction": True}
    # Letters instead of figures before a list's items are not in the schema.
    lists = {"OrderedList": {"enableListAttributes": False}}
    return {"Desk": desk, **EXTENSIONS, **blocks, **lists, "Menu": menu, "NoSpellCheck": False}


class EditorWidget(AdminProseEditorWidget):
    """The editor with our own nodes and toolbar. Without the package's icons: half of the page's weight, and ours are drawn."""

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "js_modules": [static("js/editor-nodes.js")]}

    @property
    def media(self) -> Media:
        return Media(
            importmap=importmap | SCRIPTS,
            css={"all": ["django_prose_editor/editor.css", "django_prose_editor/overrides.css", "css/editor.css"]},
            js=[
                prose_editor_js,
                Script("js/combobox.js", type="module"),
                Script("js/editor.js", type="module"),  # listens for what the next one makes
                Script("django_prose_editor/configurable.js", type="module"),
            ],
        )


class PictureWidget(ForeignKeyRawIdWidget):
    """The picture in small with its words, chosen in the library. Without JavaScript its number is typed, or looked up."""

    class Media:
        js = [Script("js/main-picture.js", type="module")]

    def render(self, name, value, attrs=None, renderer=None):  # type: ignore[no-untyped-def]
        number = super().render(name, value, attrs, renderer)
        image = Image.objects.prefetch_related("renditions").filter(pk=number_in(str(value)) or 0).first()
        card = about(image) if image else {}
        return render_to_string("admin/articles/article/picture.html", {"number": number, **card})

    def label_and_url_for_value(self, value):  # type: ignore[no-untyped-def]
        """The picture itself says more."""
        return "", ""


class GuestWidget(RelatedFieldWidgetWrapper):
    """The field, and beside an empty one a link in words to a small window for a guest's byline."""

    def render(self, name, value, attrs=None, renderer=None):  # type: ignore[no-untyped-def]
        field = self.widget.render(name, value, attrs)
        if value or not self.can_add_related:
            return field
        # What Django's own script looks for when the window closes: this class, and the id of the field behind "add_".
        return format_html(
            '{}<br><a class="related-widget-wrapper-link add-related" id="add_id_{}" data-popup="yes" '
            'href="{}?_to_field=id&amp;_popup=1&amp;is_guest=1">{}</a>',
            field, name, reverse("admin:accounts_writer_add"), _("Add a guest writer"),
        )  # fmt: skip


def without_icons(field: Field | None) -> Field | None:
    """Writing is no moment for changing what the field names; four icons less."""
    if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
        for act in ("add", "change", "delete", "view"):
            setattr(field.widget, f"can_{act}_related", False)
    return field


class WritingAdmin(Completing, admin.ModelAdmin):
    """An admin whose forms hold long texts."""

    def get_urls(self):
        urls = super().get_urls()
        for pattern in urls:
            if pattern.name and pattern.name.endswith(("_add", "_change")):
                pattern.callback = given_back.keeping_text(self, pattern.callback)
        return urls

    def take_in(self, view, request, **kwargs):
        """What was posted, by Django's view of the form."""
        return view(request, **kwargs)

    def why_not(self, obj):
        return gettext("You may not change this, so it was not saved.")

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if isinstance(db_field, RichTextField):
            kwargs |= {"config": {"extensions": extensions()}, "widget": EditorWidget}
        return without_icons(super().formfield_for_dbfield(db_field, request, **kwargs))

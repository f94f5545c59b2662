"""Errors: why something did not happen. The door stayed shut, or somebody else was faster."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.models.comments import Comment
from comments.models.sanctions import Sanction


class NotReceived(Exception):
    """Why the door stayed shut. Nothing was saved; whoever catches this gives the reader her text back."""

    class Why(models.TextChoices):
        GONE = "gone", _("This page has been taken down meanwhile.")
        CLOSED = "closed", _("Comments have been closed here meanwhile.")
        PARENT_GONE = "parent_gone", _("What you answered is gone. You can post yours by itself.")
        TOO_MANY = (
            "too_many",
            _("Many texts came from your network lately. Your text is still here: please try again later."),
        )
        TRUSTED = "trusted", _("Only readers whom we know can write here at the moment. Your text is still here.")
        LINKS = (
            "links",
            _(
                "Very many texts are coming in just now, so we take no links from people whom we do not know yet. "
                "Your text is still here: please take the link out and send it again."
            ),
        )
        CAPTCHA = "captcha", _("This picture was already used. Your text is still here; try the new picture.")
        NO_CHANGES = (
            "no_changes",
            _("Comments are closed here, so nothing can be changed at the moment. Your text is still here."),
        )
        CHANGES = "changes", _("This has been changed very often already. Your text is still here.")
        SANCTION = (
            "sanction",
            _(
                "Texts under this address are not taken in at present. Your text is still here. If you think that "
                "this is a mistake, please write to us."
            ),
        )

    def __init__(self, why: Why, sanction: Sanction | None = None) -> None:
        super().__init__(why.value)
        self.why, self.sanction = why, sanction

    @property
    def sentence(self) -> str:
        """For the person."""
        said = self.sanction.sentence if self.sanction else self.why.label
        return f"{said} {_('Your text is still here.')}" if self.sanction else str(said)


class AlreadyDecided(Exception):
    """Somebody else was faster, or the text has changed since it was read. `comment` is as it stands now."""

    def __init__(self, comment: Comment) -> None:
        super().__init__(f"comment {comment.pk} is now {comment.status}, version {comment.version}")
        self.comment = comment
        self.decision = comment.lines.select_related("by").first()


class OwnWords(AlreadyDecided):
    """Nobody finds her own words fine when others complained of them, or brings back what was turned down of hers."""

"""Wordings of the reasons for a decision, as the person reads them: the house's own, else those that stand here."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from comments.models.record import Decision

Reason = Decision.Reason

# What the person reads for a reason, and the clause behind it, where the house has not put its own words.
TURNED_DOWN = _("Terms of use, “What moderators turn down or remove”")
WHEN_YOU_WRITE = _("Terms of use, “When you write”")
DEFAULTS: dict[str, tuple[Promise, Promise]] = {
    Reason.ADVERT: (
        _(
            "It advertises something, or links to something for the link’s own sake. Readers come here to talk with each "
            "other, not to be sold to."
        ),
        TURNED_DOWN,
    ),
    Reason.UNKIND: (
        _("It attacks a person or a group. Argue with what is said, never with whoever says it."),
        WHEN_YOU_WRITE,
    ),
    Reason.DANGEROUS: (
        _(
            "It gives medical advice that could harm somebody who follows it: a dose, say, or to stop a prescribed "
            "medicine. What helped you may harm somebody else."
        ),
        TURNED_DOWN,
    ),
    Reason.PRIVATE: (
        _("It shows details by which a person could be found. We take these out to protect whoever it is."),
        WHEN_YOU_WRITE,
    ),
    Reason.OFF_TOPIC: (
        _("It has nothing to do with the page it was written under, so nobody would find it there."),
        _("Terms of use, “A moderator reads first”"),
    ),
    Reason.UNLAWFUL: (
        _("It is against the law as we understand it."),
        _("the law that this site is under; write to us, and we name the provision"),
    ),
    Reason.OTHER: (_("It does not go together with the rules of this house."), TURNED_DOWN),
}


class HouseWording(models.Model):
    """What the person reads for a reason, and the clause of the terms behind it, in the words of the house."""

    reason = models.CharField(_("reason"), max_length=12, unique=True)
    wording = models.TextField(_("what the person reads"), max_length=1_000)
    ground = models.CharField(_("rule or law"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("wording of a reason")
        verbose_name_plural = _("wordings of reasons")
        ordering = ["reason"]

    def __str__(self) -> str:
        return self.reason


def house_ground(reason: str) -> str:
    wording = HouseWording.objects.filter(reason=reason).first()
    return wording.ground if wording else ""


def wording_of(reason: str) -> tuple[str, str]:
    """What the person reads for this reason, and the rule or law behind it: the house's own words, else ours."""
    own = HouseWording.objects.filter(reason=reason).first()
    words, ground = DEFAULTS.get(reason, DEFAULTS[Reason.OTHER])
    return (own.wording if own else "") or str(words), (own.ground if own else "") or str(ground)

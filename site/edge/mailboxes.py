"""One form for all spellings of a mailbox: by it people are counted and sanctions find them, and mail is never sent to it.

"Rosa+x@Example.net." reaches the mailbox "rosa@example.net", and some providers overlook dots. Two people who are taken for one
could only be those whose provider hands out addresses with a "+" to different people; none of any size does.
"""

import unicodedata
from typing import Any

from django.db import models
from django.utils.encoding import punycode

from edge.letters import without_unseen

# For each provider the one name of its domain, and the signs that it overlooks before the @.
PROVIDERS = {
    **dict.fromkeys(["gmail.com", "googlemail.com"], ("gmail.com", ".")),
    **dict.fromkeys(["proton.me", "protonmail.com", "protonmail.ch", "pm.me"], ("proton.me", ".-_")),
    **dict.fromkeys(["yandex.ru", "yandex.com", "ya.ru", "yandex.by", "yandex.kz"], ("yandex.ru", ".-")),
    **dict.fromkeys(["icloud.com", "me.com", "mac.com"], ("icloud.com", "")),
}


def mailbox_of(email: str) -> str:
    """ "" for what is no address."""
    plain = without_unseen(unicodedata.normalize("NFKC", email)).strip()
    local, _at, domain = plain.casefold().rpartition("@")
    domain, overlooked = PROVIDERS.get(domain := _in_ascii(domain.rstrip(".")), (domain, ""))
    local = local.strip('"')
    kept = (local.partition("+")[0] or local).translate(dict.fromkeys(map(ord, overlooked)))
    return f"{kept or local}@{domain}" if local and domain else ""


def _in_ascii(domain: str) -> str:
    try:
        return punycode(domain)
    except UnicodeError:
        return domain


class MailboxField(models.CharField):
    """The mailbox of an address on the same row: `of` names the field or property. Worked out whenever the row is saved."""

    def __init__(self, *args: Any, of: str = "email", **kwargs: Any) -> None:
        self.of = of
        super().__init__(*args, **{"max_length": 254, "blank": True, "default": "", "editable": False, **kwargs})

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        mailbox = mailbox_of(getattr(model_instance, self.of) or "")
        setattr(model_instance, self.attname, mailbox)
        return mailbox

    def deconstruct(self) -> Any:
        """In a migration it is a column like others: rows of long ago have no properties."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

"""The keys of the desk: the one table that its templates, its help and its script read. A key means one thing, wherever
it is pressed: whoever is in another queue than she thinks, or has a panel open, does nothing by mistake."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.translation import gettext_lazy as _

from comments.desk.deciding import REASONS
from comments.models.moves import State, Verb


@dataclass(frozen=True)
class Key:
    """`name` is what the templates call it, `words` what the help says, `missing` what is said where nothing has it."""

    key: str
    name: str
    words: Any
    missing: Any = _("There is nothing for this key here.")
    group: str = ""  # keys that the help tells of in one line

    @property
    def shown(self) -> str:
        return "Esc" if self.key == "Escape" else self.key


FIRST = _("This is the first one here.")
NO_APPEAL = _("This key answers an appeal, and here is none that you can answer.")
NOT_NOW = _("This cannot be decided about this card.")
LAST = _("This was the last one here.")
NUMBERS = [
    Key(str(n), f"reason {n}", _("the reason, in the list that “reject” opens"),
        _("The numbers are for reasons: press r first."), group="reasons")
    for n, _reason in enumerate(REASONS, start=1)
]  # fmt: skip
KEYS = [
    Key("j", "next", _("next card"), LAST),
    Key("k", "previous", _("previous card"), FIRST),
    Key("a", "approve", _("it may stand: approve, or what was reported is fine"), NOT_NOW),
    Key("r", "turn down", _("it does not stay: reject or remove; opens the reasons"), NOT_NOW),
    *NUMBERS,
    Key("w", "words", _("words to the person, with a reason or about an appeal")),
    Key("s", "spam", _("spam"), NOT_NOW),
    Key("t", "remove all", _("where new words wait: remove the old ones, too")),
    Key("f", "old words fine", _("where new words wait: the old ones are fine")),
    Key("u", "uphold", _("an appeal: the decision stands"), NO_APPEAL),
    Key("y", "overturn", _("an appeal: yes, the decision was wrong"), NO_APPEAL),
    Key("z", "undo", _("take back what you decided last"), _("There is nothing to take back.")),
    Key(
        "q",
        "undo this",
        _("take back what was decided about this card"),
        _("Nothing was decided about this card in the last ten minutes."),
    ),
    Key("x", "sanction", _("hold, mute or block the person: a form")),
    Key("n", "note", _("note for the other moderators")),
    Key("m", "message", _("write to the person")),
    Key("c", "claim", _("I read this; let go")),
    Key("d", "person", _("the person behind the words")),
    Key("o", "open group", _("open a group of near-identical comments")),
    Key("+", "all of them", _("decide about all that match: a page that asks")),
    Key("e", "everything", _("everything about it, on its own page")),
    Key("v", "view", _("list, or one at a time")),
    Key("h", "crisis", _("needs help now"), group="queues"),
    Key("g", "waiting", _("waiting"), group="queues"),
    Key("p", "reported", _("reported"), group="queues"),
    Key("b", "held", _("held by a rule"), group="queues"),
    Key("l", "appeals", _("appeals"), group="queues"),
    Key("i", "decided", _("decided"), group="queues"),
    Key("/", "search", _("search")),
    Key("Escape", "leave", _("close what is open, leave a field")),
    Key("?", "help", _("this list")),
]
NAMED = {key.name: key for key in KEYS}


def key_groups() -> list[list[Key]]:
    """What the help tells, line by line: the reasons have one line, and so have the queues."""
    return [list(keys) for _name, keys in groupby(KEYS, key=lambda key: key.group or key.name)]


def key_for(verb: Verb, state: State) -> str:
    """The name of a decision's key: letting stand and taking away have one each. Where new words wait beside those that
    stand, the two keys are about the new ones."""
    if state.waiting and verb in {Verb.KEEP, Verb.REMOVE}:
        return "old words fine" if verb is Verb.KEEP else "remove all"
    return {Verb.APPROVE: "approve", Verb.KEEP: "approve", Verb.SPAM: "spam"}.get(verb, "turn down")

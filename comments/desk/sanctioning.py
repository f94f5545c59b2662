"""The form by which a moderator holds, mutes or blocks somebody, at the desk and in the admin."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from comments.decisions.comments import source_of
from comments.decisions.sanctions import impose, refuse_impossible
from comments.desk.deciding import ReasonForm, unsaid
from comments.ledger.statement import preview
from comments.models import Comment, Decision, Sanction, State, Status
from comments.models.wording import house_ground

DAYS = {"1": _("one day"), "7": _("one week"), "30": _("one month"), "": _("until somebody lifts it")}


class SanctionForm(ReasonForm):
    """`comment` led to it: whoever wrote it is chosen already. Without one an address is typed."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    target = forms.ChoiceField(label=_("For whom"), widget=forms.RadioSelect)
    kind = forms.ChoiceField(
        label=_("What"), choices=Sanction.Kind.choices, initial=Sanction.Kind.HOLD, widget=forms.RadioSelect
    )
    days = forms.ChoiceField(
        label=_("For how long"), choices=DAYS.items(), initial="7", required=False, widget=forms.RadioSelect
    )
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[("", _("Choose a reason")), *(each for each in Decision.Reason.choices if each[0] != "withdrawn")],
        error_messages={"required": _("Please choose a reason: the person reads it, and the record keeps it.")},
    )
    field_order = ["email", "target", "kind", "days", "reason"]

    def __init__(
        self, data: Any = None, *, comment: Comment | None = None, by: User | None = None, **kwargs: Any
    ) -> None:
        self.comment, self.by = comment, by
        super().__init__(data, **kwargs)
        self.fields["explanation"].help_text = _("The person reads it, beside the reason.")
        self.fields["ground"].help_text = _("Empty: as the house has it. What is against the law needs one.")
        if comment is None:
            del self.fields["target"]
            return
        del self.fields["email"]
        choices = targets_of(comment)
        field = self.fields["target"]
        field.choices = choices  # type: ignore[attr-defined]
        field.initial = choices[0][0] if choices else None

    @property
    def somebody_has_this_address(self) -> bool:
        """The words came without an account, from an address that has one: its owner may be another person."""
        comment = self.comment
        if comment is None or comment.author_id or not comment.email:
            return False
        return User.objects.filter(email=comment.email.lower()).exists()

    def clean(self) -> None:
        """So that the form says what would be refused, before anybody presses the last button."""
        if self.cleaned_data.get("reason"):
            said = {name: self.cleaned_data.get(name) or "" for name in ("reason", "explanation", "ground")}
            for name, message in unsaid(**said):
                self.add_error(name, message)
        if self.by and not self.errors:
            try:
                refuse_impossible(self.new(self.by), by=self.by, reason=self.cleaned_data["reason"])
            except ValidationError as error:
                self.add_error(None, error)

    def new(self, by: User) -> Sanction:
        """As it would be imposed; not saved."""
        return Sanction(kind=self.cleaned_data["kind"], until=self.until, comment=self.comment, **self.whom)

    def preview(self, by: User) -> SafeString:
        """What the person would read, of a valid form."""
        state = self.comment.state if self.comment else State(Status.PENDING, 0)
        said = {name: self.cleaned_data[name] for name in ("reason", "explanation")}
        said["ground"] = self.rule
        return preview(state, self.cleaned_data["kind"], by=by, until=self.until, **said)

    @property
    def rule(self) -> str:
        """The rule or law behind it: what was typed, else as the house has it."""
        return self.cleaned_data["ground"] or house_ground(self.cleaned_data["reason"])

    @property
    def until(self) -> Any:
        days = self.cleaned_data["days"]
        return timezone.now() + timedelta(days=int(days)) if days else None

    @property
    def whom(self) -> dict[str, Any]:
        """The one of user=, email= and network= that was chosen."""
        if self.comment is None:
            return {"email": self.cleaned_data["email"].lower()}
        target = self.cleaned_data["target"]
        value = {"user": self.comment.author, "email": self.comment.email.lower(), "network": self.comment.network}
        return {target: value[target]}


def targets_of(comment: Comment) -> list[tuple[str, Any]]:
    """(name, label) of everything that a sanction on whoever wrote it can hold on to, the surest first."""
    found: list[tuple[str, Any]] = []
    if comment.author:
        label = _("the account of %(name)s, %(email)s")
        found.append(("user", label % {"name": comment.author, "email": comment.author.email}))
    if comment.email and not (comment.author and comment.author.email == comment.email.lower()):
        found.append(("email", _("the address %(email)s") % {"email": comment.email}))
    if comment.network:
        words = _("the network (only to hold, for %(days)d days at most: others share it)")
        found.append(("network", words % {"days": Sanction.NETWORK_DAYS}))
    return found


def impose_from_form(form: SanctionForm, *, by: User) -> Sanction:
    """Of a valid form. Raises ValidationError when something has changed since it was checked."""
    said = {name: form.cleaned_data[name] for name in ("kind", "reason", "explanation", "note")}
    said["ground"] = form.rule
    if form.comment:
        said["source"] = source_of(form.comment)
    return impose(by=by, until=form.until, comment=form.comment, **form.whom, **said)

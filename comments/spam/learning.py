"""Learning of the score from what moderators decide: approved texts and spam. Rejected is not spam, so it is neither.

What it knows follows from the record alone. For each version of each comment the last decision by a person counts; when
a later one says something else (undone, removed, an appeal), what was learned is taken back. What the program decided
by itself teaches nothing, and neither does what its writer took back: she says nothing about the words.
"""

import base64
import json
from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.db.models import Max
from django.utils import timezone

from comments.intake.score import HAM, SPAM, Knowledge, NotAModel, read
from comments.models import Decision, Version
from comments.models.door import SpamModel
from comments.models.moves import Status
from comments.models.record import UNDO_MINUTES

FORMAT = "learned score"
LINES = 1_000  # of the record at a time
COLUMNS = ("number", "version", "by_number", "sanction_id", "outcome", "reason", "undoes_id", "at")
KINDS = {Status.APPROVED.value: HAM, Status.SPAM.value: SPAM}
# (number of the comment, version): what it was last called by a person; None for neither.
Labels = dict[tuple[int, int], bool | None]


def learn_due() -> int:
    """Learns from the next settled lines of the record; returns how many it read, so that the worker looks again.

    Two workers may call it at once: only one of them changes the row, by its edition.
    """
    # The number alone: mostly there is nothing to do, and the weights are big.
    reached = SpamModel.objects.filter(pk=1).values_list("reached", flat=True).first() or 0
    lines = settled(after=reached)
    if not lines:
        return 0
    stored = SpamModel.objects.get_or_create(pk=1)[0]
    if stored.reached != reached:
        return 0  # another worker was faster
    if not (chunk := by_people(lines)):
        return len(lines) * SpamModel.objects.filter(pk=1, reached=reached).update(reached=lines[-1].pk)
    knowledge = read(stored)
    learned = learn(knowledge, chunk, after=reached)
    kept = keep(stored, knowledge, reached=lines[-1].pk, learned=stored.learned + learned)
    return len(lines) if kept else 0


def retrain() -> SpamModel:
    """Forgets everything and learns the whole record anew, as far as the words are still there."""
    stored = SpamModel.objects.get_or_create(pk=1)[0]
    knowledge, reached, learned = Knowledge(), 0, 0
    while lines := settled(after=reached):
        if chunk := by_people(lines):
            learned += learn(knowledge, chunk, after=reached)
        reached = lines[-1].pk
    return overwrite(stored, knowledge, reached=reached, learned=learned)


def replace(knowledge: Knowledge) -> SpamModel:
    """Somebody else's experience instead of our own; what is decided from now on is added to it."""
    stored = SpamModel.objects.get_or_create(pk=1)[0]
    newest = Decision.objects.aggregate(newest=Max("pk"))["newest"] or 0
    return overwrite(stored, knowledge, reached=newest, learned=sum(knowledge.texts))


def overwrite(stored: SpamModel, knowledge: Knowledge, *, reached: int, learned: int) -> SpamModel:
    while not keep(stored, knowledge, reached=reached, learned=learned):
        stored.refresh_from_db()
    stored.refresh_from_db()
    return stored


def settled(*, after: int) -> list[Decision]:
    """The next LINES of the record, up to the first that could still be taken back."""
    since = timezone.now() - timedelta(minutes=UNDO_MINUTES)
    lines = list(Decision.objects.filter(pk__gt=after).only(*COLUMNS).order_by("pk")[:LINES])
    young = next((place for place, decision in enumerate(lines) if decision.at > since), len(lines))
    return lines[:young]


def by_people(lines: Iterable[Decision]) -> list[Decision]:
    """Decisions about comments; what is decided about a person has nothing to say about a text."""
    return [
        one for one in lines
        if one.by_number is not None and one.number is not None and one.sanction_id is None and one.outcome in Status
        and not one.is_withdrawal
    ]  # fmt: skip


def learn(knowledge: Knowledge, chunk: list[Decision], *, after: int) -> int:
    """Brings `knowledge` from the state of the record at `after` to that at the end of `chunk`; how many texts changed."""
    numbers = {decision.number for decision in chunk if decision.number}
    lines = Decision.objects.filter(number__in=numbers, by_number__isnull=False, pk__lte=chunk[-1].pk)
    upto = by_people(lines.only(*COLUMNS).order_by("pk"))
    before, now = labels([one for one in upto if one.pk <= after]), labels(upto)
    changed = {key: kind for key, kind in now.items() if before.get(key) != kind}
    done = 0
    for key, text in words_of(changed):
        if (was := before.get(key)) is not None:
            knowledge.unlearn(text, was)
        if (kind := changed[key]) is not None:
            knowledge.learn(text, kind)
        done += 1
    knowledge.set_scale()
    return done


def labels(decisions: Iterable[Decision]) -> Labels:
    """What every version is called after these decisions, which come in the order of the record."""
    found: Labels = {}
    replaced: dict[int, tuple[tuple[int, int], bool | None]] = {}
    for decision in decisions:
        key = (decision.number or 0, decision.version)
        if decision.undoes_id:
            if earlier := replaced.get(decision.undoes_id):
                found[earlier[0]] = earlier[1]
            continue
        replaced[decision.pk] = (key, found.get(key))
        found[key] = KINDS.get(decision.outcome)
    return found


def words_of(keys: Iterable[tuple[int, int]]) -> Iterator[tuple[tuple[int, int], str]]:
    """The texts that are still there: what a person took with her is neither learned nor unlearned."""
    wanted = set(keys)
    found = Version.objects.filter(comment__in={number for number, _version in wanted}).order_by("comment_id", "number")
    for version in found.only("comment_id", "number", "body"):
        if (key := (version.comment_id, version.number)) in wanted and version.body:
            yield key, version.body


def keep(stored: SpamModel, knowledge: Knowledge, *, reached: int, learned: int) -> bool:
    """Writes the row if nobody has written it since `stored` was read."""
    same = SpamModel.objects.filter(pk=stored.pk, edition=stored.edition)
    return bool(
        same.update(
            weights=knowledge.as_bytes(), edition=stored.edition + 1, learned=learned, reached=reached,
            changed_at=timezone.now(),
        )
    )  # fmt: skip


# --- To another site and back ------------------------------------------------------------------------------------


def as_file(stored: SpamModel) -> str:
    """JSON: `format`, `version`, how many `texts` of each kind, and `weights`: base64 of Knowledge.as_bytes."""
    knowledge = read(stored)
    approved, spam = knowledge.texts
    weights = base64.b64encode(knowledge.as_bytes()).decode()
    texts = {"approved": approved, "spam": spam}
    return json.dumps({"format": FORMAT, "version": 1, "texts": texts, "weights": weights}, indent=1) + "\n"


def from_file(content: str) -> Knowledge:
    """Raises NotAModel for anything that `as_file` did not write."""
    try:
        data = json.loads(content)
        if data["format"] != FORMAT or data["version"] != 1:
            raise NotAModel("The file is of another format.")
        return Knowledge.from_bytes(base64.b64decode(data["weights"], validate=True))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NotAModel(f"The file does not hold a learned score: {error}") from error

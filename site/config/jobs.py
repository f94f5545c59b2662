"""What the worker does, and how often it looks. Every job asks the tables what is due, so doing it twice is harmless
and a job lost in a crash is found again."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.core.management import call_command

from accounts.people import apply_policy
from articles.drafts.pruning import thin_due
from articles.indexing import index_due
from articles.library.files import remove_former_files
from articles.library.renditions import make_due_renditions
from articles.library.same import note_digests
from articles.library.usage import note_unused
from articles.sources.link_checks import check_due_links
from articles.sources.lookup import ask_due_papers
from articles.workflow.publishing import expire_due, publish_due
from comments.captcha.challenge import forget_expired
from comments.desk.batches import carry_out_due
from comments.followers.follower_news import tell_followers
from comments.intake.near_duplicates import forget_old_marks
from comments.intake.raids import end_calm_raids
from comments.intake.reports import tell_reporters
from comments.ledger.sealing import seal_due
from comments.ledger.verifying import look_by_night
from comments.letters.decision_letters import write_pending
from comments.letters.moderator_letters import write_crisis_letters, write_digests
from comments.spam.learning import learn_due
from comments.spam.outside import check_outside_due
from edge.mail import send_due_letters
from edge.network import forget_expired as forget_counters
from newsletters.sending import copy_due_issues
from newsletters.subscribing import write_due_confirmations
from newsletters.updates import write_due_updates

DAY = 24 * 3600


@dataclass(frozen=True)
class Job:
    name: str
    every: float  # seconds between looks
    do: Callable[[], object]  # what it returns is how much it did; anything true asks to look again at once


JOBS = [
    Job("letters", 1, send_due_letters),
    Job("batches", 2, carry_out_due),
    # One picture a look: letters must not wait for pictures, nor a worker that is told to stop.
    Job("renditions", 2, partial(make_due_renditions, limit=1)),
    Job("publish", 5, publish_due),
    Job("expire", 5, expire_due),
    Job("texts", 5, index_due),
    Job("papers", 10, ask_due_papers),
    Job("links", 5, check_due_links),
    Job("updates", 5, write_due_updates),
    Job("issues", 5, copy_due_issues),
    Job("crisis letters", 5, write_crisis_letters),
    Job("digests", 60, write_digests),
    Job("followers", 20, tell_followers),
    Job("reporters", 60, tell_reporters),
    Job("letters about many decisions", 60, write_pending),
    Job("confirmations", 600, write_due_confirmations),
    Job("seal", 1, seal_due),
    Job("record", 60, look_by_night),
    Job("raids", 30, end_calm_raids),
    Job("learned score", 60, learn_due),
    Job("outside check", 5, check_outside_due),
    Job("clusters", 3600, forget_old_marks),
    Job("unused pictures", DAY, note_unused),
    Job("same pictures", 600, note_digests),
    Job("former pictures", DAY, remove_former_files),
    Job("thinning", 3600, thin_due),
    Job("captcha", 3600, forget_expired),
    Job("counters", 3600, forget_counters),
    Job("personal data", DAY, apply_policy),
    Job("sessions", DAY, partial(call_command, "clearsessions")),
]

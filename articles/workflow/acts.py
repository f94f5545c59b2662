"""The act of each step in the table, for pages that take whichever step was asked for."""

from collections.abc import Callable

from articles.workflow.publishing import archive, expire, keep, publish, reopen, schedule, unschedule
from articles.workflow.reviewing import pass_review, review_again, start_review
from articles.workflow.saving import discard
from articles.workflow.submitting import approve, send_back, submit, withdraw

ACTS: dict[str, Callable[..., object]] = {
    "submit": submit,
    "withdraw": withdraw,
    "start_review": start_review,
    "pass_review": pass_review,
    "approve": approve,
    "send_back": send_back,
    "publish": publish,
    "schedule": schedule,
    "unschedule": unschedule,
    "review_again": review_again,
    "discard": discard,
    "expire": expire,
    "keep": keep,
    "archive": archive,
    "reopen": reopen,
}

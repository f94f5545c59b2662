"""What search engines read on a question's page: schema.org's QAPage, from approved words only."""

import json
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from comments.models import Comment
from comments.pages.thread import CommentPage
from comments.text.rendering import as_text
from questions.models import Question

# Inside <script> no character may end the element or begin a comment; JSON can write each of these as its number.
ESCAPES = {ord(character): f"\\u{ord(character):04X}" for character in "<>&\u2028\u2029"}


def qa_page(question: Question, talk: CommentPage, answers: int) -> SafeString | None:
    """JSON for a data block. `answers` counts what answers the question itself, not replies to answers. None without an
    answer to show: search engines refuse a question that nobody has answered."""
    if not talk.roots:
        return None
    opening = question.thread.opening
    assert opening is not None  # noqa: S101  a public question has an approved text
    address = settings.BASE_URL + question.get_absolute_url()
    entity = {
        "@type": "Question",
        "name": question.title,
        "text": as_text(opening.body),
        "answerCount": answers,
        "datePublished": question.asked_at.isoformat(),
        "url": address,
        "author": _person(opening),
        "suggestedAnswer": [_answer(comment, address) for comment in talk.roots],
    }
    page = {"@context": "https://schema.org", "@type": "QAPage", "mainEntity": entity}
    return mark_safe(json.dumps(page, ensure_ascii=False).translate(ESCAPES))  # noqa: S308


def _answer(comment: Comment, page: str) -> dict[str, Any]:
    return {
        "@type": "Answer",
        "text": as_text(comment.body),
        "datePublished": comment.created_at.isoformat(),
        "upvoteCount": comment.helpful_count,
        "url": f"{page}#comment-{comment.pk}",
        "author": _person(comment),
    }


def _person(comment: Comment) -> dict[str, str]:
    person = {"@type": "Person", "name": comment.display_name}
    if comment.writer and comment.writer.is_listed:
        person["url"] = settings.BASE_URL + comment.writer.get_absolute_url()
    return person

"""The demo's newsroom: what its front page, calendar and report have to show. The words lie in newsroom.toml."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User, Writer
from articles.models import Article, Series
from articles.workflow.corrections import correct
from articles.workflow.notes import add_note
from articles.workflow.submitting import send_back, submit

Data = dict[str, Any]


def load_guests(guests: list[Data]) -> dict[str, Writer]:
    return {guest["slug"]: Writer.objects.create(is_guest=True, **guest) for guest in guests}


def load_newsroom(data: Data, articles: dict[str, Article], editor: User) -> None:
    for entry in data["series"]:
        load_series(entry, articles)
    for entry in data["correction"]:
        load_correction(articles[entry["article"]], entry, editor)
    for entry in data["sent_back"]:
        load_sent_back(articles[entry["article"]], entry, editor)
    for entry in data["overdue"]:
        let_review_be_late(articles[entry["article"]], entry["days_ago"])


def load_series(entry: Data, articles: dict[str, Article]) -> None:
    series = Series.objects.create(title=entry["title"], slug=entry["slug"], summary=entry["summary"])
    for position, slug in enumerate(entry["parts"], start=1):
        series.parts.create(article=articles[slug], position=position)


def load_correction(article: Article, entry: Data, editor: User) -> None:
    moment = timezone.now() - timedelta(days=entry["days_ago"])
    correction = correct(article, by=editor, text=entry["text"], on=timezone.localdate(moment))
    article.corrections.filter(pk=correction.pk).update(created_at=moment)
    article.events.filter(step="correct").update(at=moment)
    Article.objects.filter(pk=article.pk).update(updated_at=moment)


def load_sent_back(article: Article, entry: Data, editor: User) -> None:
    submit(article, by=User.objects.get(writer__authorships__article=article))
    for note in entry["notes"]:
        add_note(article, by=editor, text=note["text"], quote=note["quote"])
    send_back(article, by=editor, note=entry["note"])


def let_review_be_late(article: Article, days: int) -> None:
    article.reviews.update(next_due_on=timezone.localdate() - timedelta(days=days))
    article.note_review()

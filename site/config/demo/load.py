"""Fills an empty database with the demo: people, topics, articles, readers' words, subscribers. All of it is invented.

The words lie beside this file. Articles move by the same verbs as in the admin; afterwards their dates are set back, so
that the site looks as if it had been lived in.
"""

import tomllib
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.core.files import File
from django.db import transaction
from django.utils import timezone

from accounts.models import User, Writer
from articles.models import Article, FrontPage, Image, MedicalReview, Topic
from articles.workflow.publishing import publish, schedule
from articles.workflow.reviewing import pass_review, start_review
from articles.workflow.saving import adopt
from articles.workflow.submitting import approve, submit
from comments.ledger.sealing import seal_due
from config.demo.newsroom import load_guests, load_newsroom
from config.demo.voices import load_comments, load_questions, load_subscribers
from newsletters.models import Issue
from pages.models import Page, SiteSettings

FOLDER = Path(__file__).parent
PASSWORD = "read well demo"  # noqa: S105  printed by `make run`; the demo is for a machine of one's own
ROLES = {
    "writer": "Writer",
    "editor": "Editor",
    "medical-reviewer": "Medical reviewer",
    "moderator": "Moderator",
    "newsletter-editor": "Newsletter editor",
    "administrator": "Administrator",
}
LOG_INS = [
    ("Writer", "writer@example.org"),
    ("Editor", "editor@example.org"),
    ("Medical reviewer", "reviewer@example.org"),
    ("Moderator", "moderator@example.org"),
    ("Newsletter editor", "newsletter@example.org"),
    ("Administrator", "admin@example.org"),
]


def may_load() -> bool:
    """Only where nobody else gets in: the password of the demo's administrator can be read in this file."""
    return settings.DEBUG or urlsplit(settings.BASE_URL).hostname in {"localhost", "127.0.0.1", "::1"}


def load_demo() -> None:
    """All of it, or nothing: a demo cut short leaves an empty database behind."""
    with transaction.atomic():
        load_site()
        newsroom = read("newsroom.toml")
        writers = load_people() | load_guests(newsroom["guest"])
        topics = load_topics()
        articles = load_articles(writers, topics)
        load_newsroom(newsroom, articles, User.objects.get(email="editor@example.org"))
        load_front_page(articles, topics)
        load_comments(read("comments.toml")["comment"], articles, writers)
        load_questions(read("questions.toml")["question"], topics, writers)
        load_subscribers(read("subscribers.toml")["subscriber"], topics)
        load_issue(articles)
        while seal_due():
            pass


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def days_ago(days: float) -> datetime:
    moment = timezone.localtime(timezone.now() - timedelta(days=days))
    return datetime.combine(moment.date(), time(9, 20), tzinfo=moment.tzinfo) if days >= 1 else moment


def load_site() -> None:
    site = SiteSettings.current()
    site.postal_address = site.postal_address or "Wellread\n12 Harbour Street\nExampleton EX1 2AB"
    site.save()
    for page in Page.objects.all():
        page.versions.update(created_at=days_ago(120))


def load_people() -> dict[str, Writer]:
    """Writers by slug; those with a role get a log-in with the one demo password."""
    password = make_password(PASSWORD)
    writers = {}
    for person in read("people.toml")["writer"]:
        user = User.objects.create(email=person["email"], name=person["name"], is_staff=True, password=password)
        user.groups.add(Group.objects.get(name=ROLES[person["role"]]))
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        if person["role"] not in {"writer", "medical-reviewer", "editor"}:
            continue
        writers[person["slug"]] = load_byline(person, user)
    return writers


def load_byline(person: dict[str, Any], user: User) -> Writer:
    writer = Writer(user=user, slug=person["slug"], name=person["name"], title=person["title"], bio=person["bio"])
    writer.credentials = person["credentials"]
    writer.is_medical_professional = person["is_medical_professional"]
    writer.conflicts = person["conflicts"]
    portrait = FOLDER / "portraits" / f"{person['slug']}.webp"
    if portrait.exists():
        with portrait.open("rb") as file:
            writer.photo.save(portrait.name, File(file), save=False)
    writer.save()
    return writer


def load_topics() -> dict[str, Topic]:
    topics: dict[str, Topic] = {}
    for entry in read("topics.toml")["topic"]:
        topic = Topic.objects.create(
            name=entry["name"],
            slug=entry["slug"],
            parent=topics.get(entry.get("parent", "")),
            summary=entry["summary"],
            guide=entry["guide"].strip(),
            guide_updated_at=days_ago(60),
        )
        for synonym in entry["synonyms"]:
            topic.synonyms.create(name=synonym)
        topics[topic.slug] = topic
    return topics


def load_articles(writers: dict[str, Writer], topics: dict[str, Topic]) -> dict[str, Article]:
    editor = User.objects.get(email="editor@example.org")
    articles = {}
    for path in sorted((FOLDER / "articles").glob("*.html")):
        _nothing, front, body = path.read_text(encoding="utf-8").split("+++\n", 2)
        data = tomllib.loads(front)
        article = load_article(data, body.strip(), writers, topics)
        move(article, data, writers, editor)
        set_back(article, data)
        articles[article.slug] = article
    return articles


def load_article(data: dict[str, Any], body: str, writers: dict[str, Writer], topics: dict[str, Topic]) -> Article:
    article = Article.objects.create(
        title=data["title"],
        slug=data["slug"],
        summary=data["summary"],
        body=body,
        key_points="\n".join(data["key_points"]),
        get_help=data["get_help"],
        topic=topics[data["topic"]],
        image=load_image(data),
    )
    article.other_topics.set(topics[slug] for slug in data["other_topics"])
    for position, slug in enumerate(data["writers"]):
        article.authorships.create(writer=writers[slug], position=position)
    for number, source in enumerate(data["references"], start=1):
        article.references.create(
            number=number,
            text=source["text"],
            url=source["url"],
            doi=source["doi"],
            accessed_on=source["accessed"],
        )
    adopt(article, by=first_writer(article))
    return article


def first_writer(article: Article) -> User:
    return User.objects.get(writer__authorships__article=article, writer__authorships__position=0)


def load_image(data: dict[str, Any]) -> Image:
    path = FOLDER / "drawings" / data["image"]
    image = Image(
        alt=data["image_alt"], caption=data["image_caption"], credit="Drawing: Wellread", licence=Image.Licence.OWN
    )
    with path.open("rb") as file:
        image.file.save(path.name, File(file), save=False)
    image.save()
    return image


def move(article: Article, data: dict[str, Any], writers: dict[str, Writer], editor: User) -> None:
    """Takes the steps that lead to the status the demo wants."""
    status = data["status"]
    if status == "draft":
        return
    submit(article, by=first_writer(article))
    if status == "submitted":
        return
    if reviewer := writers.get(data.get("reviewer", "")):
        doctor = User.objects.get(writer=reviewer)
        start_review(article, by=doctor)
        if status == "in_review":
            return
        due = timezone.localdate() - timedelta(days=data["reviewed_days_ago"]) + timedelta(days=730)
        pass_review(article, by=doctor, scope=data.get("review_scope", ""), next_due_on=due)
    elif status == "in_review":
        start_review(article, by=editor)
        return
    else:
        approve(article, by=editor)
    if status == "scheduled":
        schedule(article, by=editor, at=timezone.now() + timedelta(days=3))
    elif status == "published":
        publish(article, by=editor)


def set_back(article: Article, data: dict[str, Any]) -> None:
    """The demo is loaded in seconds; its history took months."""
    if article.status != Article.Status.PUBLISHED:
        return
    published = days_ago(data["published_days_ago"])
    Article.objects.filter(pk=article.pk).update(published_at=published, updated_at=published, submitted_at=published)
    article.events.update(at=published)
    article.revisions.update(created_at=published)
    reviewed_on = timezone.localdate() - timedelta(days=data.get("reviewed_days_ago", 0))
    MedicalReview.objects.filter(article=article).update(reviewed_on=reviewed_on)
    article.refresh_from_db()
    article.note_review()


def load_front_page(articles: dict[str, Article], topics: dict[str, Topic]) -> None:
    front, _created = FrontPage.objects.get_or_create(pk=1)
    front.lead = articles["living-with-a-face-that-twitches"]
    front.save()
    front.topics.set([topic for topic in topics.values() if topic.parent_id][:6])


def load_issue(articles: dict[str, Article]) -> None:
    data = read("issue.toml")
    issue = Issue.objects.create(subject=data["subject"], intro=data["intro"])
    issue.articles.set(articles[slug] for slug in data["articles"])

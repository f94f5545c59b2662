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
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User, Writer
from articles.models import Article, FrontPage, Image, MedicalReview, Series, Topic
from articles.workflow.corrections import correct
from articles.workflow.notes import add_note
from articles.workflow.publishing import publish, schedule
from articles.workflow.reviewing import pass_review, start_review
from articles.workflow.saving import adopt
from articles.workflow.submitting import approve, send_back, submit
from comments.ledger.sealing import seal_due
from config.demo.voices import load_comments, load_questions, load_subscribers
from newsletters.models import Issue
from pages.models import Page, SiteSettings

Entry = dict[str, Any]
FOLDER = Path(__file__).parent
PASSWORD = "read well demo"  # noqa: S105  printed by `make run`; the demo is for a machine of one's own
BYLINES = {"Writer", "Medical reviewer", "Editor"}  # roles that have one


def may_load() -> bool:
    """Only where nobody else gets in: the password of the demo's administrator can be read in this file."""
    return settings.DEBUG or urlsplit(settings.BASE_URL).hostname in {"localhost", "127.0.0.1", "::1"}


def load_demo() -> None:
    """All of it, or nothing: a demo cut short leaves an empty database behind."""
    with transaction.atomic():
        load_site()
        newsroom = read("newsroom.toml")
        writers = load_people()
        writers |= {guest["slug"]: Writer.objects.create(is_guest=True, **guest) for guest in newsroom["guest"]}
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


def read(name: str) -> Entry:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def log_ins() -> list[tuple[str, str]]:
    """Role and address of those as whom the start offers to log in."""
    return [(person["role"], person["email"]) for person in read("people.toml")["writer"] if person.get("log_in")]


def picture(folder: str, name: str) -> "ContentFile[bytes]":
    return ContentFile((FOLDER / folder / name).read_bytes(), name)


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
    """Writers by slug; everybody has a log-in with the one demo password."""
    password, writers = make_password(PASSWORD), {}
    for person in read("people.toml")["writer"]:
        user = make_user(person["email"], person["name"], person["role"], password)
        if person["role"] in BYLINES:
            words = ("slug", "name", "title", "bio", "credentials", "is_medical_professional", "conflicts")
            writers[person["slug"]] = Writer.objects.create(
                user=user,
                photo=picture("portraits", f"{person['slug']}.webp"),
                **{name: person[name] for name in words},
            )
    return writers


def make_user(email: str, name: str, role: str, password: str) -> User:
    user = User.objects.create(email=email, name=name, is_staff=True, password=password)
    user.groups.add(Group.objects.get(name=role))
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def load_topics() -> dict[str, Topic]:
    topics: dict[str, Topic] = {}
    for entry in read("topics.toml")["topic"]:
        synonyms, parent = entry.pop("synonyms"), topics.get(entry.pop("parent", ""))
        entry["guide"] = entry["guide"].strip()
        topic = Topic.objects.create(**entry, parent=parent, guide_updated_at=days_ago(60))
        for synonym in synonyms:
            topic.synonyms.create(name=synonym)
        topics[topic.slug] = topic
    return topics


def load_articles(writers: dict[str, Writer], topics: dict[str, Topic]) -> dict[str, Article]:
    articles = {}
    for path in sorted((FOLDER / "articles").glob("*.html")):
        _nothing, front, body = path.read_text(encoding="utf-8").split("+++\n", 2)
        data = tomllib.loads(front)
        article = load_article(data, body.strip(), writers, topics)
        move(article, data, writers)
        set_back(article, data)
        articles[article.slug] = article
    return articles


def load_article(data: Entry, body: str, writers: dict[str, Writer], topics: dict[str, Topic]) -> Article:
    article = Article.objects.create(
        **{name: data[name] for name in ("title", "slug", "summary", "get_help")},
        body=body,
        key_points="\n".join(data["key_points"]),
        topic=topics[data["topic"]],
        image=Image.objects.create(
            file=picture("drawings", data["image"]),
            alt=data["image_alt"],
            caption=data["image_caption"],
            credit="Drawing: Wellread",
            licence=Image.Licence.OWN,
        ),
    )
    article.other_topics.set(topics[slug] for slug in data["other_topics"])
    for position, slug in enumerate(data["writers"]):
        article.authorships.create(writer=writers[slug], position=position)
    for number, source in enumerate(data["references"], start=1):
        article.references.create(number=number, **source)
    adopt(article, by=first_writer(article))
    return article


def first_writer(article: Article) -> User:
    return User.objects.get(writer__authorships__article=article, writer__authorships__position=0)


def move(article: Article, data: Entry, writers: dict[str, Writer]) -> None:
    """Takes the steps that lead to the status the demo wants."""
    status, editor = data["status"], User.objects.get(email="editor@example.org")
    if status == "draft":
        return
    submit(article, by=first_writer(article))
    if status == "submitted":
        return
    reviewer = writers.get(data.get("reviewer", ""))
    doctor = reviewer.user if reviewer else None
    if doctor or status == "in_review":
        start_review(article, by=doctor or editor)
    if status == "in_review":
        return
    if doctor:
        due = timezone.localdate() - timedelta(days=data["reviewed_days_ago"]) + timedelta(days=730)
        pass_review(article, by=doctor, scope=data.get("review_scope", ""), next_due_on=due)
    else:
        approve(article, by=editor)
    if status == "scheduled":
        schedule(article, by=editor, at=timezone.now() + timedelta(days=3))
    elif status == "published":
        publish(article, by=editor)


def set_back(article: Article, data: Entry) -> None:
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


def load_newsroom(newsroom: Entry, articles: dict[str, Article], editor: User) -> None:
    """What the newsroom's front page, calendar and report have to show."""
    for entry in newsroom["series"]:
        series = Series.objects.create(title=entry["title"], slug=entry["slug"], summary=entry["summary"])
        for position, slug in enumerate(entry["parts"], start=1):
            series.parts.create(article=articles[slug], position=position)
    for entry in newsroom["correction"]:
        load_correction(articles[entry["article"]], entry, editor)
    for entry in newsroom["sent_back"]:
        article = articles[entry["article"]]
        submit(article, by=first_writer(article))
        for note in entry["notes"]:
            add_note(article, by=editor, text=note["text"], quote=note["quote"])
        send_back(article, by=editor, note=entry["note"])
    for entry in newsroom["overdue"]:
        article = articles[entry["article"]]
        article.reviews.update(next_due_on=timezone.localdate() - timedelta(days=entry["days_ago"]))
        article.note_review()


def load_correction(article: Article, entry: Entry, editor: User) -> None:
    moment = timezone.now() - timedelta(days=entry["days_ago"])
    correction = correct(article, by=editor, text=entry["text"], on=timezone.localdate(moment))
    article.corrections.filter(pk=correction.pk).update(created_at=moment)
    article.events.filter(step="correct").update(at=moment)
    Article.objects.filter(pk=article.pk).update(updated_at=moment)


def load_front_page(articles: dict[str, Article], topics: dict[str, Topic]) -> None:
    front, _created = FrontPage.objects.get_or_create(pk=1)
    front.lead = articles["living-with-a-face-that-twitches"]
    front.save()
    front.topics.set([topic for topic in topics.values() if topic.parent_id][:6])


def load_issue(articles: dict[str, Article]) -> None:
    data = read("issue.toml")
    issue = Issue.objects.create(subject=data["subject"], intro=data["intro"])
    issue.articles.set(articles[slug] for slug in data["articles"])

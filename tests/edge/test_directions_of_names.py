"""Names and titles from right to left, in lists, tiles and sentences: none turns what stands beside it."""

from html.parser import HTMLParser

import pytest

from questions.models import Question
from tests.factories import create_article, create_comment, create_thread, create_topic, create_writer

NAME = "שם ארוך"
WITHOUT_END = {"br", "hr", "img", "input", "link", "meta", "source", "path", "circle", "wbr"}


class Loose(HTMLParser):
    """Collects the text in which a name runs free."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        if tag not in WITHOUT_END:
            given = dict(attributes)
            self.open.append((tag, tag == "bdi" or given.get("dir") == "auto" or given.get("class") == "vh"))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, text):
        inside = {tag for tag, _ in self.open}
        if NAME in text and not inside & {"head", "script"} and not any(apart for _, apart in self.open):
            self.found.append(" > ".join(tag for tag, _ in self.open[-3:]) + ": " + text.strip())


@pytest.fixture
def pages(db):
    topic = create_topic(name=NAME, summary=NAME)
    topic.synonyms.create(name=NAME + " ב")
    create_topic(name=NAME + " ג", parent=topic)
    writer = create_writer(name=NAME, title=NAME, credentials=NAME, bio=NAME, conflicts=NAME, slug="name")
    article = create_article(title=NAME, summary=NAME, topic=topic, writer=writer, published=True)
    comment = create_comment(thread=article.thread, name=NAME, body=NAME, status="approved")
    create_comment(parent=comment, name=NAME, body=NAME, status="approved")
    thread = create_thread(title=NAME)
    thread.opening = create_comment(thread=thread, name=NAME, body=NAME, status="approved")
    thread.save()
    question = Question.objects.create(title=NAME, slug="name", topic=topic, thread=thread)
    about = [each.get_absolute_url() for each in (article, topic, writer, question)]
    lists = [
        "/",
        "/articles/",
        f"/articles/?topic={topic.slug}",
        "/topics/",
        "/questions/",
        f"/questions/?topic={topic.slug}",
    ]
    acts = [f"/comments/{comment.pk}/report/", f"{about[0]}rate/"]
    return [*about, *lists, *acts]


def test_no_name_or_title_turns_what_stands_beside_it(client, pages):
    loose = {path: Loose(client.get(path).content.decode()).found for path in pages}

    assert {path: found for path, found in loose.items() if found} == {}

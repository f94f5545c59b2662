"""The admin's form of an article, as a browser would send it."""

from django.urls import reverse

from tests.factories import create_topic

CHANGE = "admin:articles_article_change"


def url(name, *args):
    return reverse(f"admin:articles_article_{name}", args=args)


def form_data(article=None, **fields):
    """What the form of this article posts; `references` is a list of rows."""
    rows = fields.pop("references", [])
    data = {
        "title": article.title if article else "New",
        "slug": article.slug if article else "",
        "summary": "In short.",
        "body": "<p>Text.</p>",
        "topic": (article.topic if article else create_topic()).pk,
        "started_from": article.edition if article else 0,
        "references-TOTAL_FORMS": len(rows),
        "references-INITIAL_FORMS": 0,
        "authorships-TOTAL_FORMS": 0,
        "authorships-INITIAL_FORMS": 0,
        "_continue": "1",
        **fields,
    }
    for number, row in enumerate(rows):
        data |= {f"references-{number}-{name}": value for name, value in {"place": "", "text": "", **row}.items()}
    return data

import pytest

from articles.revisions import record
from tests.factories import create_article


@pytest.fixture
def draft(writer):
    article = create_article(writer=writer.writer, title="My draft", slug="my-draft")
    record(article, writer)
    return article

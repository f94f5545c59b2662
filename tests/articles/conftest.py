import pytest

from articles.drafts.saving import record
from tests.factories import create_article


@pytest.fixture
def draft(writer):
    article = create_article(writer=writer.writer, title="My draft", slug="my-draft")
    record(article, writer)
    return article

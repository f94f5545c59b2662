import pytest

from articles.workflow.saving import adopt
from tests.factories import create_article


@pytest.fixture
def draft(writer):
    article = create_article(writer=writer.writer, title="My draft", slug="my-draft")
    adopt(article, by=writer)
    return article

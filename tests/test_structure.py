"""Bounds of the structure. The figures, what they count and the bounds stand in `tests/structure.py`.

The first of these tests takes a second or two: it reads every module for all of them.
"""

import ast

import pytest

from articles.models import Article
from comments.models import Comment
from tests import structure
from tests.flows import FLOWS, follow
from tests.structure import BACK, FILES, RULES, SIZES, Bound


def most(bound: Bound) -> int:
    return max(bound)


def test_no_module_is_too_large():
    limit = most(SIZES["largest module, in lines"])

    assert {path: n for path, n in structure.module_lines().items() if n > limit} == {}


def test_no_function_is_too_large():
    limit = most(SIZES["largest function, in lines"])

    assert [function for function in structure.functions() if function.lines > limit] == []


def test_no_admin_is_made_of_too_many_classes():
    limit = most(SIZES["longest MRO of an admin"])

    assert {name: n for name, n in structure.admins().items() if n > limit} == {}


@pytest.mark.parametrize("rule", RULES)
def test_the_rule_is_kept(rule):
    places = structure.FOUND[rule]()

    assert len(places) <= most(RULES[rule]), "\n".join(places)


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("name", FLOWS)
def test_a_request_runs_through_few_files_and_never_back(name):
    trace = follow(FLOWS[name])

    assert len(trace.files) <= most(FILES[name]), "\n".join(trace.files)
    assert len(trace.back) <= most(BACK[name]), "\n".join(trace.back)


# --- The checks themselves -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        "article.status = after",
        "article.version, article.status = 2, after",
        "changes['status'] = article.status = after",
        "article.status: str = after",
        "setattr(article, 'status', after)",
        "rows.filter(pk=1).update(status=after)",
        "Article.objects.create(title='One', status=after)",
        "Comment(body='Words', status=after)",
        "rows.update(**{'status': after})",
        "changes = {'status': after, 'version': 2}",
        "Article.objects.bulk_update(articles, ['status'])",
        "Article.objects.bulk_update(articles, fields=['status'])",
    ],
)
def test_writing_a_status_is_seen(code):
    assert structure.writes_of_status(ast.parse(code))


@pytest.mark.parametrize(
    "code",
    [
        "rows.filter(status=after)",
        "JsonResponse({}, status=409)",
        "_('%(status)s: gone') % {'status': article.status}",
        "reverse('list', query={'status': 'all'})",
        "status = article.status",
        "class Article:\n    status = CharField()",
    ],
)
def test_reading_a_status_is_not_writing_one(code):
    assert not structure.writes_of_status(ast.parse(code))


@pytest.mark.parametrize("model", [Article, Comment])
def test_no_form_has_a_status_as_a_field(model):
    assert not model._meta.get_field("status").editable

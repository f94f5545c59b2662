"""What a test must not do, because it could not fail."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent


def test_whoever_counts_the_queries_of_a_page_looks_whether_it_came():
    """A page that is refused asks little, too."""
    unseen = {
        f"{path.relative_to(HERE)}:{line}"
        for path in sorted(HERE.rglob("test_*.py"))
        for line in unseen_in(path.read_text())
    }

    assert unseen == set()


@pytest.mark.parametrize("answer", ["page = client.get(url)", "assert client.get(url).status_code == 200"])
def test_what_is_looked_at_is_told_from_what_is_not(answer):
    counted = "with django_assert_max_num_queries(3):\n    {}\n"

    assert list(unseen_in(counted.format("client.get(url)"))) == [1]
    assert list(unseen_in(counted.format(answer))) == []


def unseen_in(source: str) -> Iterator[int]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.With) and "num_queries" in ast.unparse(node.items[0].context_expr):
            asked = [ast.unparse(part.value) for part in node.body if isinstance(part, ast.Expr)]
            if any(call.startswith(("client.get(", "client.post(")) for call in asked):
                yield node.lineno

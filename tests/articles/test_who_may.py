"""Who may do what with an article, wherever it is: two tables, and everything in them is tried through every door.

People: (w)riter of the article, (o)ther writer, (e)ditor, medical (r)eviewer, reviewer who is one of its writers (q),
(m)oderator, (n)ewsletter editor, (a)dministrator. Nobody else is staff: a reader and a stranger may do nothing of it.
States: where the latest text is; "+draft" is a draft beside a text that readers see.
"""

from datetime import timedelta
from functools import partial

import pytest
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpResponse
from django.template.backends.django import Template
from django.test import RequestFactory
from django.urls import resolve
from django.utils import timezone

from articles.desk.steps import after_saving
from articles.models import Article
from articles.models.steps import STEPS, NotAllowed, WrongStep, allowed_steps
from articles.workflow.acts import ACTS
from articles.workflow.publishing import archive, expire, publish, schedule
from articles.workflow.reviewing import pass_review, start_review
from articles.workflow.saving import adopt, write
from articles.workflow.submitting import send_back, submit
from tests.articles.article_form import form_data, url
from tests.factories import create_article, create_user, create_writer

# Who may does not depend on the database.
pytestmark = pytest.mark.once

STEPS_TABLE = """
             | draft submitted in_review approved scheduled published archived | +draft +submitted +in_review +approved +scheduled
submit       | wea   -         -         -        -         -         -        | wea    -          -          -         -
withdraw     | -     wea       -         -        -         -         -        | -      wea        -          -         -
start_review | -     era       -         -        -         -         -        | -      era        -          -         -
pass_review  | -     -         ra        -        -         -         -        | -      -          ra         -         -
approve      | -     ea        ea        -        -         -         -        | -      ea         ea         -         -
send_back    | -     ea        era       ea       -         -         -        | -      ea         era        ea        -
publish      | ea    ea        -         ea       ea        -         -        | ea     ea         -          ea        ea
schedule     | ea    ea        -         ea       ea        -         -        | ea     ea         -          ea        ea
unschedule   | -     -         -         -        ea        -         -        | -      -          -          -         ea
review_again | -     -         -         -        -         ra        -        | ra     -          -          -         -
discard      | -     -         -         -        -         -         -        | wea    ea         ea         ea        ea
expire       | -     -         -         -        ea        ea        -        | ea     ea         ea         ea        ea
keep         | -     -         -         -        ea        ea        -        | ea     ea         ea         ea        ea
archive      | ea    ea        ea        ea       ea        ea        -        | ea     ea         ea         ea        ea
reopen       | -     -         -         -        -         -         ea       | -      -          -          -         -
"""
DOORS_TABLE = """
             | draft submitted in_review approved scheduled published archived | +draft +submitted +in_review +approved +scheduled
look         | wqea  wqera     wqera     wqera    wqera     woeqrmna  wqea     | woeqrmna woeqrmna woeqrmna   woeqrmna  woeqrmna
preview      | wqea  wqera     wqera     wqera    wqera     woeqrmna  wqea     | woeqrmna woeqrmna woeqrmna   woeqrmna  woeqrmna
history      | wqea  wqera     wqera     wqera    wqera     woeqrmna  wqea     | woeqrmna woeqrmna woeqrmna   woeqrmna  woeqrmna
compare      | wqea  wqera     wqera     wqera    wqera     wqera     wqea     | wqea   wqera      wqera      wqera     wqera
save         | wea   ea        ea        ea       ea        wea       -        | wea    ea         ea         ea        ea
autosave     | wea   ea        ea        ea       ea        wea       -        | wea    ea         ea         ea        ea
presence     | wea   ea        ea        ea       ea        wea       -        | wea    ea         ea         ea        ea
restore      | wea   ea        ea        ea       ea        wea       -        | wea    ea         ea         ea        ea
delete       | a     a         a         a        -         -         -        | -      -          -          -         -
"""
PEOPLE = {"w": "Writer", "o": "Writer", "e": "Editor", "r": "Medical reviewer", "q": "Medical reviewer",
          "m": "Moderator", "n": "Newsletter editor", "a": "Administrator"}  # fmt: skip
DAY = timedelta(days=1)
SAID = {
    "send_back": {"note": "Shorter."},
    "schedule": lambda: {"at": timezone.now() + DAY},
    "expire": lambda: {"at": timezone.now() + DAY * 3},
}
TYPED = {"scope": "All", "note": "Shorter.", "at": "", "next_due_on": ""}
SECRET = "Words that readers do not see yet"


def rows_of(table):
    """{(step or door, state): the people}"""
    head, *rows = [line.replace("|", " ").split() for line in table.strip().splitlines()]
    assert all(len(row) == len(head) + 1 for row in rows)
    return {(name, state): set(who) - {"-"} for name, *cells in rows for state, who in zip(head, cells, strict=True)}


MAY_STEP, MAY_ENTER = rows_of(STEPS_TABLE), rows_of(DOORS_TABLE)
STATES = list(dict.fromkeys(state for _name, state in MAY_STEP))


@pytest.fixture
def world(db):
    people = {letter: create_user(role=role) for letter, role in PEOPLE.items()}
    for user in people.values():
        create_writer(user=user, credentials="MD", is_medical_professional=True)
    articles = {state: build(state, people) for state in STATES}
    return people | {"reader": create_user(), "stranger": AnonymousUser()}, articles


def build(state, people):
    """By the verbs, each taken by whoever takes it on a working day."""
    writer, editor, reviewer = people["w"], people["e"], people["r"]
    article = create_article(title=f"Article that is {state}", slug=f"is-{state.replace('+', 'live-')}")
    article.authorships.all().delete()
    for user in (writer, people["q"]):
        article.authorships.create(writer=user.writer)
    article = Article.objects.get(pk=article.pk)
    adopt(article, by=writer)
    change(article, writer, "Second thoughts.")
    is_live = state.startswith("+") or state in {"published", "archived"}
    if is_live:
        publish(article, by=editor)
    if state == "archived":
        archive(article, by=editor)
    elif is_live:
        expire(article, by=editor, at=timezone.now() + DAY * 2)
    if state.startswith("+"):
        change(article, writer, SECRET)
        submit(article, by=writer)
        send_back(article, by=editor, note=SECRET)
    move(article, state.removeprefix("+"), writer, editor, reviewer)
    assert article.status == state.removeprefix("+")
    # The last that the log has of it before anybody tries anything.
    article.seen = article.events.values_list("pk", flat=True).first() or 0
    return article


def change(article, by, words):
    write(article, {**article.content, "summary": words}, by=by, since=article.edition)


def move(article, status, writer, editor, reviewer):
    way = [
        ("submitted", partial(submit, article, by=writer)),
        ("in_review", partial(start_review, article, by=reviewer)),
        ("approved", partial(pass_review, article, by=reviewer)),
        ("scheduled", partial(schedule, article, by=editor, at=timezone.now() + DAY, until=timezone.now() + DAY * 2)),
    ]
    names = [name for name, _verb in way]
    for _name, verb in way[: names.index(status) + 1 if status in names else 0]:
        verb()


@pytest.fixture
def unrendered(monkeypatch):
    """Who gets through does not depend on what the page looks like."""
    monkeypatch.setattr(Template, "render", lambda self, context=None, request=None: "")
    monkeypatch.setattr(admin.site, "each_context", lambda request: {})
    monkeypatch.setattr(
        type(admin.site._registry[Article]), "render_change_form", lambda *args, **kwargs: HttpResponse()
    )


def everybody(world, table):
    """(name, state, who, user, the article as it is, whether the table says so); who is no staff tries one state."""
    people, articles = world
    for (name, state), allowed in table.items():
        for who, user in people.items():
            if who in PEOPLE or state == "+submitted":
                article = Article.objects.get(pk=articles[state].pk)
                article.seen = articles[state].seen
                yield name, state, who, user, article, who in allowed


def compared(outcomes):
    """Where what happened is not what the table says; empty is what a test wants."""
    return [
        (name, state, who, "may" if happened else "may not")
        for name, state, who, happened, expected in outcomes
        if happened != expected
    ]


class Undone:
    """What is done in it is taken back."""

    def __enter__(self):
        self.point = transaction.atomic()
        self.point.__enter__()

    def __exit__(self, *error):
        transaction.set_rollback(True)
        self.point.__exit__(*error)


def ask(user, address, data=None):
    """The answer of the view behind the address, wrapped as it is; without the middleware, which takes time."""
    request = request_of(user, address, data)
    view = resolve(request.path_info)
    try:
        return view.func(request, *view.args, **view.kwargs)
    except Exception as error:  # what the middleware would turn into an answer
        if type(error).__name__ in {"PermissionDenied", "Http404"}:
            return None
        raise


def request_of(user, address, data=None):
    factory = RequestFactory()
    request = factory.get(address) if data is None else factory.post(address, data)
    request.user, request.session, request.htmx = user, {}, False
    request._dont_enforce_csrf_checks, request._messages, request.csp_nonce = True, Said(), ""
    return request


class Said(list):
    def add(self, level, message, extra_tags=""):
        self.append(message)


# Each of the tests that try a table takes seconds: that is hundreds of tries, in every state, by everybody.
def test_the_tables_name_every_step_and_every_state():
    assert [name for name, _state in MAY_STEP][:: len(STATES)] == list(STEPS)
    assert {state.removeprefix("+") for state in STATES} == set(Article.Status.values)


def test_the_verbs_are_taken_and_the_buttons_offered_as_in_the_table(world):
    assert compared(outcomes_of_verbs(world)) == []
    people, articles = world
    for state, article in articles.items():
        for who, user in people.items():
            wanted = {name for name, at in MAY_STEP if at == state and who in MAY_STEP[name, at]}
            assert {step.name for step in allowed_steps(article, user)} == wanted, (state, who)


def outcomes_of_verbs(world):
    for name, state, who, user, article, expected in everybody(world, MAY_STEP):
        said = SAID.get(name, {})
        with Undone():
            try:
                ACTS[name](article, by=user, **(said() if callable(said) else said))
            except (NotAllowed, WrongStep):
                pass
            else:
                now = Article.objects.get(pk=article.pk)
                assert now.status == (STEPS[name].after or state.removeprefix("+"))
            yield name, state, who, was_taken(article, name, user), expected


def was_taken(article, step, user):
    """By the log, which has to say so, and who it was."""
    newest = article.events.first()
    return newest is not None and newest.pk > article.seen and (newest.step, newest.by_id) == (step, user.pk)


def test_the_page_of_a_step_takes_it_for_those_of_the_table_alone(world, unrendered):
    assert compared(outcomes_of_pages(world)) == []


def outcomes_of_pages(world):
    at = timezone.localtime(timezone.now() + DAY * 3).strftime("%Y-%m-%dT%H:%M")
    due = (timezone.localdate() + DAY).isoformat()
    for name, state, who, user, article, expected in everybody(world, MAY_STEP):
        if who not in MAY_ENTER["look", state] and name != "archive":
            continue  # whoever does not even see the article: one step says it for all
        with Undone():
            ask(user, url("step", article.pk, name), {**TYPED, "at": at, "next_due_on": due})
            yield name, state, who, was_taken(article, name, user), expected


def test_a_step_pressed_beside_the_text_is_taken_for_those_of_the_table_alone(world, unrendered):
    """Where the form can be saved at all. Steps that ask something lead to their page, which asks again."""
    assert compared(outcomes_of_buttons(world)) == []


def outcomes_of_buttons(world):
    for name, state, who, user, article, expected in everybody(world, MAY_STEP):
        if STEPS[name].asks or who not in MAY_ENTER["save", state]:
            continue
        with Undone():
            after_saving(request_of(user, url("change", article.pk), {"_step": name}), article)
            yield name, state, who, was_taken(article, name, user), expected


def as_it_is(article):
    """The form, posted without a change."""
    content = article.content
    texts = {name: content[name] for name in ("title", "slug", "summary", "body", "key_points", "get_help")}
    return form_data(article, **texts, topic=content["topic"])


def test_every_door_opens_for_those_of_the_table_alone(world, unrendered):
    assert compared(outcomes_of_doors(world)) == []


def outcomes_of_doors(world):
    for name, state, who, user, article, expected in everybody(world, MAY_ENTER):
        with Undone():
            yield name, state, who, DOORS[name](user, article), expected


def is_page(user, address):
    answer = ask(user, address)
    return answer is not None and answer.status_code == 200


def is_kept(user, article, address):
    ask(user, address, {**as_it_is(article), "summary": "By somebody.", "window": "w1"})
    return Article.objects.get(pk=article.pk).edition > article.edition


def is_present(user, article):
    answer = ask(user, url("presence", article.pk), {"window": "w1"})
    return answer is not None and answer.status_code == 200


def is_restored(user, article):
    ask(user, url("restore", article.pk, 1), {})
    return article.events.filter(step="restore").exists()


def is_deleted(user, article):
    ask(user, url("delete", article.pk), {"post": "yes"})
    return not Article.objects.filter(pk=article.pk).exists()


DOORS = {
    "look": lambda user, article: is_page(user, url("change", article.pk)),
    "preview": lambda user, article: is_page(user, url("preview", article.pk)),
    "history": lambda user, article: is_page(user, url("history", article.pk)),
    "compare": lambda user, article: is_page(user, url("compare", article.pk)),
    "save": lambda user, article: is_kept(user, article, url("change", article.pk)),
    "autosave": lambda user, article: is_kept(user, article, url("autosave", article.pk)),
    "presence": is_present,
    "restore": is_restored,
    "delete": is_deleted,
}


def test_who_sees_what_is_live_gets_no_word_of_what_is_not_and_no_list_does_anything_with_several(world, client):
    people, articles = world
    for state in ("+draft", "+submitted"):
        address = [url(name, articles[state].pk) for name in ("change", "preview", "history")]
        for who in sorted(MAY_ENTER["look", state] - MAY_ENTER["compare", state]):
            client.force_login(people[who])
            for page in [*address, f"{url('changelist')}?what=all"]:
                html = client.get(page).content.decode()
                assert "Article that is" in html, page
                assert SECRET not in html, (page, who)
    client.force_login(people["a"])
    assert 'name="action"' not in client.get(f"{url('changelist')}?what=all").content.decode()


def test_a_reviewer_whose_name_comes_into_the_byline_of_the_next_text_does_not_review_it(world):
    people, articles = world
    article, reviewer = Article.objects.get(pk=articles["+in_review"].pk), people["r"]
    writers = [*article.content["writers"], reviewer.writer.pk]
    with Undone():
        write(article, {**article.content, "writers": writers}, by=people["e"], since=article.edition)

        with pytest.raises(NotAllowed, match="You wrote this article"):
            pass_review(Article.objects.get(pk=article.pk), by=reviewer)

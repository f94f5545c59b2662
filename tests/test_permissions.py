"""Who may open which address. Every address is looked up here: a new one without a line fails until somebody decides.

A line names who gets through: Writer, Editor, medical Reviewer, Moderator, Newsletter editor, Administrator; everybody
is on the public pages. The objects behind the addresses belong to none of them.
"""

import re

import pytest
from django.template.backends.django import Template

from tests.addresses import World, contents, patterns

# Who may does not depend on the database, and asking for every address takes a while.
pytestmark = pytest.mark.once

STAFF = "WERMNA"
EVERYBODY = "_r" + STAFF  # a stranger, a reader with a log-in, and the staff
SIGNED_IN = "r" + STAFF

# The admin's pages of a model: list, add, history, delete, change.
MODELS = {
    "account/emailaddress": ("A", "A", "A", "A", "A"),
    "mfa/authenticator": ("A", "", "A", "A", "A"),
    "edge/letter": ("A", "", "A", "", "A"),
    "edge/heartbeat": ("A", "", "A", "", "A"),
    "pages/page": ("EA", "", "EA", "", "EA"),
    "pages/sitesettings": ("A", "", "A", "", "A"),
    "accounts/user": ("EA", "A", "A", "A", "A"),
    "accounts/writer": ("WERA", "EA", "EA", "A", "EA"),
    "comments/comment": ("MA", "", "MA", "", "MA"),
    "comments/decision": ("MA", "", "MA", "", "MA"),
    "comments/enquiry": ("EMA", "", "EMA", "", "EMA"),
    "comments/report": ("MA", "", "MA", "", "MA"),
    "comments/raid": ("MA", "", "MA", "", "MA"),
    "comments/batch": ("MA", "MA", "MA", "", "MA"),
    "comments/sanction": ("MA", "MA", "MA", "", "MA"),
    "comments/thread": ("MA", "", "MA", "", "MA"),
    "comments/wordrule": ("MA", "MA", "MA", "MA", "MA"),
    "comments/replytemplate": ("MA", "MA", "MA", "MA", "MA"),
    "comments/housewording": ("MA", "MA", "MA", "MA", "MA"),
    "comments/houserules": ("MA", "", "MA", "", "MA"),
    "articles/article": (STAFF, "WEA", "EA", "A", "EA"),
    "articles/editorialevent": ("EA", "", "EA", "", "EA"),
    "articles/series": ("EA", "EA", "EA", "EA", "EA"),
    "articles/frontpage": ("EA", "", "EA", "", "EA"),
    "articles/link": ("EA", "", "EA", "", "EA"),
    "articles/image": ("WERA", "WEA", "WERA", "EA", "WERA"),
    "articles/topic": ("WERMA", "EA", "WERMA", "EA", "WERMA"),
    "articles/background": ("EA", "", "EA", "", "EA"),
    "questions/question": ("EMA", "", "EMA", "", "EMA"),
    "newsletters/subscriber": ("NA", "", "NA", "A", "NA"),
    "newsletters/subscription": ("NA", "", "NA", "", "NA"),
    "newsletters/issue": ("NA", "NA", "NA", "NA", "NA"),
    "newsletters/delivery": ("NA", "", "NA", "", "NA"),
}
PAGES = ("", "add/", "<path:object_id>/history/", "<path:object_id>/delete/", "<path:object_id>/change/")
MAY = {f"admin/{model}/{page}": who for model, row in MODELS.items() for page, who in zip(PAGES, row, strict=True)}
# Django's short address of an object: leads on to "change", which asks again.
MAY |= {f"admin/{model}/<path:object_id>/": STAFF for model in MODELS}
MAY |= {
    "admin/": STAFF,
    "admin/login/": "",  # leads on to ours
    "admin/logout/": STAFF,
    "admin/password_change/": STAFF,
    "admin/password_change/done/": STAFF,
    "admin/autocomplete/": "",  # asks for a field, and then for the right to see what it offers
    "admin/jsi18n/": STAFF,
    "admin/r/<path:content_type_id>/<path:object_id>/": "EA",
    "admin/^<app_label>/$": "NA",
    "admin/(?P<url>.*)$": "",
    "admin/accounts/user/person/": "A",
    "admin/accounts/user/person/erase/": "A",
    "admin/accounts/user/<id>/password/": "A",
    "admin/comments/sanction/<int:pk>/lift/": "MA",
    "admin/comments/batch/<int:pk>/stop/": "MA",
    "admin/comments/batch/<int:pk>/resume/": "MA",
    "admin/comments/batch/<int:pk>/undo/": "MA",
    "admin/comments/raid/start/": "MA",
    "admin/comments/raid/<int:pk>/end/": "MA",
    "admin/comments/report/<int:pk>/answer/": "MA",
    "admin/comments/seat/mine/": "MA",
    "comments/helpful/": "",  # a vote names its comment
    "admin/articles/article/<int:pk>/step/<slug:name>/": "EA",
    "admin/articles/article/<int:pk>/reviews/<int:review>/withdraw/": "EA",
    "admin/articles/article/<int:pk>/preview/": "EA",
    "admin/articles/article/<int:pk>/preview/links/": "EA",
    "admin/articles/article/<int:pk>/preview/links/<int:link>/revoke/": "EA",
    "admin/articles/article/autosave/": "WEA",
    "admin/articles/article/lookup/": "WEA",
    "admin/articles/article/to-link/": STAFF,  # of what readers see
    "admin/articles/link/<int:pk>/check/": "EA",
    "admin/articles/article/<int:pk>/autosave/": "EA",
    "admin/articles/article/<int:pk>/presence/": "EA",
    "admin/articles/article/<path:pk>/history/": "EA",  # in place of Django's
    "admin/articles/article/<int:pk>/compare/": "EA",
    "admin/articles/article/<int:pk>/revisions/<int:number>/": "EA",
    "admin/articles/article/<int:pk>/restore/<int:number>/": "EA",
    "admin/articles/article/<int:pk>/notes/add/": "EA",
    "admin/articles/article/<int:pk>/notes/<int:number>/resolve/": "EA",
    "admin/articles/article/<int:pk>/notes/<int:number>/reopen/": "EA",
    "admin/articles/article/<int:pk>/notes/<int:number>/take-back/": "",  # whoever wrote it
    "admin/articles/article/calendar/": STAFF,  # of what each of them may see, see test_calendar.py
    "admin/articles/article/stale/": "WERA",
    "admin/articles/article/<int:pk>/corrections/": "EA",
    "admin/articles/article/<int:pk>/discard/": "EA",
    "admin/articles/editorialevent/csv/": "EA",
    "admin/articles/article/logged-in/": STAFF,
    "admin/articles/image/pick/": "WERA",
    "admin/articles/image/<int:pk>/card/": "WERA",
    "admin/articles/image/several/": "WEA",
    "admin/articles/image/unused/": "EA",
    **{f"admin/articles/image/<int:pk>/{page}/": "EA" for page in ("replace", "put-back", "render")},
    "admin/articles/image/dropped/": "WEA",
    "admin/newsletters/issue/<path:object_id>/preview/": "NA",
    "admin/newsletters/issue/<path:object_id>/test/": "NA",
    "admin/newsletters/issue/<path:object_id>/send/": "NA",
}
DESK = ["", "here/", "search/", "undo/", "group/<int:pk>/", "appeals/<int:pk>/", "figures/"]
DESK += [f"<int:pk>/{verb}/" for verb in ("decide", "claim", "person", "preview", "note", "message")]
MAY |= {f"admin/comments/desk/{page}": "MA" for page in DESK}
MAY |= dict.fromkeys(
    [
        *("", "articles/", "articles/feed.xml", "articles/<slug:slug>/", "articles/<slug:slug>/rate/"),
        "articles/<slug:slug>/helpful/",
        "articles/<slug:slug>/video/<int:number>/",
        *("series/<slug:slug>/", "series/<slug:slug>/feed.xml"),
        *("topics/", "topics/<slug:slug>/", "topics/<slug:slug>/feed.xml", "writers/<slug:slug>/", "me/"),
        "me/corner/",
        *(
            "comments/threads/<int:thread_id>/add/",
            "comments/<int:pk>/",
            "comments/<int:pk>/replies/",
            "comments/<int:pk>/helpful/",
        ),
        *("comments/transparency/", "comments/transparency/<str:month>/"),
        *("comments/standing/", "comments/standing/<str:token>/"),
        *("comments/<int:pk>/report/", "comments/notice/", "comments/write/", "comments/reports/<str:token>/"),
        *("captcha/new/", "captcha/<str:key>/picture/", "captcha/<str:key>/sound/"),
        *("questions/", "questions/ask/", "questions/<int:pk>-<slug:slug>/"),
        *("newsletter/", "newsletter/topic/<int:pk>/", "newsletter/thanks/", "newsletter/read/<int:pk>/"),
        *("<slug:slug>/", "<slug:slug>/versions/", "<slug:slug>/versions/<int:number>/"),
        *("manifest.webmanifest", ".well-known/security.txt", ".well-known/change-password"),
        *("healthz", "robots.txt", "sitemap.xml", "sitemap-<section>.xml", "media/<path:name>"),
        *("accounts/login/", "accounts/logout/", "accounts/signup/", "accounts/inactive/", "accounts/confirm-email/"),
        *("accounts/password/reset/", "accounts/password/reset/done/", "accounts/password/reset/key/done/"),
        # Whoever holds the signed link.
        *("comments/threads/<int:thread_id>/follow/", "comments/unfollow/<str:token>/"),
        *("comments/by-mail/<slug:way>/<str:token>/", "comments/desk-mail/<str:token>/"),
        *("comments/own/<str:token>/", "comments/mail/<str:token>/", "newsletter/confirm/<str:token>/"),
        "preview/<str:token>/",
        *("newsletter/preferences/<str:token>/", "newsletter/stop/<str:token>/"),
        r"accounts/^confirm-email/(?P<key>[-:\w]+)/$",
        "accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
    ],
    EVERYBODY,
)
MAY |= {f"accounts/{page}/": SIGNED_IN for page in ("email", "password/change", "reauthenticate", "2fa")}
MAY |= {f"accounts/2fa/{page}/": SIGNED_IN for page in ("totp/activate", "webauthn", "webauthn/add")}

MAY |= {f"accounts/2fa/webauthn/{page}/": SIGNED_IN for page in ("login", "reauthenticate")}
MAY |= {f"accounts/2fa/webauthn/keys/<int:pk>/{page}/": SIGNED_IN for page in ("edit", "remove")}
MAY |= {f"accounts/2fa/{page}/": SIGNED_IN for page in ("authenticate", "reauthenticate", "recovery-codes/generate")}
MAY |= {"accounts/login/code/confirm/": SIGNED_IN, "accounts/password/set/": SIGNED_IN, "consent/": EVERYBODY}
MAY |= {f"me/{page}/": SIGNED_IN for page in ("code", "mail", "name", "export", "leave")}
# Only with a second factor; nobody here has one.
MAY |= {f"accounts/2fa/{page}/": "" for page in ("totp/deactivate", "recovery-codes", "recovery-codes/download")}


@pytest.fixture
def people(reader, writer, editor, reviewer, moderator, newsletter_editor, administrator):
    staff = dict(zip(STAFF, [writer, editor, reviewer, moderator, newsletter_editor, administrator], strict=True))
    return {"_": None, "r": reader, **staff}


@pytest.fixture
def unrendered(monkeypatch):
    """Who gets through does not depend on what the page looks like."""
    monkeypatch.setattr(Template, "render", lambda self, context=None, request=None: "")


def gets_through(answer, pattern: str) -> bool:
    """The page itself, or an answer to a form; not a refusal, and not the way to the log-in."""
    assert answer.status_code < 500, pattern
    if 300 <= answer.status_code < 400:
        away = "/admin/" if pattern.startswith("admin/") else "/accounts/login/"
        return not answer["Location"].startswith(("/admin/login/", "/accounts/login/")) and answer["Location"] != away
    return answer.status_code not in {401, 403, 404, 405}


# Each of the tests below takes a second or some: one person asks for all of some two hundred addresses.
@pytest.mark.django_db
def test_every_address_says_who_may():
    assert set(patterns()) == set(MAY)


@pytest.mark.django_db
@pytest.mark.parametrize("who", EVERYBODY)
def test_who_may_open_what(who, client, people, unrendered):
    addresses = visit(client, people[who])

    through = {p for p, address in addresses.items() if gets_through(asked(client, people[who], address), p)}

    assert sorted(p for p in through if who not in MAY[p]) == [], "may, and should not"
    assert sorted(p for p in addresses if p not in through and who in MAY[p]) == [], "may not, and should"


@pytest.mark.django_db
@pytest.mark.parametrize("who", EVERYBODY)
def test_who_may_not_open_it_may_not_send_anything_there(who, client, people, unrendered):
    addresses = visit(client, people[who])
    before = contents()

    for pattern in [pattern for pattern in addresses if who not in MAY[pattern]]:
        assert not gets_through(client.post(addresses[pattern], {"post": "yes", "action": "erase"}), pattern)

    assert contents() == before


@pytest.mark.django_db
@pytest.mark.parametrize("who", STAFF)
def test_what_is_missing_cannot_be_told_from_what_is_not_for_her(who, client, people, unrendered):
    addresses = visit(client, people[who])
    number = re.compile(r"<(?:path:object_id|path:pk|int:pk|id)>")

    refused = [p for p in addresses if p.startswith("admin/") and number.search(p) and who not in MAY[p]]
    assert refused
    for pattern in refused:
        if pattern.endswith("take-back/"):
            continue  # of those who may see the article, whoever wrote the note may
        missing = number.sub("987654", "/" + pattern).replace("<slug:name>", "archive")
        missing = re.sub(r"<\w+:\w+>", "1", missing)
        for ask in (client.get, client.post):
            there, not_there = ask(addresses[pattern]), ask(missing)
            assert (there.status_code, there.get("Location")) == (not_there.status_code, not_there.get("Location")), (
                pattern
            )


def asked(client, user, address: str):
    """By GET, or by POST where that is all there is."""
    answer = client.get(address)
    if answer.status_code == 405:
        answer = client.post(address)
        if user:  # she may have logged out
            client.force_login(user)
    return answer


def visit(client, user) -> dict[str, str]:
    """The address of each pattern, in a world of its own; somebody is logged in."""
    world = World()
    if user:
        client.force_login(user)
    return {pattern: world.address(pattern) for pattern in sorted(set(patterns()) & set(MAY))}


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["_", "A"], ids=["a stranger", "the administrator"])
def test_looking_changes_nothing(who, client, people, request):
    addresses = visit(client, people[who])
    before = contents()

    for address in addresses.values():
        client.get(address)
    if who == "_":
        request.getfixturevalue("unrendered")  # the same templates once more
        for address in addresses.values():
            client.head(address)

    assert contents() == before


@pytest.mark.django_db
def test_looking_at_an_empty_site_makes_nothing(client, administrator):
    client.force_login(administrator)
    before = contents()

    for page in ("", "pages/sitesettings/", "pages/sitesettings/1/change/", "articles/frontpage/1/change/"):
        client.get(f"/admin/{page}")

    assert contents() == before

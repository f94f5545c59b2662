"""What the lists of the admin may be asked by their address: what they offer, and nothing else."""

from urllib.parse import quote

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.admin.filters import FieldListFilter
from django.contrib.admin.utils import get_fields_from_path
from django.core.exceptions import FieldDoesNotExist
from django.test import RequestFactory

from accounts.models import User
from articles.models import Topic
from comments.decisions.comments import approve
from edge.models import Letter
from tests.factories import create_comment, create_subscription, create_user

LOOKUPS = [
    *("", "exact", "iexact", "contains", "icontains", "startswith", "istartswith", "endswith", "iendswith", "regex", "iregex"),
    *("gt", "gte", "lt", "lte", "range", "in", "isnull", "date", "year", "month", "day", "week_day", "time", "hour", "length"),
    *("has_key", "contained_by", "search", "secret__regex", "secret"),
]  # fmt: skip
# A value that none of the lists can make sense of, or that a database chokes on.
HOSTILE = ["", "(", "\x00", "9" * 30, "-1", "^(.+)+~$", "0001-01-01 00:00:00+14:00", "9999-12-31T23:59:59-14:00"]


def request_of(user):
    request = RequestFactory().get("/")
    request.user = user
    return request


def fields_of(model, depth=1):
    """The names by which a lookup can begin: every field, and through every relation those of the other side."""
    for field in model._meta.get_fields():
        yield field.name
        if hasattr(field, "attname"):
            yield field.attname
        if field.is_relation and field.related_model and depth:
            yield from (f"{field.name}__{name}" for name in fields_of(field.related_model, depth - 1))
    yield "pk"


def offered(model_admin, request) -> set[str]:
    names = set()
    for each in model_admin.get_list_filter(request):
        if isinstance(each, str | tuple):
            path, kind = each if isinstance(each, tuple) else (each, FieldListFilter.create)
            field = get_fields_from_path(model_admin.model, path)[-1]
            names |= set(kind(field, request, {}, model_admin.model, model_admin, path).expected_parameters())
        else:
            names.add(each.parameter_name)
    return names


@pytest.mark.django_db
@pytest.mark.once
@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model._meta.label)
def test_a_list_answers_only_what_it_offers(model):
    model_admin, request = admin.site.get_model_admin(model), request_of(create_user(is_superuser=True, is_staff=True))
    asked = {f"{name}__{lookup}".removesuffix("__") for name in fields_of(model) for lookup in LOOKUPS}

    assert {name for name in asked if model_admin.lookup_allowed(name, "1", request)} <= offered(model_admin, request)
    assert all(model_admin.lookup_allowed(name, "1", request) for name in offered(model_admin, request))


@pytest.mark.django_db
@pytest.mark.once
@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model._meta.label)
def test_a_list_passes_on_no_field_but_the_key(model):
    model_admin, request = admin.site.get_model_admin(model), request_of(create_user(is_superuser=True, is_staff=True))

    assert {name for name in fields_of(model) if may_be_passed_on(model_admin, request, name)} <= {model._meta.pk.name}


def may_be_passed_on(model_admin, request, name) -> bool:
    try:
        return model_admin.to_field_allowed(request, name)
    except FieldDoesNotExist:
        return False


@pytest.fixture
def superuser(db):
    return create_user(is_superuser=True, is_staff=True)


@pytest.mark.parametrize(
    "query",
    [
        "mfa/authenticator/?data__secret__regex=^H", "mfa/authenticator/?data__secret=1", "mfa/authenticator/?data__regex=H",
        "edge/letter/?text__contains=reset", "edge/letter/?headers__contains=x", "edge/letter/?text__gt=a",
        "accounts/user/?password__gte=p", "accounts/user/?emailaddress__email__contains=a",
        "accounts/user/?authenticator__data__contains=a", "articles/topic/?name__regex=^(.%2B)%2B~$",
        "articles/article/?title__regex=(", "comments/decision/?by__password__startswith=a",
        "account/emailaddress/?user__password__startswith=a", "newsletters/subscriber/?email__regex=.",
        "accounts/user/?_to_field=password&_popup=1", "accounts/user/?_to_field=email", "accounts/user/?is_staff__regex=(",
    ],
)  # fmt: skip
def test_not_even_a_superuser_asks_for_more(client, superuser, query):
    client.force_login(superuser)

    assert client.get(f"/admin/{query}").status_code == 400


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize(
    "model", [User, Authenticator, EmailAddress, Letter, Topic], ids=lambda model: model._meta.label
)
def test_a_value_that_makes_no_sense_is_an_empty_or_a_whole_list(client, superuser, model, value):
    client.force_login(superuser)
    refuses_kindly(client, superuser, model, value)


# Takes many seconds: every list of the admin, with every value in everything it can be asked by, is over 2,000 pages.
@pytest.mark.once
@pytest.mark.django_db
def test_no_value_of_any_filter_is_an_error_of_ours(client, superuser):
    create_subscription()
    client.force_login(superuser)
    for model in admin.site._registry:
        for value in HOSTILE:
            refuses_kindly(client, superuser, model, value)


def refuses_kindly(client, user, model, value):
    address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    for name in [
        *offered(admin.site.get_model_admin(model), request_of(user)),
        "q",
        "o",
        "p",
        "all",
        "e",
        "_facets",
        "_popup",
    ]:
        assert client.get(address, {name: value}).status_code in {200, 302, 400, 404}, (address, name, value)


def test_a_filter_is_not_asked_for_a_thousand_values(client, superuser):
    client.force_login(superuser)

    assert client.get("/admin/mfa/authenticator/", {"type__exact": ["totp"] * 1500}).status_code == 400
    assert client.get("/admin/mfa/authenticator/", {"type__exact": ["totp", "webauthn"]}).status_code == 200


def test_a_filter_that_is_offered_filters(client, administrator, reader):
    client.force_login(administrator)

    page = client.get("/admin/accounts/user/", {"is_staff__exact": "1"}).content.decode()

    assert administrator.email in page
    assert reader.email not in page


@pytest.mark.parametrize("term", HOSTILE)
def test_a_field_that_completes_takes_any_word(client, administrator, term):
    client.force_login(administrator)
    field = {"app_label": "accounts", "model_name": "writer", "field_name": "user"}

    assert client.get("/admin/autocomplete/", {**field, "term": term}).status_code in {200, 400}


@pytest.mark.parametrize(
    ("app", "model", "field"),
    [("auth", "group", "user"), ("articles", "article", "nothing"), ("", "", ""), ("articles", "article", "title")],
)
def test_a_field_that_completes_nothing_is_refused(client, superuser, app, model, field):
    client.force_login(superuser)
    asked = {"app_label": app, "model_name": model, "field_name": field, "term": ""}

    assert client.get("/admin/autocomplete/", asked).status_code == 403


@pytest.mark.parametrize("key", ["", "\x00", "a", "1;2", "\u00b2", "9" * 25, "None", "id__in"])
@pytest.mark.parametrize("model", [User, Authenticator, Topic], ids=lambda model: model._meta.label)
def test_what_is_no_key_selects_nothing(client, superuser, model, key):
    client.force_login(superuser)
    address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    chosen = {"action": "delete_selected", "_selected_action": [key], "post": "yes"}

    assert client.post(address, chosen).status_code == 400


def test_a_list_that_shows_no_address_is_not_searched_by_half_of_one(client, moderator, administrator):
    approve(create_comment(), by=administrator)
    client.force_login(moderator)

    def finds(words):
        return administrator.name in client.get("/admin/comments/decision/", {"q": words}).content.decode()

    assert finds(administrator.email)
    assert not finds(administrator.email[:4])


# Takes over a second where a form is long: it is asked for with every value in all its fields.
@pytest.mark.django_db
@pytest.mark.once
@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model._meta.label)
def test_no_address_of_an_object_is_an_error_of_ours(client, superuser, model):
    client.force_login(superuser)
    client.raise_request_exception = False
    base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    names = [field.name for field in model._meta.get_fields()]

    for value in HOSTILE:
        asked = [
            client.get(f"{base}add/", {**dict.fromkeys(names, value), "_changelist_filters": value, "_popup": value})
        ]
        asked += [
            client.get(f"{base}{quote(value or '_', safe='')}/{page}/") for page in ("change", "history", "delete")
        ]
        assert [each.status_code for each in asked if each.status_code >= 500] == [], value

"""Nobody gains more than she has: every way to change somebody's account, for every role, on every role."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, Permission

from accounts.models import User
from accounts.roles import ADMINISTRATOR, ROLES, may_manage, roles_to_give
from edge.models import Letter
from tests.factories import PASSWORD, create_user, create_writer
from tests.logging_in import give_factor

pytestmark = pytest.mark.django_db
NEW = "another long secret"
THIEF = "thief@example.net"
RANKS = ["", *ROLES, ADMINISTRATOR, "superuser"]


def somebody(rank: str) -> User:
    if rank == "superuser":
        return create_user(is_staff=True, is_superuser=True)
    return create_user(role=rank)


def form_of(user: User, **changes) -> dict:
    data = {"email": user.email, "name": user.name, "groups": list(user.groups.values_list("pk", flat=True))}
    data |= {name: "on" for name in ("is_active", "is_staff") if getattr(user, name)} | changes
    return {name: value for name, value in data.items() if value is not None}


def change(client, user, **changes):
    client.post(f"/admin/accounts/user/{user.pk}/change/", form_of(user, **changes))


def password(client, user):
    typed = {"usable_password": "true", "password1": NEW, "password2": NEW}
    client.post(f"/admin/accounts/user/{user.pk}/password/", typed)


def no_password(client, user):
    client.post(f"/admin/accounts/user/{user.pk}/password/", {"usable_password": "false", "unset-password": "1"})


def pick(client, path, action, pk):
    client.post(path, {"action": action, "index": "0", "_selected_action": [pk], "post": "yes"})


ADDRESSES, FACTORS = "/admin/account/emailaddress/", "/admin/mfa/authenticator/"


def address(user) -> int:
    return EmailAddress.objects.get(user=user, primary=False).pk


def factor(user) -> int:
    return Authenticator.objects.get(user=user).pk


WAYS = {
    "password": password,
    "no password": no_password,
    "address": lambda client, user: change(client, user, email=THIEF),
    "lock": lambda client, user: change(client, user, is_active=None),
    "out of the house": lambda client, user: change(client, user, is_staff=None, name="Gone"),
    "roles": lambda client, user: change(
        client, user, groups=[Group.objects.get(name="Writer").pk], is_staff="on", name="Moved"
    ),
    "delete": lambda client, user: client.post(f"/admin/accounts/user/{user.pk}/delete/", {"post": "yes"}),
    "delete several": lambda client, user: pick(client, "/admin/accounts/user/", "delete_selected", user.pk),
    "erase": lambda client, user: client.post(
        "/admin/accounts/user/person/erase/", {"email": user.email.upper(), "typed": user.email}
    ),
    "an address more": lambda client, user: client.post(
        f"{ADDRESSES}add/", {"user": user.pk, "email": THIEF, "verified": "on"}
    ),
    "another address": lambda client, user: client.post(
        f"{ADDRESSES}{address(user)}/change/", {"user": user.pk, "email": THIEF, "verified": "on"}
    ),
    "an address less": lambda client, user: client.post(f"{ADDRESSES}{address(user)}/delete/", {"post": "yes"}),
    "addresses less": lambda client, user: pick(client, ADDRESSES, "delete_selected", address(user)),
    "confirm an address": lambda client, user: pick(client, ADDRESSES, "make_verified", address(user)),
    "factor off": lambda client, user: client.post(f"{FACTORS}{factor(user)}/delete/", {"post": "yes"}),
    "factors off": lambda client, user: pick(client, FACTORS, "delete_selected", factor(user)),
}


def account(user) -> list:
    """All that lets somebody in as her, or says what she may."""
    own = User.objects.filter(pk=user.pk)
    return [
        list(own.values("email", "name", "password", "is_active", "is_staff", "is_superuser")),
        list(own.values_list("groups", "user_permissions")),
        list(EmailAddress.objects.filter(user=user.pk).order_by("pk").values()),
        list(Authenticator.objects.filter(user=user.pk).order_by("pk").values("type", "data")),
    ]


def changes(client, user, way) -> bool:
    give_factor(user)
    EmailAddress.objects.create(user=user, email=f"second-of-{user.email}")
    before = account(user)
    WAYS[way](client, user)
    changed = account(user) != before
    EmailAddress.objects.filter(email=THIEF).delete()
    User.objects.filter(pk=user.pk).delete()
    return changed


# Takes seconds for those who may: every way, on every role, and each time somebody is made for it.
@pytest.mark.once
@pytest.mark.parametrize("rank", RANKS)
def test_who_changes_whose_account(client, rank):
    client.force_login(somebody(rank))

    managers = {ADMINISTRATOR, "superuser"}
    for target in RANKS if rank in managers else {"", rank, "superuser"}:
        may = rank == "superuser" or (rank == ADMINISTRATOR and target != "superuser")
        wrong = [way for way in WAYS if changes(client, somebody(target), way) != may]
        assert wrong == [], (rank, target, may)


def test_who_may_change_people_but_nothing_else_makes_herself_no_administrator(client):
    helper = create_user(is_staff=True)
    helper.user_permissions.set(Permission.objects.filter(codename__in=["change_user", "view_user"]))
    client.force_login(helper)
    administrators = Group.objects.get(name=ADMINISTRATOR).pk
    other = create_user()

    for person in (helper, other):
        change(client, person, groups=[administrators], is_staff="on")

    assert not User.objects.filter(groups=administrators).exists()
    assert not any(changes(client, create_user(role="Moderator"), way) for way in WAYS)


def test_an_administrator_erases_no_superuser_by_another_spelling(client, administrator):
    boss = create_user(email="boss@xn--exmple-cua.org", is_superuser=True)
    client.force_login(administrator)
    for spelling in ("boss@exämple.org", "BOSS@xn--exmple-cua.org"):
        client.post("/admin/accounts/user/person/erase/", {"email": spelling, "typed": spelling})

    assert User.objects.filter(pk=boss.pk).exists()


def test_a_locked_account_keeps_the_rights_it_would_have():
    helper = create_user(role="Editor")
    boss = create_user(role=ADMINISTRATOR, is_active=False)

    assert not may_manage(helper, boss)
    assert not may_manage(create_user(role=ADMINISTRATOR), create_user(is_superuser=True, is_active=False))


def test_an_administrator_gives_every_role_and_an_editor_only_hers(administrator, editor):
    assert set(roles_to_give(administrator)) == set(Group.objects.all())
    assert {role.name for role in roles_to_give(editor)} <= {"Editor", "Writer"}


def test_an_administrator_moves_no_address_to_a_superuser_and_none_of_hers(client, administrator):
    boss, other = somebody("superuser"), create_user()
    mine = EmailAddress.objects.get(user=other)
    client.force_login(administrator)

    client.post(f"{ADDRESSES}{mine.pk}/change/", {"user": boss.pk, "email": THIEF, "verified": "on"})

    mine.refresh_from_db()
    assert mine.user == other


@pytest.mark.parametrize("way", ["password", "no password", "address", "an address more", "factor off", "factors off"])
@pytest.mark.parametrize("rank", [ADMINISTRATOR, "superuser"])
def test_of_her_own_account_nobody_changes_here_what_the_account_pages_ask_her_for(client, rank, way):
    me = somebody(rank)
    client.force_login(me)

    assert not changes(client, me, way)


@pytest.mark.parametrize("way", ["password", "address", "an address more", "factor off"])
def test_the_person_is_told_at_her_old_address(client, administrator, moderator, way):
    give_factor(moderator)
    EmailAddress.objects.create(user=moderator, email="second@example.net")
    old = moderator.email
    client.force_login(administrator)

    WAYS[way](client, moderator)

    assert "an administrator changed your account" in Letter.objects.get(to=old).text


def test_taking_off_the_last_factor_takes_the_recovery_codes_with_it(client, administrator, moderator):
    codes = Authenticator.objects.create(user=moderator, type=Authenticator.Type.RECOVERY_CODES, data={})
    passkey = Authenticator.objects.create(user=moderator, type=Authenticator.Type.WEBAUTHN, data={"name": "Key"})
    lost = give_factor(moderator)
    client.force_login(administrator)

    client.post(f"{FACTORS}{lost.pk}/delete/", {"post": "yes"})
    assert set(Authenticator.objects.all()) == {codes, passkey}

    client.post(f"{FACTORS}{passkey.pk}/delete/", {"post": "yes"})
    assert not Authenticator.objects.exists()


def test_another_address_ends_the_old_ones(client, administrator, moderator):
    client.force_login(administrator)

    change(client, moderator, email="new@example.net")

    assert not EmailAddress.objects.filter(user=moderator).exists()


def test_no_page_shows_the_hash_of_a_password(client, editor, administrator):
    boss = somebody("superuser")
    boss.set_password(PASSWORD)
    boss.save()
    for user in (editor, administrator):
        client.force_login(user)
        for person in (boss, editor):
            assert (
                person.password.rpartition("$")[2]
                not in client.get(f"/admin/accounts/user/{person.pk}/change/").content.decode()
            )


@pytest.mark.parametrize("role", ["Editor", ADMINISTRATOR])
def test_nobody_takes_a_byline_or_makes_herself_a_doctor(client, role):
    me = create_user(role=role)
    doctor, mine = create_writer(is_medical_professional=True), create_writer(user=me)
    client.force_login(me)
    words = {"name": "N", "slug": "n", "title": "", "bio": "B", "conflicts": "None", "credentials": "MD"}

    client.post(f"/admin/accounts/writer/{mine.pk}/change/", {**words, "is_medical_professional": "on"})
    type(mine).objects.filter(pk=mine.pk).update(user=None)
    answer = client.post(f"/admin/accounts/writer/{doctor.pk}/change/", {**words, "slug": "d", "user": me.pk})

    mine.refresh_from_db()
    doctor.refresh_from_db()
    assert (mine.name, mine.is_medical_professional, mine.credentials) == ("N", False, "")
    assert doctor.user is None
    assert "Nobody takes a byline herself" in answer.content.decode()


def test_an_editor_gives_a_byline_to_a_colleague(client, editor):
    colleague, byline = create_user(role="Writer"), create_writer()
    client.force_login(editor)
    words = {"name": "N", "slug": "n", "title": "", "bio": "B", "conflicts": "None", "credentials": "RN"}

    client.post(f"/admin/accounts/writer/{byline.pk}/change/", {**words, "user": colleague.pk})

    byline.refresh_from_db()
    assert (byline.user, byline.credentials) == (colleague, "RN")


OURS = "second@example.org"


@pytest.fixture
def boss():
    boss = somebody("superuser")
    EmailAddress.objects.create(user=boss, email=OURS, verified=True)
    return boss


@pytest.mark.parametrize("email", [OURS, OURS.upper()])
def test_an_address_of_one_account_is_given_to_no_other(client, administrator, reader, boss, email):
    client.force_login(administrator)

    client.post("/admin/accounts/user/add/", {"email": email, "name": "N"})
    change(client, reader, email=email)
    for theirs in (email, boss.email):
        client.post(f"{ADDRESSES}add/", {"user": reader.pk, "email": theirs, "verified": "on"})

    assert {*User.objects.reached_at(OURS), *User.objects.reached_at(boss.email)} == {boss}
    assert EmailAddress.objects.filter(user=reader).count() == 1


def test_the_address_of_a_superuser_without_a_confirmed_one_is_given_to_nobody(client, administrator, reader):
    boss = User.objects.create_superuser("root@example.org", PASSWORD)
    client.force_login(administrator)

    client.post(f"{ADDRESSES}add/", {"user": reader.pk, "email": boss.email, "verified": "on"})

    assert not EmailAddress.objects.filter(email=boss.email).exists()


def test_an_address_that_nobody_has_confirmed_keeps_nobody_from_being_invited(client, administrator, reader):
    EmailAddress.objects.create(user=reader, email="new@example.org", verified=False)
    client.force_login(administrator)

    client.post("/admin/accounts/user/add/", {"email": "new@example.org", "name": "N"})

    assert User.objects.filter(email="new@example.org").exists()


@pytest.mark.parametrize("at_once", [True, False])
def test_an_administrator_erases_no_superusers_address_with_somebody_who_has_the_same(
    client, administrator, boss, at_once
):
    other = User.objects.create_user(OURS)  # as it may stand in a database of before
    client.force_login(administrator)

    if at_once:
        pick(client, "/admin/accounts/user/", "delete_selected", other.pk)
    else:
        client.post(f"/admin/accounts/user/{other.pk}/delete/", {"post": "yes"})

    assert EmailAddress.objects.filter(user=boss, email=OURS).exists()

"""Names that only the house may bear."""

import pytest
from django.urls import reverse

from accounts.models import User
from accounts.names import looks_like_the_house, names_site, resembles, role_in
from pages.models import SiteSettings
from tests.factories import PASSWORD, create_writer

LIKE_ILSE = """
Ilse Brandt|Dr Ilse Brandt|Prof. Dr. med. Ilse Brandt, MD|Brandt, Ilse|ILSE BRANDT|llse Brandt|1lse Brandt|Ilsе Brаndt
Il\u200bse Brandt|Ilse\u3164Brandt|Ilse\u00a0Brandt|Ilse\u00adBrandt|I.l.s.e B.r.a.n.d.t|I l s e B r a n d t|Ilse_Brandt
ilse.brandt|IlseBrandt|ilsebrandt99|TheIlseBrandt|Ilse Brandt ✔|Ilse🌸Brandt|Ílse Brändt|I\u0300l\u0301se Brandt|𝐈𝐥𝐬𝐞 𝐁𝐫𝐚𝐧𝐝𝐭
Ｉｌｓｅ Ｂｒａｎｄｔ|Ⓘⓛⓢⓔ Ⓑⓡⓐⓝⓓⓣ|ɪʟꜱᴇ ʙʀᴀɴᴅᴛ|Ilse Br@ndt|Ilse 8randt|Ilse Brandt (author)|The real Ilse Brandt|Ilse M. Brandt
I. Brandt|Brandt I.|Ilse B.|Dr. Brandt|Dr Ilse|Brandt Ilse Dr.|Ilse “Brandt”|\u202eIlse Brandt|Ilse Вгапdt|Ιlse Вrandt
Frau Dr. Brandt|Mrs Dr Brandt|Ilse Brandƭ|Ilse Branđt|Ilse Branclt|Brandt RN|Ilse, RN
"""
OTHERS = """
Rosa|Ilse|Brandt|Ilse Meyer|Peter Brandt|Else Brandt|Ilse Brandtner|Dr. House|Silke Brand|Ilse K.|P. Brandt|Dr Meyer|Li
Ilse M.|M. Brandt|Ilse M|Mrs Brandt|Frau Brandt|Herr Brandt
"""
ROLES = """
Moderator|M0derator|Mоderator|M o d e r a t o r|Mo\u00adderator|Mod|Admin|Adm1n|ADM!N|SiteAdmin|Ａｄｍｉｎ|Administrator|Editor
Editor in Chief|Support|Support Team|Customer Support|The Team|Staff|Medical reviewer|Moderatorin|Die Redaktion|Modérateur
Équipe de modération|Équipe|Moderador|Soporte|Ärztin|medizinischer Gutachter|Moderator Anna|Verified|Official|The author
Rosa (Writer)|Rosa / Team|Rosa, support|Rosa – medical professional|Rosa · Autorin|Rosa - Staff
Модератор|Администратор сайта|Moderatore|Amministratore|Redazione|Beheerder|管理員|管理员|版主|المشرف|Moderátor|Aclmin|xXModeratorXx
"""
NO_ROLES = """
Rosa|Badminton fan|Modesty|Edith|Ed|Support needed here|Mo|Dr. House|Grandma|Supporter|Maria del Mar|The Cat|De Vries|An|
Nurse Joy|Edith, author of nothing|Ann (Leeds)|Rosa - mum of two|Doctor Who|Rosa + Max|!!!|Ирина|陳大文|محمد
"""


def listed(names):
    return [name for name in names.replace("\n", "|").split("|") if name]


@pytest.mark.parametrize("name", listed(LIKE_ILSE), ids=ascii)
def test_a_name_that_looks_like_a_byline_is_seen_through(name):
    assert resembles(name, "Ilse Brandt")


@pytest.mark.parametrize("name", listed(OTHERS))
def test_somebody_elses_name_is_her_own(name):
    assert not resembles(name, "Ilse Brandt")


@pytest.mark.parametrize("byline", ["Dr. Eva Müller", "Eva Mueller", "Müller, Eva"])
def test_a_byline_with_a_title_or_an_umlaut_is_known_without(byline):
    assert all(resembles(name, byline) for name in ("Eva Müller", "Eva Mueller", "E. Müller"))


def test_a_byline_of_one_word_is_known_as_a_whole_only():
    assert resembles("Dr. Mira", "Mira")
    assert not resembles("Mira Lind", "Mira")


@pytest.mark.parametrize("name", listed(ROLES), ids=ascii)
def test_a_name_of_a_role_is_seen_through(name):
    assert role_in(name)


@pytest.mark.parametrize("name", listed(NO_ROLES))
def test_a_name_that_only_begins_like_a_role_is_none(name):
    assert not role_in(name)


@pytest.mark.parametrize(
    "name",
    ["Wellread", "Wellread ✔", "Team Wellread", "We11read", "Wеllread", "W e l l r e a d", "VVellread", "Wellread24"],
)
def test_a_name_of_the_site_is_seen_through(name):
    assert names_site(name, "Wellread")


@pytest.mark.parametrize("name", ["Well", "Wellington", "A well and widely read reader"])
def test_a_name_with_a_part_of_the_sites_is_not_its(name):
    assert not names_site(name, "Wellread")


@pytest.mark.django_db
def test_it_is_said_whose_name_it_looks_like():
    create_writer(name="Ilse Brandt", is_listed=False)
    SiteSettings.objects.update_or_create(pk=1, defaults={"name": "Kindly"})

    names = ["Dr Ilsе Brandt", "Kindly ✔", "Adm1n", "Rosa ✔", "Rosa"]

    assert [looks_like_the_house(name) for name in names] == ["Ilse Brandt", "Kindly", "admin", "✔", ""]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Dr Ilse Brandt", "works here"),
        ("Moderator", "works here"),
        ("\u3164", "nothing to see"),
        ("Z" + "\u0301\u0302\u0303" * 4, "too many marks"),
    ],
    ids=ascii,
)
def test_nobody_signs_up_under_a_name_of_the_house_or_none(client, name, words):
    create_writer(name="Ilse Brandt")

    answer = client.post(reverse("account_signup"), {"name": name, "email": "new@example.org", "password1": PASSWORD})

    assert words in answer.content.decode()
    assert not User.objects.filter(email="new@example.org").exists()

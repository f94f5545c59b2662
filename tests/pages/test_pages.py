import pytest
from django.db.models import Value

from pages.models import Page, PageVersion, SiteSettings
from pages.starter import PAGES

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("slug", [slug for slug, _title, _file in PAGES])
def test_a_new_site_has_its_standing_pages(client, slug):
    answer = client.get(f"/{slug}/")

    assert answer.status_code == 200
    assert not answer.cookies
    assert "public" in answer["Cache-Control"]
    assert "{{" not in answer.content.decode()


def test_changing_a_page_makes_a_version_and_keeps_the_old_one(client, editor):
    page = Page.objects.get(slug="terms")
    page.revise("<p>New terms.</p>", by=editor, note="Shorter")

    assert "New terms." in client.get("/terms/").content.decode()
    assert "New terms." not in client.get("/terms/versions/1/").content.decode()
    assert "Shorter" in client.get("/terms/versions/").content.decode()


def test_saving_the_same_text_makes_no_version(editor):
    page = Page.objects.get(slug="terms")

    assert page.revise(page.current.body, by=editor).number == 1


def test_the_privacy_page_prints_the_policy(client):
    text = client.get("/privacy/").content.decode()

    assert "deleted after 90 days" in text
    assert "a hash of the network it came from" in text


def test_an_editor_saves_a_version_in_the_admin(client, editor):
    page = Page.objects.get(slug="about")
    client.force_login(editor)

    client.post(f"/admin/pages/page/{page.pk}/change/", change(page, body="<p>We are three.</p>"))

    page.refresh_from_db()
    assert (page.current.number, page.current.by) == (2, editor)


def test_a_second_tab_does_not_overwrite_the_first(client, editor):
    page = Page.objects.get(slug="about")
    old_form = change(page, body="<p>Mine.</p>")
    page.revise("<p>Hers.</p>")
    client.force_login(editor)

    answer = client.post(f"/admin/pages/page/{page.pk}/change/", old_form)

    page.refresh_from_db()
    assert page.current.body == "<p>Hers.</p>"
    assert "Mine." in answer.content.decode()


def test_a_writer_cannot_change_a_standing_page(client, writer):
    page = Page.objects.get(slug="about")
    client.force_login(writer)

    assert client.get(f"/admin/pages/page/{page.pk}/change/").status_code == 403


def change(page: Page, **fields: str) -> dict[str, str]:
    inline = {f"versions-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL")}
    return {"title": page.title, "note": "", "based_on": str(page.current.number), **inline, **fields}


def test_a_pixel_needs_https_and_a_reason():
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError):
        SiteSettings(pixel_url="http://pixel.example/p.gif", pixel_reason="x").full_clean()
    with pytest.raises(ValidationError):
        SiteSettings(pixel_url="https://pixel.example/p.gif").full_clean()


def test_what_the_site_is_called_is_filled_in_where_it_is_read_and_never_where_a_link_leads(client, editor):
    SiteSettings(name="javascript:alert(1)").save()
    page = Page.objects.get(slug="terms")
    version = page.revise("<p>x</p>", by=editor)
    # Past the sanitiser, as a text that was stored before it knew.
    PageVersion.objects.filter(pk=version.pk).update(
        body=Value('<p><a href="{{ site_name }}" title="{{ site_name }}">{{ site_name }}</a> {{ other }}</p>')
    )

    assert (
        '<a href="{{ site_name }}" title="{{ site_name }}">javascript:alert(1)</a> {{ other }}'
        in client.get("/terms/").content.decode()
    )


def test_a_page_runs_as_it_is_written(client, editor):
    Page.objects.get(slug="terms").revise("<p>שלום</p><ol><li>א</li></ol>", by=editor)

    assert '<p dir="auto">שלום</p><ol dir="rtl"><li>א</li></ol>' in client.get("/terms/").content.decode()

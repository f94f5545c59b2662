"""What goes wrong in life: nobody's words are lost, nothing is sent twice, and nothing hostile gets its way."""

import http.client
import os
import re
import secrets
from io import BytesIO
from urllib.parse import quote, urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser import steps
from tests.browser.conftest import Site

pytestmark = pytest.mark.once

ARTICLE = "/articles/migraine-is-not-just-a-headache/"
THREAD = 2
ADD = f"/comments/threads/{THREAD}/add/"
BOTH = pytest.mark.parametrize("java_script", [True, False], ids=["with JavaScript", "without JavaScript"])


@pytest.fixture
def words():
    """What nobody else has written here, nor an earlier try."""
    return f"Written in {secrets.token_hex(4)}"


@pytest.fixture
def count(visit):
    """`count(words)`: how many comments have these words, whatever became of them."""
    moderator = visit.unseen(by="moderator")

    def count(words: str) -> int:
        found = moderator.get(f"/admin/comments/desk/?queue=all&q={quote(words)}")
        return found.text().count("data-card=")

    return count


def fill_form(page: Page, body: str, *, path: str = ADD) -> Locator:
    """A form that needs only the button."""
    page.goto(path)
    steps.fill(page.locator("form.add"), name="Ines", email="ines@example.net", body=body)
    steps.solve_captcha(page)
    page.locator("[name=hurried]").evaluate("field => field.value = 'on'")  # she has been here for a while
    return text_of(page)


def text_of(page: Page) -> Locator:
    return page.locator("form.add").get_by_label("Your text", exact=True)


def button(page: Page) -> Locator:
    return page.get_by_role("button", name="Post comment")


# --- Sent twice ------------------------------------------------------------------------------------------------------


@BOTH
def test_a_double_click_posts_once(visit, count, words, java_script):
    page = visit(java_script=java_script)
    fill_form(page, words)

    button(page).dblclick()

    expect(page.locator("main")).to_contain_text("Thank you. A moderator reads")
    assert count(words) == 1


def test_loading_the_thank_you_page_again_posts_nothing(visit, count, words):
    page = visit(java_script=False)
    fill_form(page, words)
    button(page).click()
    expect(page.get_by_role("heading", name="It waits for a moderator")).to_be_visible()

    page.reload()

    expect(page.get_by_role("heading", name="It waits for a moderator")).to_be_visible()
    assert count(words) == 1


def test_two_tabs_are_two_comments(visit, count, words):
    first = visit()
    second = first.context.new_page()
    fill_form(first, f"{words}, left tab")
    fill_form(second, f"{words}, right tab")

    for page in (first, second):
        steps.send(page, "Post comment")
        expect(page.locator("main")).to_contain_text("Thank you. A moderator reads")

    assert (count(f"{words}, left tab"), count(f"{words}, right tab")) == (1, 1)


# --- Text that comes back --------------------------------------------------------------------------------------------


@BOTH
def test_the_back_button_brings_the_text_back(visit, java_script):
    page = visit(java_script=java_script)
    fill_form(page, "Only a look at the terms")
    page.get_by_role("link", name="terms of service").click()
    expect(page.locator("h1")).to_contain_text("Terms")

    page.go_back()

    offered = page.get_by_role("button", name="Put my text back")
    expect(button(page)).to_be_visible()
    if not text_of(page).input_value():
        offered.click()
    expect(text_of(page)).to_have_value("Only a look at the terms")


def test_a_draft_waits_for_its_writer_until_it_is_posted(visit):
    page = visit()
    fill_form(page, "Half a thought, and then the phone rang").press("End")
    page.wait_for_timeout(600)  # the browser writes when the fingers rest
    context = page.context
    page.close()

    page = context.new_page()
    page.goto(ADD)
    page.get_by_role("button", name="Put my text back").click()
    expect(text_of(page)).to_have_value("Half a thought, and then the phone rang")
    fill_form(page, "A whole thought")
    steps.send(page, "Post comment")
    expect(page.locator("main")).to_contain_text("Thank you. A moderator reads")
    page.wait_for_load_state("load")  # the page's script forgets the draft, and scripts run before this
    page.goto(ADD)
    expect(button(page)).to_be_visible()
    expect(page.get_by_role("button", name="Put my text back")).to_have_count(0)


@BOTH
def test_a_new_picture_leaves_the_text_alone(visit, java_script):
    page = visit(java_script=java_script)
    text = fill_form(page, "The picture is hard to read")
    key = page.locator("[name=captcha_0]").input_value()

    page.get_by_role("button", name="New picture").click()

    expect(page.locator("[name=captcha_0]")).not_to_have_value(key)
    expect(text).to_have_value("The picture is hard to read")


@BOTH
def test_fifty_thousand_characters_are_refused_and_kept(visit, java_script):
    page, long = visit(java_script=java_script), "All about my knee. " * 2_600
    text = fill_form(page, long)

    assert steps.send(page, "Post comment") == 422

    expect(page.get_by_role("alert").first).to_contain_text("Nothing is lost")
    expect(text).to_have_value(long)


NEW_THREAD = """
from comments.models import Thread
answer = Thread.objects.create(title="A minute", address="/articles/", is_public=True).pk
"""


@BOTH
def test_a_thread_that_was_closed_meanwhile_gives_the_text_back(site, visit, java_script):
    page, thread = visit(java_script=java_script), site.ask(NEW_THREAD)
    fill_form(page, "A minute too late", path=f"/comments/threads/{thread}/add/")
    site.ask(
        f"from comments.models import Thread; answer = Thread.objects.filter(pk={thread}).update(mode='read_only')"
    )

    assert steps.send(page, "Post comment") == 409

    expect(page.locator("main")).to_contain_text("Comments are closed here.")
    expect(page.get_by_label("What you wrote")).to_have_value("A minute too late")


def test_a_form_without_a_valid_token_is_given_back_and_one_button_sends_it(site, visit, count, words):
    page = visit(java_script=False)
    fill_form(page, words)
    kept = page.locator("form.add").evaluate("""form => {
        form.querySelectorAll("input, textarea").forEach((field) => field.setAttribute("value", field.value));
        form.querySelectorAll("textarea").forEach((area) => { area.textContent = area.value });
        return form.outerHTML }""")
    page.goto("about:blank")
    page.set_content(kept.replace(f'action="{ADD}"', f'action="{site.url}{ADD}"'))
    page.get_by_role("button", name="Post comment").click()

    expect(page.locator("h1")).to_have_text("Please send it once more")
    expect(page.get_by_label("Text")).to_have_value(words)
    page.get_by_role("button", name="Send it again").click()

    expect(page.get_by_role("heading", name="It waits for a moderator")).to_be_visible()
    assert count(words) == 1


def test_a_writer_who_was_logged_out_gets_her_words_back(visit):
    page = visit(by="writer")
    page.goto("/admin/articles/article/add/")
    page.get_by_label("Title").fill("An hour of work")
    steps.write_in_editor(page, ["Every word of it."])
    steps.choose_topic(page, "Hemifacial spasm")
    page.context.clear_cookies(name="sessionid")

    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.locator("h1")).to_have_text("Nothing is lost")
    expect(page.get_by_label("Title")).to_have_value("An hour of work")
    expect(page.locator("main")).to_contain_text("Every word of it.")


# --- Hostile -----------------------------------------------------------------------------------------------------------

NAME = "<script>alert(1)</script> مرحبا 😀"
BODY = (
    "\"'><img src=x onerror=alert(2)><svg onload=alert(3)> {{ 7*7 }} {% now 'Y' %}\n"
    '\u202eright to left\u202c مرحبا 👩\u200d🔬 javascript:alert(4) https://example.org/?a="><script>alert(5)</script>'
)


@BOTH
def test_hostile_words_show_as_what_they_are(visit, words, java_script):
    page, moderator, reader = visit(java_script=java_script), visit(by="moderator"), visit()
    alarms: list[str] = []
    for one in (page, moderator, reader):
        one.on("dialog", lambda dialog: (alarms.append(dialog.message), dialog.dismiss()))
    body = f"{BODY} {words}"
    fill_form(page, body)
    page.get_by_label("Name", exact=True).fill(NAME)
    text_of(page).evaluate("area => { area.value += '\\0end' }")
    assert steps.send(page, "Post comment") < 400

    card = steps.open_queue(moderator, f"{words}end")
    expect(card.locator("header")).to_contain_text(NAME)
    shown(card.locator(".words"), body)
    steps.decide(card, "Approve")
    reader.goto(ARTICLE)
    comment = reader.locator("article.comment", has_text=f"{words}end")
    expect(comment.locator("header")).to_contain_text(NAME)
    shown(comment.locator(".comment__body"), body)
    assert alarms == []


def shown(element: Locator, body: str) -> None:
    """As it was typed, but for what would turn the letters around."""
    body = body.translate(dict.fromkeys(map(ord, "\u202e\u202c")))
    assert "".join(f"{body}end".split()) in "".join(element.text_content().split())
    assert element.locator("script, img, svg").count() == 0


STRANGE = [
    *("/articles/%ff%fe/", "/topics/%c0%80/", "/writers/%00/", "/%ff/", "/questions/1-%ff/", "/media/%00", "/media/..%2f..%2fx"),
    *("/articles/?page=%ff", "/articles/?topic=%00", "/topics/?letter=%ff", "/questions/?topic=%00", "/questions/?topic=%ff"),
    *("/questions/ask/?topic=%00", f"{ADD}?reply_to=%ff", f"{ARTICLE}?page=%00", f"{ARTICLE}rate/?stars=%00"),
    *("/comments/own/%ff/", "/comments/mail/%00/", "/comments/99999999999999999999/", "/captcha/%ff/", "/captcha/new/?id=%00"),
    *("/newsletter/confirm/%ff/", "/newsletter/preferences/%00/", "/newsletter/stop/%ff/", "/newsletter/topic/99999999999/"),
    *("/accounts/login/?next=%ff%00", "/accounts/confirm-email/%ff/", "/accounts/password/reset/key/%ff/", "/sitemap-%ff.xml"),
    *("/admin/%ff/", "/static/%ff", "/static/%00", "/consent/?x=%ff", "/terms/versions/99999999999999999999/", "/healthz?%ff"),
]  # fmt: skip


def test_bad_unicode_in_an_address_is_no_server_error(site):
    answers = {path: status_of(site, path) for path in STRANGE}

    assert {path: status for path, status in answers.items() if status >= 500} == {}
    assert answers["/articles/%ff%fe/"] in {400, 404}


def status_of(site: Site, path: str) -> int:
    """Sent as it stands: a browser would tidy it up."""
    connection = http.client.HTTPConnection(urlsplit(site.url).netloc, timeout=20)
    connection.putrequest("GET", path)
    connection.endheaders()
    return connection.getresponse().status


# --- Uploads -----------------------------------------------------------------------------------------------------------


def png(size: tuple[int, int], mode: str, data: bytes = b"", **how) -> bytes:
    out = BytesIO()
    picture = Image.frombytes(mode, size, data) if data else Image.new(mode, size)
    picture.save(out, "PNG", **how)
    return out.getvalue()


def test_uploads_that_are_too_much_or_no_picture_are_refused_in_a_sentence(visit, tmp_path):
    page, upload = visit(by="writer"), tmp_path / "holiday.png"
    side = 2_640
    for file, sentence in [
        (png((side, side), "RGB", os.urandom(side * side * 3), compress_level=0), r"larger than \d+ MB"),
        (png((9_000, 9_000), "1"), r"too many pixels: 50 million are allowed, such as 7000 by 7000"),
        (png((20_000, 20_000), "1"), r"too many pixels|valid image"),  # Pillow says no before we can
        (b"MZ\x90\x00" + b"\x00" * 4_000, r"not a picture|not an image|valid image"),
    ]:
        upload.write_bytes(file)
        page.goto("/admin/articles/image/add/")
        page.locator("#id_file").set_input_files([upload])
        page.locator("#id_alt").fill("A beach")
        page.locator("[name=_save]").click()
        expect(page.locator(".errorlist").first).to_contain_text(re.compile(sentence))
        expect(page.locator("#id_alt")).to_have_value("A beach")

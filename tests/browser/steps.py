"""What people do on the site, one small step each, with a script in the browser and without."""

import re
from contextlib import suppress
from io import BytesIO
from random import randbytes
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import Error, Locator, Page, Response, expect

from comments.captcha.challenge import answer_for
from tests.smtp import Received

# --- Whoever sends a form ------------------------------------------------------------------------------------------


def send(page: Page, button: str, *, inside: str = "main") -> int:
    """Presses the button; the status that the server answered with."""
    return press(page, button, inside).status


def press(page: Page, button: str, inside: str = "main") -> Response:
    with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        page.locator(inside).get_by_role("button", name=button, exact=True).click()
    page.wait_for_load_state()
    return answered.value


def post(page: Page, button: str) -> int:
    """Sends a reader's words, and once more when the site finds that very quick, as it asks for."""
    answer = press(page, button)
    if answer.status == 422 and (quick := "That was very quick") in answer.text():
        expect(page.get_by_text(quick)).to_be_visible()
        return send(page, button)
    return answer.status


def read_captcha(page: Page) -> str:
    return answer_for(page.locator("[name=captcha_0]").input_value()) or ""


def solve_captcha(page: Page) -> None:
    page.get_by_label("Enter the characters shown in the image").fill(read_captcha(page))


# --- The writer ------------------------------------------------------------------------------------------------------


def picture(width: int = 640, height: int = 400) -> dict:
    """Each is another one: the library asks about what it has already."""
    out = BytesIO()
    Image.new("RGB", (width, height), tuple(randbytes(3))).save(out, "PNG")
    return {"name": "eyelid.png", "mimeType": "image/png", "buffer": out.getvalue()}


def add_picture(page: Page, alt: str) -> str:
    """Into the library; its number there."""
    page.goto("/admin/articles/image/add/")
    page.locator("#id_file").set_input_files([picture()])
    page.locator("#id_alt").fill(alt)
    page.locator("[name=_continue]").click()
    page.wait_for_url(re.compile(r"/image/\d+/change/"))
    return re.search(r"/image/(\d+)/change/", page.url)[1]


def number_of_topic(page: Page, name: str) -> str:
    page.goto("/admin/articles/topic/")
    link = page.locator("#result_list").get_by_role("link", name=name, exact=True)
    return re.search(r"/topic/(\d+)/", link.get_attribute("href"))[1]


def write_article(page: Page, *, topic: str, title: str, summary: str, paragraphs: list[str], source: str) -> None:
    if page.runs_scripts:
        page.goto("/admin/articles/article/add/")
        choose_topic(page, topic)
        write_in_editor(page, paragraphs)
    else:
        # A list of thousands of topics to search in needs a script; without one the topic comes along in the link.
        page.goto(f"/admin/articles/article/add/?topic={number_of_topic(page, topic)}")
        page.locator("#id_body").fill("".join(f"<p>{words}</p>" for words in paragraphs))
    page.get_by_label("Title").fill(title)
    page.get_by_label("Summary").fill(summary)
    if page.runs_scripts:
        page.locator("#references-group .add-row button").click()
    page.locator("#id_references-0-place").fill("1")
    page.locator("#id_references-0-text").fill(source)


def write_in_editor(page: Page, paragraphs: list[str]) -> None:
    page.locator(".field-body [contenteditable=true]").click()
    for words in paragraphs:
        page.keyboard.type(words)
        page.keyboard.press("Enter")


def choose_topic(page: Page, name: str) -> None:
    field = page.get_by_role("combobox", name="Main topic")
    field.click()
    field.press_sequentially(name[:8])
    # Only among the rows for these words one is marked; those for none before them go while they are pressed.
    page.locator("[role=option][data-active]", has_text=name).click()


def choose_picture(page: Page, number: str, alt: str) -> None:
    if not page.runs_scripts:
        page.locator("#id_image").fill(number)
        return
    with page.expect_popup() as popup:
        page.get_by_role("group", name="Picture:").get_by_role("button", name="Choose a picture").click()
    popup.value.wait_for_load_state()  # its script, which comes last, hears which one is pressed
    choice = popup.value.get_by_role("button", name=alt)
    expect(choice).to_be_visible()
    with suppress(Error):  # the window may be gone before the hand is up
        choice.click()
    expect(page.locator("#id_image")).to_have_value(number)
    expect(page.get_by_role("group", name="Picture:").get_by_role("status")).to_have_text(alt)


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("successfully")


def submit(page: Page) -> None:
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("an editor will read it")


# --- The editor ------------------------------------------------------------------------------------------------------


def find_on_front_page(page: Page, section: str, words: str) -> None:
    page.goto("/admin/")
    box = page.locator("section.wait", has=page.get_by_role("heading", name=section))
    link = box.get_by_role("link", name=words)
    if not link.count():
        box.get_by_role("link", name=section).click()
        link = page.locator("#result_list").get_by_role("link", name=words)
    link.first.click()


def publish(page: Page) -> None:
    page.get_by_role("button", name="Publish now").click()
    expect(page.locator(".messagelist")).to_contain_text("Published.")


# --- The reader ------------------------------------------------------------------------------------------------------


def open_article(page: Page, title: str, *, begin: str) -> None:
    page.goto(begin)
    page.locator("main").get_by_role("link", name=title, exact=True).first.click()
    expect(page.locator("h1")).to_have_text(title)


def rate(page: Page, stars: int, *, button: str) -> None:
    page.locator("#rate").get_by_role("radio", name=f"{stars} star").check(force=True)
    send(page, button, inside="#rate")


def open_form(page: Page, link: str, button: str) -> Locator:
    """In the place of a link with a script; without one the link leads to it."""
    page.locator("#write").get_by_role("link", name=link, exact=True).click()
    form = page.locator("form.add", has=page.get_by_role("button", name=button))
    expect(form).to_be_visible()
    return form


def fill(form: Locator, **words: str) -> None:
    labels = {"name": "Name", "email": "E-mail", "body": "Your text"}
    for name, text in words.items():
        form.get_by_label(labels[name], exact=True).fill(text)


def link_in(mail: Received, path: str) -> str:
    """The one link of the mail's text whose path begins like this pattern."""
    (link,) = [link for link in re.findall(r"https?://\S+", mail.text) if re.match(path, urlsplit(link).path)]
    return link


def topic_shown_outside(mail: Received, topic: str) -> list[str]:
    """Headers and links that name the topic; only the subject and the words of the mail may."""
    words = topic.lower().split()
    headers = [f"{name}: {value}" for name, value in mail.message.items() if name.lower() != "subject"]
    links = re.findall(r"https?://[^\s\"'<>]+", mail.text + mail.html)
    return [place for place in [*headers, *links] if any(word in place.lower() for word in words)]


# --- The moderator ---------------------------------------------------------------------------------------------------


def open_queue(page: Page, words: str) -> Locator:
    """From the front page to the card with these words, however much waits."""
    page.goto("/admin/")
    page.get_by_role("link", name="Comments to read").click()
    page.get_by_label("Search words").fill(words)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Everything")).to_be_visible()
    card = page.locator("[data-card]", has_text=words)
    expect(card).to_be_visible()
    return card


def decide(card: Locator, verb: str) -> None:
    """Without a script the page is another one afterwards; with one the card becomes a line. It is decided either way
    when this comes back: who looks next, elsewhere, sees it."""
    with card.page.expect_response(lambda answer: "/decide/" in answer.url):
        card.get_by_role("button", name=re.compile(f"^{verb}")).click()

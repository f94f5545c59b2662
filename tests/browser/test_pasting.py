"""What is pasted means what it meant: no word that was to be seen is lost, and none that was not comes in."""

from random import Random
from time import sleep

import pytest
from playwright.sync_api import expect

from edge.richtext import clean_html
from tests.browser.pasted import PASTED, note, office, word
from tests.browser.pasted_doses import DOSES
from tests.browser.steps import picture
from tests.browser.test_editor import READER

pytestmark = pytest.mark.once

AREA = ".ProseMirror[contenteditable]"
EACH = """(pasted) => {
  const editor = document.querySelector("textarea[name=body]").proseEditor;
  return pasted.map((html) => {
    editor.commands.clearContent();
    const data = new DataTransfer();
    data.setData("text/html", html);
    data.setData("text/plain", "x");
    editor.view.dom.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
    return editor.getHTML();
  });
}"""
PASTE = EACH.replace("editor.commands.clearContent();", "")


def write(page):
    page.goto("/admin/articles/article/add/")
    expect(page.locator(AREA)).to_be_visible()
    return page


@pytest.fixture
def writing(new_article):
    new_article.evaluate(READER)
    return new_article


def stored(page):
    return page.locator("textarea[name=body]").input_value()


def until(is_so):
    for _n in range(200):
        if is_so():
            return
        sleep(0.05)
    raise AssertionError("it never was so")


@pytest.mark.parametrize("rows", [PASTED, DOSES], ids=["words", "doses"])
def test_what_is_pasted_means_what_it_meant(writing, rows):
    kept = [clean_html(html) for html in writing.evaluate(EACH, list(rows))]

    assert dict(zip(rows, kept, strict=True)) == rows


SEEN = [
    "<p>{} <b style='mso-bidi-font-weight:normal'>{}</b></p>",
    "<ul><li>{}</li><li><ul><li>{}</li></ul></li></ul>",
    "<ol start=3><li>{}<li value=7>{}</ol>",
    "<table><tr><td>{}</td><td><p>{}</p></td></tr></table>",
    "<figure><img src=a.png alt='b'><figcaption>{}</figcaption>{}</figure>",
    "<h1>{}</h1>{}",
    "<div><span style='font-style:italic'>{}</span><br>{}</div>",
    "<details><summary>{}</summary>{}</details>",
    "<dl><dt>{}<dd>{}</dl>",
    "<pre>{}\n{}</pre>",
    "<p>{}<a href='#n{n}' id=m{n}>1</a></p><p id=n{n}><a href='#m{n}'>1</a> {}</p>",
    word(1, "1.", "{}") + word(3, "·", "{}", "Symbol"),
    office(1, "{}") + office(2, "{}", "ol"),
    note("[1]", "{}").replace("So", "{}"),
]
UNSEEN = [
    "<del>{}</del>",
    "<s>{}</s>",
    "<span style='text-decoration: line-through'><b>{}</b></span>",
    "<span style='display:none'><i>{}</i></span>",
    "<span style='mso-hide:all'>{}</span>",
    "<span style='visibility:hidden'>{}</span>",
    "<a class=msocomanchor href='#_msocom_9'>[{}]</a>",
    "<template>{}</template>",
    "<style>{}</style>",
    "<!-- {} -->",
]


def test_no_seen_word_is_lost_and_no_unseen_one_comes_in(writing):
    random = Random(1)
    pasted = []
    for text in range(80):
        parts = []
        for part in range(6):
            hidden = random.choice(UNSEEN).format(f"hidden{part}")
            words = [f"word{part}x", f"{hidden}Dr. word{part}y"]
            random.shuffle(words)
            parts.append(random.choice(SEEN).format(*words, n=f"{text}x{part}"))
        pasted.append("".join(parts))

    for html, kept in zip(pasted, writing.evaluate(EACH, pasted), strict=True):
        assert "hidden" not in kept, html
        for part in range(6):
            assert kept.count(f"word{part}x") == kept.count(f"Dr. word{part}y") == 1, (html, kept)


def test_a_pasted_picture_leaves_a_place_that_asks_for_its_file_and_the_page_says_so(writing):
    writing.evaluate(PASTE, ["<p>See</p><img src='https://elsewhere.example/a.png' alt='A closed eyelid'>"])

    expect(writing.locator(".editor-says")).to_contain_text("Pasted text brings no pictures.")
    writing.locator(".picture-wanted").click()
    dialog = writing.get_by_role("dialog", name="Picture")
    expect(dialog.get_by_label("What it shows")).to_have_value("A closed eyelid")
    expect(dialog.get_by_label("Decoration only")).not_to_be_checked()
    dialog.locator("input[type=file]").set_input_files([picture()])
    dialog.get_by_role("button", name="Change").click()
    expect(dialog).to_have_count(0)
    assert 'alt="A closed eyelid"' in stored(writing)
    assert 'src="/media/' in stored(writing)


def test_what_reads_foreign_html_is_fetched_when_somebody_goes_into_the_text_and_not_before(visit):
    page = visit(by="writer")
    fetched = []
    page.on("request", lambda request: fetched.append(request.url) if "editor-pasted" in request.url else None)
    write(page)
    page.wait_for_load_state("networkidle")
    assert fetched == []
    page.locator(AREA).click()
    until(lambda: any("editor-pasted-tables" in url for url in fetched))


def test_what_is_pasted_before_its_reader_has_come_waits_at_its_place(visit):
    page = visit(by="writer")
    held = []
    page.route("**/editor-pasted.js", lambda route: held.append(route))
    with page.expect_request("**/editor-pasted.js"):
        write(page).locator(AREA).click()
    page.keyboard.type("one  two")
    page.evaluate("document.querySelector('textarea[name=body]').proseEditor.commands.setTextSelection(5)")
    page.evaluate(PASTE, ["<p>new <del>old</del><b>words</b></p>"])
    assert stored(page) == "<p>one  two</p>"
    page.evaluate("document.querySelector('textarea[name=body]').proseEditor.commands.insertContentAt(1, '!')")
    held[0].continue_()
    until(lambda: "new" in stored(page))
    assert stored(page) == "<p>!one new <strong>words</strong> two</p>"


def test_without_its_reader_the_words_are_pasted(visit):
    page = visit(by="writer")
    page.route("**/editor-pasted.js", lambda route: route.abort())
    write(page).locator(AREA).click()
    page.evaluate(PASTE, ["<p>x <del>old</del></p>"])

    until(lambda: stored(page) == "<p>x</p>")
    expect(page.locator(".editor-says")).to_contain_text("Words that were deleted there may be among them.")


PASTE_PLAIN = """(html) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  const event = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
  document.querySelector(".ProseMirror[contenteditable]").dispatchEvent(event);
}"""


@pytest.mark.parametrize(("place", "field"), [("newsletters/issue/add", "intro"), ("pages/page/1/change", "body")])
def test_a_newsletter_and_a_standing_page_paste_as_an_article_does(visit, place, field):
    page = visit(by="admin")
    page.goto(f"/admin/{place}/")
    expect(page.locator(AREA)).to_be_visible()
    page.locator(AREA).press("Control+a")
    picture = "<p><img src='https://elsewhere.example/a.png' alt='An eye'></p>"
    page.evaluate(PASTE_PLAIN, f"<p>Take <del>20</del>2.</p>{picture}{note('[1]', 'Dr. Green.')}")

    kept = page.locator(f"textarea[name={field}]").input_value()
    assert clean_html(kept) == "<p>Take 2.</p><p>An eye</p><p>So (Dr. Green.).</p>"

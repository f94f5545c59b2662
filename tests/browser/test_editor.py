"""The writers' editor in a real browser, under our strict policy: what is typed, pasted and picked is what is stored."""

from random import Random
from time import sleep

import pytest
from playwright.sync_api import expect

from edge.richtext import clean_html
from tests.browser.steps import picture

pytestmark = pytest.mark.once

AREA = ".ProseMirror[contenteditable]"
# What the clipboard holds when somebody copies from these programs.
GOOGLE_DOCS = (
    '<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1"><p style="line-height:1.38">'
    '<span style="font-weight:400">Plain </span><span style="font-weight:700">bold</span>'
    '<span style="font-style:italic"> slanted</span></p></b>'
)
WORD = (
    "<html><head><style>p.MsoNormal {mso-style-parent: x}</style></head><body><h1>Title<o:p></o:p></h1><h2>Part</h2>"
    "<p class=MsoNormal style='color:red'>Hello <b>bold</b><a href='#_ftn1' name='_ftnref1'><span>[1]</span></a></p>"
    "<p style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>1.<span>&nbsp; </span></span>one</p>"
    "<p style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>a.<span>&nbsp; </span></span>inner</p>"
    "<p style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>2.<span>&nbsp; </span></span>two</p>"
    "<table><thead><tr><td>H</td></tr></thead><tr><td style='width:9pt'><p>c<o:p></o:p></p></td></tr></table>"
    '<p>See<img src="file:///C:/a.png"><img src="https://elsewhere.example/x.png" onerror="window.ran=1">'
    "<script>window.ran=1</script></p>"
    "<div><hr><div id=ftn1><p><a href='#_ftnref1' name='_ftn1'>[1]</a> A note.</p></div></div></body></html>"
)
# What reads foreign HTML comes with the first focus.
READER = """() => {
  document.querySelector(".ProseMirror[contenteditable]").focus();
  return Promise.all(["editor-pasted", "editor-pasted-tables"].map((name) => import(`/static/js/${name}.js`)));
}"""
PASTE = """async ([area, html, plain = "x"]) => {
  await (READER)();
  const data = new DataTransfer();
  if (html) data.setData("text/html", html);
  data.setData("text/plain", plain);
  document.querySelector(area).dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}""".replace("READER", READER)


# A picture comes in, dropped on the second paragraph or pasted.
BRING = """async ([area, how]) => {
  const canvas = document.createElement("canvas");
  const brush = canvas.getContext("2d");
  brush.fillStyle = how === "drop" ? "navy" : "olive";
  brush.fillRect(0, 0, 300, 150);
  const file = new File([await new Promise((done) => canvas.toBlob(done))], "eye.png", {type: "image/png"});
  const data = new DataTransfer();
  data.items.add(file);
  const {left, top} = document.querySelector(`${area} p:nth-of-type(2)`).getBoundingClientRect();
  const known = {bubbles: true, cancelable: true, clientX: left + 2, clientY: top + 2};
  const event = how === "drop" ? new DragEvent("drop", {...known, dataTransfer: data}) : new ClipboardEvent("paste", {...known, clipboardData: data});
  document.querySelector(area).dispatchEvent(event);
}"""


@pytest.fixture
def writing(new_article):
    """Nobody has gone into its text yet."""
    return new_article


def stored(page):
    return page.locator("textarea[name=body]").input_value()


def test_the_editor_has_a_name_and_keeps_its_spaces(writing):
    expect(writing.get_by_role("textbox", name="Text:")).to_be_visible()
    # The editor's own style is in force: its hash in the policy is still the right one.
    assert writing.locator(AREA).evaluate("area => getComputedStyle(area).whiteSpace") == "break-spaces"


def test_typing_makes_clean_html(writing):
    keys = writing.keyboard
    writing.locator(AREA).click()
    keys.type("Words ")
    keys.press("Control+b")
    keys.type("that matter")
    keys.press("Control+b")
    keys.type(" [1].")
    keys.press("Enter")
    keys.press("Control+Alt+2")
    keys.type("A heading")
    keys.press("Enter")
    keys.type("- one")

    assert stored(writing) == (
        "<p>Words <strong>that matter</strong> [1].</p><h2>A heading</h2><ul><li><p>one</p></li></ul>"
    )


def test_text_from_google_docs_keeps_its_emphasis_and_nothing_else(writing):
    writing.evaluate(PASTE, [AREA, GOOGLE_DOCS])

    assert stored(writing) == "<p>Plain <strong>bold</strong><em> slanted</em></p>"


def test_text_from_word_keeps_its_structure_and_asks_no_other_host(writing):
    writing.evaluate(PASTE, [AREA, WORD])

    assert clean_html(stored(writing)) == (
        "<h2>Title</h2><h3>Part</h3>"
        '<p>Hello <strong>bold</strong><span data-footnote="">A note.</span></p>'
        '<ol><li>one<ol type="a"><li>inner</li></ol></li><li>two</li></ol>'
        "<table><tbody><tr><th><p>H</p></th></tr><tr><td><p>c</p></td></tr></tbody></table><p>See</p>"
        '<figure><img alt=""></figure><figure><img alt=""></figure>'
    )
    assert writing.evaluate("window.ran") is None


def test_more_than_an_article_can_hold_is_refused_and_nothing_is_lost(writing):
    writing.locator(AREA).click()
    writing.keyboard.type("Mine")
    said = writing.locator(".editor-says")
    writing.evaluate(PASTE, [AREA, "<p>x</p>" * 250_000])  # two megabytes
    expect(said).to_contain_text("250,000 paragraphs; 10,000 is the most that can be pasted. Nothing was changed.")
    writing.evaluate(PASTE, [AREA, "", "x" * 300_001])
    expect(said).to_contain_text("is the most an article can hold. Nothing was changed.")
    assert stored(writing) == "<p>Mine</p>"


def test_boxes_and_footnotes_by_keyboard(writing):
    keys = writing.keyboard
    writing.locator(AREA).click()
    keys.type("Call us")
    keys.press("Control+Alt+g")
    keys.press("Control+Alt+f")
    writing.get_by_role("dialog", name="Footnote").get_by_label("Words of the footnote").fill("By day.")
    keys.press("Tab")
    keys.press("Enter")
    keys.press("Enter")  # whatever comes next belongs to the text again, and where the cursor was
    keys.press("Enter")
    keys.type("After it")

    box = '<aside data-callout="{}"><p>Call us<span data-footnote="">By day.</span></p></aside><p>After it</p>'
    assert stored(writing) == box.format("help")

    keys.press("ArrowUp")
    until(lambda: writing.evaluate("Boolean(getSelection().anchorNode.parentElement.closest('[data-callout]'))"))
    writing.get_by_role("button", name="Key points").click()
    assert stored(writing) == box.format("key")

    writing.get_by_role("button", name="Key points").click()
    assert "aside" not in stored(writing)


def until(is_so):
    """The page's policy forbids what would wait in the page itself."""
    for _n in range(200):
        if is_so():
            return
        sleep(0.05)
    raise AssertionError("it never was so")


def test_an_address_over_words_is_a_link_and_that_of_a_video_on_its_own_line_a_poster(writing):
    keys = writing.keyboard
    writing.locator(AREA).click()
    keys.type("words")
    keys.press("Control+a")
    until(lambda: writing.evaluate("getSelection().toString()") == "words")
    writing.evaluate(PASTE, [AREA, "", "https://example.org/a"])
    assert stored(writing) == '<p><a href="https://example.org/a">words</a></p>'

    keys.press("End")
    keys.press("Enter")
    writing.evaluate(PASTE, [AREA, "", "https://youtu.be/dQw4w9WgXcQ?si=x"])
    keys.type("Seen")
    keys.press("Enter")
    keys.type("On")
    assert stored(writing).endswith(
        '<figure data-embed="https://www.youtube.com/watch?v=dQw4w9WgXcQ"><figcaption>Seen</figcaption></figure><p>On</p>'
    )

    keys.press("Control+k")
    dialog = writing.get_by_role("dialog", name="Link")
    dialog.get_by_label("Address").fill("nonsense")
    dialog.get_by_role("button", name="Insert").click()
    expect(dialog.get_by_role("alert")).to_contain_text("This is no address.")
    dialog.get_by_label("Address").fill("example.com")
    dialog.get_by_label("Words of the link").fill("a page")
    keys.press("Enter")
    keys.type(" again")
    assert stored(writing).endswith('<p>On<a href="https://example.com">a page</a> again</p>')


def test_a_table_names_what_it_is_about_and_its_headers(writing):
    keys = writing.keyboard
    writing.locator(AREA).click()
    keys.press("Control+Alt+t")
    dialog = writing.get_by_role("dialog", name="Table")
    dialog.get_by_label("Caption").fill("Doses")
    dialog.get_by_label("Rows").fill("2")
    dialog.get_by_label("Columns").fill("2")
    keys.press("Enter")
    for words in ("Day", "Dose", "1"):
        keys.type(words)
        keys.press("Tab")
    writing.get_by_role("button", name="First column is a header").click()

    assert clean_html(stored(writing)) == (
        "<table><caption>Doses</caption><tbody><tr><th><p>Day</p></th><th><p>Dose</p></th></tr>"
        "<tr><th><p>1</p></th><td><p></p></td></tr></tbody></table>"
    )


@pytest.mark.parametrize("how", ["drop", "paste"])
def test_a_picture_that_is_dropped_or_pasted_is_asked_for_its_words_first(writing, how):
    writing.locator(AREA).click()
    for words in ("One", "Two"):
        writing.keyboard.type(words)
        writing.keyboard.press("Enter")
    sent = []
    writing.on("request", lambda request: sent.append(request.url) if "dropped" in request.url else None)
    writing.evaluate(BRING, [AREA, how])
    dialog = writing.get_by_role("dialog", name="Picture")
    expect(dialog.get_by_label("What it shows")).to_be_focused()
    dialog.get_by_label("Caption").fill("In May")
    dialog.get_by_role("button", name="Insert").click()
    expect(dialog.get_by_role("alert")).to_have_text("Say what the picture shows, or mark it as decoration.")
    assert not sent
    dialog.get_by_label("What it shows").fill("An eye")
    dialog.get_by_role("button", name="Insert").click()
    expect(dialog).to_have_count(0)

    assert len(sent) == 1
    assert 'alt="An eye"><figcaption>In May</figcaption></figure>' in stored(writing)
    assert stored(writing).startswith("<p>One</p><figure>" if how == "drop" else "<p>One</p><p>Two</p><figure>")


def test_the_same_picture_once_more_is_told_and_the_one_there_is_offered(writing):
    file = picture()
    writing.locator(AREA).click()
    writing.keyboard.type("One")
    writing.keyboard.press("Enter")
    for words in ("An eye", "Another eye"):
        writing.keyboard.press("Control+Alt+i")
        dialog = writing.get_by_role("dialog", name="Picture")
        dialog.locator("input[type=file]").set_input_files([file])
        dialog.get_by_label("What it shows").fill(words)
        dialog.get_by_role("button", name="Insert").click()
        if words == "Another eye":
            expect(dialog.get_by_role("alert")).to_have_text("The same picture is in the library already.")
            dialog.get_by_role("button", name="Use the one there is").click()
            expect(dialog.get_by_label("What it shows")).to_have_value("An eye")
            dialog.get_by_role("button", name="Insert").click()
        expect(dialog).to_have_count(0)
        writing.locator(AREA).locator("p").first.click()

    addresses = [piece.partition('"')[0] for piece in stored(writing).split('src="')[1:]]
    assert len(addresses) == 2
    assert len(set(addresses)) == 1


def test_a_file_that_is_no_picture_is_refused_in_the_window_and_its_words_stay(writing):
    writing.locator(AREA).click()
    writing.keyboard.press("Control+Alt+i")
    dialog = writing.get_by_role("dialog", name="Picture")
    dialog.locator("input[type=file]").set_input_files([{"name": "a.png", "mimeType": "image/png", "buffer": b"no"}])
    dialog.get_by_label("Decoration only").check()
    dialog.get_by_label("Caption").fill("In May")
    with writing.expect_response(lambda answer: "dropped" in answer.url) as answered:
        dialog.get_by_role("button", name="Insert").click()

    assert answered.value.status == 422
    expect(dialog.get_by_role("alert")).to_contain_text("This is not a picture we can read.")
    expect(dialog.get_by_label("Caption")).to_have_value("In May")
    writing.problems.clear()  # the browser reports the refusal itself


def test_the_toolbar_is_one_stop_of_tab_and_the_keys_can_be_asked_for(writing):
    bar = writing.get_by_role("toolbar", name="What the text can hold")
    assert bar.locator("button[tabindex='0']").count() == 1
    buttons = bar.locator("button:not(.hidden)").all()
    assert len(buttons) > 10
    for button in buttons:
        assert button.get_attribute("aria-label") in button.get_attribute("title")
    writing.locator(AREA).click()
    writing.keyboard.press("Alt+F10")
    writing.keyboard.press("End")
    expect(bar.get_by_role("button", name="Keys")).to_be_focused()
    writing.keyboard.press("Enter")
    expect(writing.get_by_role("dialog", name="Keys")).to_contain_text("Ctrl+Alt+F")
    writing.keyboard.press("Escape")
    writing.keyboard.press("Control+/")
    expect(writing.get_by_role("dialog", name="Keys")).to_be_visible()


OVER_AND_OVER = """(texts) => {
  const editor = document.querySelector("textarea[name=body]").proseEditor;
  return texts.map((text) => {
    editor.commands.setContent(text);
    const once = editor.getHTML();
    editor.commands.setContent(once);
    return [once, editor.getHTML()];
  });
}"""


def test_whatever_is_stored_goes_through_the_editor_and_comes_back_as_it_was(writing):
    random = Random(1)
    texts = [clean_html("".join(random.choice(BLOCKS) for _block in range(4)) + "<p>x</p>") for _text in range(60)]

    for text, (once, twice) in zip(texts, writing.evaluate(OVER_AND_OVER, texts), strict=True):
        assert clean_html(once) == text
        assert twice == once


LIST = '<ol start="3"><li>a<ul><li>b<br>c</li></ul></li><li>d</li></ol>'
NOTE = (
    '<p>5 &lt; 6 &amp; <strong>x</strong><span data-footnote="">See https://example.org/?a&amp;b [1].</span>&nbsp;y</p>'
)
TABLE = (
    '<table><caption>A &amp; B</caption><tbody><tr><th scope="col"><p>a</p></th><th><p>b</p></th></tr>'
    "<tr><td><p>c</p><p>d</p></td><td><p></p></td></tr></tbody></table>"
)
BLOCKS = [
    *(
        LIST,
        '<ol start="3" type="a"><li>a</li></ol>',
        NOTE,
        TABLE,
        "<h2>שלום</h2>",
        "<h3>a</h3>",
        "<hr>",
        f"<blockquote>{NOTE}{LIST}</blockquote>",
    ),
    '<figure data-embed="https://vimeo.com/123456/abcdef12"><figcaption>a <em>b</em></figcaption></figure>',
    '<figure data-embed="https://www.youtube.com/watch?v=dQw4w9WgXcQ"><figcaption></figcaption></figure>',
    f'<aside data-callout="help">{NOTE}</aside>',
    f'<aside data-callout="questions"><h3>a</h3>{LIST}{TABLE}</aside>',
    '<p dir="rtl">a</p><h3 dir="ltr">b</h3><ul dir="rtl"><li dir="rtl">c</li></ul><blockquote dir="rtl"><p>d</p></blockquote>',
    '<table dir="rtl"><tbody><tr><td dir="ltr"><p dir="rtl">a</p></td></tr></tbody></table>',
    '<p><a href="tel:+493012" rel="noopener noreferrer">a</a> <a href="sms:741741?body=HOME" rel="noopener noreferrer">b</a></p>',
    '<p>a<sub>2</sub> <a href="https://example.org/" rel="noopener noreferrer">b</a></p>',
]


def test_a_picture_from_the_library_brings_its_words(writing):
    writing.locator(AREA).click()
    writing.locator(".prose-menubar [data-name=figure]").click()
    with writing.expect_popup() as opened:
        writing.get_by_role("button", name="Choose from the library").click()
    library = opened.value
    library.locator("summary").click()
    library.locator("#id_file").set_input_files([picture()])
    library.locator("#id_alt").fill("A closed eyelid")
    library.locator("#id_caption").fill("Drawn in May")
    # What was just added is chosen at once, and its window goes.
    with library.expect_event("close"):
        library.get_by_role("button", name="Add and choose").evaluate("button => setTimeout(() => button.click(), 100)")
    dialog = writing.get_by_role("dialog")

    expect(dialog.get_by_label("What it shows")).to_have_value("A closed eyelid")
    dialog.get_by_role("button", name="Insert").click()
    expect(dialog).to_have_count(0)

    assert 'alt="A closed eyelid"' in stored(writing)
    assert "Drawn in May</figcaption>" in stored(writing)


def test_a_number_at_the_beginning_of_a_line_begins_a_list_with_it(writing):
    for typed, html in {
        "3. Rest": '<ol start="3"><li><p>Rest</p></li></ol>',
        "1. Rest": "<ol><li><p>Rest</p></li></ol>",
        "2024. A year": "<p>2024. A year</p>",
    }.items():
        writing.evaluate("document.getElementById('id_body').proseEditor.commands.setContent('<p></p>')")
        writing.locator(AREA).click()
        writing.keyboard.type(typed)
        assert writing.evaluate("document.getElementById('id_body').proseEditor.getHTML()") == html

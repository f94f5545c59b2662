"""Writing in a real browser: nothing is lost and nobody is overwritten, whatever happens between browser and server."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import log_in

pytestmark = [pytest.mark.browser, pytest.mark.once]
LINE = "#writing [data-line]"
AREA = ".field-body [contenteditable=true]"


def begin(page: Page, title: str) -> str:
    """A new article with a first paragraph, saved by itself; its address."""
    page.goto("/admin/articles/article/add/")
    page.get_by_label("Title").fill(title)
    steps.write_in_editor(page, ["First paragraph."])
    is_saved(page)
    expect(page).to_have_url(re.compile(r"/article/\d+/change/"))
    expect(page.locator("[data-chip]")).to_have_text("draft")
    expect(page.get_by_role("link", name="All of it, with every revision")).to_be_visible()
    return page.url


def is_saved(page: Page) -> None:
    expect(page.locator(LINE)).to_have_text(re.compile("^Saved"))


def write_at_the_end(page: Page, words: str) -> None:
    page.locator(f"{AREA} > p").last.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(words)


def opened_again(page: Page) -> Page:
    """What the server has: in a page of its own, without what this browser keeps."""
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator(AREA)).to_be_visible()
    return other


TIME_OF_THE_SITE = """() => {
  const kept = Object.entries(localStorage).filter(([name]) => name.startsWith("writing:")).map(([, words]) => JSON.parse(words).at);
  return new Intl.DateTimeFormat(document.documentElement.lang, {timeStyle: "short", timeZone: "UTC"}).format(Math.max(...kept));
}"""


def test_what_never_arrived_is_offered_when_the_page_is_opened_again(visit):
    page = visit(by="writer")
    address = begin(page, "Through a tunnel")

    page.context.set_offline(True)
    write_at_the_end(page, "Written in a tunnel.")
    expect(page.locator(LINE)).to_contain_text("there is no connection")
    page.close(run_before_unload=False)
    page.context.set_offline(False)
    again = page.context.new_page()
    far_away = again.context.new_cdp_session(again)
    far_away.send("Emulation.setTimezoneOverride", {"timezoneId": "Asia/Tokyo"})
    again.goto(address)
    back = again.get_by_role("button", name="Bring them back")
    expect(back).to_be_visible()
    assert again.evaluate(TIME_OF_THE_SITE) in again.locator(LINE).inner_text()
    back.click()

    expect(again.locator(AREA)).to_contain_text("Written in a tunnel.")
    is_saved(again)
    again.reload()
    expect(again.locator(AREA)).to_contain_text("Written in a tunnel.")
    expect(again.locator(LINE)).to_have_text("")


def test_what_the_server_does_not_take_is_said_and_kept_for_her_alone(visit):
    page = visit(by="writer")
    address = begin(page, "With a source")
    page.locator("#references-group .add-row button").click()
    page.locator("#id_references-0-text").fill("A leaflet")
    page.locator("#references-0 summary").click()
    page.locator("#id_references-0-url").fill("not an address")

    expect(page.locator(LINE)).to_contain_text("Saved, but for this.")
    page.wait_for_timeout(1500)
    expect(page.locator(LINE)).to_contain_text("Saved, but for this.")
    page.close(run_before_unload=False)
    again = page.context.new_page()
    again.goto(address)
    again.get_by_role("button", name="Bring them back").click()
    expect(again.locator("#id_references-0-url")).to_have_value("not an address")

    other = visit(by="editor")
    other.goto(address)
    kept = again.evaluate("JSON.stringify(localStorage)")
    other.evaluate(
        "kept => Object.entries(JSON.parse(kept)).forEach(([name, value]) => localStorage[name] = value)", kept
    )
    other.reload()
    expect(other.locator(AREA)).to_contain_text("First paragraph.")
    expect(other.get_by_role("button", name="Bring them back")).to_have_count(0)


def test_who_was_logged_out_logs_in_again_beside_her_words(visit):
    page = visit(by="writer")
    begin(page, "A long night")
    page.context.clear_cookies(name="sessionid")
    write_at_the_end(page, "Written after the session.")

    with page.expect_popup() as popup:
        page.get_by_role("button", name="Log in again").click()
    log_in(popup.value, "writer@example.org")

    is_saved(page)
    expect(page.locator(AREA)).to_be_focused()
    expect(opened_again(page).locator(AREA)).to_contain_text("Written after the session.")


def test_two_people_write_one_article_and_both_texts_stay(visit):
    writer, editor = visit(by="writer"), visit(by="editor")
    editor.goto(begin(writer, "For two hands"))

    editor.get_by_label("Summary").fill("What the editor says it is about.")
    is_saved(editor)
    writer.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # she looks at it again, and types nothing
    expect(writer.get_by_label("Summary")).to_have_value("What the editor says it is about.")
    write_at_the_end(writer, "And a second one.")
    is_saved(writer)

    expect(writer.get_by_label("Summary")).to_have_value("What the editor says it is about.")
    write_at_the_end(writer, " And more.")
    is_saved(writer)
    there = opened_again(editor)
    expect(there.get_by_label("Summary")).to_have_value("What the editor says it is about.")
    expect(there.locator(AREA)).to_contain_text("And a second one. And more.")
    expect(writer.locator("#writing")).to_contain_text("Also here:")

    editor.reload()
    editor.locator(AREA).click()
    editor.keyboard.press("Control+Home")
    editor.keyboard.type("The very ")
    is_saved(editor)
    write_at_the_end(writer, " Her hands stay ")
    expect(writer.locator(AREA)).to_contain_text("The very First paragraph.")
    writer.keyboard.type("where they are.")
    expect(writer.locator(AREA)).to_contain_text("And more. Her hands stay where they are.")
    writer.keyboard.press("Control+z")
    expect(writer.locator(AREA)).to_contain_text("The very First paragraph.")
    writer.keyboard.press("Control+y")
    is_saved(writer)

    steps.choose_topic(editor, "Hemifacial spasm")
    is_saved(editor)
    write_at_the_end(writer, " And the last.")
    expect(writer.locator(LINE)).to_contain_text("Somebody has changed topics")
    writer.get_by_role("button", name="Load the page again").click()
    expect(writer.get_by_role("combobox", name="Main topic")).to_have_value(re.compile("Hemifacial"))
    expect(writer.locator(AREA)).to_contain_text("Her hands stay where they are. And the last.")


COMES_IN = """([before, after]) => {
  const area = document.getElementById("id_body"), editor = area.proseEditor;
  editor.commands.setContent(before);
  let at;
  editor.state.doc.descendants((node, place) => { if (node.text?.includes("HERE")) at = place + node.text.indexOf("HERE") + 4; });
  editor.view.dispatch(editor.state.tr.insertText(" ", at));
  editor.commands.setTextSelection(at + 1);
  area.replaceWords(after);
  editor.view.dispatch(editor.state.tr.insertText("|"));
  return editor.getHTML();
}"""


def test_whatever_somebody_else_changes_the_cursor_stays_behind_the_blank(visit):
    page = visit(by="writer")
    page.goto("/admin/articles/article/add/")
    expect(page.locator("#id_body_area")).to_be_visible()
    cells = "<table><tbody><tr><td><p>{}</p></td><td><p>{}</p></td></tr></tbody></table>"
    for before, after in [
        ("<p>The quick HERE fox and a dog</p>", "<p>A quick HERE fox and a cat</p>"),
        ("<p>HERE fox and a dog</p>", "<p>Now HERE fox and a cat</p>"),
        ("<p>The quick HERE</p>", "<p><strong>The</strong> quick HERE</p>"),
        ("<p>One HERE two</p><p>Three</p>", "<h2>One HERE two</h2><p>Four</p><p>See www.example.org</p>"),
        ("<ul><li><p>a</p></li><li><p>HERE</p></li></ul>", "<p>New</p><ul><li><p>b</p></li><li><p>HERE</p></li></ul>"),
        (cells.format(5, "HERE"), cells.format(6, "HERE")),
        (f"<p>HERE</p>{cells.format(5, 8)}", f"<p>HERE</p>{cells.format(6, 9)}<p>And more</p>"),
    ]:
        stands = page.evaluate(COMES_IN, [before, after])
        assert page.evaluate(COMES_IN, [after, after]) == stands
        assert "HERE |" in stands
    box = "<aside data-callout='questions'><p>HERE it is</p></aside>"
    assert "<p>HERE|" in page.evaluate(COMES_IN, [f"{box}<p>x</p>", "<p>HERE it is</p><p>x</p>"])


def test_the_same_words_changed_by_two_people_are_put_side_by_side(visit):
    writer, editor = visit(by="writer"), visit(by="editor")
    editor.goto(begin(writer, "One sentence"))

    editor.get_by_label("Summary").fill("The editor’s.")
    is_saved(editor)
    writer.get_by_label("Summary").fill("The writer’s.")
    writer.get_by_role("button", name="Look at both").click()

    expect(writer.locator("h1")).to_have_text("Two people changed the same words")
    expect(writer.locator(".clash")).to_contain_text("The editor’s.")
    writer.get_by_role("button", name="Save").click()
    expect(writer.get_by_label("Summary")).to_have_value("The writer’s.")


def test_what_is_typed_before_the_page_listens_and_what_was_refused_is_saved_too(visit):
    page = visit(by="writer")
    page.add_init_script("""new MutationObserver(() => {
      const field = location.pathname.endsWith("/add/") ? "summary" : location.search === "?early" ? "body" : "";
      const area = document.getElementById(`id_${field}`);
      if (area && document.readyState === "loading") area.value ||= "Typed early.";
    }).observe(document, {childList: true, subtree: true});""")
    page.goto("/admin/articles/article/add/")
    is_saved(page)
    page.goto(f"{page.url}?early")
    is_saved(page)

    page.get_by_label("Title").fill("Typed late")
    page.locator("#id_slug").fill("no address!")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".errornote")).to_be_visible()
    is_saved(page)
    there = opened_again(page)
    expect(there.get_by_label("Title")).to_have_value("Typed late")
    expect(there.get_by_label("Summary")).to_have_value("Typed early.")
    expect(there.locator(AREA)).to_have_text("Typed early.")


def test_leaving_with_words_that_have_not_arrived_asks(visit):
    page = visit(by="writer")
    begin(page, "Not yet")
    page.context.set_offline(True)
    write_at_the_end(page, "On their way.")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))

    page.goto("about:blank")

    assert asked == ["beforeunload"]

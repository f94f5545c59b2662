"""Before publishing, in a real browser: its numbers are the server's, and each point leads to its place."""

import json
from dataclasses import asdict
from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import Page, expect

from articles.passages import passages
from articles.readability import measure, rules
from tests.browser import steps

pytestmark = [pytest.mark.browser, pytest.mark.once]
ROOT = Path(__file__).parent.parent.parent
DEMO = sorted((ROOT / "site" / "config" / "demo" / "articles").glob("*.html"))
SCRIPT = """async ([source, rules, texts]) => {
  const script = await import(URL.createObjectURL(new Blob([source], {type: "text/javascript"})));
  const reader = script.reader(rules);
  return texts.map((text) => [script.passagesOf(text), reader.measure(text)]);
}"""
# What a text is put together from at random: everything that counting could stumble over.
PIECES = [
    *(
        "<p>",
        "</p>",
        "<li>",
        "</li>",
        "<ul>",
        "</ul>",
        "<h2>",
        "</h2>",
        "<table>",
        "</table>",
        "<td>",
        "<br>",
        "<figure>",
    ),
    *(
        "</figure>",
        "<em>",
        "</em>",
        '<a href="a>b">',
        "</a>",
        '<span data-footnote="">',
        "</span>",
        "<",
        "&amp;",
        "&nbsp;",
    ),
    *(
        "&lt;b&gt;",
        "&foo;",
        " ",
        "\n",
        "\u200b",
        "\ufeff",
        "\x1c",
        "\x85",
        ". ",
        "? ",
        "! ",
        "… ",
        "。",
        "؟ ",
        "।",
        "-",
        "–",
    ),
    *("'", "’s", "(", ")", "“Yes.” ", "[1]", "[2–4, 7]", ".[5] ", " Dr. ", " J. ", " vitamin C. ", " 2.5 mg", " No. 5"),
    *(
        " e.g. ",
        "a.m. Then ",
        "etc. The",
        "3,000",
        "1,5",
        "B12",
        "MRI",
        "WHO",
        "NSAIDs",
        " Hypertension",
        "hypertension",
    ),
    *("high blood pressure", "myocardial", " infarctions", " renal", " failure", " metastases", "administering "),
    *(
        " the",
        " of",
        " and",
        " you",
        " is",
        "don't",
        "over-the-counter",
        " eye",
        "Ärzte",
        " naïve ",
        "İstanbul",
        "ﬁ",
        "𝒳 ",
    ),
    *("😀", "مرحبا", "שלום", "你好", "हिन्दी", "ΟΔΥΣΣΕΎΣ", "ß", "ǅ", "K", "١٢٣", "word " * 26),
]


def test_the_numbers_in_the_browser_are_those_of_the_server(browser):
    chance = Random(4)
    texts = [path.read_text(encoding="utf-8").split("+++\n", 2)[2] for path in DEMO]
    texts += ["".join(chance.choices(PIECES, k=chance.randint(0, 60))) for _n in range(1500)]
    page = browser.new_page()

    source = (ROOT / "site/static/js/readability.js").read_text(encoding="utf-8")
    there = page.evaluate(SCRIPT, [source, rules(), texts])
    page.close()

    for text, in_browser in zip(texts, there, strict=True):
        here = [[asdict(passage) for passage in passages(text)], asdict(measure(text))]
        assert in_browser == json.loads(json.dumps(here)), repr(text)


def points(page: Page, words: str):
    return page.locator("#checks .point").filter(has_text=words)


def test_points_come_and_go_as_one_writes_and_each_leads_to_its_place(visit):
    page = visit(by="writer")
    page.goto("/admin/articles/article/add/")
    page.get_by_label("Title").fill("Slow hearts")
    page.get_by_label("Summary").fill("Why a slow heart is no reason to worry for most people, and when it is.")
    steps.write_in_editor(page, ["A slow heart is called bradycardia.", "It is harmless in most people [3]."])
    area, said = page.locator("#id_body_area"), page.locator("#checks [data-said]")

    expect(points(page, "points at sources that are not there")).to_be_visible()
    expect(said).to_have_text("2 things have to be mended before this can be published.")
    expect(page.locator("#checks [data-why]")).to_have_text("The text is too short for a grade.")
    points(page, "points at sources").get_by_role("link", name="[3]").click()
    expect(page.locator(".led")).to_contain_text("It is harmless")
    expect(area).to_be_focused()

    page.locator("#checks summary", has_text="a plainer one").click()
    page.get_by_role("link", name="bradycardia").click()
    expect(page.locator(".led")).to_have_text("bradycardia")
    page.get_by_label("Mark them in the text").check()
    expect(page.locator(".mark-term")).to_have_attribute("title", "slow heartbeat")
    page.get_by_role("link", name="a main topic").click()
    expect(page.get_by_role("combobox", name="Main topic")).to_be_focused()

    steps.choose_topic(page, "Hemifacial spasm")
    page.locator("#references-group .add-row button").click()
    page.locator("#id_references-0-place").fill("3")
    page.locator("#id_references-0-text").fill("Dr A. Example, Slow hearts, 2026.")
    expect(points(page, "points at sources")).to_have_count(0)
    expect(page.locator("#checks .checks__state")).to_have_text("Nothing holds it.")
    expect(page.locator("[data-holds]")).to_be_hidden()
    # Nothing of it is part of the text.
    assert "class" not in page.locator("#id_body").input_value()

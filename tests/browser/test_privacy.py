"""The marketing pixel: off by default; asked first; and never where the page says something about somebody's health."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.places import ARTICLE, TOPIC
from tests.browser.steps import send

pytestmark = pytest.mark.once

PIXEL = "https://pixel.example/p.gif"
GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
ABOUT_NO_TOPIC = ["/", "/about/", "/privacy/"]
ABOUT_TOPICS = [
    "/articles/",
    ARTICLE,
    ARTICLE + "rate/",
    "/topics/",
    TOPIC,
    "/questions/",
    "/questions/1-can-hemifacial-spasm-go-away-by-itself/",
    "/questions/ask/",
    "/comments/threads/1/add/",
    "/newsletter/",
    "/newsletter/topic/2/",
    "/writers/nadia-okafor/",
    "/me/",
    "/terms/versions/1/",
]
SWITCH = "from pages.models import SiteSettings\nSiteSettings.objects.filter(pk=1).update({})\nanswer = ''"


@pytest.fixture(scope="module")
def _with_pixel(site):
    site.ask(SWITCH.format(f"pixel_url={PIXEL!r}, pixel_reason='We count visits.'"))
    yield
    site.ask(SWITCH.format("pixel_url=''"))


@pytest.fixture
def walk(site):
    """`walk(page, paths)` opens them all; what comes back are the requests that left the site on the way."""

    def walk(page: Page, paths: list[str]) -> list[str]:
        left: list[str] = []
        page.route(lambda url: not url.startswith(site.url), lambda route: answer(left, route))
        for path in paths:
            page.goto(path)
            if page.runs_scripts:  # whether one was accepted has then been asked and answered
                expect(page.locator("[data-hx-trigger=load]")).to_have_count(0)
        page.wait_for_timeout(300)
        return left

    return walk


def answer(left: list[str], route: Route) -> None:
    left.append(f"{route.request.url} from {route.request.frame.url}")
    assert "referer" not in route.request.headers
    route.fulfill(body=GIF, content_type="image/gif")


def choose(page: Page, button: str) -> None:
    page.goto("/")
    send(page, button, inside=".consent")


def test_without_a_pixel_nobody_is_asked_and_nothing_leaves_the_site(visit, walk):
    page = visit()

    assert walk(page, ABOUT_NO_TOPIC) == []
    assert page.locator(".consent").count() == 0


@pytest.mark.usefixtures("_with_pixel")
def test_a_first_visit_is_asked_and_loads_nothing(visit, walk):
    page = visit()

    assert walk(page, [ARTICLE, TOPIC, *ABOUT_NO_TOPIC]) == []
    buttons = page.locator(".consent button")
    assert buttons.all_inner_texts() == ["Refuse", "Accept"]
    refuse, accept = (buttons.nth(n).evaluate(LOOKS) for n in range(2))
    assert refuse == accept
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/")
    assert page.locator(".consent").bounding_box()["height"] < 740 / 6
    for _step in ["past it", "more", "refuse"]:
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Refuse"


LOOKS = """button => ["backgroundColor", "color", "fontSize", "fontWeight", "height", "borderTopColor"]
    .map((name) => getComputedStyle(button)[name]).join()"""


@pytest.mark.usefixtures("_with_pixel")
def test_after_refusing_nothing_is_loaded_and_nobody_asks_again(visit, walk):
    page = visit()
    choose(page, "Refuse")
    expect(page.locator("main")).to_be_focused()

    assert walk(page, ABOUT_NO_TOPIC) == []
    assert page.locator(".consent").count() == 0


@pytest.mark.usefixtures("_with_pixel")
def test_global_privacy_control_is_a_refusal(visit, walk):
    page = visit(**{"Sec-GPC": "1"})

    assert walk(page, ABOUT_NO_TOPIC) == []
    assert page.locator(".consent").count() == 0


@pytest.mark.usefixtures("_with_pixel")
def test_after_accepting_only_pages_about_no_topic_load_the_pixel(visit, walk):
    page = visit()
    page.route(PIXEL, lambda route: route.fulfill(body=GIF, content_type="image/gif"))
    with page.expect_response(PIXEL):
        choose(page, "Accept")

    assert walk(page, ABOUT_TOPICS) == []
    for path in ABOUT_NO_TOPIC:
        with page.expect_response(PIXEL):
            page.goto(path)
        with page.expect_response(PIXEL):
            page.goto(path)  # a browser that has the page already: 304

    page.get_by_role("link", name="Your choice about measuring").click()
    send(page, "Refuse")
    assert walk(page, ABOUT_NO_TOPIC) == []


@pytest.mark.usefixtures("_with_pixel")
def test_without_a_script_the_choice_has_a_page_and_nothing_is_loaded(visit, walk):
    page = visit(java_script=False)
    page.goto("/")
    page.get_by_role("link", name="Your choice about measuring").click()
    send(page, "Accept")

    expect(page.locator("main")).to_contain_text("You have accepted.")
    assert walk(page, ABOUT_NO_TOPIC) == []

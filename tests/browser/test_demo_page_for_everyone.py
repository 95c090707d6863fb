"""The demo page for people who use a keyboard, a screen reader, big text or a small screen."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.demo_page import DESKTOP, PHONE, OpenDemo, bubbles, choose_more, say, wait_for_answer
from tests.browser.small_bot import SmallBot

pytestmark = pytest.mark.browser

LONG_WORD = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch" * 3
SMALL = {"width": 320, "height": 640}
ZOOMED = {"width": 320, "height": 256}  # 1280 x 1024 at 400%
NEEDS_24_PIXELS = """() => [...document.querySelectorAll('button, textarea, a:not(.text a)')]
    .filter(one => one.checkVisibility())
    .filter(one => one.getBoundingClientRect().width < 24 || one.getBoundingClientRect().height < 24)
    .map(one => one.outerHTML)"""
FOCUS = """() => {
    const one = document.activeElement, box = one.getBoundingClientRect();
    const middle = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return {
        name: one.id || one.textContent.trim(),
        seen: getComputedStyle(one).outlineStyle !== 'none' && one.contains(middle),
    };
}"""


def broken_rules(page: Page) -> str:
    """Axe's whole report where it finds anything; empty otherwise. A page that is still coming in is waited for."""
    page.wait_for_load_state()
    results = Axe().run(page)
    return str(results.generate_report()) if results.violations_count else ""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_axe_finds_nothing(bot: SmallBot, open_demo: OpenDemo, viewport: Any, scheme: Any) -> None:
    bot.waiting_for = ["no worker is running"]
    bot.replies["Hello"] = "Hello.\nSee https://www.nhs.uk/."
    page = open_demo(viewport=viewport, color_scheme=scheme)
    expect(page.locator("#status")).not_to_be_empty()
    assert broken_rules(page) == ""
    say(page, "Hello")
    wait_for_answer(page, "Hello.\nSee https://www.nhs.uk/ (opens in a new tab).")
    page.get_by_role("button", name="Thumbs up").click()
    choose_more(page, "Send a photo")
    choose_more(page, "Unsend my last message")
    expect(page.get_by_text("Message unsent")).to_be_visible()
    choose_more(page, "Change my last message")
    page.get_by_role("button", name="More things to do").click()
    assert broken_rules(page) == ""
    if viewport == PHONE:
        page.get_by_role("link", name="What Meta saw").click()
    expect(page.get_by_role("table")).to_be_visible()
    assert broken_rules(page) == ""


def test_axe_finds_nothing_in_what_shows_without_scripts(bot: SmallBot, browser: Browser) -> None:
    page = browser.new_page()  # axe is a script itself, so the page's script is left out instead of all scripts
    page.goto(f"{bot.address}/demo")
    shown = re.sub("<script.*</script>", "", page.request.get(page.url).text()).replace("noscript>", "div>")
    page.route("**/demo", lambda route: route.fulfill(body=shown, content_type="text/html"))
    page.reload()
    expect(page.get_by_role("heading", name="Turn on JavaScript to use this demo")).to_be_visible()
    assert broken_rules(page) == ""
    page.close()


def test_everything_works_from_the_keyboard(bot: SmallBot, open_demo: OpenDemo) -> None:
    page = open_demo(viewport=DESKTOP)
    expect(page.get_by_role("button", name="Get started")).to_be_visible()
    reached = []
    while "text" not in reached:
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        assert focus["seen"], focus["name"]
        reached.append(focus["name"])
        assert len(reached) < 20, reached
    assert reached[:3] == ["start-again", "scroller", "Does a smear test hurt?"]
    page.keyboard.type("Hello")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("again")
    page.keyboard.press("Enter")
    wait_for_answer(page, "You said: Hello\nagain")
    expect(page.get_by_label("Your message")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Talk to staff")).to_be_focused()
    page.keyboard.press("Enter")
    wait_for_answer(page, "You said: Talk to staff")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Does it hurt?")).to_be_focused()
    assert bubbles(page)[-2:] == ["Talk to staff", "You said: Talk to staff"]


def test_the_list_of_more_things_opens_and_closes_from_the_keyboard(open_demo: OpenDemo) -> None:
    page = open_demo()
    opener = page.get_by_role("button", name="More things to do")
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Send a photo")).to_be_focused()
    expect(opener).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    expect(page.get_by_role("button", name="Send a photo")).to_be_hidden()


def test_a_screen_reader_hears_each_message_once(bot: SmallBot, open_demo: OpenDemo) -> None:
    page = open_demo()
    expect(page.get_by_role("button", name="Get started")).to_be_visible()
    page.evaluate(
        """() => {
            window.heard = [];
            new MutationObserver(changes => changes.forEach(change => change.addedNodes.forEach(
                node => node.className?.startsWith('message ') && heard.push(node.querySelector('.bubble').textContent)
            ))).observe(document.querySelector('[role=log]'), {childList: true});
        }"""
    )
    say(page, "Hello")
    wait_for_answer(page, "You said: Hello")
    choose_more(page, "Change my last message")
    say(page, "Good morning")
    expect(page.locator(".message.patient")).to_contain_text("Good morning")
    assert page.evaluate("heard") == ["You: Hello", "Potteries Way Surgery: You said: Hello"]
    expect(page.get_by_role("status").filter(has_text="Suggested replies: Does it hurt?, Talk to staff")).to_have_count(
        1
    )


@pytest.mark.parametrize("viewport", [SMALL, ZOOMED], ids=["small", "zoomed"])
def test_a_narrow_screen_never_scrolls_sideways(bot: SmallBot, open_demo: OpenDemo, viewport: Any) -> None:
    page = open_demo(viewport=viewport)
    expect(page.get_by_role("button", name="Get started")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    say(page, LONG_WORD)
    wait_for_answer(page, f"You said: {LONG_WORD}")
    page.get_by_role("button", name="More things to do").click()
    for part in ("document.documentElement", "document.getElementById('scroller')", "document.getElementById('chat')"):
        assert page.evaluate(f"{part}.scrollWidth <= {part}.clientWidth"), part
    page.get_by_role("button", name="Thumbs up").click()
    wait_for_answer(page, "You said: sticker")
    page.get_by_role("link", name="What Meta saw").click()
    expect(page.get_by_role("table")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.parametrize("viewport", [SMALL, DESKTOP], ids=["small", "desktop"])
def test_everything_to_tap_is_at_least_24_pixels(open_demo: OpenDemo, viewport: Any) -> None:
    page = open_demo(viewport=viewport)
    expect(page.get_by_role("button", name="Get started")).to_be_visible()
    assert page.evaluate(NEEDS_24_PIXELS) == []
    say(page, "Hello")
    wait_for_answer(page, "You said: Hello")
    page.get_by_role("button", name="More things to do").click()
    assert page.evaluate(NEEDS_24_PIXELS) == []


def test_the_typing_dots_stand_still_for_those_who_ask(bot: SmallBot, open_demo: OpenDemo) -> None:
    bot.may_reply.clear()
    page = open_demo(reduced_motion="reduce")
    say(page, "Hello")
    dot = page.locator(".dot").first
    expect(dot).to_be_visible()
    assert dot.evaluate("node => getComputedStyle(node).animationName") == "none"
    bot.may_reply.set()

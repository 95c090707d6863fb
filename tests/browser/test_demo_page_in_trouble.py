"""The demo page when the service is away or starting, when scripts are off, and when texts are hostile."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browser.demo_page import OpenDemo, bubbles, say, wait_for_answer
from tests.browser.small_bot import SmallBot, serving

pytestmark = pytest.mark.browser

HOSTILE = (
    "<script>document.title='x'</script><img src=x onerror=\"document.title='x'\"> \u202egnp.exe javascript:alert(1)"
)
ARABIC = "مرحبا، هل الفحص مؤلم؟"


def test_it_says_what_it_waits_for_until_ready(bot: SmallBot, open_demo: OpenDemo) -> None:
    bot.waiting_for = ["no worker is running", "the NLU server does not read messages yet"]
    page = open_demo()
    line = page.locator("#status")
    expect(line).to_have_text(
        "Starting: waiting for the worker to start and the language model to load. You can write already."
    )
    bot.waiting_for = ["the moon is not up"]
    expect(line).to_contain_text("waiting for the moon is not up")
    bot.waiting_for = []
    expect(line).to_be_empty()


def test_a_restart_of_the_server_loses_nothing(browser: Browser, tmp_path: Path) -> None:
    with serving(tmp_path) as before:
        page = browser.new_page()
        page.goto(f"{before.address}/demo")
        say(page, "Before")
        wait_for_answer(page, "You said: Before")
        port = before.port
    expect(page.get_by_text("Cannot reach the demo, trying again.")).to_be_visible()
    say(page, "Meanwhile")
    expect(page.locator(".message.patient").last).to_contain_text("Not sent yet, trying again")
    with serving(tmp_path, port):
        wait_for_answer(page, "You said: Meanwhile")
        expect(page.locator("#status")).to_be_empty()
        assert bubbles(page) == ["Before", "You said: Before", "Meanwhile", "You said: Meanwhile"]
        page.close()


def test_a_message_whose_answer_got_lost_is_not_sent_twice(bot: SmallBot, open_demo: OpenDemo) -> None:
    page = open_demo()
    expect(page.get_by_role("button", name="Get started")).to_be_visible()

    def take_and_lose_the_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/_stand_in/patient", take_and_lose_the_answer, times=1)
    say(page, "Only once")
    wait_for_answer(page, "You said: Only once")
    page.wait_for_timeout(2_500)  # longer than the pause after which it would be sent again
    assert bubbles(page) == ["Only once", "You said: Only once"]


def test_without_scripts_it_says_what_to_do(open_demo: OpenDemo) -> None:
    page = open_demo(java_script_enabled=False)
    advice = page.locator(".without-script")
    expect(advice).to_be_visible()
    expect(advice.locator("h2")).to_have_text("Turn on JavaScript to use this demo")
    expect(advice.locator("li")).to_have_count(2)
    expect(page.locator("#chat")).to_be_hidden()


def test_hostile_text_stays_text(bot: SmallBot, open_demo: OpenDemo) -> None:
    bot.replies[HOSTILE] = HOSTILE
    page = open_demo()
    say(page, HOSTILE)
    wait_for_answer(page, HOSTILE)
    assert bubbles(page) == [HOSTILE, HOSTILE]
    assert page.locator("#messages :is(script, img, a)").count() == 0
    assert page.title() == "Messenger-style demo: Potteries Way Surgery"
    reach = page.locator(".message.page .text").evaluate("node => getComputedStyle(node).unicodeBidi")
    assert reach == "plaintext"  # a character that turns the direction ends with its line


def test_only_https_addresses_become_links(bot: SmallBot, open_demo: OpenDemo) -> None:
    address = "https://www.nhs.uk/tests-and-treatments/cervical-screening/"
    bot.replies["Hello"] = f"Read ({address}). Not http://example.org/ or javascript:alert(1) or https://"
    page = open_demo()
    say(page, "Hello")
    link = page.locator(".message.page a")
    expect(link).to_have_count(1)
    expect(link).to_have_attribute("href", address)
    expect(link).to_have_attribute("rel", "noopener noreferrer")


def test_line_breaks_and_directions_are_kept(bot: SmallBot, open_demo: OpenDemo) -> None:
    bot.replies[ARABIC] = f"First line.\n\n{ARABIC}"
    page = open_demo()
    say(page, ARABIC)
    wait_for_answer(page, f"First line.\n\n{ARABIC}")
    directions = page.locator(".bubble .text").evaluate_all("all => all.map(one => getComputedStyle(one).direction)")
    assert directions == ["rtl", "ltr"]
    assert bubbles(page)[-1] == f"First line.\n\n{ARABIC}"


def test_a_new_answer_does_not_tear_a_reader_away(bot: SmallBot, open_demo: OpenDemo) -> None:
    bot.replies["Long"] = "A line.\n" * 120
    page = open_demo()
    say(page, "Long")
    expect(page.locator(".message.page")).to_have_count(1)
    bot.may_reply.clear()
    say(page, "More")
    expect(page.get_by_text("is typing")).to_be_visible()
    scroller = page.get_by_role("region", name="Conversation")
    scroller.evaluate("node => { node.scrollTop = 0; }")
    bot.may_reply.set()
    jump = page.get_by_role("button", name="New message")
    expect(jump).to_be_visible()
    assert scroller.evaluate("node => node.scrollTop") == 0
    jump.click()
    expect(page.locator(".message.page").last).to_be_in_viewport()
    expect(jump).to_be_hidden()


def test_a_reload_shows_the_newest_message(bot: SmallBot, open_demo: OpenDemo) -> None:
    bot.replies["Long"] = "A line.\n" * 120
    page = open_demo(viewport={"width": 320, "height": 256})
    say(page, "Long")
    expect(page.locator(".message.page")).to_have_count(1)
    page.reload()
    expect(page.locator(".message.page")).to_have_count(1)
    left = "node => node.scrollHeight - node.scrollTop - node.clientHeight"
    assert page.get_by_role("region", name="Conversation").evaluate(left) < 2
    expect(page.get_by_role("button", name="New message")).to_be_hidden()

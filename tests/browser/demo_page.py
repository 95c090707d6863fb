"""The demo page as the tests use it: screen sizes, and what a patient does and sees."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.chromium import DESKTOP, PHONE

__all__ = ["DESKTOP", "PHONE", "OpenDemo", "bubbles", "choose_more", "say", "wait_for_answer"]

OpenDemo = Callable[..., Page]
"""Opens the page; takes what Playwright's `new_context` takes."""


def say(page: Page, words: str) -> None:
    page.get_by_label("Your message").fill(words)
    page.get_by_role("button", name="Send", exact=True).click()


def bubbles(page: Page) -> list[str]:
    """The words of all bubbles, oldest first."""
    return page.locator(".bubble .text").all_inner_texts()


def choose_more(page: Page, name: str) -> None:
    page.get_by_role("button", name="More things to do").click()
    page.get_by_role("button", name=name).click()


def wait_for_answer(page: Page, words: str) -> None:
    expect(page.locator(".message.page .text").last).to_have_text(words)

"""The staff pages' templates: the pair of NHS packages fits, escaping is forced, and nothing goes around it."""

import json
import re
from importlib import metadata
from pathlib import Path

import pytest
from flask import Flask, render_template_string

from bot.web import pages
from tests.rules.project import PROJECT, name_of

TEMPLATES = sorted((PROJECT / "bot" / "web" / "templates" / "staff").rglob("*.html"))
HOSTILE = "<script>alert(1)</script>"


def test_the_versions_of_the_two_nhs_packages_belong_together() -> None:
    """By the table in the description of nhsuk-frontend-jinja: new versions must be taken together."""
    jinja = metadata.metadata("nhsuk-frontend-jinja")
    table = dict(re.findall(r"^\| (\d[\d.]*) \| (\d[\d.]*) \|$", jinja.get_payload(), re.MULTILINE))
    frontend = json.loads((PROJECT / "package.json").read_text(encoding="utf-8"))["dependencies"]["nhsuk-frontend"]
    assert table[frontend] == jinja["Version"]


@pytest.mark.parametrize(
    "source",
    [
        "{{ hostile }}",
        "{% from 'nhsuk/components/tag/macro.jinja' import tag %}{{ tag({'text': hostile}) }}",
        "{% from 'nhsuk/components/button/macro.jinja' import button %}{{ button({'text': hostile}) }}",
        "{% from 'nhsuk/components/error-summary/macro.jinja' import errorSummary %}"
        "{{ errorSummary({'titleText': hostile, 'errorList': [{'text': hostile, 'href': '#x'}]}) }}",
        "{% from 'nhsuk/components/notification-banner/macro.jinja' import notificationBanner %}"
        "{{ notificationBanner({'text': hostile}) }}",
    ],
)
def test_hostile_text_is_escaped_in_pages_and_in_macros(source: str) -> None:
    app = Flask("bot.web.app")
    pages.set_up(app)
    with app.test_request_context():
        shown = render_template_string(source, hostile=HOSTILE)
    assert HOSTILE not in shown
    assert "&lt;script&gt;" in shown


@pytest.mark.parametrize("file", TEMPLATES, ids=name_of)
def test_a_template_hands_no_markup_on_and_has_no_style_of_its_own(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert not re.search(r"\|\s*safe\b|[\"']\w*[hH]tml[\"']\s*:|autoescape|<style|\sstyle=|\son\w+=|javascript:", text)
    assert not re.search(r"<script(?! type=\"module\" src=)", text)
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", text), "everything comes from here"

"""`python -m bot check` names every mistake in the files that people edit, and `make run` then refuses to start."""

import re
import shutil
from pathlib import Path

import pytest

from bot import wiring
from bot.checks import all_problems

EDITED = ("config.yml", "domain.yml", "nlu_data", "actions", "bot/core/safety_rules.yml", "bot/core/languages")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of what people edit."""
    for name in EDITED:
        source, target = wiring.PROJECT / name, tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
    return tmp_path


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def said(project: Path) -> str:
    return "\n".join(str(problem) for problem in all_problems(project))


def test_the_files_as_they_are_have_no_problem(project: Path) -> None:
    assert said(project) == ""


def test_a_broken_pipeline_is_named_with_its_line(project: Path) -> None:
    (project / "config.yml").write_text("pipeline:\n- name: WhitespaceTokenizer\n- name: NoSuchFeaturizer\n")
    assert "config.yml:3: NoSuchFeaturizer is not a component" in said(project)
    (project / "config.yml").write_text("pipeline: [\n")
    assert "config.yml" in said(project)


def test_a_missing_component_of_ours_is_named(project: Path) -> None:
    change(project / "config.yml", "actions.topic_classifier.TopicClassifier", "actions.topic_classifier.Classifier")
    assert "actions.topic_classifier.Classifier is not a component" in said(project)


def test_an_intent_without_a_topic_and_a_topic_without_an_intent_are_named(project: Path) -> None:
    change(project / "domain.yml", "- does_it_hurt\n", "- does_it_ache\n")
    found = said(project)
    assert "the topic does_it_hurt is missing among the intents" in found
    assert "the intent does_it_ache is not a topic" in found


def test_a_topic_without_answers_is_named(project: Path) -> None:
    (project / "nlu_data" / "answers" / "bowel_kit.yml").unlink()
    assert "the topic how_to_do_the_kit has no answer" in said(project)


def test_an_answer_for_an_unknown_topic_is_named_with_file_and_line(project: Path) -> None:
    change(project / "nlu_data" / "answers" / "bowel_kit.yml", "topic: how_to_do_the_kit", "topic: how_to_do_it")
    assert re.search(r"bowel_kit\.yml:\d+: how_to_do_it: how_to_do_it is not a topic", said(project))


def test_an_example_in_two_topics_is_named_with_both_places(project: Path) -> None:
    examples = project / "nlu_data" / "examples" / "service"
    first = next(line for line in (examples / "thanks.yml").read_text().splitlines() if line.startswith("    - "))
    with (examples / "greeting.yml").open("a", encoding="utf-8") as file:
        file.write(first + "\n")
    assert "the same example stands at" in said(project)


def test_an_example_with_personal_data_is_named(project: Path) -> None:
    with (project / "nlu_data" / "examples" / "service" / "thanks.yml").open("a", encoding="utf-8") as file:
        file.write("    - thanks my number is 943 476 5919\n")
    assert "an example seems to hold personal data" in said(project)


def test_broken_safety_rules_are_named(project: Path) -> None:
    (project / "bot" / "core" / "safety_rules.yml").write_text("rules: []\n")
    assert "safety_rules.yml" in said(project)


def test_a_broken_language_file_is_named_with_its_line(project: Path) -> None:
    file = project / "bot" / "core" / "languages" / "pl.yml"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    [number] = [number for number, line in enumerate(lines, start=1) if line.startswith("direction:")]
    lines[number - 1] = "direction: up\n"
    file.write_text("".join(lines), encoding="utf-8")
    assert f"pl.yml:{number}" in said(project)


def test_an_answer_that_the_lint_refuses_is_named_with_its_line(project: Path) -> None:
    change(project / "nlu_data" / "answers" / "hpv.yml", "  text: |-\n    ", "  text: |-\n    Don't. ")
    assert "hpv.yml:7: contraction" in said(project)

"""`python -m bot check`: everything that is wrong with the files people edit, all at once."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

from bot.core.language_files import FOLDER_NAME, parse_language
from bot.core.lint.finding import Severity
from bot.core.safety import SafetyNet
from bot.core.safety_rules import RULES_FILE_NAME
from bot.core.topics import Topics
from bot.errors import AssistantError, DataError
from bot.nlu.answer_files import lint, read_answers
from bot.nlu.topic_file import read_topics
from bot.nlu.training_data import problems, read_examples
from bot.yaml_files import expect_list, expect_mapping, line_of, read_yaml

# The components of Rasa 3.6 that classify messages; custom ones are named by module and class.
RASA_COMPONENTS = frozenset(
    "WhitespaceTokenizer SpacyTokenizer JiebaTokenizer MitieTokenizer SpacyNLP MitieNLP RegexFeaturizer "
    "CountVectorsFeaturizer LexicalSyntacticFeaturizer SpacyFeaturizer LanguageModelFeaturizer MitieFeaturizer "
    "DIETClassifier LogisticRegressionClassifier SklearnIntentClassifier KeywordIntentClassifier FallbackClassifier "
    "MitieIntentClassifier RegexEntityExtractor CRFEntityExtractor SpacyEntityExtractor DucklingEntityExtractor "
    "MitieEntityExtractor EntitySynonymMapper ResponseSelector".split()
)


def all_problems(project: Path) -> Iterator[AssistantError]:
    """Each with file and line where it has one."""
    yield from _pipeline_problems(project)
    yield from _safety_problems(project)
    yield from _language_problems(project)
    yield from _problems_of(project, _domain_problems, _example_problems, _answer_problems)


def teaching_problems(project: Path) -> Iterator[DataError]:
    """What is wrong with topics and examples alone."""
    yield from _problems_of(project, _example_problems)


def pack_problems(project: Path) -> Iterator[DataError]:
    """What is wrong with topics, examples and answers."""
    yield from _problems_of(project, _example_problems, _answer_problems)


def _problems_of(project: Path, *checks: Callable[[Path, Topics], Iterator[DataError]]) -> Iterator[DataError]:
    try:
        topics = read_topics(project / "nlu_data" / "topics.yml")
    except DataError as error:
        yield error
        return
    for check in checks:
        try:
            yield from check(project, topics)
        except DataError as error:
            yield error


def _pipeline_problems(project: Path) -> Iterator[DataError]:
    file = project / "config.yml"
    try:
        config = expect_mapping(read_yaml(file), file)
        steps = expect_list(config.get("pipeline"), file)
    except DataError as error:
        yield error
        return
    if not steps:
        yield DataError("the pipeline is empty", file, line_of(config, "pipeline"))
    for step in steps:
        name = str(step.get("name", "")) if isinstance(step, dict) else str(step)
        if name not in RASA_COMPONENTS and not _is_ours(project, name):
            yield DataError(f"{name or 'a step without a name'} is not a component", file, line_of(step))


def _safety_problems(project: Path) -> Iterator[DataError]:
    file = project / "bot" / "core" / RULES_FILE_NAME
    try:
        SafetyNet.from_text(file.read_text(encoding="utf-8"))
    except OSError as error:
        yield DataError(f"cannot be read ({type(error).__name__})", file)
    except DataError as error:
        yield error


def _language_problems(project: Path) -> Iterator[DataError]:
    folder = project / "bot" / "core" / FOLDER_NAME
    for file in sorted(folder.glob("*.yml")):
        try:
            parse_language(file.stem, file.read_text(encoding="utf-8"))
        except OSError as error:
            yield DataError(f"cannot be read ({type(error).__name__})", file)
        except DataError as error:
            yield error


def _is_ours(project: Path, name: str) -> bool:
    module, _, wanted = name.rpartition(".")
    file = project / f"{module.replace('.', '/')}.py"
    if not module or not file.is_file():
        return False
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return any(isinstance(node, ast.ClassDef) and node.name == wanted for node in tree.body)


def _domain_problems(project: Path, topics: Topics) -> Iterator[DataError]:
    file = project / "domain.yml"
    domain = expect_mapping(read_yaml(file), file)
    intents = [str(intent) for intent in expect_list(domain.get("intents"), file)]
    for name in topics:
        if name not in intents:
            yield DataError(f"the topic {name} is missing among the intents", file, line_of(domain, "intents"))
    for intent in intents:
        if intent not in topics:
            yield DataError(f"the intent {intent} is not a topic of topics.yml", file, line_of(domain, "intents"))


def _example_problems(project: Path, topics: Topics) -> Iterator[DataError]:
    yield from problems(read_examples(project / "nlu_data" / "examples"), topics)


def _answer_problems(project: Path, topics: Topics) -> Iterator[DataError]:
    folder = project / "nlu_data" / "answers"
    written = read_answers(folder, topics)
    for place in lint(written):
        if place.finding.severity is Severity.ERROR:
            yield DataError(f"{place.finding.rule}: {place.finding.problem}", place.file, place.line)
    answered = {answer.topic for answer in written}
    for name, topic in topics.items():
        if topic.route == "faq" and name not in answered:
            yield DataError(f"the topic {name} has no answer", folder)

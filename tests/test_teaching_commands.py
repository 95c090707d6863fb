"""`python -m bot import` and `export`, on a project of its own with two topics."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from shutil import copyfile

import pytest
from click.testing import CliRunner

from bot import wiring
from bot.command_line import main
from bot.core.desk import Colleague
from bot.nlu.answer_files import read_answers
from bot.nlu.project_files import read_taught
from bot.nlu.topic_file import read_topics
from bot.store import answer_drafts, teaching_changes, teaching_files
from bot.store.database import Database
from bot.store.examples import add_example, find_topic
from bot.store.teaching_changes import Step, step
from bot.store.teaching_steps import retire_topic
from bot.teaching_commands import follow_files
from tests.builders import NOON
from tests.keys import KEYS
from tests.store.teaching import FILES

BOOK = "examples/booking/book.yml"
COST = "examples/getting_there/cost.yml"
ANSWERS = "answers/all.yml"
ANSWER = """\
- topic: {0}
  programme: any
  nations: [england]
  language: en
  text: |-
    The answer about {0}.
  sources:
    - https://www.nhs.uk/
  owner: Olga Owner
  status: sample
  reviewed: 2026-11-01
  review_by: 2027-11-01
"""


class Office:
    """The command line, the files that a team keeps in git, and the database."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder, self.database = folder, database
        for path, text in FILES.items():
            file = folder / "nlu_data" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            more = "".join(f"    - {file.stem} example {number}\n" for number in range(25))
            file.write_text(text + (more if path.startswith("examples") else ""), encoding="utf-8")
        self.file("answers").mkdir()
        self.file(ANSWERS).write_text(f"# All.\n{ANSWER.format('book')}\n{ANSWER.format('cost')}", encoding="utf-8")
        (folder / "domain.yml").write_text('version: "3.1"\nintents:\n- book\n- cost\n- crisis\n', encoding="utf-8")

    def says(self, *words: str, code: int = 0) -> str:
        result = CliRunner().invoke(main, words)
        assert result.exit_code == code, result.output
        return result.output

    def file(self, path: str) -> Path:
        return self.folder / "nlu_data" / path

    def append(self, path: str, line: str) -> None:
        self.file(path).write_text(self.file(path).read_text() + f"    - {line}\n")

    def add(self, topic: str, text: str) -> None:
        with self.database.write() as session:
            add_example(session, topic, text, "train", "user 1", NOON)

    def held(self) -> dict[str, str]:
        with self.database.read() as session:
            return teaching_files.texts(session)


@pytest.fixture
def office(tmp_path: Path, migrated_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    url = f"sqlite:///{copyfile(migrated_file, tmp_path / 'bot.db')}"
    monkeypatch.setenv("BOT_DATABASE_URL", url)
    monkeypatch.setattr(wiring, "PROJECT", tmp_path)
    monkeypatch.setattr(wiring, "NLU_DATA", tmp_path / "nlu_data")
    database = Database(url, KEYS)
    yield Office(tmp_path, database)
    database.close()


def test_what_goes_in_comes_out_byte_for_byte(office: Office) -> None:
    assert "the database holds no topics yet" in office.says("export", code=2)
    before = read_taught(office.folder)
    assert office.says("import", "--by", "Jo") == (
        "5 files taken in: 82 new, 0 changed, 0 gone.\nAnswers: 2 new, 0 gone.\n"
    )
    assert office.says("export") == "0 files written.\n"
    assert read_taught(office.folder) == office.held() == before


def test_set_up_fills_an_empty_database_and_follows_the_files(office: Office) -> None:
    assert follow_files() == ["Topics and examples: 82 new, 0 changed, 0 gone.", "Answers: 2 new, 0 gone."]
    assert follow_files() == ["Topics and examples are those of the database.", "Answers: 0 new, 0 gone."]
    office.append(BOOK, "by hand")
    office.add("cost", "in the page")
    assert follow_files()[0] == "Topics and examples: 1 new, 0 changed, 0 gone."
    assert "by hand" in office.held()[BOOK]
    assert "in the page" in office.held()[COST]
    office.append(COST, "by hand too")
    assert f"{COST}: changed in the files and in the database" in follow_files()[0]


def test_an_edit_touches_one_line_of_one_file(office: Office) -> None:
    office.says("import")
    before = read_taught(office.folder)
    stamp = office.file(BOOK).stat().st_mtime_ns
    office.add("cost", "in the page")
    assert office.says("export") == "1 files written.\n"
    assert read_taught(office.folder) == before | {COST: before[COST] + "    - in the page\n"}
    assert office.file(BOOK).stat().st_mtime_ns == stamp
    assert "- intent" not in (office.folder / "domain.yml").read_text()


def test_changes_on_both_sides_are_refused_with_the_ways_out(office: Office) -> None:
    office.says("import")
    office.append(BOOK, "by hand")
    office.add("book", "in the page")
    by_hand, here = read_taught(office.folder), office.held()
    assert f"{BOOK}: changed in the files and in the database" in office.says("import", code=2)
    assert f"{BOOK}: changed on disk. Import it first" in office.says("export", code=2)
    assert (read_taught(office.folder), office.held()) == (by_hand, here)
    office.says("export", "--force")
    assert read_taught(office.folder) == here
    office.append(BOOK, "merged")
    office.says("import")
    assert office.held() == read_taught(office.folder)


def test_the_files_can_be_made_to_win(office: Office) -> None:
    office.says("import")
    by_hand = read_taught(office.folder)
    office.add("book", "in the page")
    assert f"Kept, because only the database changed them: {BOOK}" in office.says("import")
    assert office.says("import", "--force") == (
        "1 files taken in: 0 new, 0 changed, 1 gone.\nAnswers: 0 new, 0 gone.\n"
    )
    assert office.held() == by_hand


def test_an_undone_step_leaves_nothing_to_export(office: Office) -> None:
    office.says("import")
    office.add("book", "in the page")
    with office.database.write() as session:
        teaching_changes.undo(session, teaching_changes.newest(session)[0].id, actor="user 1", now=NOON)
    assert office.says("export") == "0 files written.\n"


def test_what_is_wrong_with_a_file_is_named_with_its_line_and_nothing_is_taken_in(office: Office) -> None:
    office.says("import")
    before = office.held()
    office.append(BOOK, "ring 07700900123")
    assert "book.yml:34: an example seems to hold personal data" in office.says("import", code=2)
    assert office.held() == before


def test_export_names_what_must_be_put_right_in_the_files(office: Office) -> None:
    office.says("import")
    with office.database.write() as session:
        cost = find_topic(session, "cost")
        with step(session, Step("edited", "user 1", NOON)) as touch:
            touch(cost)
            cost.retired = True
    told = office.says("export")
    assert "cost is not a topic of topics.yml" in told
    assert "- cost" not in (office.folder / "domain.yml").read_text()


def save_draft(office: Office, text: str) -> None:
    """Somebody changes the answer about cost on its page."""
    topics = read_topics(office.file("topics.yml"))
    [written] = [one for one in read_answers(office.file(ANSWERS), topics) if one.topic == "cost"]
    draft = replace(written, text=text, status="draft")
    with office.database.write() as session:
        seen = answer_drafts.newest(session)
        answer_drafts.save(session, draft, Colleague("user 1", "Tess"), NOON, practice_id=None, seen=seen)


def test_an_answer_goes_out_is_reviewed_as_a_change_of_its_lines_and_comes_back(office: Office) -> None:
    office.says("import", "--by", "Jo Bloggs")
    before = office.file(ANSWERS).read_text()
    save_draft(office, "It is free.")
    assert "Kept: 1 answers that only the database changed" in office.says("import")
    assert office.says("export") == "1 files written.\n"
    cost = ANSWER.format("cost").replace("The answer about cost.", "It is free.").replace("sample", "draft")
    assert office.file(ANSWERS).read_text() == before.replace(ANSWER.format("cost"), cost)
    office.file(ANSWERS).write_text(office.file(ANSWERS).read_text().replace("It is free.", "Screening is free."))
    assert "answers/all.yml:15: cost for any in england: changed on disk. Import it" in office.says("export", code=2)
    assert "Answers: 1 new, 1 gone." in office.says("import", "--by", "Jo Bloggs")
    assert office.says("export") == "0 files written.\n"


def test_an_answer_that_both_sides_changed_is_named_with_its_line_and_nothing_is_taken_in(office: Office) -> None:
    office.says("import")
    save_draft(office, "It is free.")
    office.file(ANSWERS).write_text(office.file(ANSWERS).read_text().replace("answer about cost", "cost"))
    office.append(BOOK, "by hand")
    before = office.held()
    said = office.says("import", code=2)
    assert "answers/all.yml:15: cost for any in england: changed in the file, and is version 3 in the database" in said
    assert "import --help tells the ways out" in said
    assert office.held() == before
    assert "The database is used" in follow_files()[-1]
    assert "Answers: 1 new, 1 gone." in office.says("import", "--force")


def test_the_answers_of_a_retired_topic_leave_the_files_and_come_back_with_an_undo(office: Office) -> None:
    office.says("import")
    before = office.file(ANSWERS).read_text()
    with office.database.write() as session:
        retire_topic(session, "cost", actor="user 1", now=NOON)
    said = office.says("export")
    assert "To be put right" not in said
    assert office.file(ANSWERS).read_text() == before.removesuffix(f"\n{ANSWER.format('cost')}")
    assert "Answers: 0 new, 0 gone." in office.says("import")
    with office.database.write() as session:
        teaching_changes.undo(session, teaching_changes.newest(session)[0].id, actor="user 1", now=NOON)
    office.says("export")
    assert office.file(ANSWERS).read_text() == before

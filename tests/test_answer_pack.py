"""Answers between the files and the database: what comes with the product, and every way in which a side can change."""

import difflib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from shutil import copytree

import pytest
from sqlalchemy.orm import Session

from bot import answer_pack, wiring
from bot.answer_pack import BothSides
from bot.core.desk import Colleague
from bot.core.messages import Nation
from bot.errors import DataError
from bot.nlu.answer_files import WrittenAnswer
from bot.nlu.answer_pack import read_pack, write_pack
from bot.nlu.topic_file import read_topics
from bot.store import answer_changes, answer_drafts, answer_queries
from bot.store import answer_pack as stored_pack
from bot.store.database import Database
from bot.store.tables import AnswerVersion
from tests.builders import NOON

TOPICS = read_topics(wiring.NLU_DATA / "topics.yml")
TRAINER = Colleague("user 1", "Tess Trainer")
LATER = NOON + timedelta(hours=1)


class Team:
    """The files that a team keeps in git, and the database."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder, self.database = folder, database

    def sides(self, session: Session) -> BothSides:
        return answer_pack.look(session, self.folder, TOPICS, TOPICS)

    def imports(self, *, force: bool = False) -> tuple[int, int, list[str]]:
        with self.database.write() as session:
            taken, left = answer_pack.take_in(session, self.sides(session), force=force, by="Ed Editor", now=NOON)
        return taken.new, taken.gone, left

    def sets_up(self) -> tuple[int, int, list[str]]:
        with self.database.write() as session:
            taken, left = answer_pack.take_in_what_is_safe(session, self.sides(session), NOON)
        return taken.new, taken.gone, left

    def exports(self) -> list[str]:
        with self.database.write() as session:
            texts, held = answer_pack.changed_files(self.sides(session), TOPICS)
            changed = write_pack(texts, self.folder / "answers")
            stored_pack.mark_synced(session, held)
        return changed

    def clashes(self) -> list[str]:
        with self.database.read() as session:
            return [answer_pack.clash_line(one) for one in self.sides(session).changes.clashes]

    def lost(self) -> list[str]:
        with self.database.read() as session:
            return answer_pack.lost_lines(self.sides(session).changes)

    def texts(self) -> dict[str, str]:
        return {path.name: path.read_bytes().decode() for path in sorted((self.folder / "answers").glob("*.yml"))}

    def edits(self, name: str, old: str, new: str) -> None:
        path = self.folder / "answers" / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, text.count(old)
        path.write_text(text.replace(old, new), encoding="utf-8")

    def answer(self, topic: str, nation: Nation = Nation.ENGLAND) -> WrittenAnswer:
        answers = read_pack(self.folder / "answers", TOPICS).answers
        return next(one for one in answers if one.topic == topic and nation in one.nations)

    def drafts(self, written: WrittenAnswer, base: int | None = None) -> int:
        """Somebody writes a draft on a page."""
        with self.database.write() as session:
            seen = answer_drafts.newest(session)
            draft = replace(written, status="draft")
            return answer_drafts.save(session, draft, TRAINER, LATER, practice_id=None, seen=seen, base=base).version

    def approves(self, version: int) -> None:
        with self.database.write() as session:
            answer_changes.approve(session, version, by="Cleo Clinician", role="GP", now=LATER)

    def status(self, version: int) -> str:
        with self.database.read() as session:
            return session.get_one(AnswerVersion, version).status

    def version_of(self, written: WrittenAnswer) -> int:
        with self.database.read() as session:
            rows = answer_queries.listed(session, topic=written.topic)
            return next(row.id for row in rows if row.text == written.text and row.programme == written.programme)


def differing(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """The lines that differ, without those around them."""
    found = []
    for name in sorted({*before, *after}):
        lines = difflib.ndiff(before.get(name, "").splitlines(), after.get(name, "").splitlines())
        found += [line for line in lines if line[0] in "+-"]
    return found


@pytest.fixture
def team(database: Database, tmp_path: Path) -> Team:
    (tmp_path / "answers").mkdir()
    for name in ("feelings.yml", "service.yml", "getting_there.yml", "wales.yml"):
        text = (wiring.NLU_DATA / "answers" / name).read_bytes()
        (tmp_path / "answers" / name).write_bytes(text)
    team = Team(tmp_path, database)
    team.imports()
    return team


def test_all_that_comes_with_the_product_goes_in_and_comes_out_byte_for_byte(
    database: Database, tmp_path: Path
) -> None:
    copytree(wiring.NLU_DATA / "answers", tmp_path / "answers")
    team = Team(tmp_path, database)
    before = team.texts()
    new, gone, left = team.imports()
    assert (new >= 200, gone, left) == (True, 0, [])
    assert team.exports() == []
    assert team.texts() == before
    assert team.imports() == team.sets_up() == (0, 0, [])
    written = team.answer("does_it_hurt")
    team.drafts(replace(written, owner="Somebody else"))
    assert team.exports() == ["feelings.yml"]
    assert set(differing(before, team.texts())) == {
        f"-   owner: {written.owner}",
        "+   owner: Somebody else",
        "-   status: sample",
        "+   status: draft",
    }
    assert team.imports() == (0, 0, [])


def test_a_draft_of_a_page_touches_its_own_lines_and_comes_back_as_what_it_is(team: Team) -> None:
    before, written = team.texts(), team.answer("about_this_service")
    version = team.drafts(replace(written, text=written.text.replace("at any time", "whenever you like")))
    assert team.lost() == team.clashes() == []
    assert team.exports() == ["service.yml"]
    assert differing(before, team.texts()) == [
        "-     You can ask for a person at any time. In an emergency, call 999.",
        "+     You can ask for a person whenever you like. In an emergency, call 999.",
        "-   status: sample",
        "+   status: draft",
    ]
    assert team.imports() == (0, 0, [])
    assert team.status(version) == "draft"
    team.approves(version)
    assert team.exports() == []  # a file cannot approve: what it says of it stays
    assert team.imports() == team.sets_up() == (0, 0, [])
    assert team.status(version) == "approved"


def test_remarks_order_and_odd_shapes_of_what_stays_are_kept(team: Team) -> None:
    team.edits("service.yml", "  programme: any\n", "  # for all\n  programme:   any  # really\n")
    team.edits("service.yml", "  owner: Screening content lead\n", "  owner: 'Screening content lead'\n  # dates\n\n")
    before, written = team.texts(), team.answer("about_this_service")
    assert team.imports() == (0, 0, [])
    assert team.exports() == []
    team.drafts(replace(written, owner="Olga: owner", nations=written.nations[::-1]))
    assert team.exports() == ["service.yml"]
    entry = differing(before, team.texts())
    assert len(entry) == 4
    assert "-   owner: 'Screening content lead'" in entry
    assert "+   owner: 'Olga: owner'" in entry
    after = team.texts()["service.yml"]
    assert "  # for all\n  programme:   any  # really\n" in after
    assert "  owner: 'Olga: owner'\n  # dates\n\n  status: draft\n" in after


def test_a_draft_for_some_nations_leaves_the_others_and_goes_to_the_fitting_file(team: Team) -> None:
    before, written = team.texts(), team.answer("does_it_hurt")
    draft = team.drafts(replace(written, nations=(Nation.WALES,), owner="Owner in Wales"))
    team.exports()
    after = team.texts()
    assert differing({"f": before["feelings.yml"]}, {"f": after["feelings.yml"]})[0].startswith("-   nations: ")
    new = after["feelings.yml"].count("owner: Owner in Wales") + after["wales.yml"].count("owner: Owner in Wales")
    assert new == 1
    assert team.imports() == (0, 0, [])
    with team.database.write() as session:
        answer_drafts.discard(session, draft, TRAINER, LATER)
    team.exports()
    assert team.texts() == before


def test_what_was_withdrawn_is_taken_out_and_the_rest_stays(team: Team) -> None:
    before, written = team.texts(), team.answer("results_wait", Nation.WALES)
    with team.database.write() as session:
        version = team.version_of(written)
        answer_changes.withdraw(session, version, by="Cleo Clinician", why="wrong", now=LATER)
    assert team.exports() == ["wales.yml"]
    after = team.texts()["wales.yml"]
    assert "topic: results_wait" not in after
    assert before["wales.yml"].partition("- topic: results_wait")[0] in after
    assert all(line[0] == "-" for line in differing(before, team.texts()))
    assert team.imports() == (0, 0, [])


def test_a_file_in_which_nothing_is_left_is_deleted(team: Team) -> None:
    version = team.version_of(team.answer("about_this_service"))
    with team.database.write() as session:
        answer_changes.withdraw(session, version, by="Cleo Clinician", why="wrong", now=LATER)
    assert team.exports() == ["service.yml"]
    assert "service.yml" not in team.texts()


def test_an_edited_entry_becomes_a_sample_or_a_draft_and_voids_no_approval_by_itself(team: Team) -> None:
    written = team.answer("about_this_service")
    old = team.version_of(written)
    team.approves(old)
    team.edits("service.yml", "at any time", "whenever you like")
    team.edits("service.yml", "status: sample", "status: draft")
    assert "service.yml:2: about_this_service for any" in team.lost()[0]
    assert team.imports() == (1, 0, [])
    assert team.status(old) == "approved"  # what is live stays live until the new words are approved
    new = team.version_of(team.answer("about_this_service"))
    assert team.status(new) == "draft"
    assert team.exports() == []
    with team.database.read() as session:
        assert session.get_one(AnswerVersion, new).author == "Ed Editor"


def test_an_edit_takes_the_place_of_the_draft_that_the_file_held(team: Team) -> None:
    first = team.drafts(replace(team.answer("about_this_service"), owner="First"))
    team.exports()
    team.edits("service.yml", "owner: First", "owner: Second")
    assert team.imports() == (1, 1, [])
    assert team.status(first) == "replaced"
    team.edits("service.yml", "owner: Second", "owner: First")
    assert team.imports() == (0, 1, [])
    assert team.status(first) == "draft"
    assert team.exports() == []


def test_an_entry_taken_out_of_the_files_goes_unless_it_is_approved(team: Team) -> None:
    sample = team.version_of(team.answer("about_this_service"))
    live = team.version_of(team.answer("results_wait", Nation.WALES))
    team.approves(live)
    wales = team.folder / "answers" / "wales.yml"
    text = wales.read_text(encoding="utf-8")
    start, end = text.index("- topic: results_wait"), text.index("- topic: aaa_scan")
    wales.write_text(text[:start] + text[end:], encoding="utf-8")
    (team.folder / "answers" / "service.yml").unlink()
    assert len(team.lost()) == 2
    new, gone, [left] = team.imports()
    assert (new, gone) == (0, 1)
    assert f"version {live} (results_wait for " in left
    assert (team.status(sample), team.status(live)) == ("replaced", "approved")
    assert team.exports() == ["wales.yml"]  # what is live stands in the files


def test_changes_on_both_sides_are_named_and_either_can_win(team: Team) -> None:
    written = team.answer("about_this_service")
    draft = team.drafts(replace(written, owner="On the page"))
    team.edits("service.yml", "owner: Screening content lead", "owner: In the file")
    place = "answers/service.yml:2: about_this_service for any in england, northern_ireland, scotland, wales"
    assert team.clashes() == [f"{place}: changed in the file, and is version {draft} in the database"]
    new, gone, [told] = team.sets_up()
    assert (new, gone) == (0, 0)
    assert told.startswith(place)
    assert len(team.clashes()) == 1  # it is not forgotten
    assert team.imports(force=True) == (1, 1, [])
    assert team.status(draft) == "replaced"
    assert team.exports() == team.clashes() == []


def test_an_edit_of_what_was_withdrawn_meanwhile_clashes_too(team: Team) -> None:
    with team.database.write() as session:
        version = team.version_of(team.answer("about_this_service"))
        answer_changes.withdraw(session, version, by="Cleo Clinician", why="wrong", now=LATER)
    team.edits("service.yml", "owner: Screening content lead", "owner: In the file")
    assert "is not in use in the database any more" in team.clashes()[0]
    with pytest.raises(DataError, match=f"answers/service.yml:2: the same words were withdrawn as version {version}"):
        team.imports()
    assert team.exports() == ["service.yml"]  # the database wins where an export is forced


def test_words_that_were_approved_once_need_new_dates(team: Team) -> None:
    written = team.answer("about_this_service")
    first = team.version_of(written)
    team.approves(first)
    second = team.drafts(replace(written, owner="Another"))
    team.approves(second)
    team.exports()
    team.edits("service.yml", "owner: Another", "owner: Screening content lead")
    with pytest.raises(DataError, match=f"service.yml:2: version {first} says the same with the same dates"):
        team.imports()


def test_before_both_sides_were_ever_the_same_what_came_from_files_is_known(database: Database, tmp_path: Path) -> None:
    """After an upgrade: the database has versions of an older pack, and a draft that somebody wrote."""
    copytree(wiring.NLU_DATA / "answers", tmp_path / "answers")
    team = Team(tmp_path, database)
    team.imports()
    draft = team.drafts(replace(team.answer("does_it_hurt"), owner="On the page"))
    with database.write() as session:
        stored_pack.mark_synced(session, [])
    old = team.version_of(team.answer("about_this_service"))
    team.edits("service.yml", "owner: Screening content lead", "owner: The new pack")
    assert team.sets_up() == (1, 0, [])
    assert (team.status(old), team.status(draft)) == ("replaced", "draft")
    assert team.exports() == ["feelings.yml"]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("- topic: about", "  - topic: about", "is not valid YAML|left edge|not a line"),
        ("You can ask", "You can't ask", "service.yml:11: contraction"),
        ("status: sample", "status: approved", "service.yml:.*: about_this_service: the status approved is none of"),
    ],
)
def test_what_is_wrong_with_a_file_is_named_and_nothing_is_taken_in(
    team: Team, old: str, new: str, problem: str
) -> None:
    team.edits("service.yml", old, new)
    with pytest.raises(DataError, match=problem):
        team.imports()

"""Answers as files: taken away as YAML or as a table, and brought back after a look at what that would change."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.answer_export import exported
from bot.errors import Refused
from bot.nlu.answer_csv import as_csv
from bot.nlu.answer_files import WrittenAnswer
from bot.nlu.answer_upload import ENDINGS, read_upload
from bot.nlu.answer_writing import Exported, as_yaml
from bot.store import answer_drafts, answer_queries, answer_upload
from bot.web.access import allowed
from bot.web.answers import file_view, who
from bot.web.answers.version_routes import as_file
from bot.web.sign_in.forms import Problems, field
from bot.wiring import Services

STATUSES = {"in-use": ("approved", "sample"), "drafts": ("draft",)}


def add(blueprint: Blueprint, services: Services) -> None:
    """The routes of the files."""

    @blueprint.get("/files")
    @allowed(*who.READERS)
    def files() -> ResponseReturnValue:
        """What can be taken away, and a form to bring a file."""
        return _files(Problems())

    @blueprint.get("/export.yml")
    @allowed(*who.READERS)
    def export_yaml() -> ResponseReturnValue:
        """As `python -m bot answers export` writes them."""
        return as_file(as_yaml(_exported(services)), "application/yaml", "answers.yml")

    @blueprint.get("/export.csv")
    @allowed(*who.READERS)
    def export_csv() -> ResponseReturnValue:
        """For a spreadsheet."""
        return as_file(as_csv(_exported(services)), "text/csv", "answers.csv")

    @blueprint.post("/files")
    @allowed(who.TRAINER)
    def check_file() -> ResponseReturnValue:
        """What the file would change. Nothing is changed yet."""
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            return _files(Problems(file="Select a file"))
        if not sent.filename.casefold().endswith(ENDINGS):
            return _files(Problems(file=f"Select a file whose name ends in {', '.join(ENDINGS)}"))
        try:
            text = sent.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            return _files(Problems(file="The file is not UTF-8 text. In Excel, save it as CSV UTF-8"))
        return _plan(services, sent.filename[-100:], text, Problems())

    @blueprint.post("/files/apply")
    @allowed(who.TRAINER)
    def apply_file() -> ResponseReturnValue:
        """Do what the preview said, all of it or nothing."""
        name, text, seen = field("name"), request.form.get("content", ""), field("seen")
        with services.database.read() as session:
            read = read_upload(text, name, services.topics_now(session))
        if read.wrong or not (seen.isascii() and seen.isdecimal() and len(seen) < 10):
            return _plan(services, name, text, Problems())
        me, now = who.me(), services.now()
        try:
            with services.database.write() as session:
                taken = answer_upload.take_in(session, read.answers, me, now, seen=int(seen))
        except Refused as refused:
            return _plan(services, name, text, Problems(actions=who.sentence(refused)))
        flash(f"{len(taken)} draft{'' if len(taken) == 1 else 's'} saved. Send them for approval when they are ready.")
        return redirect(url_for("answers.show_list", show="drafts"))


def _exported(services: Services) -> Sequence[Exported]:
    wanted = STATUSES.get(request.args.get("which", ""), STATUSES["in-use"])
    with services.database.read() as session:
        rows, _ = answer_queries.exportable(session, wanted)
        topics = services.topics_now(session)
    return [exported(row, topics) for row in rows]


def _files(problems: Problems) -> ResponseReturnValue:
    may_write = who.may(who.TRAINER, None)
    return render_template("staff/answers/files.html", may_write=may_write, problems=problems), 422 if problems else 200


def _plan(services: Services, name: str, text: str, problems: Problems) -> ResponseReturnValue:
    with services.database.read() as session:
        topics = services.topics_now(session)
        read = read_upload(text, name, topics)
        answers: tuple[WrittenAnswer, ...] = () if read.wrong else read.answers
        planned = answer_upload.plan(session, answers)
        seen = answer_drafts.newest(session)
    shown = render_template(
        "staff/answers/file_plan.html",
        name=name,
        content=text,
        seen=seen,
        wrong=read.wrong,
        plan=file_view.plan(planned, topics),
        problems=problems,
    )
    return shown, 422 if problems or read.wrong else 200

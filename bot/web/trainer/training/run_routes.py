"""Asking for a training, watching it, cancelling it, and reading what it found."""

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.store import heartbeats, releases, training_runs
from bot.store.training_tables import TrainingRun
from bot.web.access import allowed
from bot.web.sign_in.current import current_user
from bot.web.trainer.training import view
from bot.wiring import Services

LOOK = ("trainer", "clinical_approver", "practice_admin")
SHOWN = 20  # trainings in the list


def add(blueprint: Blueprint, services: Services) -> None:
    """`/trainer/training` and below."""

    @blueprint.get("/training")
    @allowed(*LOOK)
    def runs() -> ResponseReturnValue:
        """The training that goes on, and those before it."""
        with services.database.read() as session:
            rows = training_runs.newest(session, SHOWN)
            live = releases.live_name(session)
        is_open = bool(rows) and rows[0]["state"] in view.OPEN
        return render_template(
            "staff/training/runs.html", runs=[view.run_line(row) for row in rows], is_open=is_open, live=live
        )

    @blueprint.post("/training")
    @allowed("trainer")
    def start() -> ResponseReturnValue:
        """Ask for a training. The trainer process takes it up within seconds."""
        me = current_user()
        with services.database.write() as session:
            run_id = training_runs.ask(session, services.now(), actor=me.actor, name=me.name)
            if run_id is None:
                flash("A training is waiting or running already. There is one at a time.", "notice")
                going_on = training_runs.open_run(session)
                run_id = going_on.id if going_on else None
        return redirect(url_for("training.run", run_id=run_id) if run_id else url_for("training.runs"))

    @blueprint.get("/training/<int:run_id>")
    @allowed(*LOOK)
    def run(run_id: int) -> ResponseReturnValue:
        """How far it is; once it is over, what it found."""
        with services.database.read() as session:
            row = _known(session, run_id)
            release = releases.find(session, row.release) if row.release else None
            why_not = view.why_not(session, release, current_user().actor)
            words = how_far(session, row)
        return render_template("staff/training/run.html", **view.run_page(row, release, words), why_not=why_not)

    @blueprint.get("/training/<int:run_id>/progress")
    @allowed(*LOOK, keeps_awake=False)
    def progress(run_id: int) -> ResponseReturnValue:
        """For the script of the page: how far it is, and whether it is over."""
        with services.database.read() as session:
            row = _known(session, run_id)
            words = how_far(session, row)
        return jsonify(is_over=row.state not in view.OPEN, words=words, percent=view.percent(row))

    def how_far(session: Session, row: TrainingRun) -> str:
        has_trainer = heartbeats.alive(session, services.now(), heartbeats.TRAINER) > 0
        return view.progress_words(row, services.now(), has_trainer=has_trainer)

    @blueprint.post("/training/<int:run_id>/cancel")
    @allowed("trainer")
    def cancel(run_id: int) -> ResponseReturnValue:
        """Stop it. What is live stays live."""
        with services.database.write() as session:
            _known(session, run_id)
            done = training_runs.cancel(session, run_id, services.now(), actor=current_user().actor)
        flash("The training stops within seconds." if done else "The training was over already.")
        return redirect(url_for("training.run", run_id=run_id))


def _known(session: Session, run_id: int) -> TrainingRun:
    return training_runs.find(session, run_id) or abort(404)

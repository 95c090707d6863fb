"""Which release is live: promoting one that passed, and the way back in one click."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from bot.errors import Refused, ReleaseError
from bot.nlu.training_run import verified
from bot.store import releases
from bot.web.access import allowed
from bot.web.sign_in.current import current_user
from bot.web.sign_in.forms import Problems, field
from bot.web.trainer.training import view
from bot.web.trainer.training.run_routes import LOOK
from bot.wiring import Services

SHOWN = 30  # releases in the list
WORD = "promote"


def add(blueprint: Blueprint, services: Services) -> None:
    """`/trainer/releases` and below."""

    def page(problems: Problems) -> ResponseReturnValue:
        with services.database.read() as session:
            lines = view.release_lines(session, releases.newest(session, SHOWN), current_user().actor)
            before = releases.before(session)
        rendered = render_template(
            "staff/training/releases.html",
            lines=lines,
            before=before,
            problems=problems,
            word=WORD,
        )
        return rendered, 422 if problems else 200

    @blueprint.get("/releases")
    @allowed(*LOOK)
    def list_releases() -> ResponseReturnValue:
        """The live one first."""
        return page(Problems())

    @blueprint.post("/releases/promote")
    @allowed("clinical_approver")
    def promote() -> ResponseReturnValue:
        """Make a release live. Rasa servers have it within seconds, and no message is lost meanwhile."""
        name = field("release")
        with services.database.read() as session:
            row = releases.find(session, name) or abort(404)
        if field("confirm").lower() != WORD:
            return page(Problems({f"confirm-{name}": f"Type the word {WORD} to confirm"}))
        try:
            verified(services.settings.var / "models" / row.file, row.sha256)
            with services.database.write() as session:
                releases.promote(session, name, services.now(), actor=current_user().actor)
        except (Refused, ReleaseError) as error:
            return page(Problems({f"confirm-{name}": str(error)}))
        flash(f"The release {name} is live.")
        return redirect(url_for("training.list_releases"))

    @blueprint.post("/releases/roll-back")
    @allowed("trainer", "clinical_approver")
    def roll_back() -> ResponseReturnValue:
        """One click: back to the release before."""
        try:
            with services.database.write() as session:
                name = releases.roll_back(session, services.now(), actor=current_user().actor)
        except Refused as error:
            flash(str(error), "notice")
        else:
            flash(f"The release {name} is live again.")
        return redirect(url_for("training.list_releases"))

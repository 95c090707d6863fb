"""The databases of the tests: Riverside and Hillside Surgery with a few sample answers and a live release."""

import shutil
from datetime import timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from bot.core.policy import Thresholds
from bot.store import answers, releases
from bot.store.database import Database
from tests.builders import NOON, PAGE, a_practice, an_answer
from tests.fakes.fake_nlu import RELEASE
from tests.keys import KEYS
from tests.worker.meta import OTHER_PAGE

THRESHOLDS = Thresholds(answer=0.6, answer_margin=0.2, hand_off=0.6, hand_off_margin=0.2).as_dict()
WORDINGS = {
    "breast": "A mammogram can hurt for a moment.",
    "cervical": "A smear can feel tight for a moment.",
}


def fill(session: Session) -> None:
    """What the tests of the worker take for granted."""
    a_practice(session, "riverside", [PAGE])
    a_practice(session, "hillside", [OTHER_PAGE], name="Hillside Surgery")
    answers.import_all(session, [an_answer(text, programme=name) for name, text in WORDINGS.items()], NOON)
    releases.add_live(
        session,
        name=RELEASE,
        file=f"{RELEASE}.tar.gz",
        sha256="0" * 64,
        trained_from="0" * 64,
        thresholds=THRESHOLDS,
        now=NOON - timedelta(days=1),
    )


class FilledFile:
    """One SQLite file for all tests, put back before each: its engine compiles every statement only once."""

    def __init__(self, migrated: Path, folder: Path) -> None:
        self._file, self._filled = folder / "bot.db", folder / "filled.db"
        shutil.copyfile(migrated, self._file)
        self.database = Database(f"sqlite:///{self._file}", KEYS)
        with self.database.write() as session:
            fill(session)
        self.database.close()  # the last connection to close writes the log into the file
        shutil.copyfile(self._file, self._filled)

    def put_back(self) -> Database:
        self.database.close()
        for ending in ("-wal", "-shm"):
            self._file.with_name(f"{self._file.name}{ending}").unlink(missing_ok=True)
        shutil.copyfile(self._filled, self._file)
        return self.database

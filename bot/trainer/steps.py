"""What one training does, step by step. Each step may be repeated: a run that broke off begins anew."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bot.core.topics import Topics
from bot.errors import ReleaseError
from bot.nlu import training_run
from bot.nlu.evaluation.findings import Evaluation, Found, found_in
from bot.nlu.evaluation.floors import read_floors
from bot.nlu.evaluation.labelled import read_labelled
from bot.nlu.evaluation.safety_phrases import FILES, Phrase, read_phrases
from bot.nlu.topic_file import read_topics
from bot.nlu.training_run import TrainedRelease
from bot.settings import Settings
from bot.store import releases, teaching
from bot.store.database import Database
from bot.store.training_runs import Run
from bot.trainer import project
from bot.trainer.evaluating import read_all
from bot.trainer.progress import Progress, Watcher
from bot.wiring import PROJECT, Services, utc_now

PHRASES = Path("tests") / "core" / "safety"  # below the project


@dataclass(frozen=True)
class Outcome:
    """What a training came to. `compared_with`: the release that was live then; None where there was none."""

    release: TrainedRelease
    found: Found
    compared_with: str | None


def train_and_judge(services: Services, run: Run, progress: Progress, source: Path = PROJECT) -> Outcome:
    """All steps; what nobody can change in pages comes from `source`.

    Raises AssistantError where a file or the training is wrong, and what `progress` raises.
    """
    with _own_folder(services, run) as folder:
        progress.begin("write")
        project.write(services.database, source, folder)
        release, topics = _train(services, run, folder, progress)
        live = _live_model(services, release.name)
        found = _judge(services, source, folder, release, topics, live, progress)
        return Outcome(release, found, live.stem.removesuffix(".tar") if live else None)


@contextmanager
def _own_folder(services: Services, run: Run) -> Iterator[Path]:
    """A fresh folder, gone at the end; what another process left there is gone at the beginning."""
    folder = services.settings.var / "training" / str(run.id)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _train(services: Services, run: Run, folder: Path, progress: Progress) -> tuple[TrainedRelease, Topics]:
    """The model, trained now or found, and recorded as a candidate."""
    models = services.settings.var / "models"
    topics = read_topics(folder / "nlu_data" / "topics.yml")
    progress.begin("train")
    release = training_run.find_trained(folder, models)
    if release is None:
        release = training_run.train(folder, models, services.now(), progress.tick)
    with services.database.write() as session:
        releases.add_candidate(
            session,
            **vars(release),
            topics=topics.as_plain(),
            asked_by=run.asked_by,
            changed_by=teaching.changed_by(session, run.asked_by),
            now=services.now(),
        )
    return release, topics


def first_release(settings: Settings, database: Database, watch: Watcher) -> str:
    """The first release of an installation, made live; its name. There is none to compare it with yet."""
    models = settings.var / "models"
    with tempfile.TemporaryDirectory(prefix="first-") as name:
        folder = Path(name)
        project.write(database, PROJECT, folder)
        release = training_run.find_trained(folder, models)
        if release is None:
            release = training_run.train(folder, models, utc_now(), lambda seconds: watch("train", int(seconds), 0))
        topics = read_topics(folder / "nlu_data" / "topics.yml")
    with database.write() as session:
        releases.add_live(session, **vars(release), topics=topics.as_plain(), now=utc_now())
    return release.name


def _live_model(services: Services, candidate: str) -> Path | None:
    """The live release's model, unharmed; None where there is none, or it is the candidate itself."""
    with services.database.read() as session:
        live = releases.live(session)
    if live is None or live.name == candidate:
        return None
    return training_run.verified(services.settings.var / "models" / live.file, live.sha256)


def _judge(
    services: Services,
    source: Path,
    folder: Path,
    release: TrainedRelease,
    topics: Topics,
    live: Path | None,
    progress: Progress,
) -> Found:
    data = folder / "nlu_data"
    messages = read_labelled([data / "regression"], topics, source / "nlu_data" / "answers")
    now = services.now()
    same_time = replace(services, now=lambda: now)  # a reply that names a time must not differ by the time
    model = services.settings.var / "models" / release.file
    results, checked = read_all(same_time, progress, folder, model, messages, _phrases(source))
    before = read_all(same_time, progress, folder, live, messages, (), suffix="_live")[0] if live else None
    progress.begin("compare")
    return found_in(Evaluation(results, checked, read_floors(data / "floors.yml"), before))


def _phrases(source: Path) -> Sequence[Phrase]:
    found = [phrase for name in FILES for phrase in read_phrases(source / PHRASES / f"{name}.yml")]
    if not found:
        raise ReleaseError("there are no safety phrases to judge the release by")
    return found

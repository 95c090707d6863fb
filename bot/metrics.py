"""What an operator watches, as Prometheus reads it: asked of the database at each look, so that any process can tell.

Counters and histograms come from `counter`, to which every process adds what it counted: several workers, web
processes and hosts need no address of their own. Labels are kinds, states and Meta's public page ids: nothing of a
patient.
"""

import shutil
from collections.abc import Iterator, Mapping
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.orm import Session

from bot.errors import StoreFault, StoreUnavailable
from bot.nlu.server import is_warm
from bot.store import counters, heartbeats, kill_switch, measures, outgoing, received_events, releases
from bot.tally import BOUNDS
from bot.wiring import Services

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
DAILY = ("reconcile", "retention")
COUNTED = {  # name: (its label, what it says)
    "bot_decisions": ("kind", "Decisions of the bot"),
    "bot_sends": ("outcome", "Calls that send a message, by how they ended"),
    "bot_webhook_requests": ("status", "Requests that Meta's webhook answered"),
    "bot_nlu_failures": ("", "Requests that the NLU server did not answer with a reading"),
}
TIMED = {
    "bot_nlu_seconds": "How long the NLU server took for one request, of one message or several",
    "bot_graph_seconds": "How long Meta took for one message",
    "bot_webhook_seconds": "How long a webhook took to acknowledge",
}


def render(services: Services) -> bytes:
    """Everything, in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Looking(services))
    return generate_latest(registry)


class _Looking(Collector):
    def __init__(self, services: Services) -> None:
        self._services = services

    def collect(self) -> Iterator[Metric]:
        disk = shutil.disk_usage(self._services.settings.var)
        yield _gauge("bot_disk_free_ratio", "Free part of the disk that BOT_VAR is on", disk.free / disk.total)
        yield _gauge("bot_model_reads", "Whether the NLU server reads a message now", is_warm(self._services.nlu))
        try:
            with self._services.database.read() as session:
                found = list(_of_database(session, self._services))
        except (StoreUnavailable, StoreFault):
            found = []
        yield _gauge("bot_database_up", "Whether the database answers", bool(found))
        yield from found


def _of_database(session: Session, services: Services) -> Iterator[Metric]:
    now = services.now()
    yield from _queues(session, now)
    yield from _parts(session, now)
    yield from _pages(session, now)
    yield from _staff(session, now)
    yield from _daily(session, now)
    values = counters.all_values(session)
    for name, (label, says) in COUNTED.items():
        yield _counter(values, name, label, says)
    for name, says in TIMED.items():
        yield _histogram(values, name, says)


def _queues(session: Session, now: datetime) -> Iterator[Metric]:
    oldest, unsent = received_events.oldest_unfinished(session), outgoing.oldest_unsent(session)
    yield _gauge("bot_oldest_unanswered_seconds", "Age of the oldest event that is not finished", _age(oldest, now))
    yield _gauge("bot_oldest_unsent_seconds", "Since when the oldest unsent message is due", _age(unsent, now))
    yield _gauges(
        "bot_events", "Events by state; failed: of the last day", "state", measures.events_by_state(session, now)
    )
    by_state = measures.outgoing_by_state(session, now)
    yield _gauges("bot_outgoing_messages", "Messages to send by state; failed: of the last day", "state", by_state)
    # Where nothing ever came, nothing has gone silent.
    yield _gauge("bot_last_event_seconds", "Since Meta last told anything", _age(measures.last_event(session), now))


def _parts(session: Session, now: datetime) -> Iterator[Metric]:
    beat = heartbeats.newest(session)
    workers, trainers = heartbeats.alive(session, now), heartbeats.alive(session, now, heartbeats.TRAINER)
    yield _gauge("bot_workers", "Workers that went round within 30 seconds", workers)
    yield _gauge("bot_trainers", "Trainer processes that went round within 30 seconds", trainers)
    yield _gauge("bot_worker_heartbeat_seconds", "Since any worker last went round", _age(beat, now))
    yield _gauge("bot_live_release", "Whether there is a live release", releases.live(session) is not None)
    expired = measures.expired_answers(session, now.date())
    yield _gauge("bot_expired_answers", "Approved answers that are withheld because their review is overdue", expired)
    off = {one.about: float(one.is_off) for one in kill_switch.states(session)}
    yield _gauges("bot_answers_off", "Whether automated answers are turned off", "about", off)


def _pages(session: Session, now: datetime) -> Iterator[Metric]:
    pages = measures.pages(session)
    looked_at = [page for page in pages if page.checked_at]
    connected = {page.page_id: float(all(ok for ok, *_ in page.findings or ())) for page in looked_at}
    ages = {page.page_id: _age(page.checked_at, now) for page in looked_at}
    sending = {page.page_id: float(bool(page.stopped_until and page.stopped_until > now)) for page in pages}
    yield _gauges("bot_page_connected", "Whether token and subscription were right at the last look", "page", connected)
    yield _gauges("bot_page_check_seconds", "Since the page was last looked at", "page", ages)
    yield _gauges("bot_page_stopped", "Whether nothing is sent from the page now", "page", sending)


def _staff(session: Session, now: datetime) -> Iterator[Metric]:
    waits = {word: measures.waits(session, urgent=urgent) for word, urgent in (("yes", True), ("no", False))}
    counts = {word: found.count for word, found in waits.items()}
    longest = {word: _age(found.since, now) for word, found in waits.items()}
    yield _gauges("bot_patients_waiting", "Patients who wait for a person", "urgent", counts)
    yield _gauges("bot_longest_wait_seconds", "Since when the first of them waits", "urgent", longest)
    yield _gauge(
        "bot_escalations_open", "Patients who wait past the promised time, or in danger", measures.overdue(session)
    )
    yield _gauge("bot_mails_failed", "E-mails to staff given up within a day", measures.failed_mails(session, now))


def _daily(session: Session, now: datetime) -> Iterator[Metric]:
    """A job that was never done is as old as what it should have looked at: no trainer process runs, say."""
    done, first = measures.last_done(session, DAILY), measures.first_event(session)
    since = {job: done[job].finished_at if job in done else first for job in DAILY}
    ages = {job: _age(moment, now) for job, moment in since.items() if moment is not None}
    yield _gauges("bot_job_seconds", "Since a daily job was last done", "job", ages)
    if "reconcile" in done:
        yield _gauges("bot_reconcile_findings", "What the last reconciliation found", "what", done["reconcile"].removed)


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0


def _gauge(name: str, says: str, value: float) -> Metric:
    return GaugeMetricFamily(name, says, value=float(value))


def _gauges(name: str, says: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, says, labels=[label])
    for word, value in values.items():
        family.add_metric([word], float(value))
    return family


def _counter(values: Mapping[counters.Key, float], name: str, label: str, says: str) -> Metric:
    family = CounterMetricFamily(name, says, labels=[label] if label else [])
    for (of, word), value in sorted(values.items()):
        if of == name:
            family.add_metric([word] if label else [], value)
    return family


def _histogram(values: Mapping[counters.Key, float], name: str, says: str) -> Metric:
    buckets, total = [], 0.0
    for bound in (*map(str, BOUNDS), "+Inf"):
        total += values.get((f"{name}_bucket", bound), 0.0)
        buckets.append((bound, total))
    family = HistogramMetricFamily(name, says)
    family.add_metric([], buckets, values.get((f"{name}_sum", ""), 0.0))
    return family

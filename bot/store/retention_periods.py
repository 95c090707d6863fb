"""How long each class of data is kept, from a YAML file: `bot/store/retention.yml`, or the one of BOT_RETENTION."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from pathlib import Path

from bot.errors import DataError
from bot.yaml_files import expect_mapping, line_of, read_yaml

DEFAULT = Path(__file__).with_name("retention.yml")
LONGEST = 3_650  # days: more is a slip


@dataclass(frozen=True)
class RetentionPeriods:
    """Days, for each class of data."""

    received_events: int
    outgoing_messages: int
    messages: int
    decisions: int
    urgent_conversations: int
    erasure_requests: int
    job_runs: int
    heartbeats: int
    notifications: int

    def oldest(self, kind: str, now: datetime) -> datetime:
        """What is older than this moment is deleted."""
        days: int = getattr(self, kind)
        return now - timedelta(days=days)


def read_periods(own: Path | None = None) -> RetentionPeriods:
    """Every class with its days, from the installation's own file or the default.

    Raises DataError where one is missing, unknown, or makes no sense.
    """
    file = own or DEFAULT
    written = expect_mapping(read_yaml(file), file)
    known = [one.name for one in fields(RetentionPeriods)]
    for name in written:
        if name not in known:
            raise DataError(f"{name} is no class of data", file, line_of(written, name))
    for name in known:
        days = written.get(name)
        if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= LONGEST:
            raise DataError(f"{name} is not a number of days from 1 to {LONGEST}", file, line_of(written, name))
    periods = RetentionPeriods(**{name: int(written[name]) for name in known})
    if periods.outgoing_messages > periods.messages:
        raise DataError("outgoing_messages is longer than messages, whose texts they send", file)
    if periods.urgent_conversations < max(periods.messages, periods.decisions):
        raise DataError("urgent_conversations is shorter than messages or decisions", file)
    return periods

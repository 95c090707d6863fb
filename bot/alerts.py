"""The alerts of `deploy/alerts.yml`, looked at without a Prometheus server: the same file, the same metrics.

A rule is one comparison, `metric > number` or `metric{label="word"} > number`, which is valid PromQL. How long it
must have been true (`for`) is Prometheus' affair.
"""

import operator
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from bot.errors import DataError
from bot.yaml_files import expect_list, expect_mapping, read_yaml

COMPARISONS = {
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}
EXPRESSION = re.compile(
    r'(?P<metric>\w+)(\{(?P<label>\w+)="(?P<word>[^"]*)"\})? (?P<how>[<>=!]=?) (?P<number>\d+(\.\d+)?)'
)


@dataclass(frozen=True)
class Alert:
    """One rule. `runbook` is a path in the repository."""

    name: str
    metric: str
    label: str
    word: str
    how: str
    number: float
    severity: str
    summary: str
    runbook: str


def read_alerts(file: Path) -> list[Alert]:
    """Raises DataError naming the rule that is not one comparison, or lacks something."""
    groups = expect_list(expect_mapping(read_yaml(file), file).get("groups"), file)
    return [_alert(expect_mapping(rule, file), file) for group in groups for rule in expect_list(group["rules"], file)]


def _alert(rule: Mapping[str, Any], file: Path) -> Alert:
    name = str(rule.get("alert", ""))
    parts = EXPRESSION.fullmatch(str(rule.get("expr", "")))
    if not name or parts is None or parts["how"] not in COMPARISONS:
        raise DataError(f"the rule {name or 'without a name'} is not one comparison", file)
    try:
        labels, told = expect_mapping(rule.get("labels"), file), expect_mapping(rule.get("annotations"), file)
        severity, summary, runbook = str(labels["severity"]), str(told["summary"]), str(told["runbook"])
    except KeyError as error:
        raise DataError(f"the rule {name} has no {error.args[0]}", file) from None
    found = (parts["metric"], parts["label"] or "", parts["word"] or "", parts["how"], float(parts["number"]))
    return Alert(name, *found, severity, summary, runbook)


def firing(alerts: Sequence[Alert], exposition: str) -> list[Alert]:
    """Those that are true of these metrics, in Prometheus' text format."""
    samples = [sample for family in text_string_to_metric_families(exposition) for sample in family.samples]
    return [
        alert
        for alert in alerts
        if any(
            sample.name == alert.metric
            and (not alert.label or sample.labels.get(alert.label) == alert.word)
            and COMPARISONS[alert.how](sample.value, alert.number)
            for sample in samples
        )
    ]

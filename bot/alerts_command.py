"""`python -m bot alerts`: what an operator should know now, without a Prometheus server. For a timer."""

import os
import sys
from contextlib import closing

import click

from bot import metrics, told_alerts, wiring
from bot.alerts import firing, read_alerts
from bot.command_errors import one_line_errors
from bot.core.notices import Notice
from bot.errors import SettingsError
from bot.settings import Settings

FILE = wiring.PROJECT / "deploy" / "alerts.yml"


@click.command()
@click.option("--mail", metavar="ADDRESS", help="Send it to this address too: when it changes, and once a day.")
@one_line_errors
def alerts(mail: str | None) -> None:
    """Name the alerts that are firing; exit code 1 where there are any."""
    services = wiring.build(Settings.from_env(os.environ))
    if mail and services.mailer is None:
        raise SettingsError("BOT_SMTP_URL is missing: --mail needs it")
    with closing(services.database):
        found = firing(read_alerts(FILE), metrics.render(services).decode())
    lines = [f"{alert.severity}: {alert.summary} ({alert.runbook})" for alert in found]
    for line in lines or ["Nothing is wrong."]:
        click.echo(line)
    if mail and services.mailer is not None:
        file, now, names = services.settings.var / "alerts-told.json", services.now(), [alert.name for alert in found]
        told = told_alerts.read(file)
        if told_alerts.is_news(names, told, now):
            over = sorted(told.names - set(names))
            subject = found[0].summary if found else "Nothing is wrong any more"
            body = "\n".join([*lines, *(f"over: {name}" for name in over)]) + "\n"
            services.mailer.send(mail, Notice(f"Screening assistant: {subject}", body))
            told_alerts.keep(file, told_alerts.Told(frozenset(names), now))  # after: a mail that failed is tried again
    if found:
        sys.exit(1)

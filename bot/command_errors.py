"""How a command ends on an error of ours: one line and exit code 2."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click

from bot.errors import AssistantError

Command = TypeVar("Command", bound=Callable[..., Any])


def one_line_errors(command: Command) -> Command:
    """Our own errors as one line and exit code 2."""

    @wraps(command)
    def careful(*args: Any, **options: Any) -> Any:
        try:
            return command(*args, **options)
        except AssistantError as error:
            click.echo(f"error: {error}", err=True)
            sys.exit(2)

    return careful  # type: ignore[return-value]

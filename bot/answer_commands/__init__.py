"""`python -m bot answers`: the knowledge base by command; the staff pages will call the same functions."""

import click

from bot.answer_commands.change import approve, withdraw
from bot.answer_commands.files import export_answers, import_answers, lint_answers
from bot.answer_commands.look import list_versions, show
from bot.answer_commands.review import due_for_review, show_gaps


@click.group()
def answers() -> None:
    """Look at, take in, approve, withdraw and check the answers that patients get."""


for command in (
    *(list_versions, show, lint_answers, due_for_review, show_gaps),
    *(approve, withdraw, import_answers, export_answers),
):
    answers.add_command(command)

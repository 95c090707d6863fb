"""The kill switch by command: `python -m bot pause`, `resume` and `status`."""

import click

from bot import command_database, wiring
from bot.command_errors import one_line_errors
from bot.errors import DataError
from bot.store import kill_switch, practices
from bot.store.kill_switch import SwitchState

PRACTICE = click.option("--practice", "slug", metavar="SLUG", help="One practice, by the slug of its file.")
EVERY = click.option("--all", "every", is_flag=True, help="Every practice of this service.")
BY = click.option("--by", required=True, metavar="NAME", help="Who decides this. It goes into the audit.")
WHY = click.option("--why", required=True, metavar="TEXT", help="Why. It goes into the audit: name no patient.")


@click.command()
@PRACTICE
@EVERY
@BY
@WHY
@one_line_errors
def pause(slug: str | None, every: bool, by: str, why: str) -> None:
    """Turn automated answers off within seconds. Safety replies still go out, everything else goes to staff."""
    about, held_back = _throw(slug, every, by, why, off=True)
    click.echo(f"Automated answers are off for {about}. Replies held back: {held_back}.")


@click.command()
@PRACTICE
@EVERY
@BY
@WHY
@one_line_errors
def resume(slug: str | None, every: bool, by: str, why: str) -> None:
    """Turn automated answers on again. What was held back stays with staff."""
    about, _ = _throw(slug, every, by, why, off=False)
    click.echo(f"Automated answers are on for {about}, unless another switch is off: python -m bot status")


@click.command()
@one_line_errors
def status() -> None:
    """Show for whom automated answers are on or off, and who said so."""
    with command_database.reading() as session:
        found = kill_switch.states(session)
    for one in found:
        click.echo(_line(one))


def _line(one: SwitchState) -> str:
    told = f", since {one.at:%Y-%m-%d %H:%M:%S} UTC by {one.by}: {one.why}" if one.at else ""
    return f"{'off' if one.is_off else 'on ':3}  {one.about}{told}"


def _throw(slug: str | None, every: bool, by: str, why: str, *, off: bool) -> tuple[str, int]:
    if bool(slug) == every:
        raise DataError("name one practice with --practice SLUG, or every one with --all")
    if not by.strip() or not why.strip():
        raise DataError("--by and --why must say something")
    with command_database.writing() as session:
        practice = practices.find_by_slug(session, slug) if slug else None
        if slug and practice is None:
            raise DataError(f"there is no practice {slug!r}: python -m bot status lists them")
        held_back = kill_switch.throw(session, practice, off=off, by=by, why=why, now=wiring.utc_now())
        return (practice.name if practice else "every practice"), held_back

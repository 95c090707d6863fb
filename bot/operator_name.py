"""Who runs a command, for the record of who did what."""

import getpass
import os


def at_the_command_line() -> str:
    """The name of the account that the process runs as."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as in some containers
        name = f"account {os.getuid()}"
    return f"{name} at the command line"

"""`python -m bot`: the commands are in `bot.command_line`."""

import sys

if sys.argv[1:2] == ["worker"]:
    from gevent import monkey

    monkey.patch_all()  # before anything that waits is imported: docs/adr/0018

from bot.command_line import main

if __name__ == "__main__":
    main(prog_name="python -m bot")

"""`rasa run` with the server's token from the environment, so that it stands in no list of processes."""

import os
import sys

from rasa.__main__ import main

TOKEN = "NLU_SERVER_TOKEN"  # noqa: S105 - the name of a setting

if __name__ == "__main__":
    sys.argv = ["rasa", "run", *sys.argv[1:], "--auth-token", os.environ.pop(TOKEN)]
    main()

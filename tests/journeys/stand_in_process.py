"""The stand-in for Meta as a process of its own, so that killing ours does not kill Meta."""

import json
import sys
from pathlib import Path

from werkzeug.serving import make_server

from bot.web.stand_in_graph import create_app

if __name__ == "__main__":
    options = json.loads(sys.argv[1])
    app = create_app(Path(options["database"]), options["pages"], options["app_secret"], options["webhook_url"])
    make_server("127.0.0.1", options["port"], app, threaded=True).serve_forever()

"""What gunicorn loads: settings, wiring, the Flask app; nothing else."""

import os

from bot import logs, wiring
from bot.settings import Settings
from bot.web.app import create_app

logs.set_up()
app = create_app(wiring.build(Settings.from_env(os.environ)))

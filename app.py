"""What gunicorn loads: settings, wiring, the Flask app; nothing else."""

import os

from gunicorn.errors import AppImportError

from bot import logs, wiring
from bot.errors import AssistantError
from bot.settings import Settings
from bot.web.app import create_app

logs.set_up()
try:
    app = create_app(wiring.build(Settings.from_env(os.environ)))
except AssistantError as error:
    raise AppImportError(f"error: {error}") from None  # gunicorn prints it as one line and ends

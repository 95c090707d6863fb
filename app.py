"""What gunicorn loads: settings, wiring, the Flask app; nothing else."""

import os

from gunicorn.errors import AppImportError

from bot import internal_api, logs, wiring
from bot.errors import AssistantError
from bot.settings import Settings
from bot.web.app import create_app

logs.set_up()
try:
    services = wiring.build(Settings.from_env(os.environ))
    app = create_app(services, *internal_api.blueprints(services))
except AssistantError as error:
    raise AppImportError(f"error: {error}") from None  # gunicorn prints it as one line and ends

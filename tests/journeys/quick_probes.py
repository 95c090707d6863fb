"""`app:app`, to which a test message is old after seconds: a test need not wait for most of a minute."""

from datetime import timedelta

from app import app as app
from bot.web import health

health.PROBE_OLD = timedelta(seconds=8)

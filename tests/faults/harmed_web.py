"""`app.py`, to which troubles can happen."""

from app import app
from tests.faults import troubles

__all__ = ["app"]

troubles.follow()

"""What signing in leaves behind and nobody needs any more."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from bot.store.people_tables import AccountLink, Draft, KnownDevice, SignInSession, SignInTry, UsedState
from bot.store.sign_in_sessions import ABSOLUTE
from bot.store.sign_in_tries import DEVICE_LASTS

DAY = timedelta(days=1)
LINKS_KEPT = timedelta(days=30)


def delete_old(session: Session, now: datetime) -> None:
    """Sessions and tries of yesterday, used states, drafts that nobody came back for, links and devices long unused."""
    ended = or_(SignInSession.started_at < now - ABSOLUTE - DAY, SignInSession.ended_at < now - DAY)
    session.execute(delete(SignInSession).where(ended))
    session.execute(delete(SignInTry).where(SignInTry.tried_at < now - DAY))
    session.execute(delete(UsedState).where(UsedState.used_at < now - DAY))
    session.execute(delete(Draft).where(Draft.saved_at < now - DAY))
    session.execute(delete(AccountLink).where(AccountLink.expires_at < now - LINKS_KEPT))
    session.execute(delete(KnownDevice).where(KnownDevice.used_at < now - DEVICE_LASTS))

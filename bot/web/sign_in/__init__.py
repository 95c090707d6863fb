"""Signing in: with a password and a second step, or with an OpenID provider; invitations, resets, the own account.

What other pages need of it is `current_user`; who may see them is said with `bot.web.access.allowed`.
"""

from bot.web.sign_in.current import current_user

__all__ = ["current_user"]

"""`/sign-in/openid`: to the provider and back. Only who was invited gets in, known by the provider's id of them.

The first time an invitation binds that id to the user. An email address in a token proves nothing: addresses change
hands, and a provider may not have checked them.
"""

import hmac
from dataclasses import asdict

import structlog
from flask import Blueprint, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from bot.errors import ProviderError
from bot.store import account_links, audit, sign_in_sessions, used_states, users
from bot.store.people_tables import User
from bot.web.sign_in import replies, steps
from bot.web.sign_in.forms import local_path
from bot.web.sign_in.links import INVITE_IN_SESSION
from bot.web.sign_in.provider import Identity, Provider
from bot.wiring import Services

log = structlog.get_logger()

CALLBACK = "/sign-in/openid/callback"
IN_SESSION = "openid"


def create_blueprint(services: Services) -> Blueprint:
    """The routes. They exist only where a provider is set."""
    blueprint = Blueprint("openid", __name__)
    assert services.settings.oidc is not None
    provider = Provider(services.settings.oidc, services.settings.public_url + CALLBACK)

    @blueprint.get("/sign-in/openid")
    def begin() -> ResponseReturnValue:
        """Off to the provider. What is kept meanwhile is in the browser's own signed cookie."""
        try:
            begun = provider.begin()
        except ProviderError as error:
            return _failed(error)
        invite = session.get(INVITE_IN_SESSION) if "invite" in request.args else None
        wanted = local_path(request.args.get("next"))
        session[IN_SESSION] = {**asdict(begun), "address": "", "invite": invite, "next": wanted}
        return redirect(begun.address)

    @blueprint.get(CALLBACK)
    def callback() -> ResponseReturnValue:
        """Back from the provider. Whoever comes back once cannot come back with the same again."""
        kept, state = session.pop(IN_SESSION, None), request.args.get("state", "")
        if not kept or not hmac.compare_digest(str(kept["state"]).encode(), state.encode()):
            return _failed(ProviderError("nobody here went to the provider with this state"))
        with services.database.write() as write:
            is_first = used_states.is_first_use(write, services.now(), state)
        code = request.args.get("code", "")
        if not is_first or not code:
            return _failed(ProviderError("the provider's answer was used before" if code else "there is no code"))
        try:
            identity = provider.finish(code, kept["nonce"], kept["verifier"], services.now())
        except ProviderError as error:
            return _failed(error)
        session.pop(INVITE_IN_SESSION, None)
        user = _bind(services, identity, kept["invite"]) if kept["invite"] else _known(services, identity)
        return _go_on(services, user, identity, kept["next"]) if user else _not_invited(services)

    return blueprint


def _known(services: Services, identity: Identity) -> User | None:
    with services.database.read() as read:
        user = users.find_by_subject(read, identity.issuer, identity.subject)
    return user if user and user.disabled_at is None else None


def _bind(services: Services, identity: Identity, token_hash: str) -> User | None:
    """The invited user, who is this person of the provider's from now on. Somebody else's id stays theirs."""
    now = services.now()
    with services.database.write() as write:
        link = account_links.find_hashed(write, now, token_hash, "invite")
        taken = users.find_by_subject(write, identity.issuer, identity.subject)
        if link is None or (taken is not None and taken.id != link[1].id) or not account_links.use(write, now, link[0]):
            return None
        user = link[1]
        user.oidc_issuer, user.oidc_subject = identity.issuer, identity.subject
        sign_in_sessions.end_all(write, now, user.id)
        actor = f"user {user.id}"
        audit.record(write, now, actor=actor, action="provider_bound", about=actor)
    return user


def _go_on(services: Services, user: User, identity: Identity, next_path: str | None) -> ResponseReturnValue:
    """Signed in if the provider asked for a second step; else ours is asked for, and set up the first time."""
    if identity.had_second_step:
        return replies.signed_in(services, steps.sign_in(services, replies.visitor(), user.id, "oidc"), user, next_path)
    stage = "second_step" if user.totp_secret else "set_up"
    token = steps.start_half_way(services, replies.visitor(), user.id, stage, "oidc", next_path)
    return replies.half_way(token, "sign_in.second_step" if user.totp_secret else "authenticator.first")


def _failed(error: ProviderError) -> ResponseReturnValue:
    log.warning("provider_sign_in_failed", reason=str(error))
    return render_template("staff/provider_failed.html"), 400


def _not_invited(services: Services) -> ResponseReturnValue:
    with services.database.write() as write:
        audit.record(write, services.now(), actor=steps.NOBODY, action="sign_in_failed", about="no account")
    return render_template("staff/not_invited.html"), 403

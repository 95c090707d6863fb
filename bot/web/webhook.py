"""Meta's webhook: genuine bytes are stored as events and answered at once; everything else is the worker's."""

import hmac

import structlog
from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from bot.errors import StoreUnavailable
from bot.messenger.payload import NotJson, parse
from bot.messenger.signature import is_genuine
from bot.web.intake import Intake
from bot.wiring import Services

log = structlog.get_logger()

LARGEST_BODY = 1024 * 1024  # bytes


def create_blueprint(services: Services) -> Blueprint:
    """The routes of `/webhook`."""
    blueprint = Blueprint("webhook", __name__)
    settings = services.settings
    intake = Intake(services.database, services.now)

    @blueprint.get("/webhook")
    def verify() -> Response:
        """Meta asks whether this address is ours: the bare challenge, if the token is right."""
        # A name that comes twice could be read in two ways, so it is not read at all.
        asked = {name: values[0] for name, values in request.args.lists() if len(values) == 1}
        token = asked.get("hub.verify_token", "").encode()
        known = hmac.compare_digest(token, settings.verify_token.encode()) and bool(settings.verify_token)
        challenge = asked.get("hub.challenge", "")
        if asked.get("hub.mode") != "subscribe" or not known or not challenge:
            return _plain("The verify token is not the one of this service.", 403)
        return _plain(challenge, 200)

    @blueprint.post("/webhook")
    def receive() -> Response:
        """Verify, store, answer."""
        with services.tally.timing("bot_webhook_seconds"):
            answer = take_in()
        services.tally.count("bot_webhook_requests", str(answer.status_code))
        return answer

    def take_in() -> Response:
        # A body that comes in chunks has no length: it is read one byte past the limit and no further.
        request.max_content_length = LARGEST_BODY + 1
        try:
            raw = request.get_data(cache=False, parse_form_data=False)
        except RequestEntityTooLarge:
            return _plain("Too large.", 413)
        if len(raw) > LARGEST_BODY:
            return _plain("Too large.", 413)
        if not is_genuine(raw, request.headers.get("X-Hub-Signature-256"), settings.app_secret):
            log.warning("webhook_refused", reason="signature", bytes=len(raw))
            return _plain("The signature is not Meta's.", 403)
        try:
            webhook = parse(raw)
        except NotJson:
            return _plain("Not JSON.", 400)
        if webhook.object != "page":
            return _plain("Not about a page.", 404)
        try:
            intake.store(webhook.events)
        except StoreUnavailable:
            log.error("webhook_not_stored", events=len(webhook.events))
            return _plain("Cannot store now, send it again.", 503)
        return _plain("EVENT_RECEIVED", 200)

    return blueprint


def _plain(text: str, status: int) -> Response:
    return Response(text, status, mimetype="text/plain")

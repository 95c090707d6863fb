"""Calls to the Graph API over a real connection: what is sent, what is never shown, and what each failure means."""

import hashlib
import hmac
import json
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bot.core.messages import Button, Reply
from bot.errors import (
    NotTheOwner,
    OutcomeUnknown,
    PageBlocked,
    PermanentSendError,
    RateLimited,
    SendError,
    SettingsError,
    TemporarySendError,
    TokenInvalid,
    WindowClosed,
)
from bot.messenger.graph_api import GraphApi, PageAccess, SendRequest

TOKEN = "EAAGtoken-of-the-page"
APP_SECRET = "the-secret-of-the-app"
PAGE = PageAccess("1122334455", TOKEN)
PSID = "9988776655443322"
WORDS = "The kit comes by post."
REQUEST = SendRequest(PSID, Reply(WORDS), metadata="out-1")

Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Writes down each call, then answers with the server's `answer`."""

    protocol_version = "HTTP/1.1"
    server: "Meta"
    body: Any

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.body = json.loads(content) if content else None
        self.server.calls.append((self.path, dict(self.headers), self.body))
        self.server.answer(self)

    def do_GET(self) -> None:
        self.do_POST()

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the test's output quiet."""


class Meta(ThreadingHTTPServer):
    """A very small Graph API: it says whatever the test wants."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.calls: list[tuple[str, dict[str, str], Any]] = []
        self.answer: Answer = says(200, {"recipient_id": PSID, "message_id": "m_1"})

    def graph(self, scheme: str = "http", read_timeout: float = 5.0) -> GraphApi:
        return GraphApi(f"{scheme}://127.0.0.1:{self.server_port}/v26.0", APP_SECRET, read_timeout=read_timeout)


def says(status: int, body: object, **headers: str) -> Answer:
    def answer(handler: Handler) -> None:
        content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        handler.send_response(status)
        for name, value in (headers | {"Content-Length": str(len(content))}).items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def refuses(code: int, subcode: int | None = None, status: int = 400) -> Answer:
    numbers = {"code": code} | ({} if subcode is None else {"error_subcode": subcode})
    message = f"(#{code}) refused: {TOKEN} {PSID} {WORDS}"
    return says(status, {"error": {"message": message, "type": "OAuthException", "fbtrace_id": "AxYz", **numbers}})


@pytest.fixture
def meta(monkeypatch: pytest.MonkeyPatch) -> Iterator[Meta]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = Meta()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def failure_of(call: Callable[[], object]) -> SendError:
    with pytest.raises(SendError) as caught:
        call()
    return caught.value


def test_a_message_is_sent_and_metas_id_comes_back(meta: Meta) -> None:
    reply = Reply(WORDS, (Button("Tell me more", "MORE"),))
    assert meta.graph().send(PAGE, SendRequest(PSID, reply, metadata="out-1")) == "m_1"
    [(path, headers, body)] = meta.calls
    assert path == "/v26.0/1122334455/messages"
    assert headers["Authorization"] == f"Bearer {TOKEN}"
    assert body == {
        "recipient": {"id": PSID},
        "messaging_type": "RESPONSE",
        "message": {
            "text": WORDS,
            "quick_replies": [{"content_type": "text", "title": "Tell me more", "payload": "MORE"}],
            "metadata": "out-1",
        },
        "appsecret_proof": hmac.new(APP_SECRET.encode(), TOKEN.encode(), hashlib.sha256).hexdigest(),
    }


def test_what_a_person_typed_later_than_a_day_carries_the_tag(meta: Meta) -> None:
    meta.graph().send(PAGE, SendRequest(PSID, Reply(WORDS), metadata="out-1", tag="HUMAN_AGENT"))
    body = meta.calls[0][2]
    assert (body["messaging_type"], body["tag"]) == ("MESSAGE_TAG", "HUMAN_AGENT")


@pytest.mark.parametrize("action", ["typing_on", "typing_off", "mark_seen"])
def test_an_action_holds_the_recipient_and_nothing_of_a_message(meta: Meta, action: Any) -> None:
    meta.answer = says(200, {"recipient_id": PSID})
    meta.graph().action(PAGE, PSID, action)
    body = meta.calls[0][2]
    assert body.pop("appsecret_proof")
    assert body == {"recipient": {"id": PSID}, "sender_action": action}


def test_reading_names_the_fields_and_keeps_the_token_in_the_header(meta: Meta) -> None:
    meta.answer = says(200, {"id": PAGE.page_id, "name": "High Street Surgery"})
    assert meta.graph().get("me", PAGE, fields="id,name")["name"] == "High Street Surgery"
    path, headers, body = meta.calls[0]
    assert path.startswith("/v26.0/me?fields=id%2Cname&appsecret_proof=")
    assert (TOKEN in path, headers["Authorization"], body) == (False, f"Bearer {TOKEN}", None)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refuses(1, 1357046, status=500), OutcomeUnknown),
        (refuses(2, status=500), TemporarySendError),
        (refuses(613), RateLimited),
        (refuses(10, 2018278), WindowClosed),
        (refuses(10, 2018300), NotTheOwner),
        (refuses(10, 1893063), PageBlocked),
        (refuses(190, 460), TokenInvalid),
        (refuses(100, 2018001), PermanentSendError),
        (refuses(100, status=200), PermanentSendError),
        (says(502, "<html>Bad Gateway</html>"), OutcomeUnknown),
        (says(503, ""), TemporarySendError),
        (says(429, ""), RateLimited),
        (says(200, {"recipient_id": PSID}), OutcomeUnknown),
        (says(200, {"message_id": ""}), OutcomeUnknown),
        (says(200, {"message_id": 7}), OutcomeUnknown),
        (says(200, "<html>Welcome to the guest network</html>"), OutcomeUnknown),
        (says(200, "[" * 100_000), OutcomeUnknown),
        (says(200, []), OutcomeUnknown),
        (says(204, ""), OutcomeUnknown),
    ],
)
def test_each_answer_becomes_its_error(meta: Meta, answer: Answer, kind: type[SendError]) -> None:
    meta.answer = answer
    error = failure_of(lambda: meta.graph().send(PAGE, REQUEST))
    assert type(error) is kind
    assert_tells_nothing(error)


def test_the_error_keeps_the_trace_id_and_metas_waiting_time(meta: Meta) -> None:
    meta.answer = says(400, {"error": {"code": 613, "fbtrace_id": "AxYz"}}, Retry_After="90")
    error = failure_of(lambda: meta.graph().send(PAGE, REQUEST))
    assert (error.trace_id, error.retry_after) == ("AxYz", timedelta(seconds=90))


def test_a_redirect_is_not_followed_since_it_would_take_the_message_elsewhere(meta: Meta) -> None:
    meta.answer = says(307, "", Location=f"http://127.0.0.1:{meta.server_port}/elsewhere")
    assert type(failure_of(lambda: meta.graph().send(PAGE, REQUEST))) is TemporarySendError
    assert len(meta.calls) == 1


def test_a_slow_answer_means_that_the_outcome_is_unknown(meta: Meta) -> None:
    meta.answer = lambda handler: time.sleep(0.5)
    error = failure_of(lambda: meta.graph(read_timeout=0.1).send(PAGE, REQUEST))
    assert type(error) is OutcomeUnknown
    assert len(meta.calls) == 1
    assert_tells_nothing(error)


def test_a_connection_that_breaks_after_the_request_means_that_the_outcome_is_unknown(meta: Meta) -> None:
    meta.answer = lambda handler: handler.connection.shutdown(socket.SHUT_RDWR)
    error = failure_of(lambda: meta.graph().send(PAGE, REQUEST))
    assert type(error) is OutcomeUnknown
    assert len(meta.calls) == 1
    assert_tells_nothing(error)


def test_an_answer_that_breaks_off_means_that_the_outcome_is_unknown(meta: Meta) -> None:
    def half(handler: Handler) -> None:
        handler.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"message_id"')
        handler.wfile.flush()
        handler.connection.shutdown(socket.SHUT_RDWR)

    meta.answer = half
    assert type(failure_of(lambda: meta.graph().send(PAGE, REQUEST))) is OutcomeUnknown


def test_a_refused_connection_means_that_nothing_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # taken, and nobody listens
        graph = GraphApi(f"http://127.0.0.1:{taken.getsockname()[1]}/v26.0", APP_SECRET)
        error = failure_of(lambda: graph.send(PAGE, REQUEST))
    assert type(error) is TemporarySendError
    assert_tells_nothing(error)


def test_a_name_that_does_not_resolve_means_that_nothing_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    error = failure_of(lambda: GraphApi("http://graph.invalid/v26.0", APP_SECRET).send(PAGE, REQUEST))
    assert type(error) is TemporarySendError
    assert_tells_nothing(error)


def test_a_proxy_that_is_down_means_that_nothing_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{taken.getsockname()[1]}")
        error = failure_of(lambda: GraphApi("http://graph.invalid/v26.0", APP_SECRET).send(PAGE, REQUEST))
    assert type(error) is TemporarySendError


def test_a_proxy_of_the_environment_is_used_and_asked_for_once(meta: Meta, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{meta.server_port}")
    graph = GraphApi("http://graph.invalid/v26.0", APP_SECRET)
    graph.send(PAGE, REQUEST)
    monkeypatch.setattr(requests.utils, "getproxies", lambda: pytest.fail("looked for again"))
    graph.send(PAGE, REQUEST)
    assert len(meta.calls) == 2


@pytest.mark.parametrize("address", ["graph.facebook.com/v26.0", "http://", "ftp://graph.facebook.com"])
def test_an_unusable_address_says_which_setting_to_check(address: str) -> None:
    error = failure_of(lambda: GraphApi(address, APP_SECRET).send(PAGE, REQUEST))
    assert type(error) is TemporarySendError
    assert "BOT_GRAPH_URL" in str(error)


def test_a_certificate_that_nobody_vouches_for_is_refused_before_anything_is_sent(meta: Meta, tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed_certificate(tmp_path))
    meta.socket = context.wrap_socket(meta.socket, server_side=True)
    error = failure_of(lambda: meta.graph(scheme="https").send(PAGE, REQUEST))
    assert type(error) is TemporarySendError
    assert "certificate" in str(error)
    assert meta.calls == []


def test_a_netrc_file_does_not_replace_the_token(meta: Meta, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password something\n")
    monkeypatch.setenv("NETRC", str(netrc))
    meta.graph().send(PAGE, REQUEST)
    assert meta.calls[0][1]["Authorization"] == f"Bearer {TOKEN}"


def test_neither_token_nor_patient_shows_in_an_address_a_repr_or_the_log(
    meta: Meta, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        meta.graph().send(PAGE, REQUEST)
        meta.answer = refuses(190)
        failure_of(lambda: meta.graph().send(PAGE, REQUEST))
    seen = caplog.text + repr(PAGE) + repr(REQUEST) + "".join(path for path, _, _ in meta.calls)
    assert PAGE.page_id in seen
    assert not any(secret in seen for secret in (TOKEN, APP_SECRET, PSID, WORDS))


@pytest.mark.parametrize("token", ["", " ", "EAAG\nX-Other: 1", "EAAGé", "EAAG\x00"])
def test_a_token_that_no_header_can_hold_is_refused_without_being_shown(token: str) -> None:
    with pytest.raises(SettingsError) as caught:
        PageAccess("1122334455", token)
    assert "EAAG" not in str(caught.value)


@pytest.mark.parametrize("page_id", ["", "me", "../1", "12 34", "１２"])
def test_a_page_id_is_a_number(page_id: str) -> None:
    with pytest.raises(SettingsError):
        PageAccess(page_id, TOKEN)


def test_several_threads_share_one_client_and_each_gets_its_own_answer(meta: Meta) -> None:
    meta.answer = lambda handler: says(200, {"message_id": handler.body["message"]["metadata"]})(handler)
    graph = meta.graph()
    with ThreadPoolExecutor(4) as pool:
        wanted = [f"out-{number}" for number in range(40)]
        mids = list(pool.map(lambda key: graph.send(PAGE, SendRequest(PSID, Reply(WORDS), key)), wanted))
    assert mids == wanted


def assert_tells_nothing(error: SendError) -> None:
    """Neither the error nor what it carries along names a token, an address, a patient or a message."""
    assert (error.__cause__, error.__context__) == (None, None)
    shown = f"{error!s} {error!r} {vars(error)}"
    assert not any(secret in shown for secret in (TOKEN, APP_SECRET, PSID, WORDS, "http:", "127.0.0.1"))


def self_signed_certificate(folder: Path) -> Path:
    """A file with a key and its certificate for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = folder / "server.pem"
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return pem

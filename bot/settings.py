"""What the environment says, read once into a frozen value. `docs/settings.md` lists every name.

Each secret may come as `NAME` or as `NAME_FILE`, a file that holds it. Unknown `BOT_` names refuse to
start, because a misspelt name must not silently mean the default; so do missing or example values in
live mode.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from bot.demo_secrets import demo_secrets
from bot.errors import SettingsError
from bot.keyring import Keyring

GRAPH_URL = "https://graph.facebook.com/v26.0"  # Meta keeps a version for about two years
SECRETS = (
    "BOT_APP_SECRET",
    "BOT_VERIFY_TOKEN",
    "BOT_PAGE_TOKENS",
    "BOT_SECRET_KEY",
    "BOT_NLU_TOKEN",
    "BOT_DATABASE_URL",
    "BOT_OIDC_CLIENT_SECRET",
    "BOT_SMTP_URL",
    "BOT_METRICS_TOKEN",
    "BOT_INTERNAL_TOKEN",
)
PLAIN = (
    "BOT_MODE",
    "BOT_NLU_URL",
    "BOT_MODELS_URL",
    "BOT_GRAPH_URL",
    "BOT_VAR",
    "BOT_PUBLIC_URL",
    "BOT_RETENTION",
    "BOT_PROXIES",
    "BOT_MAIL_FROM",
    "BOT_OIDC_ISSUER",
    "BOT_OIDC_CLIENT_ID",
    "BOT_OIDC_NAME",
)
NEEDED_IN_LIVE_MODE = (
    "BOT_APP_SECRET",
    "BOT_VERIFY_TOKEN",
    "BOT_PAGE_TOKENS",
    "BOT_NLU_TOKEN",
    "BOT_SECRET_KEY",
    "BOT_PUBLIC_URL",
)
NEEDED_BY_NLU = ("BOT_NLU_TOKEN",)  # what runs inside Rasa is given nothing else
NEEDED_BY_TRAINER = ("BOT_SECRET_KEY", "BOT_PUBLIC_URL")  # it sends nothing, so it has nothing of Meta's
OIDC = ("BOT_OIDC_ISSUER", "BOT_OIDC_CLIENT_ID", "BOT_OIDC_CLIENT_SECRET")
SHORTEST_SECRET = 16  # characters
MOST_PROXIES = 5
EXAMPLE_WORDS = ("example", "change-me", "changeme", "your-", "secret-here", "xxxxxx", "demo-")

Mode = Literal["demo", "live"]


@dataclass(frozen=True)
class OidcSettings:
    """An OpenID Connect provider that staff may sign in with: NHSmail, or any Entra tenant."""

    issuer: str  # exactly as the provider writes it
    client_id: str
    client_secret: str = field(repr=False)
    name: str = "NHSmail"  # as staff know it: "Sign in with NHSmail"


@dataclass(frozen=True)
class Settings:
    """Everything that differs between two installations."""

    mode: Mode
    var: Path
    database_url: str = field(repr=False)
    nlu_url: str
    graph_url: str
    public_url: str
    app_secret: str = field(repr=False)
    verify_token: str = field(repr=False)
    nlu_token: str = field(repr=False)
    page_tokens: Mapping[str, str] = field(repr=False)  # Meta's page id -> token
    models_url: str = "http://127.0.0.1:8000"  # of the web process, as NLU servers reach it
    secret_key: str = field(repr=False, default="")
    retention: Path | None = None  # None: the periods that come with the code
    proxies: int = 0  # reverse proxies in front, each of which adds to X-Forwarded-For
    oidc: OidcSettings | None = None
    smtp_url: str = field(repr=False, default="")  # "": no e-mails to staff
    mail_from: str = ""
    metrics_token: str = field(repr=False, default="")  # "": there is no /metrics
    internal_token: str = field(repr=False, default="")  # "": there is no internal API

    @property
    def is_demo(self) -> bool:
        return self.mode == "demo"

    @classmethod
    def from_env(cls, env: Mapping[str, str], needed: Sequence[str] = NEEDED_IN_LIVE_MODE) -> "Settings":
        """Read the `BOT_` names of `env`; live mode insists on `needed`. Raises SettingsError naming what is wrong."""
        values = _collect(env)
        mode = values.get("BOT_MODE", "demo")
        if mode != "demo" and mode != "live":
            raise SettingsError("BOT_MODE is neither demo nor live")
        if mode == "live":
            _refuse_unfit_for_patients(values, needed)
        var = Path(values.get("BOT_VAR", "var")).absolute()
        if mode == "demo":
            values = demo_secrets(var) | values
        public_url = _url(values, "BOT_PUBLIC_URL", "http://localhost:8000")
        return cls(
            mode="demo" if mode == "demo" else "live",
            var=var,
            database_url=values.get("BOT_DATABASE_URL", f"sqlite:///{var / 'bot.db'}"),
            nlu_url=_url(values, "BOT_NLU_URL", "http://127.0.0.1:5005"),
            models_url=_url(values, "BOT_MODELS_URL", public_url if mode == "demo" else "http://127.0.0.1:8000"),
            graph_url=_url(values, "BOT_GRAPH_URL", f"{public_url}/demo/graph/v26.0" if mode == "demo" else GRAPH_URL),
            public_url=public_url,
            app_secret=values.get("BOT_APP_SECRET", ""),
            verify_token=values.get("BOT_VERIFY_TOKEN", ""),
            nlu_token=values.get("BOT_NLU_TOKEN", ""),
            page_tokens=_page_tokens(values.get("BOT_PAGE_TOKENS", "")),
            secret_key=_secret_key(values.get("BOT_SECRET_KEY", "")),
            retention=Path(values["BOT_RETENTION"]) if "BOT_RETENTION" in values else None,
            proxies=_proxies(values.get("BOT_PROXIES", "0")),
            oidc=_oidc(values),
            smtp_url=values.get("BOT_SMTP_URL", ""),
            mail_from=values.get("BOT_MAIL_FROM", ""),
            metrics_token=_metrics_token(values.get("BOT_METRICS_TOKEN", "")),
            internal_token=values.get("BOT_INTERNAL_TOKEN", ""),
        )


def _collect(env: Mapping[str, str]) -> dict[str, str]:
    """The `BOT_` names with their values, `NAME_FILE` read; empty values count as absent."""
    files = {f"{name}_FILE": name for name in SECRETS}
    values: dict[str, str] = {}
    for name, value in env.items():
        if not name.startswith("BOT_") or not value.strip():
            continue
        if name in files:
            if env.get(files[name], "").strip():
                raise SettingsError(f"{files[name]} and {name} are both set: keep one")
            values[files[name]] = _read_secret(name, Path(value))
        elif name in SECRETS or name in PLAIN:
            values[name] = value.strip()
        else:
            raise SettingsError(f"{name} is not a setting of this service: docs/settings.md lists them")
    return values


def _read_secret(name: str, file: Path) -> str:
    try:
        secret = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{name} names a file that cannot be read ({type(error).__name__})") from None
    if not secret:
        raise SettingsError(f"{name} names an empty file")
    return secret


def _refuse_unfit_for_patients(values: Mapping[str, str], needed: Sequence[str]) -> None:
    for name in needed:
        if name not in values:
            raise SettingsError(f"{name} is missing: live mode needs it")
    for name in ("BOT_APP_SECRET", "BOT_VERIFY_TOKEN", "BOT_NLU_TOKEN", "BOT_INTERNAL_TOKEN"):
        if name in values and len(values[name]) < SHORTEST_SECRET:
            raise SettingsError(f"{name} is too short: {SHORTEST_SECRET} characters at least")
    for name in (*SECRETS, "BOT_PUBLIC_URL", "BOT_OIDC_ISSUER", "BOT_OIDC_CLIENT_ID"):
        if any(word in values.get(name, "").lower() for word in EXAMPLE_WORDS):
            raise SettingsError(f"{name} still holds an example value")
    for name in ("BOT_PUBLIC_URL", "BOT_GRAPH_URL", "BOT_OIDC_ISSUER"):
        if not values.get(name, "https://").startswith("https://"):
            raise SettingsError(f"{name} must start with https:// in live mode")


def _secret_key(text: str) -> str:
    if text:  # where it is needed and missing, that was said before
        Keyring.from_text(text)
    return text


def _metrics_token(text: str) -> str:
    if text and (len(text) < SHORTEST_SECRET or not text.isascii()):
        raise SettingsError(f"BOT_METRICS_TOKEN is not {SHORTEST_SECRET} or more plain characters")
    return text


def _url(values: Mapping[str, str], name: str, default: str) -> str:
    url = values.get(name, default).rstrip("/")
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise SettingsError(f"{name} is not an http or https address")
    return url


def _proxies(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= MOST_PROXIES):
        raise SettingsError(f"BOT_PROXIES is not a number from 0 to {MOST_PROXIES}")
    return int(text)


def _oidc(values: Mapping[str, str]) -> OidcSettings | None:
    """All three or none. The issuer is kept to the letter, because it is compared to the letter."""
    given = [name for name in OIDC if name in values]
    if not given:
        return None
    if missing := [name for name in OIDC if name not in values]:
        raise SettingsError(f"{missing[0]} is missing: {given[0]} is set")
    _url(values, "BOT_OIDC_ISSUER", "")
    issuer, client_id, client_secret = (values[name] for name in OIDC)
    return OidcSettings(issuer, client_id, client_secret, values.get("BOT_OIDC_NAME", "NHSmail"))


def _page_tokens(text: str) -> dict[str, str]:
    """`page id=token` pairs, separated by commas or line breaks."""
    tokens: dict[str, str] = {}
    for number, pair in enumerate(text.replace(",", "\n").split("\n"), start=1):
        if not pair.strip():
            continue
        page_id, separator, token = (part.strip() for part in pair.partition("="))
        if not (separator and page_id.isascii() and page_id.isdigit() and token):
            raise SettingsError(f"BOT_PAGE_TOKENS: pair {number} is not `page id=token`")
        if not (token.isascii() and token.isprintable()):
            raise SettingsError(f"BOT_PAGE_TOKENS: the token of pair {number} has characters that no token has")
        tokens[page_id] = token
    if text and not tokens:
        raise SettingsError("BOT_PAGE_TOKENS holds no page")
    return tokens

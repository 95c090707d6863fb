"""The environment, read once: what is refused, and that no secret shows."""

import inspect
from pathlib import Path

import pytest

from bot import settings as settings_module
from bot.errors import SettingsError
from bot.keyring import Keyring
from bot.settings import GRAPH_URL, NEEDED_BY_NLU, NEEDED_BY_TRAINER, PLAIN, SECRETS, Settings

# As long and as random as real ones, and none of them is.
LIVE = {
    "BOT_MODE": "live",
    "BOT_APP_SECRET": "5f2b8c1d9e3a4f6071829304a5b6c7d8",
    "BOT_VERIFY_TOKEN": "kUr9TqLm2VbXw7Pz",
    "BOT_NLU_TOKEN": "Zt4Hn8Rw1Qs6Ky3M",
    "BOT_PAGE_TOKENS": "1001=EAAGm0PX4ZCps,1002=EAAGn1QY5ZDqt",
    "BOT_PUBLIC_URL": "https://bot.riverside.nhs.uk",
    "BOT_DATABASE_URL": "postgresql://bot:Wj6Gx2Lc@db.internal/bot",
    "BOT_SECRET_KEY": "c41f07d2b85e9a36" * 4,
    "BOT_OIDC_ISSUER": "https://login.nhs-tenant.net/v2.0",
    "BOT_OIDC_CLIENT_ID": "4c1f60e2-77aa",
    "BOT_OIDC_CLIENT_SECRET": "Rp5Vx9Ne2Lq8Ju4D",
    "BOT_SMTP_URL": "smtps://bot:Vn2Xr7Lp@mail.internal",
    "BOT_MAIL_FROM": "screening@riverside.nhs.uk",
    "BOT_METRICS_TOKEN": "Gk8Vd3Ps6Yb1Fw5T",
    "BOT_INTERNAL_TOKEN": "Hs7Kp3Wd9Ta5Zc1G",
}


@pytest.fixture
def demo(tmp_path: Path) -> dict[str, str]:
    return {"BOT_VAR": str(tmp_path)}


def refusal(env: dict[str, str]) -> str:
    with pytest.raises(SettingsError) as refused:
        Settings.from_env(env)
    return str(refused.value)


# Demo mode


def test_demo_mode_needs_nothing(demo: dict[str, str], tmp_path: Path) -> None:
    settings = Settings.from_env(demo)
    assert settings.is_demo
    assert settings.database_url == f"sqlite:///{tmp_path}/bot.db"
    assert settings.public_url == "http://localhost:8000"
    assert settings.graph_url == "http://localhost:8000/demo/graph/v26.0"
    assert settings.nlu_url == "http://127.0.0.1:5005"


def test_demo_secrets_are_made_at_random_and_kept(demo: dict[str, str], tmp_path: Path) -> None:
    first, again = Settings.from_env(demo), Settings.from_env(demo)
    other = Settings.from_env({"BOT_VAR": str(tmp_path / "another")})
    for name in ("app_secret", "verify_token", "nlu_token", "secret_key"):
        assert len(getattr(first, name)) >= 32
        assert getattr(first, name) == getattr(again, name) != getattr(other, name)
    assert first.page_tokens == again.page_tokens != other.page_tokens


def test_the_environment_goes_before_the_demos_own_secrets(demo: dict[str, str]) -> None:
    assert Settings.from_env(demo | {"BOT_APP_SECRET": "short"}).app_secret == "short"


def test_the_stand_in_follows_the_public_address(demo: dict[str, str]) -> None:
    settings = Settings.from_env(demo | {"BOT_PUBLIC_URL": "http://localhost:9000/"})
    assert settings.public_url == "http://localhost:9000"
    assert settings.graph_url == "http://localhost:9000/demo/graph/v26.0"


# Live mode


def test_live_mode_with_real_values_starts() -> None:
    settings = Settings.from_env(LIVE)
    assert not settings.is_demo
    assert settings.graph_url == GRAPH_URL
    assert settings.page_tokens == {"1001": "EAAGm0PX4ZCps", "1002": "EAAGn1QY5ZDqt"}


@pytest.mark.parametrize(
    "name",
    ["BOT_APP_SECRET", "BOT_VERIFY_TOKEN", "BOT_NLU_TOKEN", "BOT_PAGE_TOKENS", "BOT_SECRET_KEY", "BOT_PUBLIC_URL"],
)
@pytest.mark.parametrize("blank", [None, "", "  "])
def test_live_mode_refuses_a_missing_value_by_name(name: str, blank: str | None) -> None:
    env = {key: value for key, value in LIVE.items() if key != name} | ({name: blank} if blank is not None else {})
    assert refusal(env) == f"{name} is missing: live mode needs it"


@pytest.mark.parametrize("pages", [",", "\n", " , "])
def test_live_mode_refuses_page_tokens_without_a_page(pages: str) -> None:
    assert "BOT_PAGE_TOKENS" in refusal(LIVE | {"BOT_PAGE_TOKENS": pages})


@pytest.mark.parametrize("name", ["BOT_APP_SECRET", "BOT_VERIFY_TOKEN", "BOT_NLU_TOKEN", "BOT_INTERNAL_TOKEN"])
def test_live_mode_refuses_a_short_secret(name: str) -> None:
    assert refusal(LIVE | {name: "fifteen-letters"}) == f"{name} is too short: 16 characters at least"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BOT_APP_SECRET", "your-app-secret-from-meta"),
        ("BOT_APP_SECRET", "CHANGE-ME-CHANGE-ME"),
        ("BOT_VERIFY_TOKEN", "an-example-verify-token"),
        ("BOT_VERIFY_TOKEN", "changeme changeme"),
        ("BOT_NLU_TOKEN", "put-secret-here-please"),
        ("BOT_PAGE_TOKENS", "1001=your-page-token"),
        ("BOT_PUBLIC_URL", "https://bot.example.org"),
        ("BOT_SECRET_KEY", "xxxxxxxxxxxxxxxx"),
    ],
)
def test_live_mode_refuses_a_value_that_was_copied_from_an_example(name: str, value: str) -> None:
    assert refusal(LIVE | {name: value}) == f"{name} still holds an example value"


def test_a_real_token_may_hold_any_letters_in_a_row() -> None:
    # One page token in about 150 holds x three times in a row, in capitals or not.
    real = "EAAGm0PX4ZCpsBAKXxXvq7ZBZAZCeWm2Vt0Hn8RwQs6KyDf3LcJb"
    assert Settings.from_env(LIVE | {"BOT_PAGE_TOKENS": f"1001={real}"}).page_tokens == {"1001": real}


@pytest.mark.parametrize(
    ("name", "value"),
    [("BOT_PUBLIC_URL", "http://bot.riverside.nhs.uk"), ("BOT_GRAPH_URL", "http://graph.internal/v26.0")],
)
def test_live_mode_refuses_addresses_without_tls(name: str, value: str) -> None:
    assert refusal(LIVE | {name: value}) == f"{name} must start with https:// in live mode"


def test_the_nlu_process_needs_its_own_token_and_nothing_else() -> None:
    env = {"BOT_MODE": "live", "BOT_NLU_TOKEN": LIVE["BOT_NLU_TOKEN"]}
    assert Settings.from_env(env, NEEDED_BY_NLU).secret_key == ""
    with pytest.raises(SettingsError, match="BOT_NLU_TOKEN is missing"):
        Settings.from_env({"BOT_MODE": "live"}, NEEDED_BY_NLU)


def test_the_trainer_needs_the_key_of_the_database_and_nothing_of_metas() -> None:
    env = {name: LIVE[name] for name in ("BOT_MODE", "BOT_SECRET_KEY", "BOT_PUBLIC_URL")}
    assert Settings.from_env(env, NEEDED_BY_TRAINER).page_tokens == {}
    with pytest.raises(SettingsError, match="BOT_SECRET_KEY is missing"):
        Settings.from_env(env | {"BOT_SECRET_KEY": ""}, NEEDED_BY_TRAINER)


def test_live_mode_makes_no_demo_secrets(tmp_path: Path) -> None:
    settings = Settings.from_env(LIVE | {"BOT_VAR": str(tmp_path)})
    assert settings.secret_key == LIVE["BOT_SECRET_KEY"]
    assert list(tmp_path.iterdir()) == []


# Both modes


@pytest.mark.parametrize("mode", ["Live", "production", "demo live"])
def test_another_mode_is_refused(mode: str) -> None:
    assert refusal({"BOT_MODE": mode}) == "BOT_MODE is neither demo nor live"


@pytest.mark.parametrize("name", ["BOT_APP_SECERT", "BOT_", "BOT_MODE_FILE", "BOT_NLU_URL_FILE", "BOT_app_secret"])
def test_an_unknown_name_is_refused(name: str, demo: dict[str, str]) -> None:
    assert refusal(demo | {name: "x"}).startswith(f"{name} is not a setting of this service")


def test_names_of_others_are_none_of_our_business(demo: dict[str, str]) -> None:
    assert Settings.from_env(demo | {"PATH": "/bin", "BOTTLE": "x", "bot_mode": "live"}).is_demo


@pytest.mark.parametrize("name", ["BOT_PUBLIC_URL", "BOT_NLU_URL", "BOT_GRAPH_URL"])
@pytest.mark.parametrize("value", ["localhost:5005", "ftp://host", "https://", "//host", "just words", "http://[::1"])
def test_an_address_that_is_none_is_refused(name: str, value: str, demo: dict[str, str]) -> None:
    assert refusal(demo | {name: value}) == f"{name} is not an http or https address"


@pytest.mark.parametrize(
    ("value", "pair"),
    [("1001", 1), ("1001=", 1), ("=token", 1), ("page=token", 1), ("1001=a,1002", 2), ("1001=a\n\n１２=b", 3)],
)
def test_a_page_token_that_is_no_pair_is_refused_by_its_number(value: str, pair: int, demo: dict[str, str]) -> None:
    assert refusal(demo | {"BOT_PAGE_TOKENS": value}) == f"BOT_PAGE_TOKENS: pair {pair} is not `page id=token`"


def test_page_tokens_may_stand_on_lines_and_hold_equals_signs(demo: dict[str, str]) -> None:
    settings = Settings.from_env(demo | {"BOT_PAGE_TOKENS": "\n1001 = abc==\n\n1002=d,1003=e,\n"})
    assert settings.page_tokens == {"1001": "abc==", "1002": "d", "1003": "e"}


@pytest.mark.parametrize("base", ["demo", "live"])
@pytest.mark.parametrize(
    ("value", "number"), [("short", 1), ("g" * 64, 1), ("ab" * 31, 1), (f"{'ab' * 32},{'ab' * 33}", 2)]
)
def test_a_key_that_is_none_is_refused_with_the_way_to_make_one(
    value: str, number: int, base: str, demo: dict[str, str]
) -> None:
    text = refusal((demo if base == "demo" else LIVE) | {"BOT_SECRET_KEY": value})
    assert text == f"BOT_SECRET_KEY: key {number} is not 64 hexadecimal digits: `python -m bot new-key` prints one"


def test_keys_may_stand_on_lines_and_between_commas(demo: dict[str, str]) -> None:
    keys = f"\n{'ab' * 32}\n{'CD' * 32} , {'ef' * 32},\n"
    assert len(Keyring.from_text(Settings.from_env(demo | {"BOT_SECRET_KEY": keys}).secret_key).ids) == 3


# Secrets from files


@pytest.mark.parametrize("name", SECRETS)
def test_every_secret_may_come_from_a_file(name: str, tmp_path: Path) -> None:
    file = tmp_path / "a secret"
    file.write_text(f"{LIVE[name]}\n", encoding="utf-8")
    env = {key: value for key, value in LIVE.items() if key != name} | {f"{name}_FILE": str(file)}
    assert Settings.from_env(env) == Settings.from_env(LIVE)


def test_a_secret_that_comes_twice_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("words", encoding="utf-8")
    text = refusal(LIVE | {"BOT_APP_SECRET_FILE": str(file)})
    assert text == "BOT_APP_SECRET and BOT_APP_SECRET_FILE are both set: keep one"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "names a file that cannot be read (FileNotFoundError)"),
        (b"\xff\xfe\x00", "names a file that cannot be read (UnicodeDecodeError)"),
        (b" \n", "names an empty file"),
    ],
    ids=["absent", "not text", "empty"],
)
def test_a_secret_file_that_holds_no_secret_is_refused(
    content: bytes | None, problem: str, demo: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    assert refusal(demo | {"BOT_APP_SECRET_FILE": str(file)}) == f"BOT_APP_SECRET_FILE {problem}"


def test_a_folder_in_place_of_a_secret_file_is_refused(demo: dict[str, str], tmp_path: Path) -> None:
    assert "cannot be read (IsADirectoryError)" in refusal(demo | {"BOT_NLU_TOKEN_FILE": str(tmp_path)})


# Staff


def test_the_provider_is_kept_to_the_letter() -> None:
    provider = Settings.from_env(LIVE | {"BOT_OIDC_ISSUER": "https://login.nhs-tenant.net/"}).oidc
    assert provider is not None
    assert provider.issuer == "https://login.nhs-tenant.net/"
    assert (provider.client_id, provider.client_secret) == ("4c1f60e2-77aa", "Rp5Vx9Ne2Lq8Ju4D")


def test_without_a_provider_there_is_none() -> None:
    assert Settings.from_env({name: value for name, value in LIVE.items() if "OIDC" not in name}).oidc is None


@pytest.mark.parametrize("missing", ["BOT_OIDC_ISSUER", "BOT_OIDC_CLIENT_ID", "BOT_OIDC_CLIENT_SECRET"])
def test_half_a_provider_is_refused(missing: str) -> None:
    assert refusal(LIVE | {missing: ""}).startswith(f"{missing} is missing")


@pytest.mark.parametrize("issuer", ["http://login.nhs-tenant.net", "login.nhs-tenant.net"])
def test_live_mode_refuses_a_provider_without_encryption(issuer: str) -> None:
    assert refusal(LIVE | {"BOT_OIDC_ISSUER": issuer}) == "BOT_OIDC_ISSUER must start with https:// in live mode"


@pytest.mark.parametrize("number", ["-1", "one", "6", "٣"])
def test_a_number_of_proxies_that_is_none_is_refused(number: str, demo: dict[str, str]) -> None:
    assert refusal(demo | {"BOT_PROXIES": number}) == "BOT_PROXIES is not a number from 0 to 5"


# No secret shows


def test_no_secret_is_in_the_settings_text() -> None:
    settings = Settings.from_env(LIVE)
    shown = repr(settings) + str(settings)
    for secret in (*(LIVE[name] for name in SECRETS), *settings.page_tokens.values(), "Wj6Gx2Lc"):
        assert secret not in shown


@pytest.mark.parametrize(
    "change",
    [
        {"BOT_PUBLIC_URL": ""},
        {"BOT_PUBLIC_URL": "bot"},
        {"BOT_GRAPH_URL": "http://graph"},
        {"BOT_PAGE_TOKENS": "a secret token without a page"},
        {"BOT_VERIFY_TOKEN": "your-hidden-word-here"},
        {"BOT_NLU_TOKEN": "hidden"},
        {"BOT_UNKNOWN": "a hidden value"},
        {"BOT_APP_SECRET_FILE": "/nowhere/hidden"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_no_secret_is_in_a_refusal(change: dict[str, str]) -> None:
    text = refusal(LIVE | change)
    assert "hidden" not in text
    assert not any(secret in text for name, secret in LIVE.items() if name in SECRETS)


@pytest.mark.parametrize("name", [*SECRETS, *PLAIN])
def test_every_setting_is_listed_and_read(name: str) -> None:
    assert inspect.getsource(settings_module).count(f'"{name}"') >= 2


@pytest.mark.parametrize("token", ["fifteen-letters", "schlüssel-schlüssel"])
def test_a_token_for_the_metrics_that_is_short_or_strange_is_refused(token: str) -> None:
    assert "BOT_METRICS_TOKEN is not 16 or more plain characters" in refusal(LIVE | {"BOT_METRICS_TOKEN": token})


def test_the_openid_provider_is_called_what_the_settings_say() -> None:
    assert Settings.from_env(LIVE).oidc.name == "NHSmail"  # type: ignore[union-attr]
    assert Settings.from_env(LIVE | {"BOT_OIDC_NAME": "Trust login"}).oidc.name == "Trust login"  # type: ignore[union-attr]

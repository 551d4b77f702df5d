"""Settings, read once from the environment (and the demo's own secrets) at the start."""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REGIMES = Path(__file__).resolve().parent / "regimes"
SECRET_NAMES = ("CECS_SECRET_KEY", "CECS_SEAL_KEY", "CECS_INDEX_KEY")


class ConfigError(Exception):
    """Lists everything that is wrong with the settings, one line each."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation decides. Every field has its line in the README's table."""

    secret_key: str
    seal_key: bytes
    index_key: bytes
    regime_folder: Path
    database_url: str
    read_database_url: str
    counters_url: str
    public_url: str
    demo: bool
    mail_server: str
    mail_port: int
    mail_sender: str
    mail_username: str
    mail_password: str
    mail_use_tls: bool
    sandbox_url: str
    trusted_proxies: int
    access_log: bool
    card_gateway: str
    card_merchant_id: str
    card_public_key: str
    card_private_key: str
    card_funding_unknown: str
    instance: Path

    @property
    def is_https(self) -> bool:
        """Whether people reach us by https, so that cookies can be Secure."""
        return self.public_url.lower().startswith("https:")


def settings_from(env: Mapping[str, str], instance: Path = ROOT / "instance") -> Settings:
    """Reads and checks all settings. Raises ConfigError that names every fault."""
    faults: list[str] = []
    demo = env.get("CECS_DEMO", "1") == "1"
    secrets_held = _secrets(env, instance, demo, faults)
    regime = env.get("CECS_REGIME") or (REGIMES / "default.txt").read_text().strip()
    if not (REGIMES / regime / "office.toml").exists():
        faults.append(f"CECS_REGIME names no folder of tables: {regime!r}")
    settings = Settings(
        secret_key=secrets_held["CECS_SECRET_KEY"],
        seal_key=_key(secrets_held, "CECS_SEAL_KEY", faults),
        index_key=_key(secrets_held, "CECS_INDEX_KEY", faults),
        regime_folder=REGIMES / regime,
        database_url=_database(env, instance, faults),
        read_database_url=_checked("CECS_READ_DATABASE_URL", env, faults),
        counters_url=env.get("CECS_COUNTERS_URL", ""),
        public_url=env.get("CECS_PUBLIC_URL", "http://127.0.0.1:5000").rstrip("/"),
        demo=demo,
        mail_server=env.get("CECS_MAIL_SERVER", "127.0.0.1"),
        mail_port=_whole(env, "CECS_MAIL_PORT", 5025 if demo else 25, faults),
        mail_sender=env.get("CECS_MAIL_SENDER", "certification@example.org"),
        mail_username=env.get("CECS_MAIL_USERNAME", ""),
        mail_password=env.get("CECS_MAIL_PASSWORD", ""),
        mail_use_tls=env.get("CECS_MAIL_TLS", "0") == "1",
        sandbox_url=env.get("CECS_SANDBOX_URL", "http://127.0.0.1:5001").rstrip("/"),
        trusted_proxies=_whole(env, "CECS_TRUSTED_PROXIES", 0, faults),
        access_log=env.get("CECS_ACCESS_LOG", "0" if demo else "1") == "1",
        **_cards(env, demo, faults),
        instance=instance,
    )
    if faults:
        raise ConfigError("\n".join(faults))
    return settings


def make_secrets(instance: Path) -> None:
    """Random secrets for a demo, readable by its owner only; kept if already there."""
    path = instance / "secrets.json"
    if path.exists():
        return
    instance.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump({name: secrets.token_hex(32) for name in SECRET_NAMES}, file, indent=1)


def _secrets(
    env: Mapping[str, str], instance: Path, demo: bool, faults: list[str]
) -> dict[str, str]:
    kept = instance / "secrets.json"
    held = json.loads(kept.read_text()) if demo and kept.exists() else {}
    held |= {name: env[name] for name in SECRET_NAMES if env.get(name)}
    for name in SECRET_NAMES:
        if len(held.get(name, "")) < 32:
            faults.append(f"{name} must be set, 32 characters or more")
    return {name: held.get(name, "") for name in SECRET_NAMES}


def _key(held: Mapping[str, str], name: str, faults: list[str]) -> bytes:
    try:
        key = bytes.fromhex(held[name])
    except ValueError:
        key = b""
    if held[name] and len(key) != 32:
        faults.append(f"{name} must be 64 hexadecimal digits (256 bits)")
    return key


def _database(env: Mapping[str, str], instance: Path, faults: list[str]) -> str:
    url = _checked("CECS_DATABASE_URL", env, faults)
    return url or f"sqlite:///{instance / 'cecs.sqlite3'}"


def _checked(name: str, env: Mapping[str, str], faults: list[str]) -> str:
    url = env.get(name, "")
    if url and not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        faults.append(f"{name} must begin with sqlite:/// or postgresql+psycopg://")
    return url


def _cards(env: Mapping[str, str], demo: bool, faults: list[str]) -> dict[str, str]:
    """The card gateway: in a demo the sandbox's own, whose keys guard nothing of worth."""
    where = env.get("CECS_CARD_GATEWAY", "stand-in" if demo else "none")
    if where not in ("none", "stand-in", "sandbox", "production"):
        faults.append("CECS_CARD_GATEWAY must be none, stand-in, sandbox or production")
    if demo and where == "production":
        faults.append("CECS_CARD_GATEWAY: a demo never uses the production gateway")
    otherwise = {"MERCHANT_ID": "", "PUBLIC_KEY": "", "PRIVATE_KEY": ""}
    if where == "stand-in":
        otherwise = {
            "MERCHANT_ID": "sandbox",
            "PUBLIC_KEY": "sandbox_public_key",
            "PRIVATE_KEY": "sandbox_private_key",
        }
    keys = {name: env.get(f"CECS_CARD_{name}", kept) for name, kept in otherwise.items()}
    if where in ("sandbox", "production") and not all(keys.values()):
        faults.append("CECS_CARD_MERCHANT_ID, _PUBLIC_KEY and _PRIVATE_KEY must all be set")
    unknown = env.get("CECS_CARD_FUNDING_UNKNOWN", "refuse")
    if unknown not in ("refuse", "accept"):
        faults.append("CECS_CARD_FUNDING_UNKNOWN must be refuse or accept")
    return {"card_gateway": where, "card_funding_unknown": unknown} | {
        f"card_{name.lower()}": key for name, key in keys.items()
    }


def _whole(env: Mapping[str, str], name: str, otherwise: int, faults: list[str]) -> int:
    text = env.get(name, str(otherwise))
    if not text.isdigit():
        faults.append(f"{name} must be a whole number, not {text!r}")
        return otherwise
    return int(text)

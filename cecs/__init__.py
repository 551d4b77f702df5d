"""CECS: an online educator certification system. `create_app` joins its parts."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from cecs.config import ROOT, Settings
from cecs.databases import tame_sqlite
from cecs.desk import Desk
from cecs.domain import regime
from cecs.extensions import babel, csrf, db, login, mail
from cecs.gateways.braintree_cards import BraintreeCards
from cecs.gateways.cards import CardGateway
from cecs.gateways.counters import counters_at
from cecs.gateways.entry_writer import EntryWriter
from cecs.gateways.post import Post, SmtpPost
from cecs.gateways.reader import Reader
from cecs.gateways.vault import Vault
from cecs.services import lookup_following

if TYPE_CHECKING:
    from cecs.web.application import Application

# Parameters of a failed statement are people's own data; no log needs them. A connection is tried
# before it is used: the database may have been restarted.
ENGINE = {"hide_parameters": True, "pool_pre_ping": True}
READER = "read"  # the name of the database that is only read from, if there is one
WORDLISTS = Path(__file__).resolve().parent / "wordlists"


def create_app(
    settings: Settings,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    post: Post | None = None,
) -> Flask:
    """The application: the one place where its parts are joined."""
    from cecs import cli, models, web  # noqa: F401  (the tables must be known to Alembic)
    from cecs.web.application import Application

    app = Application(
        "cecs",
        root_path=str(ROOT / "cecs"),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
        instance_path=str(settings.instance),
    )
    app.config.from_mapping(_flask_settings(settings))
    law = regime.load(settings.regime_folder)
    app.extensions["cecs_desk"] = Desk(
        settings=settings,
        regime=law,
        vault=Vault(settings.seal_key, settings.index_key),
        post=post or SmtpPost(mail),
        cards=_cards(settings),
        clock=clock,
        common_passwords=frozenset(_words("common_passwords.txt")),
        captcha_words=_words("captcha_words.txt"),
        reader=Reader(),
        counters=counters_at(settings.counters_url),
        writer=EntryWriter(law, settings.regime_folder, ROOT / "cecs"),
    )
    app.jinja_env.globals.update(office=law.office, demo=settings.demo)
    _join_extensions(app)
    web.register(app)
    cli.register(app)
    _put_around(app, settings)
    return app


def _put_around(app: "Application", settings: Settings) -> None:
    """What stands before Flask: innermost the searches, outermost the log, which misses nothing."""
    from cecs.web import access_log, direct

    app.wsgi_app = direct.answered_first(app)  # type: ignore[method-assign]
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    if settings.access_log:
        app.wsgi_app = access_log.logged(app)  # type: ignore[method-assign]


def _cards(settings: Settings) -> CardGateway | None:
    if settings.card_gateway == "none":
        return None
    where = settings.card_gateway
    return BraintreeCards(
        settings.sandbox_url if where == "stand-in" else where,
        settings.card_merchant_id,
        settings.card_public_key,
        settings.card_private_key,
    )


def _flask_settings(settings: Settings) -> dict[str, object]:
    reading = settings.read_database_url
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": ENGINE,
        "SQLALCHEMY_BINDS": {READER: ENGINE | {"url": reading}} if reading else {},
        "TRUSTED_HOSTS": None if settings.demo else _hosts(settings.public_url),
        "SESSION_COOKIE_NAME": "cecs_session",
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.is_https,
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
        # Set at sign-in, not again at every answer: the lookup on a district's page sets none.
        "SESSION_REFRESH_EACH_REQUEST": False,
        # The token lives as long as the sign-in: a form left open over lunch must not be lost.
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_CHECK_DEFAULT": False,  # `web.inputs` asks for it, where something may change
        "MAX_CONTENT_LENGTH": 1_000_000,
        "MAIL_SERVER": settings.mail_server,
        "MAIL_PORT": settings.mail_port,
        "MAIL_USERNAME": settings.mail_username or None,
        "MAIL_PASSWORD": settings.mail_password or None,
        "MAIL_USE_TLS": settings.mail_use_tls,
        "MAIL_DEFAULT_SENDER": settings.mail_sender,
    }


def _hosts(public_url: str) -> list[str]:
    """The names under which we answer: no link may be made from a name that a stranger sent."""
    return [urlsplit(public_url).hostname or "", "127.0.0.1", "localhost"]


def _join_extensions(app: Flask) -> None:
    for extension in (db, csrf, login, mail, babel):
        extension.init_app(app)
    with app.app_context():
        for engine in db.engines.values():
            if engine.dialect.name == "sqlite":
                tame_sqlite(engine)
        desk: Desk = app.extensions["cecs_desk"]
        desk.reader.open(db.engines.get(READER) or db.engine)
        lookup_following.follow(desk)


def _words(name: str) -> tuple[str, ...]:
    return tuple((WORDLISTS / name).read_text(encoding="utf-8").split())

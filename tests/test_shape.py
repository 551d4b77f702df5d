"""What must hold of the code as a whole, so that it stays readable and closed to strangers."""

import ast
import re
import sys
from pathlib import Path

import pytest
from flask import Flask

from cecs.config import ROOT
from tests.pages import Visitor
from tests.people import People

PACKAGE = ROOT / "cecs"
SOURCES = sorted(PACKAGE.rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
# Alembic writes the migrations; they are lists, as long as the tables that they make.
WRITTEN = [path for path in SOURCES if "versions" not in path.parts]
OURS = [
    *WRITTEN,
    *sorted((ROOT / "tests").rglob("*.py")),
    *TEMPLATES,
    *(ROOT / "static").glob("*.*"),
    ROOT / "app.py",
]
# Each part may import only these parts of ours. The joining parts at the top may import all.
MAY_IMPORT = {
    "domain": set(),
    "extensions": set(),
    "config": set(),
    "databases": set(),
    "blanks": set(),
    "gateways": {"domain", "blanks"},
    "models": {"domain", "extensions"},
    "desk": {"config", "domain", "gateways"},
    "services": {"domain", "models", "extensions", "desk", "gateways"},
    "web": {"services", "domain", "extensions", "desk", "blanks"},
    "sandbox": {"domain"},
}
JOINERS = {"__init__", "cli", "demo", "schema", "supervisor", "wsgi", "migrations"}
OPEN_TO_ALL = {"webhooks", "public", "lookup", "lists", "embed", "api", "static"}


def modules_imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == "cecs":
            found |= {f"cecs.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_each_part_imports_only_what_it_may(path: Path) -> None:
    part = path.relative_to(PACKAGE).with_suffix("").parts[0]
    imported = {name.split(".")[1] for name in modules_imported(path) if name.startswith("cecs.")}

    assert part in JOINERS or imported - {part} <= MAY_IMPORT[part]


@pytest.mark.parametrize("path", sorted((PACKAGE / "domain").glob("*.py")), ids=short)
def test_the_domain_needs_nothing_but_the_standard_library(path: Path) -> None:
    outside = {name.split(".")[0] for name in modules_imported(path)} - {"cecs"}

    assert outside <= set(sys.stdlib_module_names)


@pytest.mark.parametrize("path", sorted((PACKAGE / "services").glob("*.py")), ids=short)
def test_services_do_not_know_flask(path: Path) -> None:
    assert not {name for name in modules_imported(path) if name.split(".")[0] == "flask"}


@pytest.mark.parametrize("path", sorted((PACKAGE / "web").rglob("*.py")), ids=short)
def test_the_web_does_not_touch_the_database_session(path: Path) -> None:
    assert "db.session" not in path.read_text()


def test_blueprints_do_not_import_each_other() -> None:
    names = {f"cecs.web.{path.stem}" for path in (PACKAGE / "web").glob("*.py")}
    shared = {
        "htmx", "desk", "access", "filters", "mails", "headers", "errors", "downloads", "languages",
        "__init__", "api_document", "api_search", "direct", "budgets", "problems", "browsers",
        "found", "printing", "said", "search_page", "application", "inputs",
    }  # fmt: skip
    blueprints = names - {f"cecs.web.{name}" for name in shared}
    faults = {
        short(path): modules_imported(path) & blueprints
        for path in (PACKAGE / "web").glob("*.py")
        if path.stem not in shared and modules_imported(path) & blueprints
    }

    assert faults == {}


def test_only_one_module_knows_htmx() -> None:
    knowing = {
        path.name
        for path in (PACKAGE / "web").rglob("*.py")
        if re.search(r'"HX-', path.read_text())
    }

    assert knowing == {"htmx.py"}


@pytest.mark.parametrize("path", OURS, ids=short)
def test_no_file_is_longer_than_four_hundred_lines(path: Path) -> None:
    assert path.read_text().count("\n") <= 400


@pytest.mark.parametrize("path", [p for p in OURS if p.suffix == ".py"], ids=short)
def test_no_function_is_longer_than_forty_lines(path: Path) -> None:
    long = [
        node.name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno > 40
    ]

    assert long == []


STATE = "connect" + "icut"


@pytest.mark.parametrize("path", [*SOURCES, *TEMPLATES, ROOT / "app.py"], ids=short)
def test_no_state_is_named_in_code_or_templates(path: Path) -> None:
    assert STATE not in path.read_text().lower()


JINJA = re.compile(r"{#.*?#}|{%-?\s*trans.*?endtrans\s*-?%}|{%.*?%}|{{.*?}}", re.S)


@pytest.mark.parametrize("path", TEMPLATES, ids=short)
def test_every_word_of_a_template_can_be_translated(path: Path) -> None:
    bare = JINJA.sub(" ", path.read_text())
    bare = re.sub(r"<(script|style).*?</\1>", " ", bare, flags=re.S)
    said = re.findall(r'\b(?:alt|title|aria-label|placeholder)="([^"]*)"', bare)
    words = re.sub(r"<[^>]*>|&\w+;", " ", bare) + " ".join(said)

    assert re.findall(r"[A-Za-z]{2,}", words) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=short)
def test_no_template_runs_or_styles_inline(path: Path) -> None:
    text = path.read_text()

    text = text.replace("<style>{{ rules }}</style>", "")  # the widget's, allowed by their digest
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\shx-on|\sstyle=|<style", text)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', text)


def endpoints(app: Flask) -> list[tuple[str, str, str]]:
    """(endpoint, method, an address with made-up arguments) of every route."""
    found = []
    made_up = {"id": "00000000-0000-0000-0000-000000000001", "slug": "details", "key": "none"}
    for rule in app.url_map.iter_rules():
        values = {}
        for name in rule.arguments:
            integer = "int" in type(rule._converters[name]).__name__.lower()
            values[name] = "1" if integer else made_up.get(name, made_up["id"])
        with app.test_request_context():
            url = app.url_for(rule.endpoint, **values)
        found += [(rule.endpoint, method, url) for method in rule.methods or () if method != "HEAD"]
    return [(e, m, u) for e, m, u in found if m in ("GET", "POST") and e != "static"]


def is_open(endpoint: str) -> bool:
    from cecs.web.access import OPEN_OF_ACCOUNTS

    return endpoint.split(".")[0] in OPEN_TO_ALL or endpoint in OPEN_OF_ACCOUNTS


def test_every_closed_page_asks_a_stranger_to_sign_in(app: Flask, visitor: Visitor) -> None:
    for endpoint, method, url in endpoints(app):
        if is_open(endpoint):
            continue
        answer = visitor.get(url) if method == "GET" else visitor.post(url)

        # A step that was sent is kept on the sign-in page itself.
        kept = answer.status == 401 and answer.h1.startswith("Login to the")
        asked = answer.status == 303 and "/account/sign-in" in answer.location
        assert kept or asked, f"{method} {url}"


def test_a_post_without_its_token_is_refused(app: Flask, people: People) -> None:
    client = app.test_client()
    for endpoint, method, url in endpoints(app):
        # The API knows callers by a header that no form can send, and sets no cookie.
        if method == "POST" and is_open(endpoint) and not endpoint.startswith("api."):
            assert client.post(url, data={"any": ""}).status_code == 400, url


def test_every_word_for_people_can_be_extracted_for_translators(tmp_path: Path) -> None:
    from babel.messages.frontend import CommandLineInterface

    words = tmp_path / "messages.pot"
    command = ["pybabel", "-q", "extract", "-F", str(ROOT / "babel.cfg"), "-k", "_l"]
    CommandLineInterface().run([*command, "-k", "Sentence", "-o", str(words), str(ROOT)])
    found = words.read_text()

    for known in (
        "My certificates",  # a template
        "The two new passwords differ.",  # a form
        "Waiting for payment",  # the domain
        "Your %(system)s username",  # a mail
    ):
        assert f'"{known}"' in found

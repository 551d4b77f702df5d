"""The lookup for programs: JSON, without a cookie, from any site. `api_document` describes it."""

import json
from functools import partial
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _

from cecs.domain import api_versions, codes
from cecs.extensions import csrf
from cecs.services import bulk_checks, lookup
from cecs.services.refused import Refused
from cecs.services.transactions import Gone
from cecs.web import api_document, api_search, budgets, problems
from cecs.web.api_search import as_json
from cecs.web.desk import desk
from cecs.web.filters import say
from cecs.web.htmx import page_for_caches
from cecs.web.inputs import known_tag, pairs
from cecs.web.problems import Problem
from cecs.web.said import Said

bp = Blueprint("api", __name__, url_prefix="/api/v1")
csrf.exempt(bp)  # callers are known by a key in a header, which no other site can make them send

LISTS_KEEP = 3600  # seconds; districts change once a year
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, X-API-Key, API-Version, Content-Type, "
    "If-None-Match",
    "Access-Control-Max-Age": "86400",
}


@bp.before_request
def in_a_known_version() -> None:
    """Refuses to answer a program in another version than it was made for."""
    if not api_versions.known(request.environ.get("HTTP_API_VERSION", "")):
        raise Problem("unknown-version", _("The versions are listed at /api/v1/#versions."))


@bp.after_request
def open_to_all(response: Response) -> Response:
    """Lets scripts of any site read the answer: nothing of the reader's own is in it."""
    problems.open_to_all(response)
    if request.method == "OPTIONS":
        response.headers.update(PREFLIGHT)
        response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/educators")
@budgets.of_api
def educators() -> Said:
    at, environ = desk(), request.environ
    sent = pairs(environ, "replace")
    return api_search.answer(at, api_search.asked(at, sent), sent, known_tag(environ), _spent())


@bp.get("/educators/<id>")
@budgets.of_api
def educator(id: str) -> Response | Said:
    _refuse_parameters()
    try:
        row = lookup.educator(desk(), id)
    except Gone:
        return _led(id)
    return _answer(f'"educator":{lookup.in_words(desk(), row)}'.encode())


@bp.get("/certificates/<code>")
@budgets.of_api
def certificate(code: str) -> Said:
    _refuse_parameters()
    holder = json.loads(lookup.in_words(desk(), lookup.by_code(desk(), code)))
    certificates = {each["verify"]: each for each in holder.pop("certificates")}
    wanted = certificates[codes.plain(code)]
    said = f'"certificate":{as_json(wanted)},"educator":{as_json(holder)}'
    return _answer(said.encode())


@bp.get("/districts")
@budgets.of_api
def districts() -> Said:
    _refuse_parameters()
    by_name = sorted(desk().regime.districts.values(), key=lambda each: each.name)
    listed = [{"key": each.key, "name": each.name} for each in by_name]
    return _answer(f'"districts":{as_json(listed)}'.encode(), LISTS_KEEP)


@bp.get("/endorsements")
@budgets.of_api
def endorsements() -> Said:
    _refuse_parameters()
    listed = [
        {"code": each.code, "title": each.title, "sentence": each.sentence}
        for each in desk().regime.endorsements.values()
    ]
    return _answer(f'"endorsements":{as_json(listed)}'.encode(), LISTS_KEEP)


@bp.post("/checks")
@budgets.of_checks
def checks() -> Response:
    _refuse_parameters()
    as_csv = _sends_csv()
    try:
        lines = bulk_checks.read(desk(), request.get_data(), as_csv)
    except Refused as refused:
        raise Problem("unreadable", say(refused.sentence)) from refused
    answers = bulk_checks.check(desk(), lines)
    wants_csv = _wants_csv(as_csv)
    made = bulk_checks.as_csv(answers) if wants_csv else bulk_checks.as_json(desk(), answers)
    kind = "text/csv" if wants_csv else "application/json"
    return Response(made, mimetype=kind, headers={"Cache-Control": "no-store"})


@bp.get("/openapi.json")
@budgets.limit(budgets.PAGES)
def openapi() -> Response:
    return _kept(Response(as_json(_document()), mimetype="application/json"))


@bp.get("/")
@budgets.limit(budgets.PAGES)
def documentation() -> Response:
    whole = page_for_caches(
        "api/index.html", document=_document(), problems=problems.KINDS,
        versions=api_versions.VERSIONS,
        examples=api_document.examples(desk().settings.public_url),
        written=partial(json.dumps, indent=2, ensure_ascii=False),
    )  # fmt: skip
    return _kept(whole)


def _kept(response: Response) -> Response:
    """What changes with the program only; who has it already is told that it is still right."""
    response.headers["Cache-Control"] = f"public, max-age={LISTS_KEEP}"
    response.add_etag(weak=True)
    return response.make_conditional(request)


def _document() -> dict[str, Any]:
    return api_document.document(desk().regime.office, desk().settings.public_url)


def _answer(content: bytes, keeps: int = api_search.KEEPS) -> Said:
    tag = known_tag(request.environ)
    return api_search.said(desk(), content, desk().now(), tag, _spent(), keeps)


def _led(id: str) -> Response:
    """Sends on who asks for a record that was merged. Raises Gone, Problem."""
    row = lookup.led(desk(), id)
    if row is None:
        raise Problem("removed", _("This record was made by mistake. It is nobody's."))
    where = desk().settings.public_url + url_for(".educator", id=row.public_id)
    headers = {"Location": where, "Cache-Control": f"public, max-age={api_search.KEEPS}"}
    return Response("", 308, headers, mimetype="text/plain")


def _spent() -> budgets.Spent:
    spent = budgets.spent()
    assert spent is not None  # each route here counts first
    return spent


def _refuse_parameters() -> None:
    api_search.refuse_others(list(request.args.items(multi=True)), ())


def _sends_csv() -> bool:
    if request.mimetype not in ("text/csv", "application/json"):
        raise Problem("wrong-type", _("Send text/csv or application/json, and say which."))
    return request.mimetype == "text/csv"


def _wants_csv(sent_csv: bool) -> bool:
    """As Accept says; if that says nothing, as it was sent."""
    ways = ["text/csv", "application/json"] if sent_csv else ["application/json", "text/csv"]
    return request.accept_mimetypes.best_match(ways, ways[0]) == "text/csv"

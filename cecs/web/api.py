"""The lookup for programs: JSON, without a cookie, from any site. `api_document` describes it."""

import hashlib
import json
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _

from cecs.domain import educator_numbers, names
from cecs.extensions import csrf, limiter
from cecs.services import bulk_checks, lookup
from cecs.services.lookup import Asked
from cecs.services.lookup_rows import How, Row
from cecs.services.refused import Refused
from cecs.services.transactions import Gone
from cecs.web import api_document, budgets, problems
from cecs.web.desk import desk
from cecs.web.filters import say
from cecs.web.htmx import page
from cecs.web.problems import Problem

bp = Blueprint("api", __name__, url_prefix="/api/v1")
csrf.exempt(bp)  # callers are known by a key in a header, which no other site can make them send

# Seconds. A revocation must show soon; districts change once a year.
ANSWERS_KEEP, LISTS_KEEP = 60, 3600
EXPOSED = "ETag, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset"
OPEN_TO_ALL = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": EXPOSED}
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, X-API-Key, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
}


@bp.after_request
def open_to_all(response: Response) -> Response:
    """Lets scripts of any site read the answer: nothing of the reader's own is in it."""
    response.headers.update(OPEN_TO_ALL)
    if request.method == "OPTIONS":
        response.headers.update(PREFLIGHT)
        response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/educators")
@budgets.of_api
def educators() -> Response:
    here = desk()
    today = here.today()
    found = lookup.find(here, _asked())
    # Finished words are joined as they lie there: nothing is read or written anew.
    rows = ",".join([f'{row.words(here, today)[:-1]},"how":"{row.how}"}}' for row in found.rows])
    after = _after(found)
    searched_all = found.searched_all and bool(after or not found.more)
    return _answer(
        f'"asked":{_json(_repeated())},"found":[{rows}],"next":{_json(after)},'
        f'"searched_all":{_json(searched_all)}'
    )


@bp.get("/educators/<id>")
@budgets.of_api
def educator(id: str) -> Response:
    _refuse_others(())
    row = lookup.educator(desk(), id)
    return _answer(f'"educator":{row.words(desk(), desk().today())}')


@bp.get("/certificates/<code>")
@budgets.of_api
def certificate(code: str) -> Response:
    _refuse_others(())
    holder = json.loads(lookup.by_code(desk(), code).words(desk(), desk().today()))
    certificates = {each["verify"]: each for each in holder.pop("certificates")}
    wanted = certificates["".join(mark for mark in code.upper() if mark.isalnum())]
    return _answer(f'"certificate":{_json(wanted)},"educator":{_json(holder)}')


@bp.get("/districts")
@budgets.of_api
def districts() -> Response:
    _refuse_others(())
    by_name = sorted(desk().regime.districts.values(), key=lambda each: each.name)
    listed = [{"key": each.key, "name": each.name} for each in by_name]
    return _answer(f'"districts":{_json(listed)}', LISTS_KEEP)


@bp.post("/checks")
@budgets.of_checks
def checks() -> Response:
    _refuse_others(())
    as_csv = _sends_csv()
    try:
        lines = bulk_checks.read(desk(), request.get_data(), as_csv)
    except Refused as refused:
        raise Problem("unreadable", say(refused.sentence)) from refused
    answers = bulk_checks.check(desk(), lines)
    wants_csv = _wants_csv(as_csv)
    made = (
        bulk_checks.as_csv(desk(), answers) if wants_csv else bulk_checks.as_json(desk(), answers)
    )
    kind = "text/csv" if wants_csv else "application/json"
    return Response(made, mimetype=kind, headers={"Cache-Control": "no-store"})


@bp.get("/openapi.json")
@budgets.of_api
def openapi() -> Response:
    response = Response(_json(_document()), mimetype="application/json")
    response.headers["Cache-Control"] = f"public, max-age={LISTS_KEEP}"
    return response


@bp.get("/")
@limiter.limit(budgets.PAGES)
def documentation() -> Response:
    response = page(
        "api/index.html", document=_document(), problems=problems.KINDS,
        examples=api_document.examples(desk().settings.public_url),
    )  # fmt: skip
    response.headers["Cache-Control"] = f"public, max-age={LISTS_KEEP}"
    return response


def _document() -> dict[str, Any]:
    return api_document.document(desk().regime.office, desk().settings.public_url)


def _answer(content: str, keeps: int = ANSWERS_KEEP) -> Response:
    """`content`: the members of a JSON object. To them comes when they were true.

    The tag is weak, since that time is not in it; a 304 says that all is still true at its Date.
    No answer is kept beyond the legal day: at midnight words change.
    """
    now = desk().now()
    body = f'{{"as_of":"{now.isoformat(timespec="seconds")}",{content}}}'
    response = Response(body, mimetype="application/json")
    tag = hashlib.blake2b(content.encode(), digest_size=12).hexdigest()
    response.set_etag(tag, weak=True)
    _first, midnight = desk().bounds(desk().day_of(now))
    left = int((midnight - now).total_seconds())
    response.headers["Cache-Control"] = f"public, max-age={min(keeps, left)}"
    response.make_conditional(request)
    return response


def _asked() -> Asked:
    """The question in the address. Raises Problem."""
    _refuse_others(tuple(api_document.SEARCH))
    given = {name: words.strip() for name, words in request.args.items()}
    last, number, district = given.get("last", ""), given.get("ein", ""), given.get("district", "")
    if not (last or number):
        raise Problem("missing-parameter", _("Give a last name or a number."), "last")
    if last and len(names.key(last)) < 2:
        raise _wrong("last", _("Give at least two letters of the last name."))
    digits = desk().regime.office.educator_number_digits
    plain = educator_numbers.normalise(number, digits) if number else ""
    if plain is None:
        raise _wrong("ein", _("Give all %(digits)s digits.", digits=digits))
    if district and district not in desk().regime.districts:
        raise _wrong("district", _("There is no such district. The list is at /api/v1/districts."))
    if given.get("active", "") not in ("", "true", "false"):
        raise _wrong("active", _("Say true or false."))
    active, after = given.get("active") == "true", given.get("after", "")
    if after and not _is_there(after):
        raise _wrong("after", _("The list has changed there. Start again from its beginning."))
    return Asked(last, given.get("first", ""), plain, district, active, after)


def _is_there(public_id: str) -> bool:
    try:
        return bool(lookup.educator(desk(), public_id))
    except Gone:
        return False


def _refuse_others(known: tuple[str, ...]) -> None:
    for name, values in request.args.lists():
        if name not in known:
            raise Problem(
                "unknown-parameter", _("There is no parameter of this name here."), name[:50]
            )
        if len(values) > 1:
            raise _wrong(name, _("Give it once."))
        if len(values[0]) > api_document.LONGEST:
            raise _wrong(name, _("It is too long."))


def _wrong(parameter: str, detail: str) -> Problem:
    return Problem("wrong-parameter", detail, parameter)


def _repeated() -> dict[str, Any]:
    """The question as it was typed."""
    asked: dict[str, Any] = {name: words for name, words in request.args.items() if words}
    if "active" in asked:
        asked["active"] = asked["active"] == "true"
    return asked


def _after(found: lookup.Found) -> str | None:
    """Where the list goes on. One that ends with forgiven names cannot: narrow the search."""
    last: Row | None = found.rows[-1] if found.more else None
    if last is None or last.how is not How.AS_TYPED:
        return None
    asked = {**request.args.to_dict(), "after": last.public_id}
    return desk().settings.public_url + url_for(".educators", **asked)


def _sends_csv() -> bool:
    if request.mimetype not in ("text/csv", "application/json"):
        raise Problem("wrong-type", _("Send text/csv or application/json, and say which."))
    return request.mimetype == "text/csv"


def _wants_csv(sent_csv: bool) -> bool:
    """As Accept says; if that says nothing, as it was sent."""
    ways = ["text/csv", "application/json"] if sent_csv else ["application/json", "text/csv"]
    return request.accept_mimetypes.best_match(ways, ways[0]) == "text/csv"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

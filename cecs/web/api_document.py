"""The API described as OpenAPI 3.1: what a program may send, and what it gets.

The routes take their parameters from here, the documentation page its words; tests compare every
answer with these schemas, which allow no field that they do not name.
"""

from collections.abc import Mapping
from typing import Any

from cecs.domain import api_versions
from cecs.domain.lookup import How
from cecs.domain.regime import Office
from cecs.domain.roster import Kind
from cecs.services import bulk_checks
from cecs.services.lookup_rows import AT_MOST
from cecs.web import budgets
from cecs.web.api_examples import EXAMPLES
from cecs.web.api_search import LONGEST, LONGEST_PLACE

Schema = dict[str, Any]


def _text(description: str = "", **more: Any) -> Schema:
    return {"type": "string", **({"description": description} if description else {}), **more}


def _object(properties: Mapping[str, Schema], **more: Any) -> Schema:
    """All that are named are always there, and nothing else is."""
    return {
        "type": "object", "properties": dict(properties), "required": list(properties),
        "additionalProperties": False, **more,
    }  # fmt: skip


def _list(items: Schema, **more: Any) -> Schema:
    return {"type": "array", "items": items, **more}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


# By name: the schema of what may be sent, and an example.
SEARCH: Mapping[str, tuple[Schema, str]] = {
    "last": (_text("The last name or its beginning, at least two letters."), "rivera"),
    "first": (_text("The first name or its beginning."), "mar"),
    "district": (_text("The key of a district, as /districts lists it."), "0640011"),
    "endorsement": (
        _text("The code of an endorsement, as /endorsements lists it. It needs a district, and "
              "with one no name."), "029",
    ),
    "ein": (_text("The educator's number, instead of a last name."), "4000000001"),
    "active": (
        _text("Say true for those only who hold a certificate that is in force; with an "
              "endorsement, one that carries it.",
              enum=["true", "false"]), "true",
    ),
    "after": (_text("Where to go on. Do not make it: follow next."),
              "rivera.maria.9f2c1a7be0d34c55"),  # fmt: skip
}  # fmt: skip

DAY = {"type": "string", "format": "date"}
AS_OF = _text("When all of this was true.", format="date-time")
HOW = _text(
    "How the name fits: the whole name as it was typed, one that begins so, under a former last "
    "name (which is not told), a part of the last name, another form of the first name, first and "
    "last name swapped or typed as one, parts of the last name in another order, one letter "
    "different (of the last name, of a part of it, or of a former one), or found by the number of "
    "a second record that was merged into this one.",
    enum=[how.value for how in How],
)
STATUSES = {
    "active": "in force",
    "future": "issued and not yet in force",
    "expired": "its last day is over, and no renewal is under review",
    "expired_renewal_filed": "its last day is over; a renewal that was filed in time is under "
    "review",
    "expired_filed_late": "its last day is over; an application that was filed later is under "
    "review",
    "superseded": "a newer certificate took its place",
    "renewed": "renewed; a newer one took its place",
    "suspended": "the holder may not serve under it for now",
    "revoked": "the state took it back",
    "surrendered": "the holder gave it up",
    "voided": "issued in error",
}
STANDS = "Where it stands today, by the legal day of the office: " + "; ".join(
    f"{status}, {meaning}" for status, meaning in STATUSES.items()
)
DISTRICT = _object({"key": _text(), "name": _text()})
CERTIFICATE = _object(
    {
        "verify": _text("The code by which this certificate is found again."),
        "type": _text("The type as a code, of the law in force."),
        "title": _text("The type in words."),
        "endorsements": _list(_object({"code": _text(), "title": _text()})),
        "issued_on": DAY,
        "valid_from": DAY,
        "expires_on": {"type": ["string", "null"], "format": "date",
                       "description": "The last day, which counts whole; null: it has no end."},
        "status": _text(STANDS, enum=list(STATUSES)),
        "status_words": _text("The status in words."),
    }
)  # fmt: skip
HOLDER: Mapping[str, Schema] = {
    "id": _text("The public id. It tells nothing of the educator's number."),
    "first_name": _text(),
    "last_name": _text(),
    "district": {"oneOf": [_ref("District"), {"type": "null"}],
                 "description": "The district that reported the educator; null: none, or hidden."},
    "school_year": {"type": ["string", "null"], "description": "For which year it reported."},
}  # fmt: skip
EDUCATOR = {**HOLDER, "certificates": _list(_ref("Certificate"))}
COUNTING = _list(
    _ref("Certificate"),
    description="Those whose place no newer one has taken; if there is none, all. "
    "/educators/{id} gives all.",
)
EARLIER = {"type": "integer", "description": "How many certificates are left out here."}
ASKED = {
    "type": "object",
    "description": "The question as it was typed.",
    "properties": {name: {"type": ["string", "boolean"]} for name in SEARCH},
    "additionalProperties": False,
}
FOUND = _object(
    {
        "as_of": AS_OF,
        "asked": ASKED,
        "found": _list(_ref("FoundEducator"), maxItems=AT_MOST),
        "next": {"type": ["string", "null"], "description": "The address of the next page."},
        "searched_all": {"type": "boolean", "description":
                         "False where others may fit that no page shows: narrow the search."},
    }
)  # fmt: skip
LINE = {
    "line": {
        "type": "integer",
        "description": "Which line of the list, from 1, without header. Empty rows count.",
    },
    "asked": {"type": "object", "additionalProperties": {"type": "string"}},
}
CHECKED = _object(
    {
        **LINE,
        "answer": _text(enum=["one", "several", "none"]),
        "how": {"type": ["string", "null"], "enum": [*HOW["enum"], None]},
        "educator": {"oneOf": [_ref("Educator"), {"type": "null"}]},
        "fits": {"type": "integer", "description": f"How many fit; {AT_MOST} or more: {AT_MOST}."},
    }
)
CHECKS = _object(
    {
        "as_of": AS_OF,
        "counts": _object({name: {"type": "integer"} for name in bulk_checks.ANSWERS}),
        "checks": _list(_ref("Check")),
        "unanswered": _list(_ref("Unanswered")),
    }
)
HAPPENED: Mapping[Kind, str] = {
    Kind.JOINED: "the lookup names your district for an educator from now on",
    Kind.LEFT: "it does so no longer, or hides the district from now on",
    Kind.RENAMED: "first or last name changed",
    Kind.MERGED: "certificates of a second record of the same person came to this one",
    Kind.ISSUED: "a new certificate",
    Kind.RENEWED: "a new certificate that follows an older one",
    Kind.EXPIRED: "its last day is over, and nothing else ended it",
    Kind.SUSPENDED: "the holder may not serve under it for now",
    Kind.REVOKED: "the state took it back",
    Kind.SURRENDERED: "the holder gave it up",
    Kind.VOIDED: "issued in error",
}
CHANGE = _object(
    {
        "id": _text("Of this message. One that comes twice has the same."),
        "type": _text(
            "What happened: " + "; ".join(f"{kind}, {what}" for kind, what in HAPPENED.items()),
            enum=[kind.value for kind in HAPPENED],
        ),
        "at": _text("When it was written.", format="date-time"),
        "version": _text("The version of this message, as in API-Version.", format="date"),
        "district": _text("The key of your district."),
        "educator_id": _text("The public id of the educator whom it is about."),
        "certificate": {"type": ["string", "null"],
                        "description": "The code of the certificate, if it is about one."},
        "educator": {"oneOf": [_ref("Educator"), {"type": "null"}],
                     "description": "What the lookup showed then; null: nothing any more."},
    }
)  # fmt: skip
PROBLEM = {
    **_object({"type": _text(), "title": _text(), "status": {"type": "integer"},
               "detail": _text("What is wrong, in a sentence.")}),
    "properties": {
        "type": _text("Which problem; the documentation explains it at this address."),
        "title": _text(), "status": {"type": "integer"},
        "detail": _text("What is wrong, in a sentence."),
        "parameter": _text("The parameter to change."),
    },
}  # fmt: skip
SCHEMAS: Mapping[str, Schema] = {
    "District": DISTRICT,
    "Certificate": CERTIFICATE,
    "Holder": _object(HOLDER),
    "Educator": _object(EDUCATOR),
    "FoundEducator": _object({**HOLDER, "certificates": COUNTING, "earlier": EARLIER, "how": HOW}),
    "Found": FOUND,
    "OneEducator": _object({"as_of": AS_OF, "educator": _ref("Educator")}),
    "OneCertificate": _object(
        {"as_of": AS_OF, "certificate": _ref("Certificate"), "educator": _ref("Holder")}
    ),
    "Endorsements": _object({"as_of": AS_OF, "endorsements": _list(_ref("Endorsement"))}),
    "Endorsement": _object(
        {
            "code": _text(),
            "title": _text(),
            "sentence": _text("What its holder may do, in words that follow the holder's name."),
        }
    ),
    "Districts": _object({"as_of": AS_OF, "districts": _list(_ref("District"))}),
    "Check": CHECKED,
    "Unanswered": _object({**LINE, "why": _text("What to change in this line.")}),
    "Checks": CHECKS,
    "RosterChange": CHANGE,
    "Problem": PROBLEM,
}
CHECK_SENT = {
    "type": "array",
    "maxItems": bulk_checks.MOST,
    "items": {
        "type": "object",
        "properties": {name: _text() for name in bulk_checks.COLUMNS},
        "example": {"last": "Rivera", "first": "Maria"},
    },
}


def _json(schema: str) -> Schema:
    return {"application/json": {"schema": _ref(schema), "example": EXAMPLES[schema]}}


def _answers(schema: str, *problems: int, not_changed: bool = True) -> Schema:
    found: Schema = {"200": {
        "description": "The answer.", "content": _json(schema),
        "headers": {"API-Version": {"description": "The version of the answer.",
                                    "schema": {"type": "string", "format": "date"}}},
    }}  # fmt: skip
    if not_changed:
        found["304"] = {"description": "Still true: what you have under this ETag is the answer."}
    for status in problems:
        found[str(status)] = {"$ref": "#/components/responses/Problem"}
    return found


IN_VERSION: Schema = {
    "name": "API-Version", "in": "header", "required": False,
    "description": "The version for which your program was made; without it the newest answers.",
    "schema": {"type": "string", "format": "date",
               "enum": [version.isoformat() for version in api_versions.VERSIONS]},
    "example": api_versions.NEWEST,
}  # fmt: skip


def _get(id: str, summary: str, schema: str, parameters: list[Schema], *problems: int) -> Schema:
    return {"get": {
        "operationId": id, "summary": summary, "parameters": [*parameters, IN_VERSION],
        "security": [{}, {"bearer": []}, {"header": []}],
        "responses": _answers(schema, *sorted({400, 401, 429, *problems})),
    }}  # fmt: skip


def _in_path(name: str, description: str, example: str) -> Schema:
    return {"name": name, "in": "path", "required": True, "description": description,
            "schema": {"type": "string"}, "example": example}  # fmt: skip


def _in_header(name: str, description: str) -> Schema:
    return {"name": name, "in": "header", "required": True, "description": description,
            "schema": {"type": "string"}}  # fmt: skip


def _in_query(name: str) -> Schema:
    schema, example = SEARCH[name]
    about = {key: kept for key, kept in schema.items() if key != "description"}
    longest = LONGEST_PLACE if name == "after" else LONGEST
    return {"name": name, "in": "query", "description": schema["description"],
            "schema": {**about, "maxLength": longest}, "example": example}  # fmt: skip


CHECK_POST: Schema = {
    "post": {
        "operationId": "check",
        "summary": f"Check a list of up to {bulk_checks.MOST:,} names or numbers. Needs a key.",
        "parameters": [IN_VERSION],
        "security": [{"bearer": []}, {"header": []}],
        "requestBody": {
            "required": True,
            "description": "CSV (commas, semicolons or tabs; UTF-8 or as a spreadsheet saves it) "
            f"or JSON. Columns: {', '.join(bulk_checks.COLUMNS)}; without a header in this order.",
            "content": {
                "text/csv": {"schema": _text(), "example": "last,first\nRivera,Maria\n"},
                "application/json": {"schema": CHECK_SENT},
            },
        },
        "responses": _answers("Checks", 400, 401, 413, 415, 429, not_changed=False),
    }
}
CHECK_POST["post"]["responses"]["200"]["content"]["text/csv"] = {"schema": _text()}
PATHS: Mapping[str, Schema] = {
    "/educators": _get("search", "Find educators by name, or one by number.", "Found",
                       [_in_query(name) for name in SEARCH], 400),
    "/educators/{id}": _get("educator", "One educator by the public id.", "OneEducator",
                            [_in_path("id", "The public id, as answers tell it.",
                                      "9f2c1a7be0d34c55")], 404, 410),
    "/certificates/{code}": _get(
        "certificate", "One certificate by the code that is printed with it.", "OneCertificate",
        [_in_path("code", "The code; hyphens and small letters do not matter.", "0C9A3B77D1E2")],
        404),
    "/endorsements": _get(
        "endorsements", "The endorsements, and what each allows.", "Endorsements", []),
    "/districts": _get("districts", "The districts and their keys.", "Districts", []),
    "/checks": CHECK_POST,
}  # fmt: skip

PATHS["/educators/{id}"]["get"]["responses"]["308"] = {
    "description": "The record was merged into another one of the same person.",
    "headers": {"Location": {"description": "The educator's address from now on.",
                             "schema": {"type": "string"}}},
}  # fmt: skip

WEBHOOKS: Mapping[str, Schema] = {
    "roster": {
        "post": {
            "operationId": "roster",
            "summary": "A change of your district's roster, sent to the address that the bureau "
            "set for your key.",
            "parameters": [
                _in_header("CECS-Event-Id", "The id of the message once more."),
                _in_header(
                    "CECS-Signature",
                    "t=, the time in seconds, and v1=, the HMAC-SHA256 of that time, a point and "
                    "the body, in hexadecimal, with the secret that was shown when the address "
                    "was set. Refuse what is older than five minutes.",
                ),
            ],
            "requestBody": {
                "required": True,
                "content": _json("RosterChange"),
            },
            "responses": {
                "2XX": {"description": "It arrived. Answer within ten seconds, work afterwards."},
                "default": {"description": "It is sent again, for a day. So it may come twice or "
                                           "out of order."},
            },
        }
    }
}  # fmt: skip


def examples(address: str) -> dict[str, str]:
    """By operation, a line to try in a shell."""
    api = f"{address}/api/v1"
    found = {
        "check": f"curl -H 'X-API-Key: YOUR KEY' -H 'Content-Type: text/csv' \\\n"
        f"  --data-binary @list.csv {api}/checks",
        "search": f"curl '{api}/educators?last=rivera&first=mar&active=true'",
    }
    for path, methods in PATHS.items():
        about = methods.get("get", {"operationId": "check"})
        for parameter in about.get("parameters", ()):
            path = path.replace(f"{{{parameter['name']}}}", parameter["example"])
        found.setdefault(about["operationId"], f"curl {api}{path}")
    return found


def document(office: Office, address: str) -> dict[str, Any]:
    """The whole document for an office that is reached at this address."""
    problem = {"application/problem+json": {"schema": _ref("Problem")}}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{office.system_name}: the lookup for programs",
            "version": api_versions.NEWEST,
            "description": f"Without a key: {budgets.in_words(budgets.ADDRESS)} from one address. "
            f"With a key: {budgets.in_words(budgets.KEY)}, and {budgets.in_words(budgets.CHECKS)} "
            "of lists.",
            "contact": {"email": office.email},
        },
        "servers": [{"url": f"{address}/api/v1"}],
        "paths": dict(PATHS),
        "webhooks": dict(WEBHOOKS),
        "components": {
            "schemas": dict(SCHEMAS),
            "responses": {"Problem": {"description": "What is wrong.", "content": problem}},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
            },
        },
    }

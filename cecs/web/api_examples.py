"""An answer of each kind, as the API's document shows it: made up, and held to its schemas."""

from collections.abc import Mapping
from typing import Any

from cecs.domain import api_versions

AS_OF = "2026-11-25T15:00:00+00:00"
DISTRICT = {"key": "0640011", "name": "Hill School District"}
CERTIFICATE = {
    "verify": "0C9A3B77D1E2", "type": "INIT", "title": "Initial Educator Certificate",
    "endorsements": [{"code": "029", "title": "Mathematics, 7-12"}],
    "issued_on": "2024-07-01", "valid_from": "2024-07-01", "expires_on": "2027-06-30",
    "status": "active", "status_words": "Active",
}  # fmt: skip
HOLDER = {
    "id": "9f2c1a7be0d34c55", "first_name": "Maria", "last_name": "Rivera", "district": DISTRICT,
    "school_year": "2026–27",
}  # fmt: skip
EDUCATOR = {**HOLDER, "certificates": [CERTIFICATE]}
EXAMPLES: Mapping[str, Any] = {
    "Found": {
        "as_of": AS_OF, "asked": {"last": "rivera", "first": "mar", "active": True},
        "found": [{**EDUCATOR, "earlier": 0, "how": "as_typed"}], "next": None,
        "searched_all": True,
    },
    "OneEducator": {"as_of": AS_OF, "educator": EDUCATOR},
    "OneCertificate": {"as_of": AS_OF, "certificate": CERTIFICATE, "educator": HOLDER},
    "Endorsements": {"as_of": AS_OF, "endorsements": [
        {"code": "029", "title": "Mathematics, 7-12",
         "sentence": "may teach mathematics in grades 7 to 12"},
    ]},
    "Districts": {"as_of": AS_OF, "districts": [DISTRICT]},
    "Checks": {
        "as_of": AS_OF, "counts": {"one": 1, "several": 0, "none": 0, "unanswered": 1},
        "checks": [{"line": 1, "asked": {"last": "Rivera", "first": "Maria"}, "answer": "one",
                    "how": "as_typed", "educator": EDUCATOR, "fits": 1}],
        "unanswered": [{"line": 2, "asked": {"last": "B"},
                        "why": "Give at least two letters of the last name."}],
    },
    "RosterChange": {
        "id": "0c9f6d1e-8b1c-4a57-9d0e-6a2f54c7b913", "type": "certificate.issued", "at": AS_OF,
        "version": api_versions.NEWEST, "district": DISTRICT["key"], "educator_id": HOLDER["id"],
        "certificate": CERTIFICATE["verify"], "educator": EDUCATOR,
    },
}  # fmt: skip

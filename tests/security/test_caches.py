"""What a cache may keep is the same for all who ask, save for the headers in its key."""

import pytest
from flask import Flask

from tests.people import Character

# What nginx has in its key, or does not keep at all (docs/deploy.md).
KNOWN_TO_CACHES = {"api-version", "accept-encoding"}
STRANGE = {
    "HX-Request": "true", "HX-Request-Type": "partial", "HX-Boosted": "true",
    "HX-History-Restore-Request": "true", "Accept": "text/csv", "Accept-Language": "es",
    "Cookie": "cecs_session=anything; lang=es", "Range": "bytes=0-9", "Origin": "https://a.example",
    "X-Forwarded-Host": "a.example", "X-Forwarded-Prefix": "/a", "X-Original-URL": "/lookup",
    "X-HTTP-Method-Override": "POST", "Referer": "https://a.example/",
    "User-Agent": "curl", "Sec-Fetch-Dest": "iframe", "If-Modified-Since": "a",
}  # fmt: skip
ADDRESSES = (
    "/api/v1/", "/api/v1/openapi.json", "/api/v1/districts", "/api/v1/endorsements",
    "/api/v1/educators?last=rivera", "/api/v1/educators?last=rivera&active=true",
)  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_header_of_a_stranger_changes_what_others_get_from_a_cache(
    app: Flask, maria: Character, address: str
) -> None:
    client = app.test_client(use_cookies=False)
    usual = client.get(address)

    assert "public" in usual.headers["Cache-Control"]
    assert {name.lower() for name in usual.vary} <= KNOWN_TO_CACHES
    for header, value in STRANGE.items():
        strange = client.get(address, headers={header: value})
        assert (strange.status, strange.data) == (usual.status, usual.data), header

"""The examples in the API's document are what an answer is."""

from flask import Flask

from tests import schemas
from tests.pages import Visitor


def test_the_examples_are_as_the_document_says_and_stand_on_its_page(
    app: Flask, visitor: Visitor
) -> None:
    document = app.test_client().get("/api/v1/openapi.json").json
    page = visitor.get("/api/v1/").text
    said = [
        method["responses"]["200"]["content"]["application/json"]
        for methods in document["paths"].values() for method in methods.values()
    ]  # fmt: skip
    sent = document["webhooks"]["roster"]["post"]["requestBody"]["content"]["application/json"]

    for each in (*said, sent):
        assert schemas.faults(each["example"], each["schema"], document) == []
    assert '"how": "as_typed"' in page and '"type": "certificate.issued"' in page

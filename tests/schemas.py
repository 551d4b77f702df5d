"""Whether a JSON value is as a schema of the API's document says: the words it uses only."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

TYPES: dict[str, Any] = {
    "string": str, "boolean": bool, "integer": int, "array": list, "object": dict,
    "null": type(None),
}  # fmt: skip
KNOWN = {
    "type", "properties", "required", "additionalProperties", "items", "enum", "oneOf", "$ref",
    "description", "format", "maxItems", "example", "maxLength",
}  # fmt: skip


def faults(
    value: Any, schema: dict[str, Any], document: dict[str, Any], at: str = "$"
) -> list[str]:
    """Everything in which the value differs; nothing where it is as the schema says."""
    return list(_faults(value, schema, document, at))


def _faults(value: Any, schema: dict[str, Any], doc: dict[str, Any], at: str) -> Iterator[str]:
    assert set(schema) <= KNOWN, f"{at}: a word that is not checked: {set(schema) - KNOWN}"
    if "$ref" in schema:
        yield from _faults(value, _found(schema["$ref"], doc), doc, at)
    elif "oneOf" in schema:
        fitting = [one for one in schema["oneOf"] if not faults(value, one, doc, at)]
        if len(fitting) != 1:
            yield f"{at}: fits {len(fitting)} of oneOf"
    elif not _is_of(value, schema["type"]):
        yield f"{at}: {value!r} is no {schema['type']}"
    elif isinstance(value, dict):
        yield from _object(value, schema, doc, at)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _faults(each, schema["items"], doc, f"{at}[{number}]")
    else:
        yield from _single(value, schema, at)


def _found(ref: str, doc: Any) -> Any:
    for part in ref.removeprefix("#/").split("/"):
        doc = doc[part]
    return doc


def _is_of(value: Any, kinds: str | list[str]) -> bool:
    return any(
        type(value) is TYPES[kind] for kind in ([kinds] if isinstance(kinds, str) else kinds)
    )


def _single(value: Any, schema: dict[str, Any], at: str) -> Iterator[str]:
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value!r} is not in {schema['enum']}"
    if value is not None and "format" in schema:
        (date if schema["format"] == "date" else datetime).fromisoformat(value)


def _object(value: dict[str, Any], schema: dict[str, Any], doc: Any, at: str) -> Iterator[str]:
    known = schema.get("properties", {})
    others = schema.get("additionalProperties", True)
    yield from (
        f"{at}: {name} is missing" for name in schema.get("required", ()) if name not in value
    )
    for name, each in value.items():
        if name in known:
            yield from _faults(each, known[name], doc, f"{at}.{name}")
        elif isinstance(others, dict):
            yield from _faults(each, others, doc, f"{at}.{name}")
        elif not others:
            yield f"{at}: {name} is not named"

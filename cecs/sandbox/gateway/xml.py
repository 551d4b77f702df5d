"""XML as Braintree writes it: typed elements, dashes in answers, underscores in requests."""

from datetime import UTC, date, datetime
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape


def write(tag: str, value: Any) -> str:
    """One element. Dicts nest, lists of (tag, value) are arrays; datetimes are aware.

    None carries no type: the SDK cannot read a nil number or date.
    """
    if value is None:
        return f'<{tag} nil="true"/>'
    if isinstance(value, bool):
        return f'<{tag} type="boolean">{str(value).lower()}</{tag}>'
    if isinstance(value, int):
        return f'<{tag} type="integer">{value}</{tag}>'
    if isinstance(value, datetime):
        moment = value.astimezone(UTC)
        return f'<{tag} type="datetime">{moment:%Y-%m-%dT%H:%M:%SZ}</{tag}>'
    if isinstance(value, date):
        return f'<{tag} type="date">{value:%Y-%m-%d}</{tag}>'
    if isinstance(value, list):
        return f'<{tag} type="array">{_all(value)}</{tag}>'
    if isinstance(value, dict):
        return f"<{tag}>{_all(value.items())}</{tag}>"
    return f"<{tag}>{escape(str(value))}</{tag}>"


def collection(tag: str, head: dict[str, int], items: list[tuple[str, Any]]) -> str:
    """A page of search results, with its sizes ahead of them."""
    inner = _all(head.items()) + _all(items)
    return f'<{tag} type="collection">{inner}</{tag}>'


def read(body: bytes) -> Any:
    """What stands in a request's root element: dicts, lists and text.

    Raises ValueError for what is not XML, and for a document type, which no client sends.
    """
    if b"<!DOCTYPE" in body:
        raise ValueError("a document type is not taken")
    try:
        return _value(ElementTree.fromstring(body)) if body.strip() else {}
    except ElementTree.ParseError as fault:
        raise ValueError(str(fault)) from fault


def _all(items: Any) -> str:
    return "".join(write(tag, value) for tag, value in items)


def _value(element: ElementTree.Element) -> Any:
    kind = element.get("type")
    if kind == "array":
        return [_value(child) for child in element]
    if len(element):
        return {child.tag.replace("-", "_"): _value(child) for child in element}
    if kind == "boolean":
        return element.text == "true"
    return element.text or ""

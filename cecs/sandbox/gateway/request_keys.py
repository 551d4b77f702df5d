"""At most once: a request sent again under its key is answered with what came of it before."""

import json
from collections.abc import Callable
from typing import Any

from cecs.sandbox.gateway.refused import Refused
from cecs.sandbox.gateway.state import Book
from cecs.sandbox.gateway.transaction import Transaction


def once(
    book: Book, call: str, asked: dict[str, Any], work: Callable[[], Transaction]
) -> Transaction:
    """Does the work unless `api_request_key` says that it was done. Raises Refused.

    A request that was refused is not remembered: it may be mended and sent under the same key.
    """
    key = asked.get("api_request_key")
    if not key:
        return work()
    if len(key) > 255:
        raise Refused("API request key is too long.", "915230", "api_request_key")
    request = json.dumps([call, asked], sort_keys=True)
    held = book.request(key)
    if held is None:
        made = work()
        book.remember_request(key, request, made.id)
        return made
    earlier = book.transaction(held[1])
    if held[0] != request or earlier is None:
        said = "API request key can be reused only with the same request."
        raise Refused(said, "915232", "api_request_key")
    return earlier

"""Starlette reading our finished rows: JSON without budgets, tags, forgiveness or a log."""

import os
import sqlite3

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

BY_NAME = """SELECT listed FROM lookup_entry WHERE place >= ? AND place < ?
ORDER BY place LIMIT 20"""
database = sqlite3.connect(os.environ["PEER_DATABASE"], check_same_thread=False)


async def hello(request: Request) -> PlainTextResponse:
    return PlainTextResponse("Hello")


async def search(request: Request) -> Response:
    last = request.query_params.get("last", "")
    found = database.execute(BY_NAME, (last, last + "\uffff")).fetchall()
    body = b'{"found":[%b]}' % b",".join([words for (words,) in found])
    return Response(body, media_type="application/json")


app = Starlette(routes=[Route("/", hello), Route("/search", search)])

"""CECS as it is served, with budgets that a measurement does not exhaust; they are counted all
the same. `hello` is what Flask does when it does nothing."""

import os

from flask import Flask

from cecs.web import budgets

PLENTY = "100000000/minute"
budgets.EVERYONE = budgets.ADDRESS = budgets.PAGES = PLENTY
budgets.SEARCHES = PLENTY

hello = Flask("hello")


@hello.get("/")
def say_hello() -> str:
    return "Hello"


if os.environ.get("CECS_DATABASE_URL"):
    from cecs.wsgi import app  # noqa: F401

"""Where a path leads: known at once where nothing in it varies, and as Werkzeug finds it."""

import pytest
from flask import Flask
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import MapAdapter
from werkzeug.test import create_environ

from cecs.web.application import Application, Routes


def _routes(app: Application, path: str, method: str) -> Routes:
    found = app.create_url_adapter(app.request_class(create_environ(path, method=method)))
    assert isinstance(found, Routes)
    return found


def _by_werkzeug(app: Flask, path: str, method: str) -> MapAdapter:
    return app.url_map.bind("localhost", path_info=path, default_method=method)


def test_each_path_without_variable_parts_leads_where_werkzeug_leads(app: Application) -> None:
    assert len(app.plain_rules) > 100
    for method, path in app.plain_rules:
        found = _routes(app, path, method).match(return_rule=True)

        assert found == _by_werkzeug(app, path, method).match(return_rule=True)


@pytest.mark.parametrize(
    ("path", "method", "fault"),
    [
        ("/lookup", "PUT", MethodNotAllowed),
        ("/api/v1/educators", "POST", MethodNotAllowed),
        ("/no-such-page", "GET", NotFound),
        ("/Lookup", "GET", NotFound),
    ],
)
def test_a_path_or_a_method_that_is_none_of_ours_is_refused_as_ever(
    app: Application, path: str, method: str, fault: type[Exception]
) -> None:
    with pytest.raises(fault):
        _routes(app, path, method).match(return_rule=True)


def test_a_path_with_variable_parts_tells_them(app: Application) -> None:
    rule, varies = _routes(app, "/verify/ABC", "GET").match(return_rule=True)

    assert (rule.rule, varies) == ("/verify/<code>", {"code": "ABC"})


def test_what_one_request_was_told_of_its_path_no_other_sees(app: Application) -> None:
    _, varies = _routes(app, "/lookup", "GET").match(return_rule=True)
    varies["left"] = "behind"

    assert _routes(app, "/lookup", "GET").match(return_rule=True)[1] == {}

"""Everything that knows HTTP."""

from flask import Flask


def register(app: Flask) -> None:
    """Joins blueprints, filters, headers, access and error pages to the application."""
    from cecs.web import (
        access,
        accounts,
        applications,
        bureau,
        educators,
        embed,
        errors,
        filters,
        headers,
        inputs,
        lookup,
        payments,
        public,
        tasks,
    )

    for module in (
        public, lookup, embed, accounts, educators, applications, payments, bureau, tasks,
    ):  # fmt: skip
        app.register_blueprint(module.bp)
    filters.add_filters(app)
    headers.add_headers(app)
    errors.add_error_pages(app)
    inputs.check_inputs(app)
    access.guard(app)

"""Everything that knows HTTP."""

from flask import Flask


def register(app: Flask) -> None:
    """Joins blueprints, filters, headers, access and error pages to the application."""
    from cecs.web import (
        access,
        accounts,
        applications,
        bureau,
        cashier,
        educators,
        embed,
        errors,
        filters,
        headers,
        inputs,
        languages,
        lookup,
        mail_room,
        papers,
        payments,
        public,
        receipts,
        tasks,
        webhooks,
        widgets,
    )

    for module in (
        public, lookup, embed, accounts, educators, applications, payments, bureau, tasks,
        mail_room, papers,
        receipts, webhooks, cashier, widgets,
    ):  # fmt: skip
        app.register_blueprint(module.bp)
    filters.add_filters(app)
    languages.add_languages(app)
    headers.add_headers(app)
    errors.add_error_pages(app)
    inputs.check_inputs(app)
    access.guard(app)

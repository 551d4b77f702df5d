"""Everything that knows HTTP."""

from flask import Blueprint, Flask


def register(app: Flask) -> None:
    """Joins blueprints, filters, headers, access and error pages to the application."""
    from cecs.web import access, errors, filters, headers, inputs, languages

    for blueprint in _blueprints():
        app.register_blueprint(blueprint)
    filters.add_filters(app)
    languages.add_languages(app)
    headers.add_headers(app)
    errors.add_error_pages(app)
    inputs.check_inputs(app)
    access.guard(app)


def _blueprints() -> list[Blueprint]:
    from cecs.web import (
        accounts,
        api,
        api_keys,
        applications,
        bureau,
        cashier,
        educators,
        embed,
        lists,
        lookup,
        mail_room,
        papers,
        payments,
        public,
        receipts,
        records,
        tasks,
        webhooks,
        widgets,
    )

    modules = (
        public, lookup, lists, embed, accounts, educators, applications, payments, bureau, tasks,
        mail_room, papers, receipts, webhooks, cashier, widgets, api, api_keys,
        records,
    )  # fmt: skip
    return [module.bp for module in modules]

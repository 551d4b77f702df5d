"""Faults of a form that the page does not show (any more)."""

from flask_wtf import FlaskForm


def told_without_fields(form: FlaskForm, words: str) -> None:
    """Says the words where there were faults of fields, which nobody would find on the page."""
    if any(field.errors for field in form):
        for field in form:
            field.errors = []
        form.form_errors = [words]

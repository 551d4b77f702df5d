"""Answers that are files: papers to print, and tables for spreadsheets."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from flask import Response

CSV = "text/csv; charset=utf-8"
BELOW_ZERO = re.compile(r"-\d+\.\d\d")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def pdf(content: bytes, name: str) -> Response:
    """A paper that the browser shows; `name` is offered to who saves it."""
    shown = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return Response(content, mimetype="application/pdf", headers=shown)


def table(rows: Iterable[Sequence[str]], name: str) -> Response:
    """A CSV file to save. What a spreadsheet would take for a formula stays text.

    The mark at its start tells spreadsheets that it is UTF-8.
    """
    text = io.StringIO()
    csv.writer(text).writerows([_harmless(cell) for cell in row] for row in rows)
    saved = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(text.getvalue().encode("utf-8-sig"), content_type=CSV, headers=saved)


def _harmless(cell: str) -> str:
    if BELOW_ZERO.fullmatch(cell):
        return cell
    return f"'{cell}" if cell.startswith(FORMULA) else cell

"""Papers as PDF/UA-1: receipts, remittance slips, letters and deposit lists; and barcodes.

`cecs/papers/*.typ` hold the layout, and the facts every word, translated by the caller. Facts
reach Typst as JSON, so that what a person typed is text there and never markup. Typst brings
its fonts along; neither the system's fonts nor the network are used.
"""

import json
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Literal, TypedDict, overload
from xml.sax.saxutils import escape

SOURCES = Path(__file__).resolve().parent.parent / "papers"
Pair = tuple[str, str]
_BAR_HEIGHT, _QUIET = 50, 10  # in widths of the narrowest bar; the standard asks for 10 of quiet
_NARROWEST_MM = 0.33  # 13 mil, which any scanner reads


class Paper(TypedDict):
    """What stands on every paper. `language` is a code such as "en"; `address` may be empty."""

    language: str
    title: str
    office: str
    address: Sequence[str]
    details: Sequence[Pair]  # a label, and what it says


class Receipt(Paper):
    """What was paid: two columns, one line a fee."""

    columns: Pair
    lines: Sequence[Pair]
    total: Pair
    notes: Sequence[str]


class Slip(Paper):
    """What goes into the envelope with a mailed payment."""

    lead: str
    reference_label: str
    reference: str
    barcode_alt: str
    warning: str
    lists: Sequence[tuple[str, Sequence[str]]]  # a heading, and what stands below it


class ReturnLetter(Paper):
    """Goes with a payment that is sent back; `details` say what came."""

    date: str
    addressee: Sequence[str]
    paragraphs: Sequence[str]
    closing: Sequence[str]


class DepositList(Paper):
    """A batch for the bank: seven columns an item, three a total, lines to sign on."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    totals_title: str
    totals_columns: Sequence[str]
    totals: Sequence[Sequence[str]]
    total: Sequence[str]
    signatures: Sequence[str]


@overload
def make(name: Literal["receipt"], facts: Receipt) -> bytes: ...
@overload
def make(name: Literal["slip"], facts: Slip) -> bytes: ...
@overload
def make(name: Literal["return_letter"], facts: ReturnLetter) -> bytes: ...
@overload
def make(name: Literal["deposit_list"], facts: DepositList) -> bytes: ...
def make(name: str, facts: Mapping[str, object]) -> bytes:
    """The paper as a PDF; the same facts give the same bytes.

    It is PDF/UA-1, unless a name has a letter that the fonts lack: then a box stands for the
    letter and the PDF is tagged without claiming the standard, which is better than no paper.
    Raises typst.TypstError where a fact is missing.
    """
    from typst import TypstError

    inputs = {"facts": json.dumps(facts)}
    if name == "slip":
        inputs["barcode"] = barcode_svg(str(facts["reference"]))
    try:
        return _compiled(name, inputs, "ua-1")
    except TypstError:
        return _compiled(name, inputs, None)


def _compiled(name: str, inputs: dict[str, str], standard: Literal["ua-1"] | None) -> bytes:
    import typst  # a compiler of eighty megabytes, for those only who want a paper

    return typst.compile(
        SOURCES / f"{name}.typ",
        root=SOURCES,
        ignore_system_fonts=True,
        sys_inputs=inputs,
        pdf_standards=standard,
    )


def barcode_svg(reference: str) -> str:
    """The reference as Code 128, an SVG file of its true size with a white ground.

    Raises barcode.errors.IllegalCharacterError for marks outside ASCII.
    """
    from barcode.codex import Code128

    (modules,) = Code128(reference).build()
    width = len(modules) + 2 * _QUIET
    bars, at = [], _QUIET
    for module, same in groupby(modules):
        run = len(list(same))
        if module == "1":
            bars.append(f"M{at} 0h{run}v{_BAR_HEIGHT}h-{run}z")
        at += run
    wide, high = (f"{size * _NARROWEST_MM:.2f}mm" for size in (width, _BAR_HEIGHT))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{wide}" height="{high}" '
        f'viewBox="0 0 {width} {_BAR_HEIGHT}" shape-rendering="crispEdges">'
        f"<title>{escape(reference)}</title>"
        f'<path fill="#fff" d="M0 0h{width}v{_BAR_HEIGHT}H0z"/><path d="{"".join(bars)}"/></svg>'
    )

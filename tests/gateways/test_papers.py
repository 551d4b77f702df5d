"""Papers say what they are told, can be read by machines that read aloud, and scan."""

import io
import json
from collections.abc import Iterator
from random import Random
from typing import Any
from xml.etree import ElementTree

import pytest
import typst
import zxingcpp
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

from cecs.domain import references
from cecs.gateways import papers

REFERENCE = "CT-7F3K-92QD"
OFFICE = {
    "language": "en",
    "office": "Bureau of Educator Standards",
    "address": ["PO Box 150471", "Hartford, CT 06115"],
}
RECEIPT = OFFICE | {
    "title": "Receipt",
    "details": [("Application", REFERENCE), ("Educator", "Ana María Delgado")],
    "columns": ("Fee", "Amount"),
    "lines": [("Application fee", "$50.00"), ("Initial certificate, balance", "$150.00")],
    "total": ("Total paid", "$200.00"),
    "notes": ["Paid with a Visa card ending in 1881.", "Keep this for your records."],
}
SLIP = OFFICE | {
    "title": "Remittance slip",
    "lead": "Mail this page with your payment.",
    "reference_label": "Reference",
    "reference": REFERENCE,
    "barcode_alt": f"Barcode of {REFERENCE}",
    "details": [("Payable to", "Treasurer"), ("Amount", "$200.00")],
    "warning": "No cash.",
    "lists": [("We accept", ["A bank check", "A money order"]), ("Enclose", ["This slip"])],
}
RETURN_LETTER = OFFICE | {
    "title": "Your payment comes back to you",
    "date": "November 25, 2026",
    "addressee": ["Marcus Bell", "12 Chapel Street", "New Haven, CT 06510"],
    "details": [("Reference", REFERENCE), ("What came", "Personal check 1044, $200.00")],
    "paragraphs": ["We cannot take personal checks.", "Please send a money order instead."],
    "closing": ["Sincerely,", "The cashier"],
}
DEPOSIT_LIST = OFFICE | {
    "title": "Deposit list",
    "details": [("Batch", "2026-0214"), ("Day", "November 25, 2026")],
    "columns": ["No.", "Instrument", "Number", "Issuer", "Reference", "Amount"],
    "rows": [["1", "Money order", "20481100", "Postal Service", REFERENCE, "$200.00"]],
    "totals_title": "Totals",
    "totals_columns": ["Kind", "Items", "Sum"],
    "totals": [["Money orders", "1", "$200.00"]],
    "total": ["All", "1", "$200.00"],
    "signatures": ["Prepared by", "Checked by"],
}
FACTS: dict[Any, Any] = {
    "receipt": RECEIPT,
    "slip": SLIP,
    "return_letter": RETURN_LETTER,
    "deposit_list": DEPOSIT_LIST,
}
HOSTILE = "#evil[ $x$ *bold* _it_ @ref <lab> `raw` #panic() // gone \\ \" ' {}"
each_paper = pytest.mark.parametrize("name", FACTS)


def opened(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in opened(pdf).pages)


def strings(facts: object) -> Iterator[str]:
    if isinstance(facts, str):
        yield facts
    elif isinstance(facts, dict):
        for key in facts.keys() - {"language", "barcode_alt"}:
            yield from strings(facts[key])
    elif isinstance(facts, list | tuple):
        for fact in facts:
            yield from strings(fact)


def tags(node: Any) -> Iterator[DictionaryObject]:
    """Every element of the structure tree, in reading order."""
    node = node.get_object()
    for child in node if isinstance(node, ArrayObject) else [node.get("/K")]:
        child = child.get_object() if child is not None else None
        if isinstance(child, DictionaryObject) and "/S" in child:
            yield child
        if isinstance(child, DictionaryObject | ArrayObject):
            yield from tags(child)


def tags_of(pdf: bytes) -> list[DictionaryObject]:
    return list(tags(opened(pdf).root_object["/StructTreeRoot"]))


def scanned(picture: bytes) -> list[tuple[str, str]]:
    """What an independent reader finds in a PNG: (text, symbology)."""
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)).convert("L"))
    return [(code.text, str(code.format)) for code in found]


def drawn(svg: str) -> bytes:
    source = (
        b"#set page(width: auto, height: auto, margin: 0pt)\n"
        b'#image(bytes(sys.inputs.svg), format: "svg")'
    )
    return typst.compile(source, format="png", ppi=300, sys_inputs={"svg": svg})


@each_paper
def test_a_paper_says_every_word_it_is_given(name: Any) -> None:
    said = text_of(papers.make(name, FACTS[name]))

    assert [fact for fact in strings(FACTS[name]) if fact not in said] == []


@each_paper
def test_a_paper_says_that_it_is_accessible_and_is_tagged(name: Any) -> None:
    pdf = opened(papers.make(name, FACTS[name]))
    root = pdf.root_object

    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root
    assert root["/Lang"] == "en" and root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert pdf.metadata is not None
    assert pdf.metadata.title == FACTS[name]["title"]
    assert pdf.metadata.author == "Bureau of Educator Standards"


@each_paper
def test_a_paper_has_one_first_heading(name: Any) -> None:
    kinds = [tag["/S"] for tag in tags_of(papers.make(name, FACTS[name]))]

    assert kinds.count("/H1") == 1


def test_a_paper_in_another_language_says_so() -> None:
    pdf = opened(papers.make("receipt", RECEIPT | {"language": "es", "title": "Recibo"}))

    assert pdf.root_object["/Lang"] == "es"


@each_paper
def test_a_paper_brings_its_fonts_along(name: Any) -> None:
    pdf = opened(papers.make(name, FACTS[name]))
    fonts = [
        inner.get_object()["/FontDescriptor"].get_object()
        for page in pdf.pages
        for font in page["/Resources"]["/Font"].values()
        for inner in font.get_object()["/DescendantFonts"]
    ]

    assert fonts and all({"/FontFile2", "/FontFile3"} & font.keys() for font in fonts)


@each_paper
def test_the_same_facts_make_the_same_bytes(name: Any) -> None:
    assert papers.make(name, FACTS[name]) == papers.make(name, FACTS[name])


@pytest.mark.parametrize("name", ["receipt", "slip", "return_letter"])
def test_a_paper_for_an_educator_is_one_page(name: Any) -> None:
    assert len(opened(papers.make(name, FACTS[name])).pages) == 1


def replaced(facts: object, by: str) -> Any:
    """The same facts with every text exchanged, save those with a form of their own."""
    if isinstance(facts, dict):
        kept = {"language", "reference"}
        return {key: fact if key in kept else replaced(fact, by) for key, fact in facts.items()}
    return [replaced(fact, by) for fact in facts] if isinstance(facts, list | tuple) else by


@each_paper
def test_hostile_text_stays_text_wherever_it_stands(name: Any) -> None:
    facts = replaced(FACTS[name], HOSTILE)
    pdf = papers.make(name, facts)
    said = text_of(pdf).replace(" ", "").count(HOSTILE.replace(" ", ""))
    in_footers = len(opened(pdf).pages)

    assert said == list(strings(facts)).count(HOSTILE) + in_footers


def test_a_name_with_letters_that_the_fonts_lack_still_gets_a_tagged_paper() -> None:
    pdf = papers.make("receipt", RECEIPT | {"details": [("Educator", "日本 \x00 🙂")]})
    root = opened(pdf).root_object

    assert "Total paid" in text_of(pdf)
    assert root["/MarkInfo"]["/Marked"] and b"pdfuaid" not in root["/Metadata"].get_data()


def test_names_with_accents_are_readable() -> None:
    names = "Łukasz Nuñez-O’Brien Nguyễn Thị Жук Παππάς"
    pdf = papers.make("receipt", RECEIPT | {"details": [("Educator", names)]})

    assert names in text_of(pdf)
    assert b"pdfuaid" in opened(pdf).root_object["/Metadata"].get_data()


def test_a_word_without_end_stays_on_the_sheet() -> None:
    pdf = opened(papers.make("receipt", RECEIPT | {"notes": ["W" * 300]}))
    lines = pdf.pages[0].extract_text().replace("\u200b", "").splitlines()
    letters = [line.count("W") for line in lines if "WW" in line]

    assert sum(letters) == 300 and max(letters) < 80


def test_a_missing_fact_is_an_error_and_not_an_empty_place() -> None:
    with pytest.raises(typst.TypstError, match="total"):
        papers.make("receipt", {key: RECEIPT[key] for key in RECEIPT.keys() - {"total"}})


def test_a_long_deposit_list_repeats_its_heads_and_ends_with_the_totals() -> None:
    item = DEPOSIT_LIST["rows"][0]
    rows = [[str(number), *item[1:]] for number in range(1, 81)]
    pages = opened(papers.make("deposit_list", DEPOSIT_LIST | {"rows": rows})).pages
    said = [page.extract_text() for page in pages]

    assert len(said) == 3 and all("Issuer" in page for page in said)
    assert "Prepared by" in said[-1] and "3 / 3" in said[-1]


def test_tables_tell_which_cells_are_heads() -> None:
    kinds = [tag["/S"] for tag in tags_of(papers.make("deposit_list", DEPOSIT_LIST))]

    assert kinds.count("/TH") == len(DEPOSIT_LIST["columns"]) + len(DEPOSIT_LIST["totals_columns"])
    assert kinds.count("/TFoot") == 1


def test_the_barcode_on_the_slip_has_words_for_those_who_do_not_see_it() -> None:
    figures = [tag for tag in tags_of(papers.make("slip", SLIP)) if tag["/S"] == "/Figure"]

    assert [figure["/Alt"] for figure in figures] == [f"Barcode of {REFERENCE}"]


def test_the_barcode_on_the_slip_scans() -> None:
    inputs = {"facts": json.dumps(SLIP), "barcode": papers.barcode_svg(REFERENCE)}
    page = typst.compile(
        papers.SOURCES / "slip.typ", format="png", ppi=200, sys_inputs=inputs, root=papers.SOURCES
    )

    assert scanned(page) == [(REFERENCE, "Code 128")]


def test_the_barcode_of_every_reference_scans() -> None:
    rng = Random(128)
    # Four digits in a row are packed in pairs, so such references are tried on purpose.
    made = ["CT-2345-6789", "CT-9999-9999", "CT-A234-5678"]
    made += [references.make("CT", rng) for _ in range(60)]

    assert [scanned(drawn(papers.barcode_svg(one))) for one in made] == [
        [(one, "Code 128")] for one in made
    ]


def test_the_barcode_is_a_picture_with_a_title_and_nothing_that_a_policy_forbids() -> None:
    root = ElementTree.fromstring(papers.barcode_svg("<A&B>"))
    found = {element.tag.rpartition("}")[2] for element in root.iter()}
    attributes = {name for element in root.iter() for name in element.attrib}

    assert root[0].text == "<A&B>"
    assert found == {"svg", "title", "path"} and "style" not in attributes


def test_the_narrowest_bar_is_wide_enough_for_any_scanner() -> None:
    root = ElementTree.fromstring(papers.barcode_svg(REFERENCE))
    millimetres = float(root.attrib["width"].removesuffix("mm"))
    modules = int(root.attrib["viewBox"].split()[2])

    assert modules == 2 * 10 + 11 * 14 + 13
    assert millimetres / modules == pytest.approx(0.33, abs=0.001)


def test_papers_use_nothing_from_outside_their_folder() -> None:
    lines = [
        line
        for path in papers.SOURCES.glob("*.typ")
        for line in path.read_text().splitlines()
        if line.startswith(("#import", "#include"))
    ]

    assert lines and all(line.startswith('#import "sheet.typ": ') for line in lines)
    assert not any("@" in path.read_text() for path in papers.SOURCES.glob("*.typ"))

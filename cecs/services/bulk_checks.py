"""A list of names or numbers checked at once: what a district asks of all who teach there.

Lists come as people have them: with or without a header, from a spreadsheet that drops the zeros
at the start of numbers, with semicolons, in old encodings. What cannot be answered is listed
with the reason; a line is never left out.
"""

import csv
import io
import json
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cecs.desk import Desk
from cecs.domain import educator_numbers, names
from cecs.domain.lookup import How, ShownEducator
from cecs.domain.sentences import Sentence
from cecs.services import lookup
from cecs.services.lookup import Asked
from cecs.services.refused import Refused
from cecs.services.transactions import Gone

MOST = 5000  # lines
SECONDS = 20.0  # what takes longer is listed as unanswered
LONGEST = 200  # characters of a cell
COLUMNS = ("last", "first", "ein", "district")
ANSWERS = ("one", "several", "none", "unanswered")
# What people write above a column, without capitals, spaces and marks.
HEADINGS: Mapping[str, str] = {
    "last": "last", "lastname": "last", "surname": "last", "familyname": "last",
    "apellido": "last", "apellidos": "last", "first": "first", "firstname": "first",
    "givenname": "first", "nombre": "first", "nombres": "first", "ein": "ein", "number": "ein",
    "educatornumber": "ein", "educatoridentificationnumber": "ein", "educatorid": "ein",
    "númerodeeducador": "ein", "numerodeeducador": "ein",
    "district": "district", "distrito": "district",
}  # fmt: skip
ROUNDED = re.compile(r"\d+([.,]\d+)?e\+?\d+", re.I)
OUT = (
    "line", *COLUMNS, "answer", "how", "fits", "id", "found_last", "found_first",
    "found_district", "in_force", "certificates", "why",
)  # fmt: skip
UTF_16 = (b"\xff\xfe", b"\xfe\xff")  # how a text begins that says that it is
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it was sent; `number` counts from 1, without the header."""

    number: int
    cells: Mapping[str, str]  # by the names in COLUMNS, those that are not empty
    fault: Sentence | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What a line was answered: `known` where one fits, `why` where there is no answer."""

    line: Line
    answer: str  # one of ANSWERS
    known: Mapping[str, Any] | None = None  # the educator, as the API tells of one
    shown: ShownEducator | None = None  # the same without words
    how: str | None = None
    fits: int = 0
    why: Sentence | None = field(default=None)


def read(desk: Desk, content: bytes, as_csv: bool) -> list[Line]:
    """The lines of a list. Raises Refused where it is no list, or a longer one than MOST."""
    text = decoded(content).replace("\0", "")
    lines = list(_csv_lines(text) if as_csv else _json_lines(text))
    if not lines:
        raise Refused(Sentence("There is no line in it."))
    return lines


def check(desk: Desk, lines: Sequence[Line], seconds: float = SECONDS) -> list[Checked]:
    """Each line answered, in order; when the seconds are over, the rest is unanswered."""
    ends = time.monotonic() + seconds
    return [_checked(desk, line, in_time=time.monotonic() < ends) for line in lines]


def as_json(desk: Desk, answers: Sequence[Checked]) -> str:
    """The answers as the API gives them."""
    counts = Counter(each.answer for each in answers)
    checks, unanswered = [], []
    for each in answers:
        said: dict[str, Any] = {"line": each.line.number, "asked": each.line.cells}
        if each.why:
            unanswered.append({**said, "why": str(each.why)})
            continue
        said |= {"answer": each.answer, "how": each.how, "educator": each.known, "fits": each.fits}
        checks.append(said)
    told = {
        "as_of": desk.now().isoformat(timespec="seconds"),
        "counts": {name: counts[name] for name in ANSWERS},
        "checks": checks,
        "unanswered": unanswered,
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def as_csv(answers: Sequence[Checked]) -> bytes:
    """The answers as a table for programs, a row a line; the mark at its start says UTF-8."""
    text = io.StringIO()
    table = csv.DictWriter(text, OUT, restval="")
    table.writeheader()
    for each in answers:
        row = _table_row(each)
        table.writerow({name: _harmless(str(cell)) for name, cell in row.items()})
    return text.getvalue().encode("utf-8-sig")


def as_list(lines: Iterable[Line], headings: str) -> str:
    """These lines as a list that can be sent again, headed in the reader's words."""
    text = io.StringIO(f"{headings}\n")
    text.seek(0, io.SEEK_END)
    table = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    table.writerows(line.cells for line in lines)
    return text.getvalue()


def _table_row(each: Checked) -> dict[str, Any]:
    row = {"line": each.line.number, **each.line.cells, "answer": each.answer}
    if each.why:
        return {**row, "why": each.why}
    row |= {"how": each.how or "", "fits": each.fits}
    if known := each.known:
        row |= {
            "id": known["id"], "found_last": known["last_name"],
            "found_first": known["first_name"],
            "found_district": (known["district"] or {}).get("name", ""),
            "in_force": "yes" if is_in_force(known) else "no",
            "certificates": "; ".join(map(_certificate, known["certificates"])),
        }  # fmt: skip
    return row


def _until(known: Mapping[str, Any]) -> str:
    return f"last day {known['expires_on']}" if known["expires_on"] else "no last day"


def is_in_force(known: Mapping[str, Any]) -> bool:
    """Whether any certificate serves today."""
    return any(each["status"] == "active" for each in known["certificates"])


def _certificate(known: Mapping[str, Any]) -> str:
    subjects = " ".join(each["code"] for each in known["endorsements"])
    return f"{known['title']} ({subjects}): {known['status_words']}, {_until(known)}"


def _harmless(cell: str) -> str:
    """What a spreadsheet would take for a formula stays text."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _checked(desk: Desk, line: Line, in_time: bool) -> Checked:
    asked = _asked(desk, line)
    if isinstance(asked, Sentence):
        return Checked(line, "unanswered", why=asked)
    if not in_time:
        late = Sentence("There was no time left for this line. Send it again.")
        return Checked(line, "unanswered", why=late)
    for _attempt in range(2):
        try:
            return _answered(desk, line, asked)
        except Gone:  # between two reads. Ask again: another record may have taken it in
            continue
    return Checked(line, "none")


def _answered(desk: Desk, line: Line, asked: Asked) -> Checked:
    """Raises Gone where the one who was found is there no more when all is read."""
    answer = lookup.find(desk, asked)
    rows, is_whole = answer.rows, answer.searched_all
    if not asked.number:
        exactly = [row for row in rows if row.how == How.AS_TYPED]
        rows, is_whole = tuple(exactly) or rows, is_whole or bool(exactly)
    if len(rows) < 2 and not is_whole:
        many = Sentence("Too many names begin like this one. Add a number, or send more letters.")
        return Checked(line, "unanswered", why=many)
    if len(rows) != 1:
        return Checked(line, "several" if rows else "none", fits=len(rows))
    shown = lookup.known(desk, rows[0])
    known = json.loads(desk.writer.whole(rows[0].public_id, shown, desk.today()))
    return Checked(line, "one", known, shown, rows[0].how, 1)


def _asked(desk: Desk, line: Line) -> Asked | Sentence:
    """The question of a line, or why it is none."""
    if line.fault:
        return line.fault
    last, first, number, district = (line.cells.get(name, "") for name in COLUMNS)
    if not (last or number):
        return Sentence("Give a last name or a number.")
    if last and len(names.key(last)) < 2:
        return Sentence("Give at least two letters of the last name.")
    plain = _number(number, desk.regime.office.educator_number_digits) if number else ""
    if isinstance(plain, Sentence):
        return plain
    key = _district(desk, district) if district else ""
    if key is None:
        return Sentence("There is no such district.")
    return Asked(last, first, plain, key)


def _number(typed: str, digits: int) -> str | Sentence:
    """The number, with the zeros that a spreadsheet took from its start."""
    if ROUNDED.fullmatch(typed):
        return Sentence(
            "A spreadsheet has rounded this number. Make its column text, and export it again."
        )
    bare = typed.removeprefix("=").strip("\"'").removesuffix(".0")
    plain = educator_numbers.normalise(bare, digits)
    if plain is None and bare.isascii() and bare.isdigit() and len(bare) < digits:
        plain = bare.zfill(digits)
    return plain or Sentence("This number does not have {digits} digits.", digits=digits)


def _district(desk: Desk, typed: str) -> str | None:
    """The key of the district with this key or name; keys may have lost their zeros, too."""
    wanted = typed.casefold()
    for key, district in desk.regime.districts.items():
        if wanted in (key.casefold(), key.casefold().lstrip("0"), district.name.casefold()):
            return key
    return None


def decoded(content: bytes) -> str:
    """The text of a file: UTF-8, UTF-16 if it says so, else as spreadsheets of the West save it."""
    if content.startswith(UTF_16):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _csv_lines(text: str) -> Iterator[Line]:
    first_line = text.lstrip().partition("\n")[0]
    separator = max(",;\t", key=first_line.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise Refused(Sentence("This is no CSV file.")) from error
    # Empty rows ask nothing but are counted: a number must lead to the row that was sent.
    numbered = [(place, row) for place, row in enumerate(rows, 1) if any(map(str.strip, row))]
    columns, header = _columns(numbered[0][1]) if numbered else None, 0
    if columns is None:
        columns = _usual_columns([row for _place, row in numbered])
    else:
        header, _heading = numbered.pop(0)
    _must_not_be_more(len(numbered))
    for place, row in numbered:
        yield _line(place - header, dict(zip(columns, row, strict=False)))


def _columns(row: Sequence[str]) -> list[str] | None:
    """What the columns hold, if this row is a header."""
    found = [HEADINGS.get("".join(filter(str.isalpha, cell.casefold())), "") for cell in row]
    return found if "last" in found or "ein" in found else None


def _usual_columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Without a header: the usual order, or numbers alone."""
    numbers_alone = all(any(map(str.isdigit, row[0])) for row in rows)
    return ["ein"] if numbers_alone else list(COLUMNS)


def _json_lines(text: str) -> Iterator[Line]:
    try:
        sent = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused(Sentence("This is no JSON.")) from error
    if not isinstance(sent, list):
        raise Refused(Sentence("Send a list of objects."))
    _must_not_be_more(len(sent))
    for number, each in enumerate(sent, 1):
        if isinstance(each, dict) and all(isinstance(v, str | int) for v in each.values()):
            yield _line(number, {name: str(cell) for name, cell in each.items()})
        else:
            fault = Sentence("This is no object with last, first, ein or district.")
            yield Line(number, {}, fault)


def _must_not_be_more(lines: int) -> None:
    if lines > MOST:
        raise Refused(Sentence("Send at most {most} lines at once.", most=MOST))


def _text(cell: str) -> str:
    """What can be sent back: JSON may hold a NUL, and halves of letters that no encoding knows."""
    return cell.replace("\0", "").encode(errors="ignore").decode().strip()


def _line(number: int, cells: Mapping[str, str]) -> Line:
    known = {name: _text(cells.get(name, "")) for name in COLUMNS}
    kept = {name: cell[:LONGEST] for name, cell in known.items() if cell}
    return Line(number, kept)

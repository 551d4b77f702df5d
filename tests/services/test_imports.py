"""Educators and certificates come in from a file: checked, merged, and found by the lookup."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from cecs.desk import Desk
from cecs.extensions import db
from cecs.models.educators import Certificate, CertificateEndorsement, Educator, FormerName
from cecs.services import imports, lookup_rebuilding
from cecs.services.lookup import Asked, How
from cecs.services.refused import Refused
from tests import looking
from tests.people import Character, People

HEADER = (
    "number,first_name,last_name,birth_date,other_last_names,district,school_year,school_months,"
    "type,issued_on,valid_from,expires_on,state,endorsements"
)
INES = "4000000101,Inés,Núñez,1980-02-29,Prado;Gil,{district},2026-2027,12,"
FIRST = "INIT,2024-01-02,2024-01-02,2027-01-01,active,305;15"
SECOND = "PROV,2027-01-02,2027-01-02,2030-01-01,,029"


@pytest.fixture
def ines(desk: Desk) -> str:
    """What each line says of one educator, up to the certificate."""
    return INES.format(district=next(iter(desk.regime.districts)))


def take(desk: Desk, *lines: str, from_line: int = 2) -> list[imports.Batch]:
    return list(imports.educators(desk, [f"{line}\n" for line in (HEADER, *lines)], from_line))


def refusals(desk: Desk, *lines: str) -> list[tuple[int, str]]:
    return [(each.line, str(each.why)) for batch in take(desk, *lines) for each in batch.refused]


def test_an_educator_comes_in_with_certificates_and_is_found_at_once(desk: Desk, ines: str) -> None:
    (batch,) = take(desk, ines + FIRST, ines + SECOND)
    found = looking.search(desk, Asked("Nunez", "Ines")).found
    held = found[0].certificates
    former = looking.search(desk, Asked("Prado")).found

    assert (batch.line, batch.taken, batch.changed, batch.refused) == (3, 2, 1, ())
    assert [each.type.code for each in held] == ["PROV", "INIT"] and found[0].district
    assert [line.code for line in held[1].endorsements] == ["015", "305"]
    assert [each.how for each in former] == [How.FORMER]
    assert db.session.scalar(sa.select(Educator.birth_date)) == date(1980, 2, 29)
    assert lookup_rebuilding.verify(desk) == []


def test_the_same_file_twice_changes_nothing(desk: Desk, ines: str) -> None:
    take(desk, ines + FIRST, ines + SECOND)
    (again,) = take(desk, ines + FIRST, ines + SECOND)
    tables = (Educator, FormerName, Certificate, CertificateEndorsement)
    counts = [db.session.scalar(sa.select(sa.func.count()).select_from(each)) for each in tables]

    assert again.changed == 0 and counts == [1, 2, 2, 3]


def test_what_is_new_in_a_file_takes_the_place_of_what_was_here(desk: Desk, ines: str) -> None:
    take(desk, ines + FIRST)
    revoked = FIRST.replace("active", "revoked").replace("305;15", "029")
    (batch,) = take(desk, ines.replace("Núñez", "Prado") + revoked)
    (found,) = looking.search(desk, Asked("Prado")).found

    assert batch.changed == 1 and found.last_name == "Prado"
    assert found.certificates[0].standing.code == "revoked"
    assert [line.code for line in found.certificates[0].endorsements] == ["015", "029", "305"]
    assert lookup_rebuilding.verify(desk) == []


@pytest.mark.parametrize("side_by_side", [1, 500])
def test_of_two_lines_about_one_thing_the_later_one_counts(
    desk: Desk, ines: str, side_by_side: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cecs.services.import_lines.SIDE_BY_SIDE", side_by_side)
    later = ines.replace("Inés", "I\\nés"), FIRST.replace("active", "revoked")
    (batch,) = take(desk, ines + FIRST, ines + SECOND, "".join(later))
    states = db.session.scalars(sa.select(Certificate.state).order_by(Certificate.valid_from))

    assert (batch.taken, batch.changed) == (3, 1) and states.all() == ["revoked", "active"]
    assert db.session.scalar(sa.select(Educator.first_name)) == "I\\nés"


def test_an_educator_may_come_without_certificate_beside_others_that_have_one(
    desk: Desk, ines: str
) -> None:
    bare = "4000000102,Ana,Gil,1981-01-01,,,,,,,,,,"
    undated = "4000000103,Ana,Gil,1981-01-01,,,,,INIT,,2024-01-02,2027-01-01,,"
    (batch,) = take(desk, bare, undated, ines + FIRST)

    assert batch.taken == 2 and [str(each.why) for each in batch.refused] == [
        "“” is no day: write it as 2026-11-25."
    ]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Certificate)) == 1


def test_who_is_here_already_keeps_the_account(
    desk: Desk, people: People, maria: Character
) -> None:
    number = db.session.scalar(sa.select(Educator.number))
    (batch,) = take(desk, f"{number},Maria,Rivera-Soto,1990-05-17,,,,,,,,,,")
    educator = db.session.get_one(Educator, maria.educator_id)

    assert batch.changed == 1 and educator.last_name == "Rivera-Soto"
    assert len(educator.certificates) == 1


def test_each_line_that_is_wrong_is_refused_with_its_number_and_a_sentence(
    desk: Desk, ines: str
) -> None:
    wrong = {
        "12,A,B,1980-01-01,,,,,,,,,,": "“12” is no educator number: it has 10 digits.",
        "4000000102,,B,1980-01-01,,,,,,,,,,": "A first or last name is missing.",
        f"4000000102,A,{'b' * 101},1980-01-01,,,,,,,,,,": "A name is too long, or has characters"
        " that cannot be printed.",
        "4000000102,A\0,B,1980-01-01,,,,,,,,,,": "A name is too long, or has characters that"
        " cannot be printed.",
        "4000000102,A,B,1980-02-30,,,,,,,,,,": "“1980-02-30” is no day: write it as 2026-11-25.",
        "4000000102,A,B,2980-01-01,,,,,,,,,,": "The birth date 2980-01-01 cannot be.",
        "4000000102,A,B,1980-01-01,,nowhere,,,,,,,,": "No district has the key “nowhere”.",
        "4000000102,A,B,1980-01-01,,,26,,,,,,,": "“26” is no school year: write 2026-2027.",
        "4000000102,A,B,1980-01-01,,,,-1,,,,,,": "“-1” is no number of months.",
        ines + FIRST.replace("INIT", "NONE"): "No certificate is of the type “NONE”.",
        ines + FIRST.replace("INIT", ""): "The certificate has no type.",
        ines + FIRST.replace("active", "lost"): "No certificate is in the state “lost”.",
        ines + FIRST.replace("305;15", "999x"): "No endorsement has the code “999x”.",
        ines + FIRST.replace("2027-01-01", "2023-01-01"): "The certificate ends before it begins.",
        "4000000102,A": "The line has 2 cells, the first line has 14.",
    }  # fmt: skip
    found = refusals(desk, *wrong, ines + FIRST)

    assert found == list(zip(range(2, 2 + len(wrong)), wrong.values(), strict=True))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Educator)) == 1


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("", "The first line names no column “number”."),
        ("number,first_name,last_name,birth_date,ssn", "unknown column “ssn”"),
        ("number,first_name,last_name,birth_date,number", "names “number” twice"),
    ],
)
def test_a_file_whose_first_line_is_wrong_is_refused_whole(
    desk: Desk, header: str, words: str
) -> None:
    with pytest.raises(Refused, match=words):
        list(imports.educators(desk, [f"{header}\n"]))


def test_an_import_that_was_stopped_goes_on_from_its_line(
    desk: Desk, ines: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cecs.services.import_lines.SIDE_BY_SIDE", 1)
    monkeypatch.setattr(imports, "PARTS", 1)
    lines = (ines + FIRST, ines + SECOND)
    stopped = next(imports.educators(desk, [f"{line}\n" for line in (HEADER, *lines)]))
    (rest,) = take(desk, *lines, from_line=stopped.line + 1)

    assert (stopped.line, rest.line, rest.taken) == (2, 3, 1)
    assert len(looking.search(desk, Asked("Nunez")).found[0].certificates) == 2


def test_the_command_reads_a_spreadsheets_file_and_tells_what_was_refused(
    app: Flask, desk: Desk, ines: str, tmp_path: Path
) -> None:
    path = tmp_path / "educators.csv"
    path.write_bytes(
        "\r\n".join(("\ufeff" + HEADER, ines + FIRST, "12" + ines[10:] + FIRST)).encode()
    )
    run = app.test_cli_runner().invoke
    said: Any = run(args=["cecs", "import", "educators", str(path)])
    latin = tmp_path / "latin.csv"
    latin.write_bytes((HEADER + "\n" + ines + FIRST).encode("latin-1"))
    unreadable: Any = run(args=["cecs", "import", "educators", str(latin)])

    assert said.exit_code == 1 and "1 lines taken, 1 refused" in said.output
    assert "line 3: “12” is no educator number" in said.stderr
    assert unreadable.exit_code == 1 and "--from-line 2" in unreadable.output

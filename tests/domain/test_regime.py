import csv
import re
import shutil
from datetime import date

import pytest

from cecs.domain.regime import RegimeError, load
from tests.domain.regimes import default, default_folder

ONLINE = {
    "first_initial",
    "renew_initial",
    "advance_initial_to_provisional",
    "renew_provisional",
    "advance_provisional_to_professional",
    "continue_professional",
    "cross_endorsement",
}


@pytest.fixture
def folder(tmp_path):
    """A copy of the default regime that a test may break."""
    return shutil.copytree(default_folder(), tmp_path / "broken")


def change(folder, file, old, new):
    """Replace the first place where the old text stands; it must stand somewhere."""
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def line_of(folder, file, text):
    lines = (folder / file).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def faults(folder):
    with pytest.raises(RegimeError) as error:
        load(folder)
    return error.value.faults


def test_the_default_regime_is_sound_and_whole():
    regime = default()

    assert (len(regime.endorsements), len(regime.districts)) == (87, 204)
    assert {kind.code for kind in regime.online_kinds()} == ONLINE
    assert {kind.code: kind.form for kind in regime.paper_kinds()} == {
        "dsap": "ED 177",
        "temporary_coaching": "ED 186",
        "temporary_90_day": "ED 172",
        "substitute": "ED 174",
    }


def test_the_office_has_its_names_and_versioned_texts():
    office = default().office

    assert office.system_name.endswith("Educator Certification System")
    assert office.payee == "Treasurer, State of Connecticut"
    assert office.mail_address[-2:] == ("PO Box 150471", "Hartford, CT 06115-0471")
    assert "666(a)(13)" in office.ssn_notice.text
    assert all(
        text.version and text.text
        for text in (office.acknowledgement, office.affidavit, office.no_ssn_statement)
    )


def test_every_endorsement_says_plainly_what_it_allows():
    endorsements = default().endorsements

    assert endorsements["305"].sentence == "may teach grades 1 to 6"
    assert [
        e.code for e in endorsements.values() if not e.sentence.startswith(("may ", "could "))
    ] == []


def test_every_source_that_a_table_names_is_listed():
    folder = default_folder()
    with (folder / "sources.csv").open(encoding="utf-8") as table:
        listed = {row["key"] for row in csv.DictReader(table)}
    tables = [path for path in folder.iterdir() if path.name != "sources.csv"]
    named = {
        key
        for path in tables
        for key in re.findall(r"\bS[1-9]\d*b?\b", path.read_text(encoding="utf-8"))
    }

    assert named - listed == set()


def test_only_what_takes_the_place_of_a_certificate_renews_it():
    regime = default()
    renewing = {kind.code for kind in regime.online_kinds() if kind.renews}

    assert renewing == ONLINE - {"first_initial", "cross_endorsement"}


def test_a_kind_that_the_regime_does_not_have_is_an_error():
    with pytest.raises(KeyError):
        default().kind("renew_everything")


def test_a_fee_is_the_row_in_force_on_the_day(folder):
    change(
        folder,
        "fees.csv",
        "DUP,Duplicate certificate,Certificado duplicado,50.00,,,",
        "DUP,Duplicate certificate,Certificado duplicado,25.00,,2009-06-30,sourced,S66,\n"
        "DUP,Duplicate certificate,Certificado duplicado,50.00,2009-07-01,2025-06-30,",
    )
    regime = load(folder)
    days = (date(2009, 6, 30), date(2009, 7, 1), date(2025, 6, 30), date(2025, 7, 1))
    rows = [regime.fee_row("DUP", day) for day in days]

    assert [row and row.amount_cents for row in rows] == [2500, 5000, 5000, None]


# Each is a table, what is put in place of what, and the fault; the line is found by the new text.
BROKEN = [
    ("moves.csv", "INIT|PROV|PROF5", "INIT|PROFF", "from_types names 'PROFF', which"),
    ("moves.csv", "INIT|INT_NR|", "INIT|NOPE|", "months_under names 'NOPE', which"),
    ("moves.csv", ",PROV,PROF5,", ",PROV,PRO5,", "to_type names 'PRO5', which"),
    ("moves.csv", ",,INIT,choose", ",,,choose", "from_types and to_type are both empty"),
    ("moves.csv", ",INIT_REN,", ",FREE,", "fee names 'FREE', which fees.csv does not have"),
    (
        "moves.csv",
        ",online,ED 183",
        ",phone,ED 183",
        "channel is 'phone', not one of online, paper",
    ),
    ("moves.csv", ",6,6,open", ",six,6,open", "opens_months_before is 'six', not a whole number"),
    ("moves.csv", "renew_provisional,", "renew_initial,", "code 'renew_initial' stands on line 3"),
    ("fees.csv", ",200.00,,,sourced,S1,", ",200.00,,,sourced,,", "the source is missing"),
    ("fees.csv", "50.00,,,sourced", "50.005,,,sourced", "amount is '50.005', not an amount"),
    ("fees.csv", "375.00", "-375.00", "amount is '-375.00', not an amount"),
    ("fees.csv", "375.00", "free", "amount is 'free', not an amount"),
    ("fees.csv", "375.00,,", "375.00,2025-02-30,", "effective_from is '2025-02-30', not a date"),
    (
        "fees.csv",
        "375.00,,",
        "375.00,2025-01-02,2025-01-01",
        "effective_to is before effective_from",
    ),
    ("fees.csv", "\nINIT_REN,", "\nINIT,", "the dates of 'INIT' overlap those of an earlier line"),
    ("fees.csv", "unsourced", "rumour", "basis is 'rumour', not one of derived"),
    ("steps.csv", "first_initial,details", "first,details", "kind names 'first', which moves.csv"),
    ("steps.csv", "first_initial,details", "first_initial,request", "the step 'request' of"),
    ("documents.csv", "first_initial,tests", "first,tests", "kind names 'first', which moves.csv"),
    ("documents.csv", "first_initial,tests", "first_initial,ed_125", "the document 'ed_125' of"),
    ("endorsements.csv", "may teach grades 1 to 6", "", "sentence is empty"),
    ("endorsements.csv", "\n002,", "\n001,", "code '001' stands on line 2 already"),
    ("districts.csv", "0020011,0020011", "0010011,0020011", "key '0010011' stands on line 2"),
    ("certificate_types.csv", "sourced,S24,", "sourced,S24", "the number of cells is not"),
]


@pytest.mark.parametrize(("file", "old", "new", "fault"), BROKEN)
def test_a_fault_is_named_by_file_and_line(folder, file, old, new, fault):
    before = (folder / file).read_text(encoding="utf-8")
    change(folder, file, old, new)
    at = before.index(old)
    line = before[:at].count("\n") + 1 + old.startswith("\n")
    found = faults(folder)

    assert any(text.startswith(f"{file}:{line}: ") and fault in text for text in found), found


def test_all_faults_are_named_at_once(folder):
    change(folder, "fees.csv", "375.00", "free")
    change(folder, "moves.csv", ",INIT_REN,", ",FREE,")
    change(folder, "office.toml", 'payee = "', 'payer = "')

    assert [fault.split(":")[0] for fault in faults(folder)] == [
        "office.toml",
        "fees.csv",
        "moves.csv",
    ]


def test_a_table_that_is_missing_is_a_fault(folder):
    (folder / "districts.csv").unlink()

    assert faults(folder)[0].startswith("districts.csv:1: cannot be read")


def test_a_table_with_other_columns_is_a_fault(folder):
    change(folder, "districts.csv", "key,code,name", "key,name,code")

    assert faults(folder)[0].startswith("districts.csv:1: the columns must be key,code,name,")


def test_a_table_that_is_empty_is_a_fault(folder):
    (folder / "steps.csv").write_text("")

    assert faults(folder)[0].startswith("steps.csv:1: the columns must be")


def test_an_open_quotation_mark_is_a_fault(folder):
    with (folder / "districts.csv").open("a") as table:
        table.write('"9990011,x\n')

    assert faults(folder) == ("districts.csv:206: unexpected end of data",)


def test_the_application_fee_must_be_there(folder):
    change(folder, "fees.csv", "\nAPP,", "\nAPPLY,")

    assert faults(folder) == ("fees.csv:1: the application fee, 'APP', is missing",)


def test_an_online_kind_must_end_with_the_affidavit(folder):
    change(folder, "steps.csv", "continue_professional,check", "continue_professional,sign")

    assert faults(folder) == (
        "steps.csv:1: the steps of 'continue_professional' must end with 'check'",
    )


OFFICE = [
    ("educator_number_digits = 10", 'educator_number_digits = "ten"', "must be a whole number"),
    ("educator_number_digits = 10", "educator_number_digits = 0", "must be a whole number"),
    ('phone = "860-713-6969"', 'phone = ""', "must be a text"),
    ('"PO Box 150471"', "150471", "mail_address must be a list of texts"),
    ('["Visa", "MasterCard"]', "[]", "accepted_card_brands must be a list of texts"),
    ('["Visa", "MasterCard"]', '"Visa"', "accepted_card_brands must be a list of texts"),
    ("America/New_York", "America/Hartford", "time_zone is not a zone"),
    ("America/New_York", "../etc", "time_zone is not a zone"),
    ('reference_prefix = "CT"', 'reference_prefix = "C7"', "reference_prefix must be capital"),
    ('[texts.affidavit]\nversion = "2026-1"', "[texts.affidavit]", "affidavit must have a version"),
    ("[texts.affidavit]", "[texts.oath]", "affidavit must have a version and a text"),
    ("review_days = 20", "", "denial must have rule, review_days"),
    ("review_days = 20", "review_days = 0", "denial must have a rule and whole numbers"),
    ('rule = "Section', 'rule = "" # "', "denial must have a rule and whole numbers"),
    ('final_kinds = ["dsap"', "final_kinds = [7", "denial must have its final_kinds as a list"),
    ("final_kinds = [", 'final_kinds = "" #', "denial must have its final_kinds as a list"),
    ('final_kinds = ["dsap"', 'final_kinds = ["dasp"', "final_kinds names ['dasp'] of nothing"),
]


@pytest.mark.parametrize(("old", "new", "fault"), OFFICE)
def test_a_fault_of_the_office_is_named_with_its_line(folder, old, new, fault):
    change(folder, "office.toml", old, new)
    found = faults(folder)

    assert len(found) == 1
    assert fault in found[0]
    assert found[0].startswith("office.toml:")


def test_the_line_of_a_setting_is_where_it_stands(folder):
    line = line_of(folder, "office.toml", "phone =")
    change(folder, "office.toml", 'phone = "860-713-6969"', "phone = 8607136969")

    assert faults(folder) == (f"office.toml:{line}: phone must be a text",)


def test_a_legal_text_without_words_is_a_fault(folder):
    change(folder, "office.toml", "I state that no Social", '"""\nrest = """I state that no Social')

    assert "no_ssn_statement must have a version and a text" in faults(folder)[0]


def test_an_office_without_texts_or_sense_is_a_fault(folder):
    (folder / "office.toml").write_text('texts = "none"')
    every = faults(folder)
    (folder / "office.toml").write_text("state = ")
    unreadable = faults(folder)

    assert len(every) >= 19
    assert unreadable[0].startswith("office.toml:1: cannot be read")


def test_what_may_be_asked_for_depends_on_the_kind_and_on_what_is_held():
    regime = default()
    cross = {one.code for one in regime.offered_endorsements(regime.kind("cross_endorsement"))}
    first = {one.code for one in regime.offered_endorsements(regime.kind("first_initial"), ["305"])}

    assert regime.offered_endorsements(regime.kind("renew_initial")) == ()
    assert {"029", "305"} <= cross and not cross & {"092", "070", "001"}
    assert {"092", "070"} <= first and not first & {"305", "001"}


def test_a_family_without_an_endorsement_is_a_fault(folder):
    change(folder, "moves.csv", "teaching|vocational", "teaching|musical")

    assert "musical" in faults(folder)[0]


def test_what_an_application_may_lack_depends_on_its_kind():
    regime = default()
    first, again = (regime.documents_of(kind) for kind in ("first_initial", "renew_initial"))

    assert [one.code for one in first][:3] == ["transcripts", "ed_125", "ed_126"]
    assert [one.code for one in again] == ["disclosure"]
    assert {kind.code for kind in regime.online_kinds()} == {one.kind for one in regime.documents}

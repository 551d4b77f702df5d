"""What must be said is not said by typing spaces."""

import pytest
from flask import Flask
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict

from cecs.web.forms import accounts, bureau, cashier, mail_room, tasks


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (bureau.HoldForm, "hold_reason"), (bureau.RecommendForm, "recommended"),
        (bureau.RecommendApprovalForm, "approval_reason"), (bureau.DenyForm, "denial_reason"),
        (bureau.DenyForm, "law"), (bureau.PaymentForm, "number"), (bureau.PaymentForm, "issuer"),
        (cashier.CheckForm, "check_number"), (cashier.RefundForm, "reason"),
        (accounts.RequestForm, "message"),
        (accounts.RequestForm, "first_name"), (accounts.RequestForm, "last_name"),
        (mail_room.OwnerForm, "references"), (mail_room.SendBackForm, "address"),
        (tasks.ChangeEmailForm, "how"),
    ],
)  # fmt: skip
def test_spaces_say_nothing(app: Flask, form: type[FlaskForm], field: str) -> None:
    with app.test_request_context():
        sent = form(MultiDict({field: " \n "}), meta={"csrf": False})
        sent[field].validate(sent)

        assert len(sent[field].errors) == 1

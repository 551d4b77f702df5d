"""The letter that somebody was sent last."""

import sqlalchemy as sa
from flask import Flask

from cecs.extensions import db
from cecs.models.office import OutgoingMail
from cecs.web.mails import render


def letter(app: Flask) -> tuple[str, str]:
    """Subject and words of the last mail, line ends folded."""
    with app.test_request_context():
        mails = sa.select(OutgoingMail).order_by(OutgoingMail.id.desc())
        mail = db.session.scalars(mails).first()
        assert mail is not None
        subject, text = render(mail.notice, mail.values, None)
        return subject, " ".join(text.split())

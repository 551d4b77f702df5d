"""The form for a district's list: the key, and a file or pasted lines; each fault at its field."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from itsdangerous import BadSignature, URLSafeSerializer
from wtforms import HiddenField, PasswordField, TextAreaField

from cecs.services import api_keys, bulk_checks
from cecs.services.api_keys import Holder
from cecs.services.bulk_checks import Line
from cecs.services.refused import Refused
from cecs.web.desk import desk
from cecs.web.filters import say

MOST = 1_000_000  # bytes of a list, as the API takes them
MOST_SENT = 2 * MOST  # of a request: the form around it, and what an old encoding makes longer
HOLDS = timedelta(hours=1)


class ListForm(FlaskForm):
    """Once valid, `holder` is whose key it is, `listed` the lines, and `lines` has their text.

    So a file need not be chosen again where only the key was wrong.
    """

    key = PasswordField(_l("The district's key"))
    file = FileField(_l("A CSV file"), render_kw={"accept": ".csv,.txt,text/csv,text/plain"})
    lines = TextAreaField(_l("Or lines, pasted here"))
    carried = HiddenField()  # what `ticket` gave, in the place of the key

    holder: Holder | None = None
    was_file = False  # whether `lines` has the text of a file
    listed: Sequence[Line] = ()

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        fits: bool = super().validate(extra_validators)
        self._read()
        self._recognise()
        return fits and not self.errors

    def _read(self) -> None:
        pasted, file = _with_plain_ends(self.lines.data or ""), self.file.data
        field = self.file if file else self.lines
        if file and pasted.strip():
            both = _(
                "Choose a file or paste lines, not both. To send the file, empty the box below"
                " and choose the file again."
            )
            field.errors = [both]
        elif not (file or pasted.strip()):
            field.errors = [_("Choose a file, or paste lines here.")]
        else:
            content = file.read() if file else pasted.encode()
            if fault := self._fault_of(content):
                field.errors = [fault]

    def _fault_of(self, content: bytes) -> str:
        """Why this is no list; nothing where it is one, which is kept then."""
        if b"\0" in content and not content.startswith(bulk_checks.UTF_16):
            return _("This is no CSV file. Open it in your spreadsheet and save it as CSV.")
        text = _with_plain_ends(bulk_checks.decoded(content))
        if len(text.encode()) > MOST:
            return _("This is too large. Send at most 1 MB at once.")
        try:
            self.listed = bulk_checks.read(desk(), text.encode(), as_csv=True)
        except Refused as refused:
            return say(refused.sentence)
        self.lines.data, self.was_file = text, bool(self.file.data)
        return ""

    def _recognise(self) -> None:
        key = (self.key.data or "").strip()
        if key:
            self.holder = api_keys.holder(key)
            fault = _("This key is not known, or was revoked.")
        elif self.carried.data:
            self.holder = _holder_of(self.carried.data, self.lines.data or "")
            fault = _("The answers were shown too long ago. Enter the key again.")
        else:
            fault = _("Enter the key that the bureau gave your district.")
        if not self.holder:
            self.key.errors = [fault]


def ticket(key_id: int, text: str) -> str:
    """What lets this list be checked again, for an hour, by who has its answers and no key."""
    until = int((desk().now() + HOLDS).timestamp())
    return str(_seal().dumps([key_id, until, _digest(text)]))


def _holder_of(sent: str, text: str) -> Holder | None:
    try:
        key_id, until, digest = _seal().loads(sent)
    except BadSignature:
        return None
    holds = desk().now().timestamp() < until and digest == _digest(text)
    return api_keys.holder_of(key_id) if holds else None


def _seal() -> URLSafeSerializer:
    return URLSafeSerializer(desk().settings.secret_key, salt="the answers of a list")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _with_plain_ends(text: str) -> str:
    """Browsers send other ends of lines than they were given."""
    return text.replace("\r\n", "\n").replace("\r", "\n")

"""Two words from a picture, in forms that anyone may send."""

import uuid

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired

from cecs.services import captcha
from cecs.web.browsers import browser
from cecs.web.desk import desk


def words_field() -> StringField:
    """Where they are typed: a field of each form, for the order of fields is that of the page."""
    return StringField(
        _l("The two words you see in the box"), [InputRequired(_l("Type the two words."))]
    )


class TwoWords:
    """What a form with the fields `challenge` and `words` can do."""

    challenge: HiddenField
    words: StringField

    def show_new(self) -> None:
        """Two new words, and nothing typed."""
        self.challenge.data = str(captcha.show(desk(), browser()))
        self.words.data = ""

    def still_stand(self) -> bool:
        """Whether the words that were shown can still be typed."""
        return captcha.stands(desk(), self._shown, browser())

    def are_right(self) -> bool:
        """Whether these are the words. They are used up then, right or wrong."""
        return captcha.used_well(desk(), self._shown, browser(), self.words.data)

    @property
    def _shown(self) -> uuid.UUID:
        try:
            return uuid.UUID(self.challenge.data or "")
        except ValueError:
            return uuid.uuid4()  # nobody's

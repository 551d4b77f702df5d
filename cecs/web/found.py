"""Who was found, as the pages show it: HTML that was written once, and how the name fits."""

from collections.abc import Sequence
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from cecs.desk import Desk
from cecs.services import lookup
from cecs.services.lookup_rows import How
from cecs.web.desk import desk
from cecs.web.filters import moment_in
from cecs.web.languages import language

LINK, LINK_OUT = '<a href="/', '<a target="_blank" rel="noopener" href="/'


class Told(NamedTuple):
    """An answer as templates tell it."""

    many: int  # how many entries
    count: str  # the same in words
    searched_all: bool
    more: bool
    goes_on: bool  # whether the list can be read on
    iso: str
    moment: str
    entries: Markup


def told(answer: lookup.Answer, in_frame: bool = False) -> Told:
    """In a frame, links of an entry lead out of it."""
    entries = [_entry(row.how, words) for row, words in lookup.told(desk(), answer)]
    found = _told(desk(), answer, language(), entries)
    some = ngettext("%(num)s educator found", "%(num)s educators found", found.many)
    if in_frame:
        found = found._replace(entries=Markup(str(found.entries).replace(LINK, LINK_OUT)))
    return found._replace(count=some if found.many else _("Nothing found"))


def plainly(desk: Desk, answer: lookup.Answer, code: str) -> Told | None:
    """An answer that needs no words of its own, beside how many there are; None for others."""
    entries = lookup.told(desk, answer)
    if not entries or any(row.how is not How.AS_TYPED for row, _words in entries):
        return None
    return _told(desk, answer, code, [Markup(words) for _row, words in entries])


def _told(desk: Desk, answer: lookup.Answer, code: str, entries: Sequence[Markup]) -> Told:
    return Told(
        many=len(entries),
        count="",
        searched_all=answer.searched_all,
        more=answer.more,
        goes_on=bool(lookup.after(answer)),
        iso=answer.at.isoformat(timespec="seconds"),
        moment=moment_in(code, desk.regime.office.time_zone, answer.at),
        entries=Markup("").join(entries),
    )


def _entry(how: How, words: str) -> Markup:
    """The first line holds the name; how it fits is said right after it."""
    if how is How.AS_TYPED:
        return Markup(words)
    name, _line_end, rest = words.partition("\n")
    hint = Markup('<p class="usa-hint">{}</p>').format(_how(how))
    return Markup(name) + hint + Markup(rest)


def _how(how: How) -> str:
    return {
        How.FORMER: _("Also found under a former last name"),
        How.PART: _("Found by a part of the last name"),
        How.SYNONYM: _("Found by another form of the first name"),
        How.SWAPPED: _("Found with first and last name changed places"),
        How.MERGED: _("This number was merged into another record, which is this one"),
        How.SIMILAR: _("Similar: one letter is different from what you typed"),
    }[how]

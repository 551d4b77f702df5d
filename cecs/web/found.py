"""Who was found, as the pages show it: HTML that was written once, and how the name fits."""

from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from cecs.desk import Desk
from cecs.domain.lookup import How, ShownEducator
from cecs.domain.timelines import timeline
from cecs.services import lookup
from cecs.services.lookup import IN_ORDER
from cecs.web.desk import desk
from cecs.web.filters import moment_in
from cecs.web.languages import language

# By language, how a name fits, as HTML: said once in a request, then known.
_HINTS: dict[tuple[str, str], bytes] = {}
LONGER = How.BEGINNING  # said once, before the first of them, where others fit wholly
LINK, LINK_OUT = '<a href="/', '<a target="_blank" rel="noopener" href="/'


class Told(NamedTuple):
    """An answer as templates tell it."""

    many: int  # how many entries
    count: str  # the same in words
    searched_all: bool
    more: bool
    begins: bool  # False: it leaves out those of the list who come before
    goes_on: bool  # whether the list can be read on
    iso: str
    moment: str
    entries: Markup | bytes  # bytes where no template is asked: HTML in UTF-8


def told(answer: lookup.Answer, in_frame: bool = False) -> Told:
    """In a frame, links of an entry lead out of it."""
    code = language()
    for fits in (LONGER, *_otherwise(answer)):
        tag = Markup("<p>{}</p>") if fits == LONGER else Markup('<p class="usa-hint">{}</p>')
        _HINTS[code, fits] = tag.format(how(fits)).encode()
    found = _told(desk(), answer, code)
    if found.more or found.goes_on or not found.begins:
        some = ngettext(
            "%(num)s educator on this page", "%(num)s educators on this page", found.many
        )
    else:
        some = ngettext("%(num)s educator found", "%(num)s educators found", found.many)
    entries = found.entries.decode()
    if in_frame:
        entries = entries.replace(LINK, LINK_OUT)
    count = some if found.many else _("Nothing found")
    return found._replace(count=count, entries=Markup(entries))


def plainly(desk: Desk, answer: lookup.Answer, code: str) -> Told | None:
    """An answer whose words are all known already, beside how many there are; None for others."""
    if not all((code, fits) in _HINTS for fits in (LONGER, *_otherwise(answer))):
        return None
    return _told(desk, answer, code)


def _otherwise(answer: lookup.Answer) -> set[str]:
    """All ways in which names fit that are not in the order of names."""
    return {fits for _place, _words, fits in answer.found if fits and fits not in IN_ORDER}


def _told(desk: Desk, answer: lookup.Answer, code: str) -> Told:
    found = lookup.told(desk, answer)
    entries = [
        words if otherwise in IN_ORDER else _hinted(words, _HINTS[code, otherwise])
        for _place, words, otherwise in found
    ]
    if found and found[0][2] == How.AS_TYPED:
        whole = sum(otherwise == How.AS_TYPED for _place, _words, otherwise in found)
        if whole < len(found) and found[whole][2] is None:
            entries.insert(whole, _HINTS[code, LONGER])
    return Told(
        many=len(found),
        count="",
        searched_all=answer.searched_all,
        more=answer.more,
        begins=not answer.goes_on,
        goes_on=bool(lookup.after(answer)),
        iso=answer.at.isoformat(timespec="seconds"),
        moment=moment_in(code, desk.regime.office.time_zone, answer.at),
        entries=b"".join(entries),
    )


def _hinted(words: bytes, hint: bytes) -> bytes:
    """The first line holds the name; how it fits is said right after it."""
    name, _line_end, rest = words.partition(b"\n")
    return name + hint + rest


def how(name: str) -> str:
    """How a name fits that is not the one that was asked for, in words."""
    return {
        How.BEGINNING: _("From here on, names that only begin as you typed them:"),
        How.PARTED: _("Found with what you typed taken for a first and a last name"),
        How.FORMER: _("Also found under a former last name"),
        How.PART: _("Found by a part of the last name"),
        How.SYNONYM: _("Found by another form of the first name"),
        How.SWAPPED: _("Found with first and last name changed places"),
        How.MERGED: _("This number was merged into another record, which is this one"),
        How.REORDERED: _("Found with the parts of the last name in another order"),
        How.SIMILAR: _("Similar: what you typed may have one typing error"),
        How.SIMILAR_PART: _(
            "Similar to a part of the last name: what you typed may have one typing error"
        ),
        How.SIMILAR_FORMER: _(
            "Similar to a former last name: what you typed may have one typing error"
        ),
    }[How(name)]


def over_the_years(known: ShownEducator) -> dict[str, Any]:
    """An educator's certificates as a page draws and tells them: `held` and `drawn`."""
    writer, code, today = desk().writer, language(), desk().today()
    ordered = known.in_order(today)
    facts = [each.facts for each in ordered]
    drawn = timeline([(each.valid_from, each.expires_on) for each in facts], today)
    held = [
        {
            **writer.called(code, each, today)._asdict(),
            "html": writer.certificate(code, each, today, 3),
            "bar": bar,
        }
        for each, bar in zip(ordered, drawn.bars, strict=True)
    ]
    return {"held": held, "drawn": drawn}

"""Who was found, as the pages show it: HTML that was written once, and how the name fits."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from cecs.services import lookup
from cecs.web.desk import desk

LINK, LINK_OUT = '<a href="/', '<a target="_blank" rel="noopener" href="/'


def told(answer: lookup.Answer, in_frame: bool = False) -> dict[str, Any]:
    """What a template needs to tell it; in a frame, links of an entry lead out of it.

    Of each entry: how its name fits, the line that holds the name, and all that follows.
    """
    found = []
    for row, words in lookup.told(desk(), answer):
        name, _line_end, rest = words.partition("\n")
        rest = rest.replace(LINK, LINK_OUT) if in_frame else rest
        found.append((row.how, Markup(name), Markup(rest)))
    many = ngettext("%(num)s educator found", "%(num)s educators found", len(found))
    return {"answer": answer, "found": found, "count": many if found else _("Nothing found")}

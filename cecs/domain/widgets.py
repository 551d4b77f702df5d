"""A district's widget: the sites that may show it, and colours that can be read on it."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from cecs.domain.sentences import Sentence

# WCAG 2.2, success criterion 1.4.3, for text of ordinary size.
READABLE = 4.5
ON_ONES_OWN_MACHINE = ("localhost", "127.0.0.1")
USUAL_PORTS = {"https": 443, "http": 80}
LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")


@dataclass(frozen=True, slots=True)
class Theme:
    """Three colours, each as #rrggbb. Buttons are the accent with the background's colour on it."""

    accent: str = "#005ea2"
    text: str = "#1b1b1b"
    background: str = "#ffffff"

    def faults(self) -> dict[str, Sentence]:
        """Why not everyone could read it, by the colour that is too near the background."""
        words = {"accent": Sentence("Links and buttons"), "text": Sentence("The words")}
        found = {name: contrast(getattr(self, name), self.background) for name in words}
        return {
            name: Sentence(
                "{part} would be hard to read: their contrast with the background is {found}"
                " to 1, and {needed} to 1 is needed. Choose a darker or a lighter color.",
                part=part,
                found=str(math.floor(found[name] * 10) / 10),
                needed=str(READABLE),
            )
            for name, part in words.items()
            if found[name] < READABLE
        }


def contrast(one: str, other: str) -> float:
    """How far two colours are apart, from 1 to 21, as WCAG 2.2 reckons it."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def origin(address: str) -> str | Sentence:
    """The site of a page's address, such as https://www.hill.example; or why it cannot be one."""
    address = address.strip()
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except ValueError:
        host, port = "", None
    own = host in ON_ONES_OWN_MACHINE
    labels = host.split(".")
    if not all(LABEL.fullmatch(label) for label in labels) or (len(labels) < 2 and not own):
        return Sentence("“{address}” is not the address of a page.", address=address)
    if parts.scheme != "https" and not (own and parts.scheme == "http"):
        return Sentence(
            "“{address}” cannot show it: pages that do must begin with https://.", address=address
        )
    usual = port in (None, USUAL_PORTS[parts.scheme])
    return f"{parts.scheme}://{host}" + ("" if usual else f":{port}")


def _luminance(colour: str) -> float:
    weights = (0.2126, 0.7152, 0.0722)
    return sum(w * part for w, part in zip(weights, _parts(colour), strict=True))


def _parts(colour: str) -> Iterator[float]:
    """Red, green and blue as light, from 0 to 1."""
    for at in (1, 3, 5):
        part = int(colour[at : at + 2], 16) / 255
        yield part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

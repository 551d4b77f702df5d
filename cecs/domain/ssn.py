"""Social Security numbers: which shapes can exist."""

from cecs.domain.sentences import Sentence

# Published for use in advertisements; never anyone's, so that demo people can have them.
ADVERTISING = frozenset(f"98765{last}" for last in range(4320, 4330))


class SsnRefused(ValueError):
    """What was typed is no Social Security number; `sentence` is for the person who typed it."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence.text)
        self.sentence = sentence


def parse(text: str, demo: bool) -> str:
    """The nine digits of what was typed, spaces and hyphens forgiven, or SsnRefused.

    The advertising numbers pass in demo mode only. What was typed is in no message.
    """
    digits = "".join(mark for mark in text if not mark.isspace() and mark not in "-‐‑–.")
    if not (len(digits) == 9 and digits.isascii() and digits.isdigit()):
        raise SsnRefused(Sentence("Enter the nine digits of your Social Security number."))
    if demo and digits in ADVERTISING:
        return digits
    area, group, serial = digits[:3], digits[3:5], digits[5:]
    if area in ("000", "666") or area[0] == "9" or group == "00" or serial == "0000":
        raise SsnRefused(
            Sentence("This cannot be a Social Security number. Check the digits on your card.")
        )
    return digits

"""What people are told, kept apart from the language that it is told in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


class Cents(int):
    """An amount in whole cents; readers are shown dollars."""

    def __str__(self) -> str:
        dollars, cents = divmod(abs(int(self)), 100)
        return f"{'−' if self < 0 else ''}${dollars:,}.{cents:02d}"


@dataclass(frozen=True, slots=True, init=False)
class Sentence:
    """An English sentence with named places: the key to its translations, and the values.

    Values are text, whole numbers, `Cents`, dates, or further sentences.
    """

    text: str
    values: Mapping[str, Any] = field(hash=False)

    def __init__(self, text: str, **values: Any) -> None:
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "values", values)

    def __str__(self) -> str:
        return self.text.format(**self.values)

    def to_json(self) -> dict[str, Any]:
        """A form that events and the outbox can keep: key and values, not English."""
        return {"text": self.text, "values": {k: _pack(v) for k, v in self.values.items()}}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Sentence":
        """The sentence that `to_json` was asked of."""
        return cls(kept["text"], **{k: _unpack(v) for k, v in kept["values"].items()})


def _pack(value: Any) -> Any:
    if isinstance(value, Sentence):
        return {"sentence": value.to_json()}
    if isinstance(value, Cents):
        return {"cents": int(value)}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    return value


def _unpack(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if "sentence" in value:
        return Sentence.from_json(value["sentence"])
    if "cents" in value:
        return Cents(value["cents"])
    return date.fromisoformat(value["date"])

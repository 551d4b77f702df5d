"""The lookup on districts' own sites."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cecs.domain.widgets import Theme
from cecs.extensions import db
from cecs.models.columns import UtcDateTime

USUAL = Theme()


class EmbedKey(db.Model):
    """A district's permission to show our lookup on its own site. Revoked ones are kept."""

    __tablename__ = "embed_key"

    key: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    district_code: Mapped[str] = mapped_column(sa.String(60))
    origins: Mapped[list[str]] = mapped_column(sa.JSON)
    language: Mapped[str] = mapped_column(sa.String(2), default="en")
    accent: Mapped[str] = mapped_column(sa.String(7), default=USUAL.accent)
    text: Mapped[str] = mapped_column(sa.String(7), default=USUAL.text)
    background: Mapped[str] = mapped_column(sa.String(7), default=USUAL.background)
    made_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))

    @property
    def theme(self) -> Theme:
        """Its three colours."""
        return Theme(self.accent, self.text, self.background)

"""A refund is of one application, and what it returned is due again unless it is given up.

Revision ID: 014
Revises: 013
"""

import sqlalchemy as sa
from alembic import op

revision = "014"
down_revision = "013"
branch_labels = None
depends_on = None

OF_A_CARD = """
UPDATE refund SET application_id = (SELECT application_id FROM payment_attempt
WHERE payment_attempt.id = refund.payment_attempt_id) WHERE payment_attempt_id IS NOT NULL
"""
# Of several on one check the first was told, so that it is the one meant.
OF_A_CHECK = """
UPDATE refund SET application_id = (SELECT application_id FROM mailed_payment
WHERE mailed_payment.id = refund.mailed_payment_id) WHERE mailed_payment_id IS NOT NULL
"""
# Until now these were not approved any more, and nobody could pay.
DUE_AGAIN = """
INSERT INTO fee (application_id, code, cents, due, refunded_cents)
SELECT fee.application_id, fee.code, fee.refunded_cents, 'submission', 0
FROM fee JOIN application ON application.id = fee.application_id
WHERE fee.refunded_cents > 0 AND application.status NOT IN
('issued', 'denied', 'withdrawn', 'closed_incomplete', 'expired_unpaid', 'abandoned', 'draft')
"""


def upgrade() -> None:
    with op.batch_alter_table("refund", schema=None) as batch_op:
        batch_op.add_column(sa.Column("application_id", sa.Uuid(), nullable=True))
        batch_op.add_column(
            sa.Column("waives_fee", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(
            sa.Column("again_fee_ids", sa.JSON(), nullable=False, server_default="[]")
        )
        batch_op.create_index(
            batch_op.f("ix_refund_application_id"), ["application_id"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_refund_application_id"), "application", ["application_id"], ["id"]
        )
    for statement in (OF_A_CARD, OF_A_CHECK, DUE_AGAIN):
        op.execute(statement)


def downgrade() -> None:
    with op.batch_alter_table("refund", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_refund_application_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_refund_application_id"))
        batch_op.drop_column("again_fee_ids")
        batch_op.drop_column("waives_fee")
        batch_op.drop_column("application_id")

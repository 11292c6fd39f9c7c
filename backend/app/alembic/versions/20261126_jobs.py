"""jobs: what is done after a transaction, mail first of all

Revision: 9c1f6e20b7d4, after: 4be91d07c3a6
Made: 2026-11-26 20:35:00
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "9c1f6e20b7d4"
down_revision = "4be91d07c3a6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("give_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("try_count", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('mail')", name=op.f("ck_job_kind")),
        sa.CheckConstraint("try_count >= 0", name=op.f("ck_job_try_count")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index(op.f("ix_job_due_at"), "job", ["due_at"])


def downgrade() -> None:
    op.drop_table("job")

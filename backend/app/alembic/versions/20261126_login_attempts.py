"""login attempts: counted, and the addresses that logins came from

Revision: 4be91d07c3a6, after: d27b90c4e815
Made: 2026-11-26 19:20:00
"""

import sqlalchemy as sa
from alembic import op

revision = "4be91d07c3a6"
down_revision = "d27b90c4e815"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "login_counter",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("try_count", sa.Integer(), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("try_count >= 0", name=op.f("ck_login_counter_try_count")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_login_counter")),
    )
    op.create_index(op.f("ix_login_counter_expires_at"), "login_counter", ["expires_at"])
    op.create_table(
        "login_address",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("last_login_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_login_address_user_id_user_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_login_address")),
    )
    op.create_index(op.f("ix_login_address_user_id"), "login_address", ["user_id"])


def downgrade() -> None:
    op.drop_table("login_address")
    op.drop_table("login_counter")

"""audit events: who did what

Revision: 7a13f5c0b2d8, after: b18f5c2e9d47
Made: 2026-11-26 20:45:00
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "7a13f5c0b2d8"
down_revision = "b18f5c2e9d47"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_event",
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("actor", sa.String(length=20), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("api_token_id", sa.Uuid(), nullable=True),
        sa.Column("origin", postgresql.INET(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("details", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("action ~ '^[a-z_]+:[a-z_]+:[a-z_]+$'", name=op.f("ck_audit_event_action")),
        sa.CheckConstraint(
            "actor IN ('user', 'token', 'command', 'server', 'stranger')", name=op.f("ck_audit_event_actor")
        ),
        sa.PrimaryKeyConstraint("station_id", "id", name=op.f("pk_audit_event")),
    )
    op.create_index(op.f("ix_audit_event_station_id_created_at_id"), "audit_event", ["station_id", "created_at", "id"])
    op.create_index(op.f("ix_audit_event_created_at_id"), "audit_event", ["created_at", "id"])
    op.execute(
        "CREATE TRIGGER audit_event_keep BEFORE UPDATE OR DELETE ON audit_event"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute("CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON audit_event EXECUTE FUNCTION refuse_change()")


def downgrade() -> None:
    op.drop_table("audit_event")

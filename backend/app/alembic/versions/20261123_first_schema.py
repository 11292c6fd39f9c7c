"""first schema

Revision: 1bb26d648236, after:
Made: 2026-11-23 17:56:51.590820
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "1bb26d648236"
down_revision = None
branch_labels = None
depends_on = None


# The record is kept by the database, not by the good manners of the code above it.
APPEND_ONLY = (
    """
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
    END $$
    """,
    # Everything but the derived effective status must stay as it was, columns of later revisions included.
    """
    CREATE FUNCTION keep_press() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        probe press;
    BEGIN
        probe := NEW;
        probe.effective_status := OLD.effective_status;
        IF probe IS DISTINCT FROM OLD THEN
            RAISE EXCEPTION 'press is append-only: only effective_status may change'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    # A button that was never pressed may be deleted, and its versions with it: no press can have aired them.
    """
    CREATE FUNCTION keep_button_version() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM press WHERE station_id = OLD.station_id AND button_id = OLD.button_id) THEN
            RAISE EXCEPTION 'button_version is append-only: the button has history'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END $$
    """,
    "CREATE TRIGGER press_keep BEFORE UPDATE ON press FOR EACH ROW EXECUTE FUNCTION keep_press()",
    "CREATE TRIGGER press_no_delete BEFORE DELETE ON press FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER press_no_truncate BEFORE TRUNCATE ON press EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER correction_keep BEFORE UPDATE OR DELETE ON correction"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER correction_no_truncate BEFORE TRUNCATE ON correction EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER button_version_keep BEFORE UPDATE ON button_version FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER button_version_no_delete BEFORE DELETE ON button_version"
    " FOR EACH ROW EXECUTE FUNCTION keep_button_version()",
    "CREATE TRIGGER button_version_no_truncate BEFORE TRUNCATE ON button_version EXECUTE FUNCTION refuse_change()",
)


def upgrade() -> None:
    op.create_table(
        "station",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("call_sign", sa.String(length=40), nullable=True),
        sa.Column("community", sa.String(length=200), nullable=True),
        sa.Column("dedup_window_ms", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("purpose IN ('radio', 'stream', 'desk', 'research')", name=op.f("ck_station_purpose")),
        sa.CheckConstraint("dedup_window_ms BETWEEN 0 AND 3600000", name=op.f("ck_station_dedup_window_ms")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_station")),
    )
    op.create_table(
        "user_account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("full_name", sa.String(length=255), nullable=True),
        sa.Column("hashed_password", sa.String(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_superuser", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_user_account_email_lower")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("email", name=op.f("uq_user_account_email")),
    )
    op.create_table(
        "watch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("last_seen_at >= started_at", name=op.f("ck_watch_ends_after_it_starts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch")),
    )
    op.create_index(op.f("ix_watch_last_seen_at"), "watch", ["last_seen_at"], unique=False)
    op.create_table(
        "button",
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("current_version", sa.Integer(), nullable=False),
        sa.Column("tags", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("color", sa.String(length=7), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("dedup_window_ms", sa.Integer(), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("color ~ '^#[0-9a-f]{6}$'", name=op.f("ck_button_color")),
        sa.CheckConstraint("dedup_window_ms BETWEEN 0 AND 3600000", name=op.f("ck_button_dedup_window_ms")),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_button_starts_before_it_ends")),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_button_station_id_station")),
        sa.PrimaryKeyConstraint("station_id", "id", name=op.f("pk_button")),
    )
    op.create_table(
        "deck",
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("test_mode_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_deck_station_id_station")),
        sa.PrimaryKeyConstraint("station_id", "id", name=op.f("pk_deck")),
    )
    op.create_table(
        "login_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=True),
        sa.Column("user_agent", sa.String(length=400), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_login_session_user_id_user_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_login_session_token_hash")),
    )
    op.create_index(op.f("ix_login_session_user_id"), "login_session", ["user_id"], unique=False)
    op.create_table(
        "member",
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('owner', 'editor', 'viewer')", name=op.f("ck_member_role")),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_member_station_id_station")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_member_user_id_user_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("station_id", "user_id", name=op.f("pk_member")),
    )
    op.create_index(op.f("ix_member_user_id"), "member", ["user_id"], unique=False)
    op.create_table(
        "press_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("button_id", sa.Uuid(), nullable=False),
        sa.Column("deck_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_press_key_station_id_station")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_press_key")),
        sa.UniqueConstraint("key", name=op.f("uq_press_key_key")),
    )
    op.create_index(op.f("ix_press_key_station_id_button_id"), "press_key", ["station_id", "button_id"], unique=False)
    op.create_table(
        "press_key_heard",
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("press_key_id", sa.Uuid(), nullable=False),
        sa.Column("last_heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_press_key_heard_station_id_station")),
        sa.PrimaryKeyConstraint("station_id", "press_key_id", name=op.f("pk_press_key_heard")),
    )
    op.create_table(
        "station_head",
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_station_head_station_id_station")),
        sa.PrimaryKeyConstraint("station_id", name=op.f("pk_station_head")),
    )
    op.create_table(
        "button_retirement",
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("button_id", sa.Uuid(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_by", sa.Uuid(), nullable=True),
        sa.Column("unretired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unretired_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("unretired_at >= retired_at", name=op.f("ck_button_retirement_ends_after_it_starts")),
        sa.ForeignKeyConstraint(
            ["station_id", "button_id"],
            ["button.station_id", "button.id"],
            name=op.f("fk_button_retirement_station_id_button_id_button"),
        ),
        sa.PrimaryKeyConstraint("station_id", "button_id", "retired_at", name=op.f("pk_button_retirement")),
    )
    op.create_index(
        "uq_button_retirement_open",
        "button_retirement",
        ["station_id", "button_id"],
        unique=True,
        postgresql_where=sa.text("unretired_at IS NULL"),
    )
    op.create_table(
        "button_tally",
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("button_id", sa.Uuid(), nullable=False),
        sa.Column("press_count", sa.BigInteger(), nullable=False),
        sa.Column("last_pressed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("press_count >= 0", name=op.f("ck_button_tally_press_count")),
        sa.ForeignKeyConstraint(
            ["station_id", "button_id"],
            ["button.station_id", "button.id"],
            name=op.f("fk_button_tally_station_id_button_id_button"),
        ),
        sa.PrimaryKeyConstraint("station_id", "button_id", name=op.f("pk_button_tally")),
    )
    op.create_table(
        "button_version",
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("button_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("duration", sa.Float(), nullable=True),
        sa.Column("source", sa.String(length=500), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("duration >= 0", name=op.f("ck_button_version_duration")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_button_version_number")),
        sa.ForeignKeyConstraint(
            ["station_id", "button_id"],
            ["button.station_id", "button.id"],
            name=op.f("fk_button_version_station_id_button_id_button"),
        ),
        sa.PrimaryKeyConstraint("station_id", "button_id", "number", name=op.f("pk_button_version")),
    )
    op.create_table(
        "rollup_day",
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("button_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("press_count", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("press_count >= 0", name=op.f("ck_rollup_day_press_count")),
        sa.ForeignKeyConstraint(
            ["station_id", "button_id"],
            ["button.station_id", "button.id"],
            name=op.f("fk_rollup_day_station_id_button_id_button"),
        ),
        sa.PrimaryKeyConstraint("station_id", "button_id", "day", name=op.f("pk_rollup_day")),
    )
    op.create_table(
        "rollup_quarter",
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("button_id", sa.Uuid(), nullable=False),
        sa.Column("quarter_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("press_count", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("press_count >= 0", name=op.f("ck_rollup_quarter_press_count")),
        sa.ForeignKeyConstraint(
            ["station_id", "button_id"],
            ["button.station_id", "button.id"],
            name=op.f("fk_rollup_quarter_station_id_button_id_button"),
        ),
        sa.PrimaryKeyConstraint("station_id", "button_id", "quarter_start", name=op.f("pk_rollup_quarter")),
    )
    op.create_table(
        "press",
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("button_id", sa.Uuid(), nullable=False),
        sa.Column("button_version", sa.Integer(), nullable=False),
        sa.Column("deck_id", sa.Uuid(), nullable=True),
        sa.Column("press_key_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("effective_status", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("pressed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock_offset_ms", sa.BigInteger(), nullable=True),
        sa.Column("is_clock_suspect", sa.Boolean(), nullable=False),
        sa.Column("origin", postgresql.INET(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("channel IN ('get', 'post', 'batch', 'manual')", name=op.f("ck_press_channel")),
        sa.CheckConstraint(
            "effective_status IN ('counted', 'suppressed', 'retired', 'test', 'ignored', 'void')",
            name=op.f("ck_press_effective_status"),
        ),
        sa.CheckConstraint(
            "status IN ('counted', 'suppressed', 'retired', 'test', 'ignored', 'void') AND status <> 'void'",
            name=op.f("ck_press_status"),
        ),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_press_seq")),
        sa.ForeignKeyConstraint(
            ["station_id", "button_id", "button_version"],
            ["button_version.station_id", "button_version.button_id", "button_version.number"],
            name="fk_press_button_version",
        ),
        sa.PrimaryKeyConstraint("station_id", "seq", name=op.f("pk_press")),
    )
    op.create_index(
        "ix_press_counted",
        "press",
        ["station_id", "button_id", "pressed_at"],
        unique=False,
        postgresql_where=sa.text("effective_status = 'counted'"),
    )
    op.create_index(
        "ix_press_station_id_button_id_pressed_at_seq",
        "press",
        ["station_id", "button_id", "pressed_at", "seq"],
        unique=False,
    )
    op.create_index("ix_press_station_id_pressed_at_seq", "press", ["station_id", "pressed_at", "seq"], unique=False)
    op.create_index("uq_press_station_id_id", "press", ["station_id", "id"], unique=True)
    op.create_table(
        "correction",
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("press_seq", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('void', 'restore', 'note')", name=op.f("ck_correction_kind")),
        sa.CheckConstraint("text <> ''", name=op.f("ck_correction_text")),
        sa.CheckConstraint("seq > press_seq", name=op.f("ck_correction_follows_its_press")),
        sa.ForeignKeyConstraint(
            ["station_id", "press_seq"],
            ["press.station_id", "press.seq"],
            name=op.f("fk_correction_station_id_press_seq_press"),
        ),
        sa.PrimaryKeyConstraint("station_id", "seq", name=op.f("pk_correction")),
    )
    op.create_index(
        op.f("ix_correction_station_id_press_seq_seq"), "correction", ["station_id", "press_seq", "seq"], unique=False
    )
    op.create_foreign_key(
        "fk_button_current_version",
        "button",
        "button_version",
        ["station_id", "id", "current_version"],
        ["station_id", "button_id", "number"],
        deferrable=True,
        initially="DEFERRED",
    )
    for statement in APPEND_ONLY:
        op.execute(statement)


def downgrade() -> None:
    op.drop_constraint("fk_button_current_version", "button", type_="foreignkey")
    op.drop_index(op.f("ix_correction_station_id_press_seq_seq"), table_name="correction")
    op.drop_table("correction")
    op.drop_index("uq_press_station_id_id", table_name="press")
    op.drop_index("ix_press_station_id_pressed_at_seq", table_name="press")
    op.drop_index("ix_press_station_id_button_id_pressed_at_seq", table_name="press")
    op.drop_index("ix_press_counted", table_name="press", postgresql_where=sa.text("effective_status = 'counted'"))
    op.drop_table("press")
    op.drop_table("rollup_quarter")
    op.drop_table("rollup_day")
    op.drop_table("button_version")
    op.drop_table("button_tally")
    op.drop_index(
        "uq_button_retirement_open", table_name="button_retirement", postgresql_where=sa.text("unretired_at IS NULL")
    )
    op.drop_table("button_retirement")
    op.drop_table("station_head")
    op.drop_table("press_key_heard")
    op.drop_index(op.f("ix_press_key_station_id_button_id"), table_name="press_key")
    op.drop_table("press_key")
    op.drop_index(op.f("ix_member_user_id"), table_name="member")
    op.drop_table("member")
    op.drop_index(op.f("ix_login_session_user_id"), table_name="login_session")
    op.drop_table("login_session")
    op.drop_table("deck")
    op.drop_table("button")
    op.drop_index(op.f("ix_watch_last_seen_at"), table_name="watch")
    op.drop_table("watch")
    op.drop_table("user_account")
    op.drop_table("station")
    op.execute("DROP FUNCTION refuse_change")
    op.execute("DROP FUNCTION keep_press")
    op.execute("DROP FUNCTION keep_button_version")

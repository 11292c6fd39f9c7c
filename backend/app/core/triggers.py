"""The triggers that keep the record append-only, for databases whose tables are not made by the migrations in the tree.

The migrations have texts of their own, since what a revision did must never change. A test compares what both ways
make; so a revision that changes a trigger changes it here too.
"""

from sqlalchemy import Connection, MetaData, event, text

FUNCTIONS = {
    "refuse_change": """\
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$""",
    # Everything but the derived effective status must stay as it was, columns of later revisions included.
    "keep_press": """\
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
END $$""",
    # A button that was never pressed may be deleted, and its versions with it: no press can have aired them.
    "keep_button_version": """\
CREATE FUNCTION keep_button_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM press WHERE station_id = OLD.station_id AND button_id = OLD.button_id) THEN
        RAISE EXCEPTION 'button_version is append-only: the button has history'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$""",
}

# What fires when on which table, and the function that it calls; by name.
TRIGGERS = {
    "press_keep": ("BEFORE UPDATE", "press", "FOR EACH ROW EXECUTE FUNCTION keep_press()"),
    "press_no_delete": ("BEFORE DELETE", "press", "FOR EACH ROW EXECUTE FUNCTION refuse_change()"),
    "press_no_truncate": ("BEFORE TRUNCATE", "press", "EXECUTE FUNCTION refuse_change()"),
    "correction_keep": ("BEFORE UPDATE OR DELETE", "correction", "FOR EACH ROW EXECUTE FUNCTION refuse_change()"),
    "correction_no_truncate": ("BEFORE TRUNCATE", "correction", "EXECUTE FUNCTION refuse_change()"),
    "audit_event_keep": ("BEFORE UPDATE OR DELETE", "audit_event", "FOR EACH ROW EXECUTE FUNCTION refuse_change()"),
    "audit_event_no_truncate": ("BEFORE TRUNCATE", "audit_event", "EXECUTE FUNCTION refuse_change()"),
    "button_version_keep": ("BEFORE UPDATE", "button_version", "FOR EACH ROW EXECUTE FUNCTION refuse_change()"),
    "button_version_no_delete": (
        "BEFORE DELETE",
        "button_version",
        "FOR EACH ROW EXECUTE FUNCTION keep_button_version()",
    ),
    "button_version_no_truncate": ("BEFORE TRUNCATE", "button_version", "EXECUTE FUNCTION refuse_change()"),
}

FUNCTIONS_THERE = "SELECT proname FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"
TRIGGERS_THERE = """
SELECT t.tgname
FROM pg_trigger AS t
JOIN pg_class AS c ON c.oid = t.tgrelid
WHERE NOT t.tgisinternal
  AND c.relnamespace = current_schema()::regnamespace
"""


def make_with(metadata: MetaData) -> None:
    """Have `metadata.create_all` make what the database lacks of these once it has made the tables."""

    def make(_target: MetaData, connection: Connection, **_: object) -> None:
        for _undo, statement in missing(connection):
            connection.execute(text(statement))

    event.listen(metadata, "after_create", make)


def missing(connection: Connection) -> list[tuple[str, str]]:
    """How to undo and how to make each function and trigger that the database lacks, in the order of making."""
    functions = set(connection.scalars(text(FUNCTIONS_THERE)))
    triggers = set(connection.scalars(text(TRIGGERS_THERE)))
    return [
        *((f"DROP FUNCTION {name}", statement) for name, statement in FUNCTIONS.items() if name not in functions),
        *(
            (f"DROP TRIGGER {name} ON {table}", f"CREATE TRIGGER {name} {moment} ON {table} {action}")
            for name, (moment, table, action) in TRIGGERS.items()
            if name not in triggers
        ),
    ]

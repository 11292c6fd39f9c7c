"""What a database consists of, as PostgreSQL itself writes it."""

import re

from sqlalchemy import Connection, text

QUERIES = [
    "SELECT table_name, column_name, udt_name, COALESCE(character_maximum_length::text, ''), is_nullable,"
    " is_identity, COALESCE(column_default, '') FROM information_schema.columns WHERE table_schema = 'public'",
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)"
    " FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
    "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT proname, pg_get_functiondef(oid) FROM pg_proc"
    " WHERE pronamespace = 'public'::regnamespace AND prokind IN ('f', 'p')",
    "SELECT typname, string_agg(enumlabel, ', ' ORDER BY enumsortorder)"
    " FROM pg_type JOIN pg_enum ON enumtypid = pg_type.oid GROUP BY typname",
    "SELECT viewname, definition FROM pg_views WHERE schemaname = 'public'",
    "SELECT sequencename, data_type::text FROM pg_sequences WHERE schemaname = 'public'",
]


def definitions(connection: Connection) -> set[tuple[str, ...]]:
    """Columns, constraints, indexes, triggers, functions, enumerations, views and sequences; each space counts once."""
    return {
        tuple(re.sub(r"\s+", " ", word) for word in row)
        for query in QUERIES
        for row in connection.execute(text(query))
        if row[0] != "alembic_version"
    }

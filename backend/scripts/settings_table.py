"""Writes the table of settings in DEPLOYMENT.md from what app/core/config.py says of each.

settings_table.py           brings the table up to date
settings_table.py --check   changes nothing, and fails where the table is not up to date
"""

import sys
from pathlib import Path

from pydantic.fields import FieldInfo

from app.core.config import Settings

DOCUMENT = Path(__file__).resolve().parents[2] / "DEPLOYMENT.md"
BEGIN = "<!-- Settings, written by backend/scripts/settings_table.py from here ... -->"
END = "<!-- ... to here. -->"


def table() -> str:
    """One row for each setting, in the order of their declaration."""
    rows = [row(name, field) for name, field in Settings.model_fields.items()]
    return "\n".join(["| setting | without it | what it is |", "|---|---|---|", *rows])


def row(name: str, field: FieldInfo) -> str:
    """Errors: SystemExit for a setting that nobody described."""
    if not field.description:
        sys.exit(f"{name} has no description in app/core/config.py.")
    meaning = field.description.replace("|", "\\|")
    return f"| `{name.upper()}` | {default_of(field)} | {meaning} |"


def default_of(field: FieldInfo) -> str:
    """As somebody would write it into `.env`; nothing where there is none."""
    value = field.get_default(call_default_factory=True, validated_data={})
    if isinstance(value, bool):
        value = str(value).lower()
    # An empty secret, an empty list or an empty text is written like none at all.
    return f"`{value}`" if value is not None and str(value) not in ("", "[]") else ""


def with_table(text: str) -> str:
    """The same document with the table as it should be. Errors: SystemExit where its place is not marked."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        sys.exit(f"{DOCUMENT.name} must hold these two lines: {BEGIN} {END}")
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}"


def main(arguments: list[str]) -> None:
    """Does what this module's docstring says."""
    if arguments not in ([], ["--check"]):
        sys.exit(__doc__)
    text = DOCUMENT.read_text(encoding="utf-8")
    fresh = with_table(text)
    if fresh == text:
        return
    if arguments == ["--check"]:
        sys.exit(f"{DOCUMENT.name} is not up to date: run `python scripts/settings_table.py` in backend.")
    DOCUMENT.write_text(fresh, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1:])

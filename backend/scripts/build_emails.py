"""Builds the mail templates: MJML in src/ becomes HTML in build/, and the plain text beside it is taken along.

    cd backend && .venv/bin/python scripts/build_emails.py

A test fails while build/ is not what src/ yields.
"""

import re
import sys
from pathlib import Path

import mrml

TEMPLATES = Path(__file__).resolve().parents[1] / "app" / "email-templates"


def built(source: Path) -> dict[str, str]:
    """What belongs into the folder build, by name. Raises ValueError for a source that is not MJML."""
    options = mrml.ParserOptions(include_loader=mrml.local_loader(str(source)))
    files = {f"{mjml.stem}.html": html_of(mjml, options) for mjml in sorted(source.glob("*.mjml"))}
    return files | {text.name: text.read_text(encoding="utf-8") for text in sorted(source.glob("*.txt"))}


def html_of(mjml: Path, options: mrml.ParserOptions) -> str:
    try:
        output = mrml.to_html(mjml.read_text(encoding="utf-8"), parser_options=options)
    except OSError as error:
        msg = f"{mjml.name}: {error}"
        raise ValueError(msg) from error
    faults = [str(warning) for warning in output.warnings]
    # What it does not know it passes on.
    faults += [f"there is no element {name}" for name in sorted(set(re.findall(r"<(mj-[\w-]+)", output.content)))]
    if faults:
        msg = f"{mjml.name}: {'; '.join(faults)}"
        raise ValueError(msg)
    return output.content.strip() + "\n"


def main() -> None:
    build = TEMPLATES / "build"
    build.mkdir(exist_ok=True)
    files = built(TEMPLATES / "src")
    for stale in build.iterdir():
        if stale.name not in files:
            stale.unlink()
    for name, content in files.items():
        (build / name).write_text(content, encoding="utf-8", newline="\n")
    sys.stdout.write(f"Built {len(files)} files in {build}\n")


if __name__ == "__main__":
    main()

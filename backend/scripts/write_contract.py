"""Writes docs/openapi-public.json, the public contract of the API, as the code has it.

    cd backend && .venv/bin/python scripts/write_contract.py [--breaking]

Refuses to write what takes something away from clients, and says what that is; `--breaking` writes it all the same.
"""

import json
import sys
from pathlib import Path

BACKEND = Path(__file__).resolve().parents[1]
CONTRACT = BACKEND.parent / "docs" / "openapi-public.json"

sys.path.insert(0, str(BACKEND))

from app.main import app  # noqa: E402  found once the path is set
from app.tests.contract import breaks, contract_of  # noqa: E402


def main() -> None:
    """Write the file, or leave with what would break."""
    new = contract_of(app.openapi())
    if CONTRACT.exists() and "--breaking" not in sys.argv[1:]:
        broken = breaks(json.loads(CONTRACT.read_text(encoding="utf-8")), new)
        if broken:
            sys.exit("\n".join([*broken, "Nothing was written; --breaking writes it all the same."]))
    CONTRACT.write_text(json.dumps(new, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

#!/usr/bin/env bash
# What a configured database needs before the server starts; `tracker serve` does the same for its own.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
PATH=${UV_PROJECT_ENVIRONMENT:-$PWD/.venv}/bin:$PATH

python scripts/wait_for_database.py
alembic upgrade head
python scripts/first_start.py

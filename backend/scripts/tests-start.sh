#!/usr/bin/env bash
# Runs pytest with the arguments given, once the rest of a running stack is there.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
PATH=${UV_PROJECT_ENVIRONMENT:-$PWD/.venv}/bin:$PATH

python scripts/wait_for_database.py
exec python -m pytest "$@"

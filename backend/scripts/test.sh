#!/usr/bin/env bash
# Runs pytest with the arguments given, and writes which lines ran to htmlcov/index.html.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
PATH=${UV_PROJECT_ENVIRONMENT:-$PWD/.venv}/bin:$PATH

status=0
coverage run -m pytest "$@" || status=$?
coverage html --quiet 2>/dev/null || true
exit "$status"

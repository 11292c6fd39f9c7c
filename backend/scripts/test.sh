#!/usr/bin/env bash
# Runs pytest with the arguments given, and writes which lines ran to htmlcov/index.html. Without arguments it runs every
# test, in two processes: app/tests/sharing_out.py says which runs what.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
PATH=${UV_PROJECT_ENVIRONMENT:-$PWD/.venv}/bin:$PATH

[ $# -gt 0 ] || set -- --numprocesses 2

# Each process of pytest begins to measure by itself when this is set.
export COVERAGE_PROCESS_START=$PWD/pyproject.toml
status=0
coverage erase
python -m pytest "$@" || status=$?
{ coverage combine --quiet && coverage html --quiet; } >/dev/null 2>&1 || true
exit "$status"

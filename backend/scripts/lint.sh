#!/usr/bin/env bash
# Every check that needs no test: style, format, types, and which part may import which.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
PATH=${UV_PROJECT_ENVIRONMENT:-$PWD/.venv}/bin:$PATH

ruff check .
ruff format --check .
mypy
lint-imports --no-logo

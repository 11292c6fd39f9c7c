#!/usr/bin/env bash
# Mends what can be mended without a person: imports, simple findings, format.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
PATH=${UV_PROJECT_ENVIRONMENT:-$PWD/.venv}/bin:$PATH

ruff check --fix .
ruff format .

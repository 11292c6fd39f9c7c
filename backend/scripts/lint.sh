#!/usr/bin/env bash
# Every check that needs no test: style, format, types, and which part may import which. They run side by side, and what
# each has to say is shown one after the other.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
PATH=${UV_PROJECT_ENVIRONMENT:-$PWD/.venv}/bin:$PATH

CHECKS=("ruff check ." "ruff format --check ." mypy "lint-imports --no-logo")

said=$(mktemp -d)
trap 'rm -rf "$said"' EXIT

pids=()
for number in "${!CHECKS[@]}"; do
    # shellcheck disable=SC2086  # splitting into words is the point
    ${CHECKS[$number]} >"$said/$number" 2>&1 &
    pids+=($!)
done

status=0
for number in "${!CHECKS[@]}"; do
    wait "${pids[$number]}" || status=1
    cat "$said/$number"
done
exit "$status"

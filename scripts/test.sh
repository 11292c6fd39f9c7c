#!/usr/bin/env bash
# All set-up, then every check and test. With arguments, only pytest, which gets them:
# scripts/test.sh app/tests/features/presses -k retired
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=lib/setup.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib/setup.sh"

set_up dev

cd "$BACKEND"
if [ $# -eq 0 ]; then
    bash scripts/lint.sh
fi
# Last, so that the last line says how many tests passed.
exec bash scripts/test.sh "$@"

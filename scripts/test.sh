#!/usr/bin/env bash
# All set-up, then every check and test. With arguments, only pytest, which gets them:
# scripts/test.sh app/tests/features/presses -k retired
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=lib/setup.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib/setup.sh"

set_up dev
set_up_dashboard || die "The dashboard could not be built; the reason stands above."

if [ $# -eq 0 ]; then
    set_up_frontend
    find_browser
    bash "$BACKEND/scripts/lint.sh"
    bash "$REPO/scripts/test-dashboard.sh"
fi
cd "$BACKEND"
# Last, so that the last line says how many tests passed.
exec bash scripts/test.sh "$@"

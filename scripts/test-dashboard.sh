#!/usr/bin/env bash
# The dashboard's checks, only those with --lint, and its tests in a browser, over a server of their own. Other arguments go
# to Playwright: scripts/test-dashboard.sh login.spec.ts --headed
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=lib/setup.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib/setup.sh"

check() {
    (cd "$FRONTEND" && npm run --silent lint && npm run --silent typecheck)
    bash "$REPO/scripts/generate-client.sh" --check
}

set_up dev
set_up_frontend || die "The dashboard's tools could not be set up; the reason stands above."
if [ "${1:-}" = --lint ]; then
    check
    exit
fi
set_up_dashboard || die "The dashboard could not be built; the reason stands above."
find_browser
[ $# -gt 0 ] || check
cd "$FRONTEND"
npx playwright test "$@"

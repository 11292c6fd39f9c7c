#!/usr/bin/env bash
# The dashboard's checks and its tests in a browser, over a server of their own. Arguments go to Playwright:
# scripts/test-dashboard.sh login.spec.ts --headed
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=lib/setup.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib/setup.sh"

set_up dev
set_up_dashboard || die "The dashboard could not be built; the reason stands above."
set_up_frontend
find_browser

cd "$FRONTEND"
if [ $# -eq 0 ]; then
    npm run --silent lint
    npm run --silent typecheck
    bash "$REPO/scripts/generate-client.sh" --check
fi
npx playwright test "$@"

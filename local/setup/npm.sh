#!/bin/sh
# Runs the npm that came with the Node given as $1: npm.sh NODE ARGUMENT...
set -eu

node=$1
folder=$(dirname "$node")
shift
# Node's own releases and the Python wheel have the first; Debian and Homebrew link npm beside node.
for script in "$folder/../lib/node_modules/npm/bin/npm-cli.js" "$folder/npm"; do
    if [ -f "$script" ]; then
        exec "$node" "$script" "$@"
    fi
done
exit 1

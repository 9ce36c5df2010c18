#!/bin/sh
# Prints the path of uv: the pinned release, kept in .local/uv and installed with any Python that can;
# where none can, a uv on the PATH. Run in the project's root.
set -u

log=.local/setup.log
folder=.local/uv
pin=.local/uv.txt

# The pin and its hashes are those of requirements-dev.txt: from the line "uv==…" to the next package.
sed -n '/^uv==/,/^    # via/p' requirements-dev.txt >"$pin.new"

if cmp -s "$pin.new" "$pin" && "$folder/bin/uv" --version >/dev/null 2>&1; then
    echo "$folder/bin/uv"
    exit 0
fi

install_with() {
    rm -rf "$folder"
    "$1" -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: \
        --require-hashes --requirement "$pin.new" --target "$folder" >>"$log" 2>&1 &&
        mv "$pin.new" "$pin" && echo "$folder/bin/uv"
}

export PIP_ROOT_USER_ACTION=ignore
for python in "${PYTHON:-python3}" python3 python3.13 python; do
    "$python" -c '' 2>/dev/null || continue
    install_with "$python" && exit 0
    # Debian's python3-venv brings no pip of its own, but makes environments that have one.
    "$python" -m venv .local/pip >>"$log" 2>&1 && install_with .local/pip/bin/python && exit 0
done

command -v uv

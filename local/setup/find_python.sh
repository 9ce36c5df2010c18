#!/bin/sh
# Prints the path of a Python of the version given as $1 (such as 3.13) that really runs; fails with no
# output if there is none. The PYTHON of the environment, if set, is the only one tried.
set -u

# A command that exists may still not run: pyenv has shims of versions that are installed, not selected.
# The base executable is printed, so that a virtual environment is never built upon another one.
print_if_right() {
    "$1" -c '
import sys
if "%d.%d" % sys.version_info[:2] != sys.argv[1]:
    sys.exit(1)
print(getattr(sys, "_base_executable", None) or sys.executable)
' "$2" 2>/dev/null
}

if [ -n "${PYTHON:-}" ]; then
    print_if_right "$PYTHON" "$1"
    exit
fi

for candidate in "python$1" python3 python "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$1".*/bin/python; do
    print_if_right "$candidate" "$1" && exit 0
done
exit 1

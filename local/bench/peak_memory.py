"""The peak of a process's memory, and ``python -m local.bench.peak_memory FILE COMMAND…``, which writes a command's.

The system's account of a process (``ru_maxrss``) begins at the memory of the process that started it, and so tells
of the starter where that is the larger.
"""

import re
import resource
import sys
from collections.abc import Sequence
from pathlib import Path

from local.__main__ import main as run_command

_STATUS = Path("/proc/self/status")
_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)


def peak_megabytes() -> float:
    """Of this process, in MiB."""
    if _STATUS.exists() and (found := _PEAK.search(_STATUS.read_text())):
        return int(found[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2  # macOS counts in bytes


def main(arguments: Sequence[str]) -> int:
    file, *command = arguments
    exit_code = run_command(command)
    Path(file).write_text(str(peak_megabytes()), encoding="ascii")
    return exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

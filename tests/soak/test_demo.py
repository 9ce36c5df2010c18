"""The demonstration tells its whole story, on a machine that is not too busy in about a minute."""

import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.soak
def test_the_story_comes_to_its_end() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        free_port = taken.getsockname()[1]
    told = subprocess.run(
        [sys.executable, "-m", "local", "demo", "--once", "--port", str(free_port)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    assert re.search(r"soft Teams Backup is disabled: succeeded", told.stdout)
    assert "and back as it was: succeeded, enabled after: True" in told.stdout

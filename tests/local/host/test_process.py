"""The host as a process: it tells where it listens, and ends with the program that started it."""

import subprocess
import sys
from pathlib import Path

import pytest

from local.host.errors import HostError
from local.host.process import HostProcess

ROOT = Path(__file__).resolve().parents[3]
APP = """import azure.functions as func
app = func.FunctionApp()
@app.route("hello")
def hello(req: func.HttpRequest) -> str: return "hello"
"""


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """An app that needs no storage."""
    (tmp_path / "function_app.py").write_text(APP)
    (tmp_path / "host.json").write_text('{"version": "2.0"}')
    return tmp_path


def test_a_host_ends_in_good_order_when_its_standard_input_ends(app: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "local.host", "--app", app, "--port", "0", "--no-settings", "--stop-with-stdin"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process.stdin, process.stdout:
        assert process.stdout.readline().startswith(b"Listening on http://127.0.0.1:")
        process.stdin.close()
        assert process.wait(60) == 0


def test_a_host_that_does_not_start_says_why(app: Path) -> None:
    (app / "function_app.py").unlink()
    with pytest.raises(HostError, match=r"host: There is no function_app\.py in"):
        HostProcess.start(app)

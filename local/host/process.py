"""The host as a process of its own, for tests, demonstrations and soak runs."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from urllib.parse import quote, urlsplit
from uuid import uuid4

from local.host.errors import HostError

_ROOT = Path(__file__).resolve().parents[2]
_LISTENING = re.compile(r"^Listening on (http://127\.0\.0\.1:\d+)", re.MULTILINE)
_HOST_ID_SETTING = "AzureFunctionsWebHost__hostid"

_START_SECONDS = 60.0  # It takes about one; the rest is for a loaded machine with cold files.
_STOP_SECONDS = 60.0
_ANSWER_SECONDS = 30.0
_POLL_SECONDS = 0.02


class HostProcess:
    """A running host; use it as a context manager, or call ``stop``. It ends with the process that started it.

    Its calls block: from a coroutine whose loop serves what the app calls, use ``asyncio.to_thread``.
    """

    def __init__(self, process: subprocess.Popen[bytes], log: IO[bytes], address: str) -> None:
        self._process = process
        self._log = log
        self._said = ""
        self.address = address

    @classmethod
    def start(
        cls,
        app: Path = _ROOT,
        environment: Mapping[str, str] | None = None,
        persona: str = "security-administrator",
        port: int = 0,
    ) -> Self:
        """Start a host and wait until it is running. Raises HostError with what the host said.

        ``environment`` is laid over this process's own; no local.settings.json is read. ``persona`` is who a
        request without a token comes from ("none": nobody). Each host gets an id of its own, so no timer is
        past due at its start; set AzureFunctionsWebHost__hostid to take up an earlier host's.
        """
        log = tempfile.TemporaryFile()  # noqa: SIM115 -- open as long as the process; ``kill`` closes it
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "local.host", "--app", app.resolve(), "--no-settings"),
                *("--persona", persona, "--port", str(port), "--stop-with-stdin"),
            ],
            cwd=_ROOT,
            env={**os.environ, _HOST_ID_SETTING: uuid4().hex, **(environment or {})},
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            # Ctrl-C is for the program that started it, which ends it in good order.
            start_new_session=True,
        )
        try:
            return cls(process, log, _wait_until_running(process, log))
        except BaseException:
            _end(process)
            log.close()
            raise

    @property
    def pid(self) -> int:
        """The process id of the host."""
        return self._process.pid

    def output(self) -> str:
        """All that host and app have written so far, or by the end."""
        if not self._log.closed:
            self._said = _read(self._log)
        return self._said

    def token(self, persona: str) -> str:
        """An access token of that persona for the app, valid for an hour. Raises HostError."""
        answer = self._post(f"/.local/token?persona={quote(persona)}", b"")
        return str(json.loads(answer)["access_token"])

    def trigger(self, function: str, text: str = "") -> None:
        """Run a function at once, disabled or not. Returns before it ends, and does not tell how it ended."""
        self._post(f"/admin/functions/{quote(function)}", json.dumps({"input": text}).encode())

    def wait(self) -> None:
        """Until the host ends by itself."""
        self._process.wait()

    def stop(self) -> None:
        """Ask the host to finish what runs, and wait for its end; a second call does nothing.

        Raises HostError where it does not end in good order within a minute.
        """
        if self._log.closed:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            exit_code = self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise HostError(f"The host did not stop:\n{self.output()}") from error
        finally:
            self.kill()
        if exit_code != 0:
            raise HostError(f"The host ended with exit code {exit_code}:\n{self.output()}")

    def kill(self) -> None:
        """End the host at once, as a crash would (SIGKILL)."""
        _end(self._process)
        self.output()
        self._log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _post(self, path: str, body: bytes) -> bytes:
        connection = HTTPConnection(urlsplit(self.address).netloc, timeout=_ANSWER_SECONDS)
        with closing(connection):
            connection.request("POST", path, body, {"content-type": "application/json"})
            response = connection.getresponse()
            answer = response.read()
        if response.status >= 400:
            raise HostError(f"POST {path} answered {response.status}: {answer.decode(errors='replace')}")
        return answer


def _wait_until_running(process: subprocess.Popen[bytes], log: IO[bytes]) -> str:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        exit_code = process.poll()
        said = _read(log)
        # Written when the state is Running, never before.
        found = _LISTENING.search(said)
        if exit_code is not None:
            raise HostError(f"The host ended with exit code {exit_code}:\n{said}")
        if found is not None:
            return found[1]
        time.sleep(_POLL_SECONDS)
    raise HostError(f"The host was not running within {_START_SECONDS:.0f} s:\n{_read(log)}")


def _read(log: IO[bytes]) -> str:
    # The child writes at the same shared file position, so read without moving it.
    size = os.fstat(log.fileno()).st_size
    return os.pread(log.fileno(), size, 0).decode(errors="replace")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    if process.stdin is not None:
        process.stdin.close()

"""One Azurite process on free loopback ports, and the connection string to reach it."""

import os
import re
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

_ROOT = Path(__file__).resolve().parents[2]
_INSTALLED = _ROOT / ".local" / "azurite"
_NODE = _INSTALLED / "node"
_SCRIPT = _INSTALLED / "node_modules" / "azurite" / "dist" / "src" / "azurite.js"
_END_WITH_PARENT = Path(__file__).with_name("end_with_parent.js")

# The well-known development account: the same name and key in every Azurite, published in its
# documentation, and no secret.
ACCOUNT = "devstoreaccount1"
ACCOUNT_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="

_SERVICES = ("Blob", "Queue", "Table")
_LISTENING = re.compile(r"Azurite (\w+) service is successfully listening at (http://127\.0\.0\.1:\d+)")

_FLAGS = (
    "--silent",
    "--disableTelemetry",
    # The current queue and blob clients ask for a newer service version than Azurite knows.
    "--skipApiVersionCheck",
    # Port 0 lets the kernel choose, so no other process can take the port between choice and use.
    *("--blobPort", "0", "--queuePort", "0", "--tablePort", "0"),
    # Seconds an idle connection stays open. The default of 5 is shorter than the 15 of the clients'
    # pool, which then sends a request on a connection that is just being closed.
    *("--blobKeepAliveTimeout", "120", "--queueKeepAliveTimeout", "120", "--tableKeepAliveTimeout", "120"),
)

_START_SECONDS = 60.0  # It takes about one; the rest is for a loaded machine with cold files.
_STOP_SECONDS = 5.0
_POLL_SECONDS = 0.02
_LOG_BYTES = 64 * 1024


class AzuriteError(RuntimeError):
    """Azurite is not installed, or did not start; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The three service addresses, each ending with the account's name."""

    blob: str
    queue: str
    table: str


class Azurite:
    """A running Azurite; use it as a context manager, or call ``stop``."""

    def __init__(self, process: subprocess.Popen[bytes], endpoints: Endpoints) -> None:
        self._process = process
        self.endpoints = endpoints

    @classmethod
    def start(cls, folder: Path | None = None) -> Self:
        """Start Azurite and wait until all three services listen.

        Data lives in memory and ends with the process, unless ``folder`` is given: it is made if absent,
        and a later start on it finds the same data. Raises AzuriteError.
        """
        if not (_NODE.exists() and _SCRIPT.exists()):
            raise AzuriteError("Azurite is not installed. Run: make setup")
        with tempfile.TemporaryFile() as log:
            process = subprocess.Popen(
                [_NODE, "--require", _END_WITH_PARENT, _SCRIPT, *_FLAGS, *_persistence(folder)],
                cwd=_INSTALLED,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Ctrl-C is for the program that started it, which ends it in good order.
                start_new_session=True,
            )
            try:
                return cls(process, _wait_until_listening(process, log))
            except BaseException:
                _end(process)
                raise

    @property
    def pid(self) -> int:
        """The process id of the emulator."""
        return self._process.pid

    @property
    def connection_string(self) -> str:
        """The connection string that the Azure Storage clients take, for all three services."""
        return (
            f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={ACCOUNT_KEY};"
            f"BlobEndpoint={self.endpoints.blob};"
            f"QueueEndpoint={self.endpoints.queue};"
            f"TableEndpoint={self.endpoints.table};"
        )

    def stop(self) -> None:
        """End the process; a second call does nothing. Data in a folder is written out first."""
        _end(self._process)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _persistence(folder: Path | None) -> list[str | Path]:
    if folder is None:
        return ["--inMemoryPersistence"]
    folder.mkdir(parents=True, exist_ok=True)
    return ["--location", folder.resolve()]


def _wait_until_listening(process: subprocess.Popen[bytes], log: IO[bytes]) -> Endpoints:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        exit_code = process.poll()
        said = _read(log)
        addresses = dict(_LISTENING.findall(said))
        if exit_code is not None:
            raise AzuriteError(f"Azurite ended with exit code {exit_code}:\n{said}")
        if len(addresses) == len(_SERVICES):
            blob, queue, table = (f"{addresses[service]}/{ACCOUNT}" for service in _SERVICES)
            return Endpoints(blob, queue, table)
        time.sleep(_POLL_SECONDS)
    raise AzuriteError(f"Azurite did not listen within {_START_SECONDS:.0f} s:\n{_read(log)}")


def _read(log: IO[bytes]) -> str:
    # The child writes at the same shared file position, so read without moving it.
    return os.pread(log.fileno(), _LOG_BYTES, 0).decode(errors="replace")


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if process.stdin is not None:
        process.stdin.close()

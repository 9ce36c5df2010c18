"""The tenant as a process of its own, for the demonstration and tests of the host."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterable
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self
from urllib.parse import quote, urlsplit

from local.host.identity.personas import TENANT_ID
from local.tenant.control import PREFIX
from local.tenant.graph.faults import RIDDEN_OUT, Fault
from local.tenant.identities import READER_CLIENT_ID, REMEDIATOR_CLIENT_ID

_ROOT = Path(__file__).resolve().parents[2]
_SAYS = "Listening on "
_STOP_SECONDS = 20.0
_ANSWER_SECONDS = 30.0


class TenantError(RuntimeError):
    """The tenant did not start, or refused what it was asked; the message says why."""


class TenantProcess:
    """A served tenant; use it as a context manager, or call ``stop``. It ends with the process that started it.

    Its calls block: from a coroutine, use ``asyncio.to_thread``.
    """

    def __init__(self, process: subprocess.Popen[bytes], address: str) -> None:
        self._process = process
        self.address = address

    @classmethod
    def start(
        cls,
        *,
        apps: int = 40,
        seed: int = 1,
        port: int = 0,
        fast: float = 1,
        scenarios: Iterable[str] = (),
        daily_use: bool = False,
    ) -> Self:
        """Start a tenant of so many apps and wait until it answers. Raises TenantError with what it said.

        ``fast`` 60 makes the minutes of scenarios and late audits seconds. With ``daily_use`` apps are at work.
        """
        wanted = [part for name in scenarios for part in ("--scenario", name)]
        wanted += ["--daily-use"] if daily_use else []
        with tempfile.TemporaryFile() as log:
            process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "local.tenant", "--apps", str(apps), "--seed", str(seed)),
                    *("--port", str(port), "--fast", str(fast), *wanted, "--stop-with-stdin"),
                ],
                cwd=_ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                # Ctrl-C is for the program that started it, which ends it in good order.
                start_new_session=True,
            )
            try:
                return cls(process, _address(process, log))
            except BaseException:
                _end(process)
                raise

    @property
    def environment(self) -> dict[str, str]:
        """What an app needs to find the tenant, its own identities and Graph."""
        own = {
            "TENANT_ID": TENANT_ID,
            "READER_CLIENT_ID": READER_CLIENT_ID,
            "REMEDIATOR_CLIENT_ID": REMEDIATOR_CLIENT_ID,
        }
        return {**self.state()["environment"], **own}

    def state(self) -> dict[str, Any]:
        """``environment``, ``audits`` (emitted, visible), ``requests`` (the counts), and the ``scenarios`` started."""
        return dict(self._send("GET", "/state"))

    def start_scenario(self, scenario: str, fast: float = 1) -> list[dict[str, str]]:
        """Start a story now; the alerts that it deserves (policy, severity, app). Raises TenantError."""
        return list(self._send("POST", f"/scenarios/{quote(scenario)}", {"factor": fast})["expects"])

    def mix_faults(self, share: float, kinds: Collection[Fault] = RIDDEN_OUT, endpoint: str | None = None) -> None:
        """Let this share of the requests fail, of one endpoint (``GET /servicePrincipals``) or of all."""
        self._send("POST", "/faults", {"share": share, "kinds": sorted(kinds), "endpoint": endpoint})

    def clear_faults(self) -> None:
        """From now on nothing fails."""
        self._send("DELETE", "/faults")

    def set_audit_speed(self, factor: float) -> None:
        """Make the audits of what happens from now on so many times less late."""
        self._send("POST", "/audits", {"factor": factor})

    def set_premium(self, *, premium: bool) -> None:
        """Give the tenant a licence of Microsoft Entra ID P1, or take it away, which closes the reports of use."""
        self._send("POST", "/licences", {"premium": premium})

    def add_identity(self, client_id: str, display_name: str, permissions: Iterable[str]) -> str:
        """One more managed identity; the object id of its service principal."""
        told = {"client_id": client_id, "display_name": display_name, "permissions": list(permissions)}
        return str(self._send("POST", "/identities", told)["service_principal_id"])

    def stop(self) -> None:
        """Ask it to end, and wait for that; a second call does nothing."""
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        finally:
            _end(self._process)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _send(self, method: str, path: str, body: object = None) -> Any:
        connection = HTTPConnection(urlsplit(self.address).netloc, timeout=_ANSWER_SECONDS)
        with closing(connection):
            connection.request(method, f"{PREFIX}{path}", None if body is None else json.dumps(body))
            response = connection.getresponse()
            answer = response.read()
        if response.status >= 400:
            raise TenantError(f"{method} {path} answered {response.status}: {answer.decode(errors='replace')}")
        return json.loads(answer) if answer else None


def _address(process: subprocess.Popen[bytes], log: IO[bytes]) -> str:
    """From its first line, which comes when it answers; it ends without one where it cannot start."""
    assert process.stdout is not None  # noqa: S101 -- opened as a pipe above
    line = process.stdout.readline().decode()
    if line.startswith(_SAYS):
        return line.removeprefix(_SAYS).strip()
    process.wait()
    log.seek(0)
    raise TenantError(f"The tenant did not start:\n{log.read().decode(errors='replace')}")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()

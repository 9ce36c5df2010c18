"""A part of the bench in a process of its own, so that its time and memory are those of the app alone.

The process prints one line of JSON at the end, which is what was measured.
"""

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec

from local.host.identity.personas import API_CLIENT_ID, TENANT_ID
from local.tenant.identities import READER_CLIENT_ID
from local.tenant.server import TenantServer

_ROOT = Path(__file__).resolve().parents[2]


async def measured_by[T](figures: type[T], module: str, *arguments: str, settings: Mapping[str, str]) -> T:
    """Runs ``python -m module arguments``; raises RuntimeError with what it said where it failed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *arguments),
        cwd=_ROOT,
        env={**os.environ, **settings},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    printed, said = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"{module} {' '.join(arguments)} failed: {said.decode(errors='replace')[-2000:]}")
    return msgspec.json.decode(printed.splitlines()[-1], type=figures)


def settings_for(connection_string: str, server: TenantServer | None = None) -> dict[str, str]:
    """Of the app on the emulator, connected to the tenant where there is one."""
    names = {"DataStorage": connection_string, "AzureWebJobsStorage": connection_string}
    names |= {"TENANT_ID": TENANT_ID, "API_CLIENT_ID": API_CLIENT_ID}
    return {**names, "READER_CLIENT_ID": READER_CLIENT_ID, **server.environment} if server else names

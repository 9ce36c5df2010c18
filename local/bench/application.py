"""The application as a function wires it, on the emulator."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from local.host.identity.personas import API_CLIENT_ID, TENANT_ID
from shared.bootstrap import Application, build
from shared.settings import read_settings


@asynccontextmanager
async def running(connection_string: str, more: Mapping[str, str] | None = None) -> AsyncIterator[Application]:
    """Closed at the end. ``more`` settings connect it to a tenant."""
    names = {"DataStorage": connection_string, "TENANT_ID": TENANT_ID, "API_CLIENT_ID": API_CLIENT_ID}
    application = build(read_settings({**names, **(more or {})}))
    try:
        # Compiling the policies is a cost of a start, not of a record.
        application.services.rules()
        yield application
    finally:
        await application.close()

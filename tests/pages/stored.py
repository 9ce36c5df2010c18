"""What tests of pages put into the storage of the host, beside apps and alerts."""

import asyncio
from collections.abc import Awaitable, Callable

from shared.pipeline.services import Services
from tests.pages.conftest import Build


def store(built: Build, work: Callable[[Services], Awaitable[object]]) -> None:
    """Does the work on the storage of the host."""

    async def run() -> None:
        application = built()
        try:
            await work(application.services)
        finally:
            await application.close()

    asyncio.run(run())

"""The running service as a person or a script would use it, and its timers, run more often than by the clock."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import ClientError, ClientSession

from local.demo.errors import DemoError

_TIMERS = {
    "timer_collect_inventory": 60,
    "timer_collect_reports": 150,
    "timer_collect_hunting": 300,
    "timer_collect_office": 300,
    "timer_collect_identity_risk": 300,
    "timer_collect_defender_alerts": 300,
    "timer_collect_azure_activity": 300,
    "timer_roll_up": 300,
    "timer_build_baselines": 900,
    "timer_refresh_use": 900,
    "timer_sweep": 300,
    "timer_watch_operation": 60,
    "timer_send_summaries": 60,
    "timer_record_day": 600,
}
"""How often each is run, in seconds of the tenant's time. Graph takes 5 requests for audits in 10 seconds of ours."""
_POLL_SECONDS = 0.5
_PATIENCE_SECONDS = 120.0
"""Without progress: a busy machine may take longer over the whole."""


class Service:
    def __init__(self, api: ClientSession) -> None:
        self._api = api

    async def get(self, path: str) -> dict[str, Any]:
        async with self._api.get(path) as response:
            response.raise_for_status()
            return dict(await response.json())

    async def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        async with self._api.post(path, json=body) as response:
            answer = await response.json()
            if response.status >= 400:
                raise DemoError(f"POST {path} answered {response.status}: {answer.get('detail')}")
            return dict(answer)

    async def keep_time(self, fast: float) -> None:
        """Run the timers as often as if time went by so fast, until cancelled."""
        due = dict.fromkeys(_TIMERS, 0.0)
        while True:
            for name in [name for name, moment in due.items() if moment <= time.monotonic()]:
                due[name] = time.monotonic() + _TIMERS[name] / fast
                await self._run(name)
            await asyncio.sleep(min(1.0, 30 / fast))

    async def until[T](
        self, what: str, ask: Callable[[], Awaitable[T | None]], progress: Callable[[], object] = lambda: None
    ) -> T:
        """What ``ask`` gives once it gives something. Raises DemoError after two minutes without any ``progress``."""
        seen, since = progress(), time.monotonic()
        while time.monotonic() - since < _PATIENCE_SECONDS:
            if (found := await ask()) is not None:
                return found
            if progress() != seen:
                seen, since = progress(), time.monotonic()
            await asyncio.sleep(_POLL_SECONDS)
        raise DemoError(f"for {_PATIENCE_SECONDS:.0f} seconds nothing came nearer to a {what}")

    async def _run(self, function: str) -> None:
        try:
            async with self._api.post(f"/admin/functions/{function}", json={"input": ""}) as response:
                response.raise_for_status()
        except ClientError as error:
            raise DemoError(f"the function host does not run {function}: {error}") from None

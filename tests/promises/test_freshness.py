"""A collector that stops cannot say so: health does, and somebody is told."""

from datetime import datetime, timedelta

from shared.bootstrap import Application
from shared.domain.alert_queries import AlertQuery
from shared.domain.alerts import AlertStatus
from shared.domain.streams import Family
from shared.pipeline.collection.collect_logs import collect_logs
from shared.pipeline.operation.check_health import check_health
from shared.pipeline.operation.watch_operation import watch_operation
from shared.pipeline.services import Services
from tests.conftest import RecordFigure
from tests.pipeline.collection.conftest import watching
from tests.pipeline.collection.log import ScriptedLog
from tests.pipeline.routes import Receiver, with_route
from tests.pipeline.worker import NOW, work

MINUTE = timedelta(minutes=1)
_LONGEST_MINUTES = 60


async def test_a_collector_that_stops_is_noticed_and_told_of(
    application: Application, record_figure: RecordFigure
) -> None:
    log, receiver = ScriptedLog(NOW), Receiver()
    services = with_route(watching(application, log), receiver)
    for minute in range(3):
        log.now = NOW + minute * MINUTE
        await collect_logs(services, Family.REPORTS, log.now, clock=lambda: 0)
        assert await is_healthy(application, services, log.now)
    stopped = log.now
    noticed = await next_minute(application, services, stopped, healthy=False)
    await work(application, services)
    assert len(receiver.received) == 1
    record_figure("R21", "time until health says so", (noticed - stopped) / MINUTE)
    log.now = noticed
    await collect_logs(services, Family.REPORTS, noticed, clock=lambda: 0)
    mended = await next_minute(application, services, noticed, healthy=True)
    await work(application, services)
    [listed] = (await services.alert_list.page(AlertQuery(), 50, None)).alerts
    assert listed.alert.status is AlertStatus.RESOLVED
    record_figure("R21", "time until the alert resolves itself once it runs again", (mended - noticed) / MINUTE)


async def next_minute(application: Application, services: Services, after: datetime, *, healthy: bool) -> datetime:
    """The first minute, by the timer that looks at health, at which it is so."""
    for minutes in range(1, _LONGEST_MINUTES):
        now = after + minutes * MINUTE
        if await is_healthy(application, services, now) is healthy:
            return now
    raise AssertionError(f"nothing was noticed within {_LONGEST_MINUTES} minutes")


async def is_healthy(application: Application, services: Services, now: datetime) -> bool:
    """As ``timer_watch_operation`` sees it, which tells of what it finds."""
    checks = await check_health(services, application.access, now)
    await watch_operation(services, [check.condition for check in checks if check.condition], now)
    return all(check.healthy for check in checks)

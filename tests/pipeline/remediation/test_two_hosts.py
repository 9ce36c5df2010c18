"""Two hosts on the same hints, repeated and at once: one write."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from random import Random

from shared.pipeline.remediation.remediate import remediate
from tests.conftest import RecordFigure
from tests.pipeline.remediation.conftest import StartHost
from tests.pipeline.remediation.directory import Directory
from tests.pipeline.remediation.work import NOW, ask, finish, register, stored


async def test_hints_at_once_on_two_hosts_make_one_write(
    start_host: StartHost, directory: Directory, unique: Callable[[str], str], record_figure: RecordFigure
) -> None:
    random = Random(7)
    prefix = unique("h")
    hosts = [start_host(prefix) for _ in range(2)]
    await register(hosts[0])
    asked = (await ask(hosts[0])).remediation
    for number in range(6):
        now = NOW + timedelta(seconds=number * 5)
        order = random.choices(hosts, k=4)
        await asyncio.gather(*(remediate(host, asked.id, now) for host in order))
    done = await finish(hosts[1], asked.id, NOW + timedelta(minutes=1))
    assert (done.status, done.changed, done.attempts) == ("succeeded", True, 0)
    assert directory.writes == [False]
    history = [entry.action for entry in await hosts[0].remediations.history(asked.id)]
    assert history == ["requested", "claimed", "snapshot taken", "written", "confirmed"]
    assert (await stored(hosts[0], asked.id)) == done
    record_figure("S11", "writes beyond the first by two hosts", len(directory.writes) - 1)

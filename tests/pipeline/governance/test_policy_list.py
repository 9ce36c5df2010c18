"""Policies with their alerts, what broke, and what an operator is told of it."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from shared.domain.alerts import fingerprint_of
from shared.domain.built_in import OperatorKind
from shared.domain.policy_book import BookChange
from shared.pipeline.governance.edit_policies import create_policy, delete_policy, set_state
from shared.pipeline.governance.errors import UnknownPolicy
from shared.pipeline.governance.named_lists import put_named_list
from shared.pipeline.governance.policy_history import read_history, read_version
from shared.pipeline.governance.policy_list import list_policies
from shared.pipeline.operation.check_policies import check_policies
from shared.pipeline.operation.watch_operation import watch_operation
from shared.pipeline.services import Services
from shared.policies.model import State
from shared.storage.keys import key, number_text
from shared.storage.rows import make_row
from tests.pipeline.conftest import Start
from tests.pipeline.governance.broken import break_stored
from tests.pipeline.governance.conftest import StartHost
from tests.pipeline.governance.written import MINUTE, NOW, OWN, edit


async def test_all_policies_are_listed_by_id_with_no_alerts_yet(host: Services) -> None:
    await create_policy(host, OWN, edit())
    found = await list_policies(host)
    assert [(one.policy.id, one.policy.source) for one in found] == [
        ("credential-added", "detection"),
        ("ownerless", "userDefined"),
        ("unused-app", "predefined"),
    ]
    assert {(one.alerts.active, one.alerts.total, one.alerts.last) for one in found} == {(0, 0, None)}


async def test_a_broken_policy_is_told_until_it_is_mended_and_never_stops_the_others(host: Services) -> None:
    when = {"app.publisher.name": {"in": {"list": "partners"}}}
    await put_named_list(host, "partners", ["contoso"], edit())
    await create_policy(host, {"id": "listed", "kind": "app", "when": when}, edit())
    await create_policy(host, OWN, edit())
    [sound] = await check_policies(host)
    assert (sound.healthy, sound.detail) == (True, "4 in force")
    await break_stored(host, OWN["id"], {"kind": "planet", "when": [[[]]]})
    book = await host.books.read()
    await host.books.commit(BookChange(expected=book.version, removed_lists=("partners",)))
    listed, unreadable = await check_policies(host)
    assert listed.condition is not None
    assert unreadable.condition is not None
    assert (listed.condition.kind, listed.condition.subject) == (OperatorKind.POLICY_BROKEN, "listed")
    assert "unknown list partners" in listed.detail
    assert unreadable.condition.subject == OWN["id"]
    assert set(host.rules().in_force) == {"credential-added", "unused-app"}
    shown = {one.policy.id: one.policy for one in await list_policies(host)}
    assert (shown[OWN["id"]].kind, shown[OWN["id"]].title) == ("unknown", OWN["title"])
    await put_named_list(host, "partners", ["contoso"], edit())
    assert [check.condition.subject for check in await check_policies(host) if check.condition] == [OWN["id"]]


async def test_the_alert_of_a_broken_policy_resolves_itself_when_the_policy_is_deleted(host: Services) -> None:
    await create_policy(host, OWN, edit())
    await break_stored(host, OWN["id"])
    for now, status in ((NOW, "new"), (NOW + MINUTE, "resolved")):
        checks = await check_policies(host)
        await watch_operation(host, [check.condition for check in checks if check.condition is not None], now)
        alert = (await host.alerts.series(fingerprint_of(OperatorKind.POLICY_BROKEN, (OWN["id"],)))).alert
        assert alert is not None
        assert alert.status == status
        if status == "new":
            await delete_policy(host, OWN["id"], edit())


async def test_history_that_somebody_changed_or_cut_short_shows(
    start: Start, start_host: StartHost, unique: Callable[[str], str]
) -> None:
    prefix = unique("g")
    host = start_host(prefix)
    await create_policy(host, OWN, edit())
    await set_state(host, OWN["id"], State.AUDIT, edit())
    assert (await read_history(host, OWN["id"])).first_broken is None
    table = await start(prefix).connection.table("policies")
    first, second = (key("v", OWN["id"], number_text(number)) for number in (1, 2))
    await table.delete("book", second)
    assert (await read_history(host, OWN["id"])).first_broken == 2
    version = (await host.books.versions(OWN["id"]))[0]
    await table.upsert(make_row("book", first, body=replace(version, body={**OWN, "state": "inactive"})))
    assert (await read_history(host, OWN["id"])).first_broken == 1
    forged = replace(version, entry=replace(version.entry, actor="Somebody else"))
    await table.upsert(make_row("book", first, body=forged))
    assert (await read_history(host, OWN["id"])).first_broken == 1


async def test_a_bundled_policy_that_nobody_tuned_has_no_history_and_an_unknown_one_is_none(host: Services) -> None:
    assert (await read_history(host, "unused-app")).versions == ()
    with pytest.raises(UnknownPolicy):
        await read_history(host, "gone")
    with pytest.raises(UnknownPolicy):
        await read_version(host, "unused-app", 1)

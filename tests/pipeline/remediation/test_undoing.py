"""The way back leads to the state before, once, and is not barred."""

import asyncio
from dataclasses import replace as rewired

import pytest

from shared.domain.errors import PermissionMissing
from shared.domain.history import first_broken
from shared.domain.remediation_guards import GuardSettings
from shared.domain.remediation_records import VersionedRemediation
from shared.domain.remediations import RemediationAction
from shared.pipeline.remediation.errors import (
    NothingToUndo,
    RemediationActive,
    RemediationRefused,
    RequestKeyReused,
    UnknownRemediation,
)
from shared.pipeline.remediation.services import RemediationServices
from shared.pipeline.remediation.stop_remediation import set_stop
from tests.conftest import RecordFigure
from tests.pipeline.remediation.directory import APP_ID, Directory, principal
from tests.pipeline.remediation.work import ADA, DISABLE, ENABLE, NOW, actions, ask, finish, stored, undo


async def test_an_undo_brings_back_the_state_before(
    host: RemediationServices, directory: Directory, record_figure: RecordFigure
) -> None:
    before = dict(principal())
    disabled = await finish(host, (await ask(host)).remediation.id)
    undone = await finish(host, (await undo(host, disabled.id)).remediation.id)
    assert (undone.status, undone.undoes, undone.action) == ("succeeded", disabled.id, RemediationAction.ENABLE)
    assert directory.held == before == await host.remediations.snapshot(disabled.id)
    record_figure("S12", "states that differ after an undo", int(directory.held != before))
    assert (await stored(host, disabled.id)).undone_by == undone.id
    assert (await actions(host, disabled.id))[-1] == f"undone by {undone.id}"
    assert first_broken(await host.remediations.history(disabled.id)) is None


async def test_an_app_that_was_disabled_already_and_is_disabled_again_stays_disabled(
    host: RemediationServices, directory: Directory
) -> None:
    directory.held = principal(accountEnabled=False)
    again = await finish(host, (await ask(host, DISABLE)).remediation.id)
    with pytest.raises(NothingToUndo):
        await undo(host, again.id)
    assert not directory.enabled


async def test_an_enabled_app_is_disabled_again_by_its_undo(host: RemediationServices, directory: Directory) -> None:
    directory.held = principal(accountEnabled=False)
    enabled = await finish(host, (await ask(host, ENABLE)).remediation.id)
    await finish(host, (await undo(host, enabled.id)).remediation.id)
    assert directory.effects == [True, False]


async def test_of_several_who_undo_at_once_one_does(host: RemediationServices, directory: Directory) -> None:
    disabled = await finish(host, (await ask(host)).remediation.id)
    outcomes = await asyncio.gather(*(undo(host, disabled.id) for _ in range(8)), return_exceptions=True)
    made = [outcome for outcome in outcomes if isinstance(outcome, VersionedRemediation)]
    assert len(made) == 1
    assert {type(outcome) for outcome in outcomes} == {VersionedRemediation, NothingToUndo}
    await finish(host, made[0].remediation.id)
    assert directory.effects == [False, True]


async def test_what_cannot_be_undone_says_why(host: RemediationServices) -> None:
    with pytest.raises(UnknownRemediation):
        await undo(host, f"{'a' * 32}-1")
    disabled = await ask(host)
    with pytest.raises(RemediationActive):
        await undo(host, disabled.remediation.id)
    await finish(host, disabled.remediation.id)
    undone = await finish(host, (await undo(host, disabled.remediation.id)).remediation.id)
    with pytest.raises(NothingToUndo, match="undone already"):
        await undo(host, disabled.remediation.id)
    with pytest.raises(NothingToUndo, match="An undo is not undone"):
        await undo(host, undone.id)


async def test_what_a_later_remediation_changed_is_not_undone_over_its_head(host: RemediationServices) -> None:
    first = await finish(host, (await ask(host)).remediation.id)
    second = await finish(host, (await ask(host, ENABLE)).remediation.id)
    with pytest.raises(NothingToUndo, match=second.id):
        await undo(host, first.id)
    await finish(host, (await undo(host, second.id)).remediation.id)
    await finish(host, (await undo(host, first.id)).remediation.id)


async def test_neither_stop_nor_ceiling_nor_list_bars_the_way_back(
    host: RemediationServices, directory: Directory
) -> None:
    disabled = await finish(host, (await ask(host)).remediation.id)
    await set_stop(host, True, "Enough.", ADA, NOW)
    settings = GuardSettings(protected_app_ids=frozenset({APP_ID}), ceiling_per_hour=1)
    strict = rewired(host, guards=settings)
    undone = await finish(strict, (await undo(strict, disabled.id)).remediation.id)
    assert (undone.status, directory.enabled) == ("succeeded", True)


async def test_an_undo_that_would_disable_a_protected_app_is_refused(
    host: RemediationServices, directory: Directory
) -> None:
    directory.held = principal(accountEnabled=False)
    enabled = await finish(host, (await ask(host, ENABLE)).remediation.id)
    strict = rewired(host, guards=GuardSettings(protected_app_ids=frozenset({APP_ID})))
    with pytest.raises(RemediationRefused):
        await undo(strict, enabled.id)


async def test_an_undo_does_not_count(host: RemediationServices) -> None:
    low = rewired(host, guards=GuardSettings(ceiling_per_hour=2))
    first = await finish(low, (await ask(low)).remediation.id)
    await finish(low, (await undo(low, first.id)).remediation.id)
    assert (await finish(low, (await ask(low)).remediation.id)).status == "succeeded"


async def test_an_undo_that_failed_can_be_tried_again(host: RemediationServices, directory: Directory) -> None:
    disabled = await finish(host, (await ask(host)).remediation.id)
    directory.failures = [PermissionMissing("servicePrincipals", ("Application.ReadWrite.All",))]
    failed = await finish(host, (await undo(host, disabled.id)).remediation.id)
    assert failed.status == "failed"
    assert (await stored(host, disabled.id)).undone_by is None
    await finish(host, (await undo(host, disabled.id)).remediation.id)
    assert directory.enabled


async def test_an_undo_with_a_key_is_one_and_gives_the_same_answer(
    host: RemediationServices, directory: Directory
) -> None:
    disabled = await finish(host, (await ask(host)).remediation.id)
    answers = await asyncio.gather(*(undo(host, disabled.id, key="k1") for _ in range(4)))
    assert len({answer.remediation.id for answer in answers}) == 1
    await finish(host, answers[0].remediation.id)
    assert (await undo(host, disabled.id, key="k1")).remediation.status == "succeeded"
    with pytest.raises(NothingToUndo):
        await undo(host, disabled.id, key="k2")
    with pytest.raises(RequestKeyReused):
        await ask(host, key="k1")
    assert directory.effects == [False, True]


async def test_where_nobody_could_carry_it_out_an_undo_is_refused(host: RemediationServices) -> None:
    disabled = await finish(host, (await ask(host)).remediation.id)
    with pytest.raises(RemediationRefused) as refused:
        await undo(rewired(host, guards=GuardSettings(is_set_up=False)), disabled.id)
    assert refused.value.obstacle.code == "notSetUp"

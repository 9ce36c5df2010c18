"""The tenant's own list of protected apps guards as the setting does: when asked, and right before the write."""

import pytest

from shared.domain.policy_book import BookChange, NamedList
from shared.pipeline.remediation.errors import RemediationRefused
from shared.pipeline.remediation.services import RemediationServices
from shared.storage.policy_book import TablePolicyBooks
from tests.pipeline.remediation.directory import APP_ID, Directory
from tests.pipeline.remediation.work import ask, finish


async def protect(host: RemediationServices) -> None:
    assert isinstance(host.named_lists, TablePolicyBooks)
    listed = NamedList(name="protectedApps", values=(APP_ID.upper(),))
    await host.named_lists.commit(BookChange(expected=None, lists=(listed,)))


async def test_a_listed_app_is_refused_when_somebody_asks(host: RemediationServices) -> None:
    await protect(host)
    with pytest.raises(RemediationRefused) as refusal:
        await ask(host)
    assert refusal.value.obstacle.code == "protectedApp"


async def test_an_app_that_is_listed_after_it_was_asked_for_is_not_written_to(
    host: RemediationServices, directory: Directory
) -> None:
    asked = (await ask(host)).remediation
    await protect(host)
    done = await finish(host, asked.id)
    assert done.obstacle is not None
    assert (done.status, done.obstacle.code, directory.writes) == ("refused", "protectedApp", [])

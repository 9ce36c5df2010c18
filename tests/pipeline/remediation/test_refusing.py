"""What was decided before a stop, or about an app of which too little is known, is not carried out."""

from datetime import timedelta

import pytest

from shared.pipeline.remediation.services import RemediationServices
from shared.pipeline.remediation.stop_remediation import set_stop
from tests.pipeline.remediation.directory import Directory
from tests.pipeline.remediation.work import ADA, NOW, ask, finish


async def test_a_stop_that_was_lifted_still_refuses_what_was_asked_for_before_it(
    host: RemediationServices, directory: Directory
) -> None:
    before = (await ask(host)).remediation
    await set_stop(host, True, "Too much at once.", ADA, NOW + timedelta(minutes=1))
    await set_stop(host, False, "It was a drill.", ADA, NOW + timedelta(minutes=2))
    done = await finish(host, before.id, NOW + timedelta(minutes=3))
    assert done.obstacle is not None
    assert (done.status, done.obstacle.code, directory.writes) == ("refused", "stopped", [])
    later = NOW + timedelta(minutes=4)
    after = (await ask(host, now=later)).remediation
    assert (await finish(host, after.id, later)).status == "succeeded"


@pytest.mark.parametrize("name", ["appOwnerOrganizationId", "servicePrincipalType"])
async def test_an_app_of_which_the_directory_does_not_say_whose_it_is_is_never_written_to(
    host: RemediationServices, directory: Directory, name: str
) -> None:
    assert directory.held is not None
    del directory.held[name]
    done = await finish(host, (await ask(host)).remediation.id)
    assert done.obstacle is not None
    assert (done.status, done.changed, done.obstacle.code, directory.writes) == ("failed", False, "gaveUp", [])

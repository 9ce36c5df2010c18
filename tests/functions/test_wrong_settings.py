"""A wrong setting stops the start, with its name and a valid example."""

import pytest

from local.host.errors import HostError
from local.host.process import HostProcess


def test_the_host_does_not_start_and_says_which_setting_is_wrong(account: dict[str, str]) -> None:
    with pytest.raises(HostError) as refused:
        HostProcess.start(environment={**account, "WEBHOOK_URL": "ftp://secret.example", "DataStorage": "no"})
    told = str(refused.value)
    assert "WEBHOOK_URL is not valid; example: WEBHOOK_URL=https://" in told
    assert "DataStorage is not valid; example: DataStorage=UseDevelopmentStorage=true" in told
    assert "secret.example" not in told

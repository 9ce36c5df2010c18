"""The id of a grant tells whose it is."""

from uuid import uuid4

import pytest

from shared.sources.grant_ids import client_of_grant, grant_id_of


@pytest.mark.parametrize("user", [None, "7f0c1d52-8a34-4f6e-9b27-3d5e8c1a7f40"])
def test_the_client_of_a_grant_is_read_from_its_id(user: str | None) -> None:
    client = str(uuid4())
    assert client_of_grant(grant_id_of(client, str(uuid4()), user)) == client


def test_the_first_three_groups_are_little_endian() -> None:
    # base64url of 04 03 02 01, 06 05, 08 07 and then the rest as it is written.
    client = "01020304-0506-0708-090a-0b0c0d0e0f10"
    assert grant_id_of(client, client).startswith("BAMCAQYFCAcJCgsMDQ4PE")


@pytest.mark.parametrize("odd", ["", "x", "é", "AAAA", "A" * 43 + "!", "A" * 200])
def test_an_id_of_another_form_leads_nowhere(odd: str) -> None:
    assert client_of_grant(odd) is None

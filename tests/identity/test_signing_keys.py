"""When the authority is asked for its keys, and what happens while it does not answer."""

import json
from collections.abc import AsyncIterator

import pytest

from local.host.identity.signing_key import SigningKey
from shared.domain.errors import Unavailable
from shared.identity.signing_keys import SigningKeys
from tests.identity.authority import Authority, running

DAY = 24 * 3600.0


class Clock:
    """Seconds that pass only when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def key_set(*names: str) -> bytes:
    public = dict(SigningKey().public())
    return json.dumps({"keys": [{**public, "kid": name} for name in names]}).encode()


@pytest.fixture
async def authority() -> AsyncIterator[Authority]:
    async with running() as authority:
        authority.body = key_set("one")
        yield authority


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keys(authority: Authority, clock: Clock) -> SigningKeys:
    return SigningKeys(authority.url, clock)


async def test_nothing_is_fetched_before_a_key_is_needed(authority: Authority, keys: SigningKeys) -> None:
    assert authority.asked == 0
    assert await keys.get("one") is not None
    assert await keys.get("one") is not None
    assert authority.asked == 1


async def test_a_thousand_made_up_key_ids_cost_one_fetch_in_five_minutes(
    authority: Authority, keys: SigningKeys, clock: Clock
) -> None:
    for number in range(1000):
        clock.now += 0.299
        assert await keys.get(f"made-up-{number}") is None
    assert authority.asked == 1
    clock.now += 300
    assert await keys.get("made-up") is None
    assert authority.asked == 2


async def test_a_new_key_is_found_once_the_five_minutes_are_over(
    authority: Authority, keys: SigningKeys, clock: Clock
) -> None:
    await keys.get("one")
    authority.body = key_set("one", "two")
    assert await keys.get("two") is None
    clock.now += 300
    assert await keys.get("two") is not None


async def test_a_withdrawn_key_is_forgotten_within_a_day(authority: Authority, keys: SigningKeys, clock: Clock) -> None:
    await keys.get("one")
    authority.body = key_set("two")
    clock.now += DAY
    assert await keys.get("one") is None


async def test_keys_outlive_an_outage_of_the_authority(authority: Authority, keys: SigningKeys, clock: Clock) -> None:
    await keys.get("one")
    authority.status = 503
    clock.now += DAY
    assert await keys.get("one") is not None


async def test_an_authority_that_never_answered_is_asked_again_after_ten_seconds(
    authority: Authority, keys: SigningKeys, clock: Clock
) -> None:
    authority.status = 503
    for _ in range(100):
        with pytest.raises(Unavailable):
            await keys.get("one")
    assert authority.asked == 1
    authority.status = 200
    clock.now += 10
    assert await keys.get("one") is not None


async def test_a_redirection_is_not_followed(authority: Authority, keys: SigningKeys) -> None:
    authority.status = 302
    with pytest.raises(Unavailable, match="302"):
        await keys.get("one")
    assert authority.asked == 1


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b"{}", b'{"keys": 1}', b'{"keys": [1]}', b'{"keys": [{"kty": "RSA"}]}', b"[" * 100_000],
)
async def test_what_is_no_key_set_gives_no_key(authority: Authority, keys: SigningKeys, body: bytes) -> None:
    authority.body = body
    with pytest.raises(Unavailable, match="not a key set"):
        await keys.get("one")


async def test_a_key_set_without_end_is_refused(authority: Authority, keys: SigningKeys) -> None:
    authority.body = b" " * 3_000_000
    with pytest.raises(Unavailable, match="too large"):
        await keys.get("one")


async def test_keys_of_other_kinds_and_uses_are_left_out(authority: Authority, keys: SigningKeys) -> None:
    public = dict(SigningKey().public())
    authority.body = json.dumps(
        {
            "keys": [
                {**public, "kid": "for encryption", "use": "enc"},
                {"kty": "oct", "kid": "shared", "k": "c2VjcmV0", "alg": "HS256"},
                {**public, "kid": "good"},
            ]
        }
    ).encode()
    assert await keys.get("good") is not None
    assert await keys.get("for encryption") is None
    assert await keys.get("shared") is None


async def test_nobody_listening_is_unavailable_and_says_no_address(clock: Clock) -> None:
    keys = SigningKeys("http://127.0.0.1:9/keys", clock)
    with pytest.raises(Unavailable) as refused:
        await keys.get("one")
    assert "127.0.0.1" not in str(refused.value)

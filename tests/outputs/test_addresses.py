"""Which addresses a webhook may have, and which never."""

import pytest

from shared.outputs.addresses import PublicResolver, RefusedAddress, check_address
from shared.settings import read_settings
from tests.conftest import RecordFigure

HOOKS = frozenset({"hooks.example.com"})
FLOW = "https://prod-12.westeurope.logic.azure.com/workflows/x/triggers/manual/paths/invoke?sig=1"


@pytest.fixture(scope="module")
def flow_hosts() -> frozenset[str]:
    """Those of the settings, where the operator lists none."""
    identifiers = dict.fromkeys(("TENANT_ID", "API_CLIENT_ID"), "00000000-0000-0000-0000-000000000001")
    storage = {"DataStorage": "UseDevelopmentStorage=true"}
    teams = read_settings({**identifiers, **storage, "TEAMS_WEBHOOK_URL": FLOW}).teams
    assert teams is not None
    return teams.allowed_hosts


@pytest.mark.parametrize(
    "url",
    [
        "https://other.example.com/x",
        "http://hooks.example.com/x",
        "https://user@hooks.example.com/x",
        "https://hooks.example.com@evil.example/x",
        "https://hooks.example.com.evil.example/x",
        "file:///etc/passwd",
        "gopher://hooks.example.com/x",
        "https://[::1",
        "",
    ],
)
def test_only_https_to_a_listed_host_without_a_user_name_is_called(url: str, record_figure: RecordFigure) -> None:
    with pytest.raises(RefusedAddress):
        check_address(url, HOOKS)
    record_figure("S5", "addresses refused", 1)


@pytest.mark.parametrize(
    "host",
    [
        *("169.254.169.254", "10.0.0.4", "192.168.1.1", "172.16.0.1", "0.0.0.1", "100.64.0.1"),
        *("2130706433", "0x7f000001", "0177.0.0.1", "127.1"),
        *("168.63.129.16", "224.0.0.1"),
        *("[::ffff:10.0.0.4]", "[::10.0.0.4]", "[64:ff9b::a00:4]", "[fec0::1]", "[fd00::1]", "[ff02::1]"),
    ],
)
def test_special_addresses_are_refused_even_if_somebody_listed_them(host: str, record_figure: RecordFigure) -> None:
    with pytest.raises(RefusedAddress):
        check_address(f"https://{host}/x", frozenset({host.strip("[]")}))
    record_figure("S5", "addresses refused", 1)


def test_a_refusal_never_repeats_path_or_query() -> None:
    with pytest.raises(RefusedAddress) as refused:
        check_address("https://evil.example/secret-path?sig=secret", HOOKS)
    assert "secret" not in str(refused.value)


def test_a_listed_host_and_a_listed_loopback_receiver_pass() -> None:
    check_address("https://hooks.example.com/x?sig=1", HOOKS)
    check_address("http://127.0.0.1:8080/x", frozenset({"127.0.0.1"}))


@pytest.mark.parametrize("address", ["10.0.0.4", "168.63.129.16"])
async def test_what_resolves_to_an_address_inside_the_network_is_refused(
    address: str, record_figure: RecordFigure
) -> None:
    resolver = PublicResolver()
    with pytest.raises(OSError, match="no public address"):
        await resolver.resolve(address, 443)
    await resolver.close()
    record_figure("S5", "addresses refused", 1)


@pytest.mark.parametrize(
    "host",
    [
        "prod-12.westeurope.logic.azure.com",
        "prod-12.westeurope.logic.azure.com:443",
        "default1234.ab.environment.api.powerplatform.com",
    ],
)
def test_a_flow_may_be_called(host: str, flow_hosts: frozenset[str]) -> None:
    check_address(f"https://{host}/workflows/x/triggers/manual/paths/invoke?sig=1", flow_hosts)


@pytest.mark.parametrize(
    "host",
    [
        *("logic.azure.com", ".logic.azure.com", "evillogic.azure.com", "logic.azure.com.evil.example"),
        *("x.logic.azure.com.", "x.logic.azure.com@evil.example", "evil.example#x.logic.azure.com"),
        *("x.webhook.office.com", "127.0.0.1", "169.254.169.254", "[::1]", "2130706433", "localhost"),
    ],
)
def test_nothing_beside_a_flow_is_called_in_its_place(
    host: str, flow_hosts: frozenset[str], record_figure: RecordFigure
) -> None:
    with pytest.raises(RefusedAddress):
        check_address(f"https://{host}/workflows/x", flow_hosts)
    record_figure("S5", "addresses refused", 1)

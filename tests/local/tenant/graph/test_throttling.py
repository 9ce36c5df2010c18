"""Prices and limits of calls."""

from local.tenant.graph.limits import Limit
from local.tenant.server import TenantServer
from tests.local.tenant.graph.plain_client import PlainClient

AUDITS = "/auditLogs/directoryAudits"


async def test_a_call_tells_its_price(reader: PlainClient) -> None:
    options = {"$select": "id", "$expand": "owners($select=id)", "$top": "50"}
    prices = [
        (await reader.get("/applications")).headers["x-ms-resource-unit"],
        (await reader.get("/applications", options)).headers["x-ms-resource-unit"],
        (await reader.get("/applications", {"$top": "5"})).headers["x-ms-resource-unit"],
        (await reader.get("/servicePrincipals", {"$select": "id"})).headers["x-ms-resource-unit"],
    ]
    assert prices == ["2", "2", "1", "1"]


async def test_five_reads_in_ten_seconds_are_enough(server: TenantServer, reader: PlainClient) -> None:
    server.report_limit.limit = Limit(5, 10)
    answers = [await reader.get(AUDITS) for _ in range(6)]
    assert [answer.status for answer in answers] == [200] * 5 + [429]
    assert answers[-1].code == "TooManyRequests"
    assert (await reader.get("/applications")).status == 200
    assert server.requests.reports == 6


async def test_the_directory_throttles_by_resource_units_and_warns_before(
    server: TenantServer, reader: PlainClient, administrator: PlainClient
) -> None:
    server.directory_limit.limit = Limit(10, 60)
    answers = [await reader.get("/applications") for _ in range(6)]
    assert [answer.status for answer in answers] == [200] * 5 + [429]
    warnings = [answer.headers.get("x-ms-throttle-limit-percentage") for answer in answers[:5]]
    assert warnings == [None, None, None, "0.80", "1.00"]
    assert answers[-1].headers["retry-after"] == "60"
    assert answers[-1].headers["x-ms-throttle-scope"].startswith("Tenant_Application/ReadWrite/")
    # Each app has a quota of its own.
    assert (await administrator.get("/applications")).status == 200


async def test_requests_are_counted_by_endpoint(server: TenantServer, reader: PlainClient) -> None:
    await reader.get("/users/none")
    await reader.get("/users", {"$select": "id"})
    await reader.get("/colours")
    assert server.requests.told() == {
        "requests": {"GET /users/{id}": 1, "GET /users": 1},
        "units": {"GET /users/{id}": 2, "GET /users": 1},
        "reports": 0,
        "early": 0,
    }

"""What the command makes of a service that answers otherwise than expected, and where its token goes."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from local.policies.service import PolicyService, ServiceError, needs_token

FOLDER = {"files": [], "mode": "diff"}


class Scripted(HTTPServer):
    """Answers each request alike, and keeps what it was asked."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = (status, headers, body)
        self.asked: list[tuple[str, str, dict[str, str]]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Scripted

    def do_POST(self) -> None:
        self.server.asked.append((self.command, self.path, dict(self.headers)))
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        status, headers, body = self.server.answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_CONNECT(self) -> None:
        self.do_POST()

    def log_message(self, *_: object) -> None:
        """Standard error is what the tests look at."""


@contextmanager
def answering(status: int, body: bytes = b"", **headers: str) -> Iterator[Scripted]:
    server = Scripted(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_redirect_is_told_and_the_token_goes_nowhere_else() -> None:
    with (
        answering(200) as other,
        answering(307, Location=f"{other.address}/api/policy-files") as service,
        pytest.raises(ServiceError, match=f"points to {other.address}"),
    ):
        PolicyService(service.address, "t0ken").send(FOLDER)
    assert [headers["Authorization"] for _, _, headers in service.asked] == ["Bearer t0ken"]
    assert other.asked == []


@pytest.mark.parametrize(
    ("status", "body", "kind", "reason"),
    [
        (200, b"<html>Sign in</html>", "text/html", "is not Consentry"),
        (200, b"[1]", "application/json", "is not Consentry"),
        (200, b"{", "application/json", "cannot be asked"),
        (401, b"", "text/plain", "does not accept the token"),
        (403, b'{"detail": "This needs the right \'x\'."}', "application/problem+json", "403: This needs the right"),
        (422, b'{"errors": "none"}', "application/problem+json", "422: nothing more"),
        (502, b"[]", "application/json", "502: nothing more"),
    ],
)
def test_every_other_answer_is_an_error_with_its_reason(status: int, body: bytes, kind: str, reason: str) -> None:
    with answering(status, body, Content_Type=kind) as service, pytest.raises(ServiceError, match=reason):
        PolicyService(service.address, "t0ken").send(FOLDER)


def test_a_token_with_the_end_of_a_line_is_sent_without_it() -> None:
    with answering(401) as service, pytest.raises(ServiceError):
        PolicyService(service.address, "t0ken\n").send(FOLDER)
    assert service.asked[0][2]["Authorization"] == "Bearer t0ken"


def test_a_service_on_this_machine_is_asked_without_a_token() -> None:
    with answering(401) as service, pytest.raises(ServiceError):
        PolicyService(service.address, None).send(FOLDER)
    assert "Authorization" not in service.asked[0][2]


@pytest.mark.parametrize(
    ("address", "needed"),
    [
        ("http://127.0.0.1:7071", False),
        ("http://localhost:7071", False),
        ("https://consentry.contoso.example", True),
    ],
)
def test_every_other_service_needs_a_token(address: str, needed: bool) -> None:
    assert needs_token(address) is needed


def test_a_text_that_is_no_token_stands_in_no_error() -> None:
    with pytest.raises(ServiceError) as told:
        PolicyService("https://consentry.contoso.example", "se cret")
    assert "cret" not in str(told.value)


def test_a_proxy_learns_where_the_call_goes_and_never_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(407) as proxy:
        monkeypatch.setenv("https_proxy", proxy.address.replace("http://", "http://me:pass@"))
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        with pytest.raises(ServiceError, match="cannot be asked"):
            PolicyService("https://consentry.contoso.example", "t0ken").send(FOLDER)
    ((method, path, headers),) = proxy.asked
    assert (method, path) == ("CONNECT", "consentry.contoso.example:443")
    assert headers["Proxy-Authorization"] == "Basic bWU6cGFzcw=="
    assert "t0ken" not in str(headers)

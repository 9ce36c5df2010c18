"""What an app's reply URLs and names give away: where tokens may be sent, and whom it wants to be taken for."""

from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from shared.domain.apps import App
from shared.domain.known import UNKNOWN, Known
from shared.domain.look_alikes import look_alike_note
from shared.domain.risk_case import RiskCase, names_of

_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_TUNNELS: Final = (
    "ngrok.io",
    "ngrok.app",
    "ngrok-free.app",
    "ngrok-free.dev",
    "trycloudflare.com",
    "serveo.net",
    "loca.lt",
    "localhost.run",
    "localtunnel.me",
    "devtunnels.ms",
    "pagekite.me",
)
"""Domains under which anybody may publish a port of their own machine, without saying who they are."""


def tunnel_reply_url(case: RiskCase) -> Known[str]:
    return _reply_hosts(case.app, "answers through a tunnel:", lambda _scheme, host: _is_tunnel(host))


def plain_http_reply_url(case: RiskCase) -> Known[str]:
    return _reply_hosts(
        case.app, "answers without encryption:", lambda scheme, host: scheme == "http" and host not in _LOCAL
    )


def localhost_reply_url(case: RiskCase) -> Known[str]:
    return _reply_hosts(case.app, "answers to the user's own machine:", lambda _scheme, host: host in _LOCAL)


def look_alike_reply_url(case: RiskCase) -> Known[str]:
    return _reply_hosts(
        case.app,
        "answers to a name that passes for another:",
        lambda _scheme, host: bool(_note(_readable(host).replace(".", " "))),
    )


def look_alike_name(case: RiskCase) -> Known[str]:
    """UNKNOWN only if the name shows nothing and the publisher's was not read."""
    for what, name in (("its name", case.app.display_name), ("its publisher's name", case.app.publisher_name)):
        note = _note(name) if isinstance(name, str) else ""
        if note:
            return f"{what} {note[0].lower()}{note[1:]}"
    return UNKNOWN if case.app.publisher_name is UNKNOWN else None


def _reply_hosts(app: App, verb: str, matches: Callable[[str, str], bool]) -> Known[str]:
    if app.reply_urls is UNKNOWN:
        return UNKNOWN
    addresses = map(_scheme_and_host, app.reply_urls or ())
    hosts = [host for scheme, host in addresses if host and matches(scheme, host)]
    return f"{verb} {names_of(hosts)}" if hosts else None


def _note(name: str) -> str:
    """Plain names are most names, and quickly told."""
    return "" if name.isascii() else look_alike_note(name)


def _scheme_and_host(url: str) -> tuple[str, str]:
    """Without a host for what is no URL: others may register anything."""
    try:
        parts = urlsplit(url)
        return parts.scheme.lower(), (parts.hostname or "").rstrip(".")
    except ValueError:
        return "", ""


def _is_tunnel(host: str) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in _TUNNELS)


def _readable(host: str) -> str:
    """The letters that an encoded host (``xn--…``) shows to people."""
    try:
        return host.encode("ascii").decode("idna")
    except UnicodeError:
        return host

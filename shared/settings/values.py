"""What a valid value of each kind looks like."""

import base64
import re
from urllib.parse import urlsplit

from shared.domain.severities import Severity

_GUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_SPACE = re.compile(r"[\s\x00-\x1f\x7f]")
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def split(value: str) -> list[str]:
    """The parts of a list that is written with commas, in lower case."""
    return [part.strip().lower() for part in value.split(",") if part.strip()]


def is_guid(value: str) -> bool:
    return _GUID.fullmatch(value) is not None


def is_severity(value: str) -> bool:
    return value in set(Severity)


def is_user(value: str) -> bool:
    """An object id or a user principal name."""
    return is_guid(value) or (value.count("@") == 1 and "." in value and not _SPACE.search(value))


def is_host(value: str) -> bool:
    """A host, or a suffix of hosts where it begins with a dot."""
    return bool(value) and "/" not in value


def is_address(value: str) -> bool:
    """https, or http to this machine only; a host that a name server can be asked for; no user name or password."""
    try:
        parts = urlsplit(value)
        port = parts.port
        host = (parts.hostname or "").encode("idna")
    except ValueError:
        return False
    secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    return secure and bool(host) and "@" not in parts.netloc and port != 0 and not _SPACE.search(value)


def is_connection_string(value: str) -> bool:
    """What the clients of all three services can sign in with: a key, or three addresses and a signature."""
    if value == "UseDevelopmentStorage=true":
        return True
    named = [part.partition("=") for part in value.rstrip(";").split(";")]
    parts = {name.lower(): text for name, _, text in named}
    addresses = all(parts.get(f"{service}endpoint") for service in ("table", "queue", "blob"))
    has_key = bool(parts.get("accountname")) and _is_base64(parts.get("accountkey", ""))
    has_signature = addresses and bool(parts.get("sharedaccesssignature"))
    return all(text for _, _, text in named) and (has_key or has_signature)


def _is_base64(value: str) -> bool:
    try:
        return bool(base64.b64decode(value, validate=True))
    except ValueError:
        return False

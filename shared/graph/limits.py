"""What one call to Graph may cost."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Limits:
    """``request_seconds`` is for one whole answer, ``body_bytes`` for its size when unpacked.

    A page of 999 service principals has about 2.5 MB; the largest seen is that of an API with all its roles.
    Of audit logs and reports five may be asked for in five times ``report_pause_seconds``; with fewer than two seconds
    Graph refuses some.
    ``identity_pause_seconds`` lie between two for Identity Protection, which takes one a second of the whole tenant.
    """

    connect_seconds: float = 10
    request_seconds: float = 100
    body_bytes: int = 64 * 1024 * 1024
    tries: int = 4
    patience_seconds: float = 20
    first_pause_seconds: float = 1
    report_pause_seconds: float = 2
    identity_pause_seconds: float = 1.1

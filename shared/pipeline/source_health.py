"""What a read that failed says of its source."""

from shared.domain.errors import NotLicensed, PermissionMissing
from shared.domain.ledger import SourceHealth


def health_after(error: Exception) -> SourceHealth:
    if isinstance(error, PermissionMissing):
        return SourceHealth.PERMISSION_MISSING
    return SourceHealth.NOT_LICENSED if isinstance(error, NotLicensed) else SourceHealth.FAILING

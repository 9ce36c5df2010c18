"""Who may come in: the platform's word, tokens, and the gate that a probe can close."""

from functools import partial

from shared.identity.bearer_tokens import BearerTokens
from shared.identity.callers import PlatformAuthentication, identify
from shared.identity.forged_caller import probe_platform
from shared.identity.form_tokens import FormTokens
from shared.pipeline.access import Access, Gate
from shared.settings import Settings
from shared.storage.connection import StorageConnection
from shared.storage.form_key import TableFormKey
from shared.storage.probe_results import TableProbeResults


def build_access(settings: Settings, connection: StorageConnection) -> Access:
    platform = PlatformAuthentication(
        enabled=settings.authentication_enabled,
        tenant_id=settings.tenant_id,
        api_client_id=settings.api_client_id,
        allowed_client_ids=settings.allowed_client_ids,
        tokens=BearerTokens(settings.authority, settings.tenant_id, settings.api_client_id),
    )
    return Access(
        identify=partial(identify, platform=platform),
        probe=partial(probe_platform, settings.hostname or "localhost", settings.tenant_id, settings.api_client_id),
        gate=Gate(TableProbeResults(connection)),
        form_tokens=FormTokens(TableFormKey(connection)),
    )

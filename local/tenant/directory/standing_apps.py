"""The objects of apps that have been in the tenant for a while when a scenario begins."""

from datetime import datetime, timedelta
from typing import Any

from local.tenant.directory.cast import AppPart, KeyPart, LinksPart
from local.tenant.directory.collections import Object
from local.tenant.directory.durations import duration
from local.tenant.directory.objects import application, certificate, password, service_principal, signing_certificate
from local.tenant.directory.state import State, graph_time

_VIOLATION = "DisabledDueToViolationOfServicesAgreement"
_A_YEAR = timedelta(days=365)


def registered_abroad(tenant: State, part: AppPart) -> Object:
    """What the registration in another tenant gives to each service principal of it."""
    verified = {"displayName": part.publisher, "verifiedPublisherId": "4815162", "addedDateTime": None}
    return {
        "displayName": part.name,
        "appOwnerOrganizationId": tenant.new_id(),
        "homepage": part.homepage,
        "info": _info(part.links),
        "replyUrls": list(part.replyUrls),
        "signInAudience": "AzureADMultipleOrgs",
        **({"verifiedPublisher": verified} if part.publisher else {}),
    }


def standing_registration(tenant: State, app_id: str, part: AppPart) -> Object:
    """The registration of an app of this tenant."""
    web = {"homePageUrl": part.homepage, "logoutUrl": None, "redirectUris": list(part.replyUrls)}
    properties = {
        "displayName": part.name,
        "info": _info(part.links),
        "web": web,
        **_keys(tenant, part),
        **_certified(tenant, part),
    }
    return application(tenant.new_id(), app_id, _created(tenant, part), properties)


def standing_principal(tenant: State, app_id: str, part: AppPart) -> Object:
    """The service principal. Keys stand on the registration where there is one here."""
    told: Object = {
        "displayName": part.name,
        "appOwnerOrganizationId": tenant.tenant_id,
        "homepage": part.homepage,
        "replyUrls": list(part.replyUrls),
    }
    if part.home == "abroad":
        told = {**tenant.foreign_apps[app_id], **_keys(tenant, part)}
    for key in (key for key in part.keys if key.kind == "signing"):
        for name, made in _signing(tenant, key).items():
            told[name] = [*told.get(name, ()), *made]
    if part.disabledByMicrosoft:
        told["disabledByMicrosoftStatus"] = _VIOLATION
    return service_principal(tenant.new_id(), app_id, _created(tenant, part), told)


def _created(tenant: State, part: AppPart) -> str:
    return graph_time(tenant.clock.now() - duration(part.age or "0d"))


def _keys(tenant: State, part: AppPart) -> Object:
    now = tenant.clock.now()
    created, end = _created(tenant, part), graph_time(now + _A_YEAR)
    secrets = [password(tenant.new_id(), name, "x9Q", created, end) for name in part.secrets]
    secrets += [_key(tenant, key, now) for key in part.keys if key.kind == "secret"]
    certificates = [_key(tenant, key, now) for key in part.keys if key.kind == "certificate"]
    return {"passwordCredentials": secrets, "keyCredentials": certificates}


def _key(tenant: State, key: KeyPart, now: datetime) -> Object:
    times = _times(key, now)
    if key.kind == "secret":
        return password(tenant.new_id(), key.name, "k3Y", *times)
    return certificate(tenant.new_id(), key.name, "o4E1S0DWHQx1BfKQJvRGKbFHqUU=", *times)


def _signing(tenant: State, key: KeyPart) -> Object:
    key_ids = tenant.new_id(), tenant.new_id()
    return signing_certificate(key_ids, key.name, "8Zx1c0RBS0pUeGc3UkRrV2x4b0w=", *_times(key, tenant.clock.now()))


def _times(key: KeyPart, now: datetime) -> tuple[str, str]:
    start = now - duration(key.age)
    return graph_time(start), graph_time(start + duration(key.lifetime))


def _certified(tenant: State, part: AppPart) -> dict[str, Any]:
    if part.certification is None:
        return {}
    told = {
        "certificationDetailsUrl": "https://learn.microsoft.com/microsoft-365-app-certification/app",
        "certificationExpirationDateTime": graph_time(tenant.clock.now() + _A_YEAR),
        "isCertifiedByMicrosoft": part.certification == "certified",
        "isPublisherAttested": True,
        "lastCertificationDateTime": _created(tenant, part),
    }
    return {"certification": told}


def _info(links: LinksPart) -> Object:
    return {
        "logoUrl": None,
        "marketingUrl": links.marketing,
        "privacyStatementUrl": links.privacy,
        "supportUrl": links.support,
        "termsOfServiceUrl": links.terms,
    }

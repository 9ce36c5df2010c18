"""What directory audits say of registrations and service principals: new, changed, their keys, owners and roles."""

from collections.abc import Iterable

from local.records.content import Content, Property, Target
from local.tenant.directory.collections import Object
from local.tenant.directory.objects import is_service_principal

_NAMES = {
    "signInAudience": "AvailableToOtherTenants",
    "replyUrls": "AppAddress",
    "web": "AppAddress",
    "spa": "AppAddress",
    "publicClient": "AppAddress",
}
"""Properties that audits call otherwise; all others by their name with a capital."""

_DELEGATED_GRANTS = [20]
"""``ImpersonationAccessGrants`` of a delegated permission in a manifest."""


def target_of(item: Object) -> Target:
    kind = "ServicePrincipal" if is_service_principal(item) else "Application"
    return Target(item["id"], kind, item["displayName"])


def names_of(service_principal: Object) -> Property:
    """Its names in one text; those of Microsoft Graph do not begin with its appId alone."""
    return Property("TargetId.ServicePrincipalNames", None, ";".join(service_principal["servicePrincipalNames"]))


def about(item: Object, *properties: Property) -> Content:
    """The app as the target, with its appId where each kind of object has it."""
    if is_service_principal(item):
        return Content((target_of(item),), (*properties, names_of(item)))
    return Content((target_of(item),), properties, {"AppId": item["appId"]})


def added(item: Object, key_store_id: str) -> Content:
    """A new object. Service principals tell their ``Credential`` too: readers must not let its value out."""
    if not is_service_principal(item):
        first = [Property("AppId", [], [item["appId"]]), *_changes({}, item, ("displayName", "signInAudience", "web"))]
        if item["requiredResourceAccess"]:
            first += _changes({}, item, ("requiredResourceAccess",))
        return about(item, *first, _included(first))
    first = [
        Property("AccountEnabled", [], [item["accountEnabled"]]),
        *_changes({}, item, ("replyUrls",)),
        Property("AppPrincipalId", [], [item["appId"]]),
        Property("DisplayName", [], [item["displayName"]]),
        Property("ServicePrincipalName", [], item["servicePrincipalNames"]),
        Property("Credential", [], [{"CredentialType": 2, "KeyStoreId": key_store_id, "KeyGroupId": key_store_id}]),
    ]
    return about(item, *first, _included(first))


def updated(before: Object, after: Object, names: Iterable[str]) -> Content:
    """An update of these properties."""
    changes = _changes(before, after, names)
    return about(after, *changes, _included(changes))


def keys(before: Object, after: Object) -> Content:
    """Secrets and certificates: the whole list of both sides, from which a reader tells what is new."""
    change = Property("KeyDescription", _descriptions(before), _descriptions(after))
    return about(after, change, _included([change]))


def federated(application: Object, before: Iterable[Object], after: Iterable[Object]) -> Content:
    change = Property("FederatedIdentityCredentials", [_trust(one) for one in before], [_trust(one) for one in after])
    return about(application, change, _included([change]))


def owner(item: Object, its_owner: Object, *, is_gone: bool = False) -> Content:
    """The owner, a user or a service principal, is the target; the app stands in the properties."""
    kind = target_of(item).type
    facts = {"ObjectID": item["id"], "DisplayName": item["displayName"], "AppId": item["appId"]}
    told = [Property(f"{kind}.{name}", *_sides(value, is_gone=is_gone)) for name, value in facts.items()]
    return Content((_principal_target(its_owner),), tuple(told))


def directory_role(principal: Object, role: Object, *, is_gone: bool = False) -> Content:
    """A user or service principal first, the role second, its names in the properties."""
    facts = {"ObjectID": role["id"], "DisplayName": role["displayName"], "TemplateId": role["roleTemplateId"]}
    told = [Property(f"Role.{name}", *_sides(value, is_gone=is_gone)) for name, value in facts.items()]
    names = (names_of(principal),) if is_service_principal(principal) else ()
    return Content((_principal_target(principal), Target(role["id"], "Role", role["displayName"])), (*told, *names))


def _principal_target(principal: Object) -> Target:
    if is_service_principal(principal):
        return target_of(principal)
    return Target(principal["id"], "User", user_principal_name=principal["userPrincipalName"])


def _sides(value: object, *, is_gone: bool) -> tuple[object, object]:
    return (value, None) if is_gone else (None, value)


def _included(changes: Iterable[Property]) -> Property:
    return Property("Included Updated Properties", None, ", ".join(dict.fromkeys(change.name for change in changes)))


def _changes(before: Object, after: Object, names: Iterable[str]) -> list[Property]:
    return [
        Property(_NAMES.get(one, one[0].upper() + one[1:]), _value(before, one), _value(after, one)) for one in names
    ]


def _value(item: Object, name: str) -> list[object]:
    """A list of values, empty where there is none."""
    value = item.get(name)
    if value is None:
        return []
    match name:
        case "requiredResourceAccess":
            return [_access(api) for api in value]
        case "signInAudience":
            return [value != "AzureADMyOrg"]
        case "replyUrls":
            return [_address(url) for url in value]
        case "web" | "spa" | "publicClient":
            return [_address(url) for url in value.get("redirectUris", [])]
    return value if isinstance(value, list) else [value]


def _access(api: Object) -> Object:
    permissions = [
        {
            "EntitlementId": one["id"],
            "DirectAccessGrant": one["type"] == "Role",
            "ImpersonationAccessGrants": [] if one["type"] == "Role" else _DELEGATED_GRANTS,
        }
        for one in api["resourceAccess"]
    ]
    return {"ResourceAppId": api["resourceAppId"], "RequiredAppPermissions": permissions, "EncodingVersion": 1}


def _address(url: str) -> Object:
    return {
        "AddressType": 0,
        "Address": url,
        "ReplyAddressClientType": 1,
        "ReplyAddressIndex": None,
        "IsReplyAddressDefault": False,
    }


def _descriptions(item: Object) -> list[str]:
    passwords = [(one, "Password") for one in item["passwordCredentials"]]
    certificates = [(one, one["type"]) for one in item["keyCredentials"]]
    return [
        f"[KeyIdentifier={one['keyId']},KeyType={kind},KeyUsage=Verify,DisplayName={one['displayName'] or ''}]"
        for one, kind in passwords + certificates
    ]


def _trust(credential: Object) -> Object:
    return {
        "Name": credential["name"],
        "Issuer": credential["issuer"],
        "Subject": credential["subject"],
        "Id": credential["id"],
        "Description": credential["description"] or "",
        "Audiences": credential["audiences"],
        "ClaimsMatchingExpressionValue": None,
        "EncodingVersion": 2,
    }
